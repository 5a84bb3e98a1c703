// A start-up script waits for the program instead of becoming it.

import type { Fix } from '../model/finding.ts';
import { insertExec } from '../model/fixes/execFixes.ts';
import { trapAndRunInBackground } from '../model/fixes/waitFixes.ts';
import { type Broken, brokenBy, signalTo, storyOf, whereServing } from '../model/stop/brokenStops.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'script-missing-exec',
  subject: 'container',
  severity: 'warning',
  default: 'on',
  since: '0.1.0',
  summary: 'A start-up script starts the program as its child, without `exec`; the stop signal ends at the script.',
  why: `A shell that runs a script waits for each command, the last one too: in a script file no shell replaces itself. The stop
signal goes to the shell. As PID 1 it ignores it, and the program is killed at the end of the grace period without ever
having been told. Under an init the shell dies of it at once, and takes the container with it.

\`exec\` in front of the last command makes the shell become the program. Nothing after it would run, so it is only offered
where nothing follows. Otherwise a trap can pass the signal on, if the program runs in the background and the script waits
for it: a shell that waits for a command in the foreground runs its traps only when that has ended.`,
  fix: 'sometimes',
  fixSafety: 'In the background the program reads nothing from the terminal, and the script has more to get wrong.',
  references: [
    'https://docs.docker.com/reference/dockerfile/#exec-form-entrypoint-example',
    'https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#exec',
  ],
  *check(container) {
    for (const broken of brokenBy(container, 'scriptStays')) {
      const { process, child, at } = broken.break;
      const what = broken.varies
        ? 'is killed when the script ends, or at the end of the grace period where the script is PID 1'
        : broken.outcome === 'killedAtOnce'
          ? process.supervision
            ? 'is killed with the container, for which its supervisor waits no longer than for the script'
            : 'is killed at once when the script ends'
          : 'is never told to stop, and is killed at the end of the grace period';
      yield {
        at,
        severity: broken.severity(whereServing(container, 'warning', 'error')),
        message: `\`${child.program}\` runs as a child of \`${process.program}\`, which does not pass ${signalTo(broken.stop, process)} on: it ${what}${broken.when}`,
        related: storyOf(container, broken),
        fixes: repair(broken),
      };
    }
  },
});

/** `exec`, where nothing follows; else a trap that tells the program, which has to run in the background for that. */
function repair({ break: { process, child }, stop }: Broken): readonly Fix[] {
  const edits = insertExec(process);
  if (edits.length > 0) return [{ title: 'Replace the shell with `exec`', safety: 'safe', edits }];
  const signal = signalTo(stop, process);
  const { shell } = process;
  const graceful = child.facts?.graceful ?? [];
  const alone = shell?.traps.size === 0 && process.background.length === 0;
  if (!shell?.command || !alone || (graceful.length > 0 && !graceful.includes(signal))) return [];
  const { text, span } = shell.command;
  const told = trapAndRunInBackground(shell, { text, span, raw: '' }, signal);
  return told.length > 0
    ? [
        {
          title: `Pass ${signal} on by a trap, and wait for \`${child.program}\``,
          safety: 'unsafe',
          edits: told,
        },
      ]
    : [];
}
