// A pod needs more time than its nodes give when they go away.
import type { Fix, Severity } from '../model/finding.ts';
import { setWait } from '../model/fixes/delayFix.ts';
import { MARGIN } from '../model/pod/gracePeriod.ts';
import type { Pod } from '../model/pod/pod.ts';
import { delaysOf, type Row } from '../model/pod/row.ts';
import { timelineOf } from '../model/pod/timeline.ts';
import { knownValue } from '../model/value.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'grace-exceeds-node-notice',
  subject: 'pod',
  severity: 'hint',
  default: 'off',
  since: '0.1.0',
  summary: 'A pod needs more time to stop than its nodes give it when they shut down.',
  why: `When a node shuts down, its kubelet stops the pods by itself. They get their grace period, but no more than the node has:
\`shutdownGracePeriod\` less \`shutdownGracePeriodCriticalPods\`, and 15 s on Spot and preemptible nodes of GKE. A preStop
delay that was made for a slow load balancer uses that up, and the program is killed with its requests in flight. No pod
is deleted then, so routers go on sending until the pod's status changes: a long delay does not even help.`,
  fix: 'sometimes',
  fixSafety: 'A shorter delay may be too short for what sends requests when a pod is deleted.',
  references: [
    'https://kubernetes.io/docs/concepts/cluster-administration/node-shutdown/',
    'https://docs.cloud.google.com/kubernetes-engine/docs/concepts/spot-vms',
  ],
  *check(pod, project) {
    const { notice, development, nature } = pod.workload;
    // What is critical for the cluster is set up together with its nodes.
    if (!notice || notice.critical || development || nature === 'oneOff' || nature === 'managed') return;
    const grace = knownValue(pod.grace.value);
    if (grace === undefined || grace <= notice.seconds) return;
    const { rows, lag } = timelineOf(project, pod, { kind: 'nodeShutdown', notice });
    const needy = rows.filter(({ container }) => container.awaited).filter((row) => needs(row) > notice.seconds);
    const [worst] = needy.sort((a, b) => needs(b) - needs(a));
    if (!worst) return;
    const { container, hook, preStop } = worst;
    yield {
      at: hook && preStop.min > 0 ? hook.at : container.at,
      severity: severityOf(worst, notice.seconds),
      message: `\`${container.name}\` needs ${needs(worst)} s to stop (${partsOf(worst)}) and is killed after ${notice.seconds} s when its node shuts down`,
      related: [{ at: notice.at, message: `${notice.seconds} s ${notice.why}` }],
      fixes: shorten(pod, worst, Math.min(lag.advised, notice.seconds - MARGIN)),
    };
  },
});

/** Seconds that are known to be used; a program's own default is an upper bound that is rarely reached. */
function needs({ before, drain }: Row): number {
  return before + (drain && !drain.assumed ? drain.seconds : 0);
}

function severityOf({ preStop }: Row, notice: number): Severity {
  return preStop.min >= notice ? 'warning' : 'hint';
}

function partsOf(row: Row): string {
  const { drain } = row;
  return [...delaysOf(row), ...(drain && !drain.assumed ? [`${drain.seconds} s ${drain.why}`] : [])].join(', ');
}

/** A delay that is still as long as the routers need, where that leaves time for the program. */
function shorten(pod: Pod, { hook, preStop, drain }: Row, seconds: number): readonly Fix[] {
  const left = (pod.workload.notice?.seconds ?? 0) - (drain && !drain.assumed ? drain.seconds : 0);
  if (seconds <= 0 || seconds > left || seconds >= preStop.min) return [];
  const change = setWait(hook, seconds);
  return change.ok
    ? [{ title: `Make the preStop sleep ${seconds} s long`, safety: 'unsafe', edits: change.edits }]
    : [];
}
