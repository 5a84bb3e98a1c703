// A trap for the stop signal in a shell that then becomes the program.

import type { Fix } from '../model/finding.ts';
import { foundIn } from '../model/stop/brokenStops.ts';
import { type LostTrap, lostTraps } from '../model/stop/lostTraps.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'trap-lost-on-exec',
  subject: 'container',
  severity: 'warning',
  default: 'on',
  since: '0.1.0',
  summary: 'A trap is set and then `exec` replaces the shell: a handler is lost, an ignored signal stays ignored.',
  why: `\`exec\` makes the shell become the program. The kernel resets the handlers of the shell: the trap can never run, whatever
it was meant for (to deregister, to drain, to clean up).

The opposite holds for \`trap '' TERM\`: what a shell ignores, the program that it becomes ignores too, unless it installs a
handler of its own. Then the stop signal does nothing, and the program is killed at the end of the grace period.

A trap that is there for the time before \`exec\`, while the script waits for something, is not reported.`,
  fix: 'sometimes',
  fixSafety: 'What the trap was meant to do is done by nobody before and after; whoever wrote it should know.',
  references: [
    'https://man7.org/linux/man-pages/man2/execve.2.html',
    'https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#exec',
  ],
  *check(container) {
    for (const { fact, stop, when, severity } of foundIn(container, lostTraps)) {
      const { at, ignores, process, sure } = fact;
      yield {
        at,
        severity: severity(sure ? 'warning' : 'info'),
        message: ignores
          ? `\`exec\` hands this on: \`${process.program}\` starts with ${stop.signal} ignored${sure ? '' : ', unless it sets a handler of its own'}${when}`
          : `this trap for ${stop.signal} never runs: \`exec\` replaces the shell by \`${process.program}\`, and the trap is gone${when}`,
        related: process.at ? [{ at: process.at, message: `the shell becomes \`${process.program}\`` }] : [],
        // On another way the trap may have its use.
        fixes: when === '' ? fixesOf(fact) : [],
      };
    }
  },
});

function fixesOf({ ignores, resetting, removing }: LostTrap): readonly Fix[] {
  if (ignores)
    return resetting.length > 0 ? [{ title: 'Reset it before `exec`', safety: 'safe', edits: resetting }] : [];
  return removing.length > 0 ? [{ title: 'Remove the trap', safety: 'unsafe', edits: removing }] : [];
}
