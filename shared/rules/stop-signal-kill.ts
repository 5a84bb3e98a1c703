// A stop signal that no program can act on.
import { signalName } from '../knowledge/signals.ts';
import { mayBeWindows } from '../model/container.ts';
import { givenAt } from '../model/setting.ts';
import { knownValue } from '../model/value.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'stop-signal-kill',
  subject: 'container',
  severity: 'error',
  default: 'on',
  since: '0.1.0',
  summary: 'The stop signal is SIGKILL or SIGSTOP, which no program can act on.',
  why: `SIGKILL ends a program at once and SIGSTOP freezes it until it is killed; neither can be handled. There is no graceful
stop then, however long the grace period is: every request in flight is lost at every stop.`,
  fix: 'sometimes',
  fixSafety: 'The program is told to stop, which it may never have been before.',
  references: [
    'https://man7.org/linux/man-pages/man7/signal.7.html',
    'https://docs.docker.com/reference/dockerfile/#stopsignal',
  ],
  *check(container) {
    const { stopSignal, awaited } = container;
    const at = givenAt(stopSignal);
    const name = signalName(knownValue(stopSignal.value) ?? '');
    if (!at || (name !== 'SIGKILL' && name !== 'SIGSTOP') || !awaited || mayBeWindows(container)) return;
    const change = stopSignal.set('SIGTERM');
    yield {
      at,
      message:
        name === 'SIGKILL'
          ? 'SIGKILL ends the program at once: it cannot finish what it is doing'
          : 'SIGSTOP freezes the program until it is killed: it cannot finish what it is doing',
      fixes: change.ok ? [{ title: 'Use SIGTERM', safety: 'unsafe', edits: change.edits }] : [],
    };
  },
});
