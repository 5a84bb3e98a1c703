// Cleaning up is left to an EXIT trap, which dash and busybox do not run when a signal comes.

import { exitOn, tellJobs, tells, trapAndRunInBackground, waitInTrap } from '../model/fixes/waitFixes.ts';
import { NUMBERS } from '../model/run/machine.ts';
import { brokenBy, storyOf, whereServing } from '../model/stop/brokenStops.ts';
import type { Process } from '../model/stop/processTree.ts';
import type { Edit } from '../text/span.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'exit-trap-only',
  subject: 'container',
  severity: 'warning',
  default: 'on',
  since: '0.1.0',
  summary: 'An EXIT trap is all that would stop the program, and dash and busybox do not run it for a signal.',
  why: `An EXIT trap runs when the shell exits. In bash a signal that ends the shell makes it exit, so the trap runs. dash
(\`/bin/sh\` on Debian) and busybox (on Alpine) have no handler for the signal: as PID 1 they ignore it, under an init they
die of it, and either way the trap does not run.

A trap for the signal itself that only exits makes the EXIT trap run, once, in every shell.`,
  fix: 'sometimes',
  fixSafety: 'A trap is added, and with a program in the foreground that program becomes a background job.',
  references: ['https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#trap'],
  *check(container) {
    for (const broken of brokenBy(container, 'exitTrapOnly')) {
      const { process, child, at } = broken.break;
      const { signal } = broken.stop;
      const shell = process.shell?.dialect === 'dash' ? 'dash' : 'the shell of this image';
      const exit = process.shell?.traps.get('EXIT');
      const lost = exit && tells(exit) ? '' : 'nothing is cleaned up, and ';
      const end = broken.outcome === 'killedAtOnce' ? 'is killed at once' : 'is killed at the end of the grace period';
      const edits = repair(process, signal);
      yield {
        at,
        severity: broken.severity(whereServing(container, 'warning', 'error')),
        message: `${shell} does not run its EXIT trap for ${signal}: ${lost}\`${child.program}\` is not told to stop and ${end}${broken.when}`,
        related: storyOf(container, broken),
        fixes: edits.length > 0 ? [{ title: `Trap ${signal} too`, safety: 'unsafe', edits }] : [],
      };
    }
  },
});

/** A trap for the signal: it exits, where that stops the program; else it stops the program itself. */
function repair(process: Process, signal: string): readonly Edit[] {
  const { shell } = process;
  const exit = shell?.traps.get('EXIT');
  if (!shell || !exit?.word) return [];
  if (shell.busy !== 'wait') return trapAndRunInBackground(shell, exit.word, signal);
  if (!tells(exit)) return tellJobs(process, signal);
  const trap = exitOn(signal, exit.word, 128 + (NUMBERS[signal] ?? 0));
  return trap.length > 0 ? [...trap, ...waitInTrap(exit)] : [];
}
