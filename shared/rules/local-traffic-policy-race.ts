// Traffic that stays on its node: the load balancer leaves the node only when its health check has noticed.

import { delayFix } from '../model/fixes/delayFix.ts';
import { clusterFor } from '../model/manifests/cluster.ts';
import { adviceFor } from '../model/pod/lag.ts';
import { closesAt, type Row } from '../model/pod/row.ts';
import { timelineOf } from '../model/pod/timeline.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'local-traffic-policy-race',
  subject: 'pod',
  severity: 'hint',
  default: 'on',
  since: '0.1.0',
  summary: 'With `externalTrafficPolicy: Local` a node gets traffic for longer than its pod waits.',
  why: `With \`externalTrafficPolicy: Local\` a node hands traffic to its own pods only. When the last one of them is going away,
the node fails the health check of the load balancer, which stops sending only after some rounds of it. Until then the
terminating pod has to go on accepting (kube-proxy sends to it since Kubernetes 1.26); after that the node drops what
arrives.

How long that takes is set at the load balancer: 15 s is taken here, or what \`endpointLagSeconds\` says.`,
  fix: 'sometimes',
  fixSafety: 'A new hook makes every stop longer by its delay.',
  references: [
    'https://github.com/kubernetes/enhancements/tree/master/keps/sig-network/1669-proxy-terminating-endpoints',
    'https://kubernetes.io/docs/tasks/access-application-cluster/create-external-load-balancer/#preserving-the-client-source-ip',
  ],
  *check(pod, project) {
    const timeline = timelineOf(project, pod);
    if (pod.workload.nature !== 'replicated' || pod.workload.development || timeline.lag.configured) return;
    for (const row of timeline.rows) {
      const { container, serving, hook } = row;
      const balancer = serving.service?.routers.find(({ kind }) => kind === 'nodeBalancer');
      const until = closesAt(row).max;
      if (!balancer || !serving.service || container.role !== 'regular' || !isPlain(row)) continue;
      const needed = adviceFor(balancer);
      if (until >= needed) continue;
      const fix = delayFix(pod, timeline, clusterFor(project, pod.at.path), needed);
      yield {
        at: container.at,
        message: `\`${container.name}\` takes requests for ${until} s after the stop order, while the load balancer goes on sending to its node for about ${needed} s: the Service \`${serving.service.name}\` has \`externalTrafficPolicy: Local\``,
        related: [
          { at: serving.service.at, message: `the Service \`${serving.service.name}\` selects this pod` },
          ...(hook ? [{ at: hook.at, message: 'the hook' }] : []),
        ],
        fixes: fix ? [fix] : [],
        // Without any delay that is the story, and its repair is long enough for this, too.
        masked: timeline.losses.some((loss) => loss.kind === 'newRequests' && loss.row === row),
      };
    }
  },
});

/** Whether it is known how long the hook waits. */
function isPlain({ hook, preStop }: Row): boolean {
  return preStop.min === preStop.max && (!hook || (hook.complete && hook.handlers.length === 1));
}
