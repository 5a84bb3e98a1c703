// A preStop hook asks for a graceful stop and returns, and the stop signal makes a fast one of it.
import type { Container } from '../model/container.ts';
import type { Fix, Related } from '../model/finding.ts';
import { signalPlace, useSignal } from '../model/fixes/stopSignalFix.ts';
import type { Override } from '../model/hooks/hookOverride.ts';
import { waitForEnd } from '../model/hooks/hookWords.ts';
import { type Row, timelineOf } from '../model/pod/timeline.ts';
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
  fixSafety:
    'A hook that waits makes every stop as long as its longest request. Not every cluster knows the field `stopSignal`.',
  references: [
    'https://github.com/kubernetes/website/pull/12563',
    'https://nginx.org/en/docs/control.html',
    'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination-flow',
  ],
  *check(pod, project) {
    for (const loss of timelineOf(project, pod).losses) {
      if (loss.kind !== 'overridden' || !counts(loss.row)) continue;
      const { row, override } = loss;
      const { container, serving } = row;
      const sure = override.always && serving.answer === 'yes' && override.server.facts?.measured === true;
      yield {
        at: override.hook.at,
        severity: sure ? 'error' : 'warning',
        message: messageFor(override),
        related: factsOf(container, override),
        fixes: [...useSignal(container, override.asked, project), ...waiting(container, override)],
      };
    }
  },
});

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
