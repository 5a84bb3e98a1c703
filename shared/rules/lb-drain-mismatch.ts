// What a cloud's load balancer is told about pods that go away does not fit how long these stay.

import type { Fix, Severity } from '../model/finding.ts';
import { delayFix } from '../model/fixes/delayFix.ts';
import { clusterFor } from '../model/manifests/cluster.ts';
import { adviceFor } from '../model/pod/lag.ts';
import { closesAt, type Row } from '../model/pod/row.ts';
import { timelineOf } from '../model/pod/timeline.ts';
import { knownValue } from '../model/value.ts';
import type { Router } from '../model/workload/workload.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'lb-drain-mismatch',
  subject: 'pod',
  severity: 'hint',
  default: 'on',
  since: '0.1.0',
  summary: 'The load balancer drains its connections for another time than the pod stays.',
  why: `A load balancer has a time of its own for the connections to a target that is going away: the deregistration delay at
AWS, \`connection-draining\` at the Azure application gateway. Is it longer than the pod lives, the last requests go to
nobody and end with 502 or 504. Is draining off, as it is by default at Azure, the gateway cuts what is in flight. The
Azure gateway also follows a removed pod late: its vendor asks for a delay of at least 90 s.`,
  fix: 'sometimes',
  fixSafety: 'A longer delay makes every stop longer.',
  references: [
    'https://azure.github.io/application-gateway-kubernetes-ingress/how-tos/minimize-downtime-during-deployments/',
    'https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#target-group-attributes',
  ],
  *check(pod, project) {
    const timeline = timelineOf(project, pod);
    if (pod.workload.nature !== 'replicated' || pod.workload.development) return;
    const cluster = clusterFor(project, pod.at.path);
    for (const row of timeline.rows.filter(({ container }) => container.role === 'regular')) {
      for (const router of row.serving.service?.routers ?? []) {
        const grace = knownValue(pod.grace.value);
        const mismatch = mismatchOf(router, row, grace, timeline.lag.configured);
        if (!mismatch) continue;
        const fix = mismatch.delay === undefined ? undefined : delayFix(pod, timeline, cluster, mismatch.delay);
        const fixes = [...(fix ? [fix] : []), ...(mismatch.cuts ? turnOn(router) : [])];
        yield {
          at: router.at,
          severity: mismatch.severity,
          message: mismatch.message,
          related: [{ at: row.container.at, message: `\`${row.container.name}\` is what it sends requests to` }],
          fixes,
          masked: timeline.losses.some((loss) => loss.kind === 'newRequests' && loss.row === row),
        };
      }
    }
  },
});

interface Mismatch {
  readonly severity: Severity;
  readonly message: string;
  /** The delay that would do. */
  readonly delay?: number;
  /** Whether the load balancer does not drain at all. */
  readonly cuts?: boolean;
}

/** What Azure drains for once it does. */
const DRAINING = 30;

function turnOn({ drain }: Router): readonly Fix[] {
  const change = drain?.(DRAINING);
  return change?.ok
    ? [{ title: `Turn on connection draining, for ${DRAINING} s`, safety: 'unsafe', edits: change.edits }]
    : [];
}

function mismatchOf(router: Router, row: Row, grace: number | undefined, configured: boolean): Mismatch | undefined {
  const { kind, name, draining } = router;
  const pod = `\`${row.container.name}\``;
  const { min, max } = closesAt(row);
  if (kind === 'azureGateway') {
    const needed = adviceFor(router);
    if (min === max && max < needed && !configured) {
      const message = `${pod} takes requests for ${max} s after the stop order, and ${name} may need ${needed} s to follow`;
      return { severity: 'warning', message, delay: needed };
    }
    if (draining === 0) {
      const message = `${name} cuts its connections to a pod that goes away: \`connection-draining\` is not on`;
      return { severity: 'hint', message, cuts: true };
    }
  }
  const gone = grace === undefined ? undefined : Math.max(row.killAt.max, grace);
  if (!/^(?:aws|azure)/.test(kind) || draining === undefined || gone === undefined || draining <= gone)
    return undefined;
  const message = `${name} goes on with its connections for ${draining} s, and ${pod} is gone after at most ${gone} s`;
  return { severity: 'hint', message };
}
