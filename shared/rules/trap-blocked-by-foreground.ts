// A trap for the stop signal that has to wait for the very program that it should stop.

import type { Related } from '../model/finding.ts';
import { runInBackground } from '../model/fixes/waitFixes.ts';
import { brokenBy, storyOf, whereServing } from '../model/stop/brokenStops.ts';
import type { Process, Written } from '../model/stop/processTree.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'trap-blocked-by-foreground',
  subject: 'container',
  severity: 'warning',
  default: 'on',
  since: '0.1.0',
  summary: 'A script traps the stop signal and then waits for the program in the foreground; the trap never runs.',
  why: `A shell runs a trap only when its foreground command has ended. If that command is the program that the trap should
stop, each waits for the other: the signal is noted, nothing happens, and everything is killed at the end of the grace
period. This holds for every shell.

Only the builtin \`wait\` lets a trap run at once. So the program belongs in the background, and the script has to wait for
it: twice, because the first \`wait\` returns as soon as the trap has run.

A trap can also run because somebody else ends the foreground command: dumb-init and \`tini -g\` signal the whole group, and a
plain script in the foreground dies of it. Where that is so, nothing is reported.`,
  fix: 'sometimes',
  fixSafety:
    'The program becomes a background job: its standard input is /dev/null, and SIGINT and SIGQUIT are ignored when it starts.',
  references: [
    'https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_12',
    'https://www.gnu.org/software/bash/manual/html_node/Signals.html',
  ],
  *check(container) {
    for (const broken of brokenBy(container, 'trapWaits')) {
      const { process, child, at } = broken.break;
      const { signal, server, hops } = broken.stop;
      const foreground = process.child ?? child;
      const told = hops.some((hop) => hop.process === foreground && hop.effect !== 'neverTold');
      const stays = told
        ? `\`${foreground.program}\` does not end on ${signal}`
        : `nobody tells \`${foreground.program}\` to end`;
      const lost = foreground.role === 'launcher' || server?.facts?.role === 'task' ? child : (server ?? child);
      const trap = process.shell?.traps.get(signal);
      const edits = process.shell ? runInBackground(process.shell, trap, wantedBy(child, signal)) : [];
      yield {
        at,
        severity: broken.severity(whereServing(container, 'warning', 'error')),
        message: `the trap for ${signal} cannot run before \`${foreground.program}\` ends, and ${stays}: \`${lost.program}\` is killed at the end of the grace period${broken.when}`,
        related: [...trapAt(trap?.word), ...storyOf(container, broken)],
        fixes: edits.length > 0 ? [{ title: 'Run it in the background and wait for it', safety: 'unsafe', edits }] : [],
        // As long as the shell refuses the trap, there is none.
        masked: !trap,
      };
    }
  },
});

/** The signal that a program finishes its work on: the container's own, unless it wants another. */
function wantedBy({ facts }: Process, signal: string): string {
  const [first] = facts?.graceful ?? [];
  return first === undefined || facts?.graceful.includes(signal) ? signal : first;
}

function trapAt(word: Written | undefined): readonly Related[] {
  return word ? [{ at: word.text.place(word.span.start, word.span.end), message: 'the trap' }] : [];
}
