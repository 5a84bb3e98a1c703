// A preStop hook asks for a graceful stop and returns, and the stop signal makes a fast one of it.
import { hasFeature } from '../knowledge/kubernetes.ts';
import type { Container } from '../model/container.ts';
import type { Fix, Related } from '../model/finding.ts';
import { signalPlace, useSignal } from '../model/fixes/stopSignalFix.ts';
import type { Override } from '../model/hooks/hookOverride.ts';
import { waitForEnd } from '../model/hooks/hookWords.ts';
import { clusterFor } from '../model/manifests/cluster.ts';
import { makeRoom } from '../model/pod/gracePeriod.ts';
import type { Loss } from '../model/pod/losses.ts';
import type { Row } from '../model/pod/row.ts';
import { type StopTimeline, timelineOf } from '../model/pod/timeline.ts';
import type { Project } from '../model/project.ts';
import { givenAt } from '../model/setting.ts';
import { knownValue } from '../model/value.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'prestop-signal-race',
  subject: 'pod',
  severity: 'warning',
  default: 'on',
  since: '0.1.0',
  summary:
    'The preStop hook asks for a graceful stop and returns; the stop signal follows at once and makes it a fast one.',
  why: `Kubernetes waits for the preStop hook, then sends the stop signal. A hook that only sends a signal, such as
\`nginx -s quit\` or \`kill -QUIT 1\`, returns within milliseconds, while the server has just begun to finish its requests.
SIGTERM comes right behind it, and for nginx, php-fpm, Apache httpd and unicorn that is the order to stop fast: what is
in flight is cut. nginx logs \`[alert] open socket #5 left in connection 2\` (measured).

Whether it goes well by chance depends on how long the requests take, so it looks like an error that comes and goes. The
way out is to make the graceful signal the stop signal: a second SIGQUIT does no harm. Or the hook waits until the
server has gone.`,
  fix: 'sometimes',
  fixSafety: 'A hook that waits makes every stop longer. Not every cluster knows the field `stopSignal`.',
  references: [
    'https://github.com/kubernetes/website/pull/12563',
    'https://nginx.org/en/docs/control.html',
    'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination-flow',
  ],
  *check(pod, project) {
    const timeline = timelineOf(project, pod);
    for (const loss of timeline.losses) {
      if (loss.kind !== 'overridden' || !counts(loss.row)) continue;
      const { row, override } = loss;
      const { container, serving } = row;
      const sure = override.always && serving.answer === 'yes' && override.server.facts?.measured === true;
      yield {
        at: override.hook.at,
        severity: sure ? 'error' : 'warning',
        message: messageFor(override),
        related: factsOf(container, override),
        fixes: fixesFor(loss, timeline, project),
      };
    }
  },
});

type Overridden = Extract<Loss, { kind: 'overridden' }>;

/**
 * The graceful signal as the stop signal. The hook then has nothing to tell any more; where routers follow late it is
 * better used to wait.
 */
function fixesFor({ row, override }: Overridden, { lag }: StopTimeline, project: Project): readonly Fix[] {
  const { container, serving, preStop } = row;
  const seconds = Math.max(lag.advised, Math.ceil(preStop.min));
  const signals = useSignal(container, override.asked, project);
  const serves = serving.answer === 'yes' || serving.answer === 'likely';
  const room = container.pod && makeRoom(container.pod, [{ delay: seconds, drain: row.drain }]);
  const sleep = hasFeature(clusterFor(project, container.at.path), 'preStopSleep');
  const wait = serves && sleep && room ? override.hook.becomeSleep(seconds) : undefined;
  const delayed = wait?.ok
    ? signals.map(
        ({ title, edits }): Fix => ({
          title: `${title}, and let the hook wait ${seconds} s${room?.phrase && `; ${room.phrase}`}`,
          safety: 'unsafe',
          edits: [...edits, ...wait.edits, ...(room?.edits ?? [])],
        }),
      )
    : [];
  return [...delayed, ...signals, ...waiting(container, override)];
}

function counts({ container, serving }: Row): boolean {
  return container.awaited && serving.answer !== 'no';
}

function messageFor({ command, asked, arriving, server }: Override): string {
  const name = `\`${server.program}\``;
  const work = server.facts?.role === 'worker' ? 'the work' : 'the requests';
  return `\`${command}\` returns while ${name} is still finishing ${work} in flight; ${arriving} follows at once and cuts them: only ${asked} is a graceful stop for it`;
}

function factsOf(container: Container, { arriving }: Override): readonly Related[] {
  const at = signalPlace(container);
  if (!at) return [];
  const given = givenAt(container.stopSignal);
  return [{ at, message: given ? 'the stop signal' : `this is stopped with ${arriving}` }];
}

/** The same hook, which ends only with its container. */
function waiting({ image }: Container, { handler, words }: Override): readonly Fix[] {
  const known = knownValue(image);
  if (!known || knownValue(known.sh) === 'none') return [];
  const change = handler.setCommand(waitForEnd(words));
  return change.ok
    ? [{ title: 'Let the hook wait until the container has ended', safety: 'unsafe', edits: change.edits }]
    : [];
}
