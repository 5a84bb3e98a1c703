// The preStop hook leaves nothing of the grace period for the program itself.
import type { Fix, Related } from '../model/finding.ts';
import { setWait } from '../model/fixes/delayFix.ts';
import { asTitle, graceFor, LEAST_DRAIN, MARGIN, raiseGrace } from '../model/pod/gracePeriod.ts';
import type { Lag } from '../model/pod/lag.ts';
import type { Hook } from '../model/pod/lifecycle.ts';
import type { Loss } from '../model/pod/losses.ts';
import type { Pod } from '../model/pod/pod.ts';
import { needOf } from '../model/pod/row.ts';
import { timelineOf } from '../model/pod/timeline.ts';
import { givenAt } from '../model/setting.ts';
import { knownValue } from '../model/value.ts';
import type { Place } from '../text/span.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'prestop-uses-whole-grace',
  subject: 'pod',
  severity: 'warning',
  default: 'on',
  since: '0.1.0',
  summary: 'The preStop hook takes the whole grace period, so SIGKILL follows the stop signal at once.',
  why: `The grace period covers the preStop hook and what comes after it. When the hook has used it up, the kubelet sends
the stop signal and gives the program two more seconds, whatever it is doing; then it is killed. A native \`sleep\` that
is longer than the grace period is rejected by the API server.

Give the pod the time of the hook plus the time that the program needs for its last requests.`,
  fix: 'sometimes',
  fixSafety: 'What sends requests may follow more slowly than is usual.',
  references: [
    'https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#hook-handler-execution',
    'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination-flow',
  ],
  *check(pod, project) {
    const { losses, rows, lag } = timelineOf(project, pod);
    const cut = losses.filter((loss) => loss.kind === 'noTimeLeft');
    if (cut.length === 0) return;
    const grace = graceFor(rows.map(needOf));
    const raised = raiseGrace(pod, grace);
    for (const loss of cut) {
      yield {
        at: placeOf(loss.hook),
        severity: loss.row.preStop.min > loss.grace ? 'error' : 'warning',
        message: messageFor(loss),
        related: [graceFact(pod, loss.grace)],
        fixes: [
          ...(raised ? [{ title: asTitle(raised.phrase), safety: 'safe' as const, edits: raised.edits }] : []),
          ...shorten(loss, lag),
        ],
      };
    }
  },
});

/** A delay that is as long as the routers need, where that leaves the program enough. */
function shorten({ row, hook, grace }: Extract<Loss, { kind: 'noTimeLeft' }>, { advised }: Lag): readonly Fix[] {
  const { serving, drain } = row;
  const leaves = grace - advised - MARGIN;
  if (!/yes|likely/.test(serving.answer) || leaves < (drain?.seconds ?? LEAST_DRAIN)) return [];
  const change = setWait(hook, advised);
  return change.ok
    ? [{ title: `Let the hook wait ${advised} s, as long as routers need`, safety: 'unsafe', edits: change.edits }]
    : [];
}

function messageFor({ row, hook, grace }: Extract<Loss, { kind: 'noTimeLeft' }>): string {
  const { container, preStop } = row;
  const name = `\`${container.name}\``;
  if (hook.handlers[0]?.kind === 'sleep' && preStop.min > grace) {
    return `the preStop sleep of ${name} takes ${preStop.min} s, the grace period is ${grace} s: the API server rejects that`;
  }
  const signal = knownValue(container.stopSignal.value) ?? 'its stop signal';
  return `preStop takes ${preStop.min} s of the grace period of ${grace} s; ${name} is killed 2 s after ${signal}`;
}

/** Where the grace period comes from. */
function graceFact(pod: Pod, seconds: number): Related {
  const at = givenAt(pod.grace);
  return at
    ? { at, message: `the grace period of ${seconds} s` }
    : { at: pod.specAt, message: `no grace period is given: ${seconds} s is the default of Kubernetes` };
}

function placeOf({ handlers, at }: Hook): Place {
  const [handler] = handlers;
  return (handler?.kind === 'sleep' ? givenAt(handler.seconds) : undefined) ?? at;
}
