// A pre_stop hook of Compose that fails, or that tells the program to stop in place of the stop signal.
import type { Container } from '../model/container.ts';
import type { Fix } from '../model/finding.ts';
import { type HookEnd, hookEnd } from '../model/hooks/hookEnd.ts';
import { knownValue } from '../model/value.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'compose-pre-stop-semantics',
  subject: 'container',
  severity: 'hint',
  default: 'off',
  since: '0.1.0',
  summary: 'A pre_stop hook fails, or does what the stop signal is for; Compose runs it in some stops only.',
  why: `The hooks of \`pre_stop\` are run by Compose's own command line, before the stop signal and outside of
\`stop_grace_period\`. \`docker stop\`, a shutdown of the daemon and a crash do not run them, so they cannot be the only way to
stop well: that is what the stop signal is for.

When a hook exits with an error, Compose reports it and goes no further: the container is not stopped. A hook that waits for
the end of PID 1 is killed together with its container, which is such an error too.`,
  fix: 'sometimes',
  fixSafety: 'The program is told to stop by another signal than before.',
  references: [
    'https://docs.docker.com/compose/how-tos/lifecycle/',
    'https://github.com/docker/compose/blob/main/pkg/compose/down.go',
    'https://github.com/docker/compose/blob/main/pkg/compose/hook.go',
  ],
  *check(container) {
    const hook = container.lifecycle && knownValue(container.lifecycle.preStop);
    if (container.source !== 'compose' || !hook || !container.awaited) return;
    for (const handler of hook.handlers) {
      const words = handler.kind === 'exec' && handler.command ? knownValue(handler.command) : undefined;
      const end = words && hookEnd(words.map(({ text }) => text));
      if (!end || (end.kind === 'tells' && end.signal === knownValue(container.stopSignal.value))) continue;
      yield {
        at: handler.at,
        severity: end.kind === 'tells' ? 'hint' : 'warning',
        message: messageFor(container, end),
        fixes: end.kind === 'tells' ? byStopSignal(container, end.signal) : [],
      };
    }
  },
});

function messageFor({ name, stopSignal }: Container, end: HookEnd): string {
  switch (end.kind) {
    case 'fails':
      return `\`${end.command}\` makes the hook fail, and Compose leaves \`${name}\` running`;
    case 'outlivesProgram':
      return `the hook waits for the end of \`${name}\` and is killed along with it: Compose takes that for a failure and goes no further`;
    case 'tells':
      return `Compose alone runs \`${end.command}\`, and sends ${knownValue(stopSignal.value) ?? 'the stop signal'} right after it; any other stop of \`${name}\` goes without`;
  }
}

function byStopSignal({ stopSignal }: Container, signal: string): readonly Fix[] {
  const change = stopSignal.set(signal);
  return change.ok ? [{ title: `Set the stop signal to ${signal}`, safety: 'unsafe', edits: change.edits }] : [];
}
