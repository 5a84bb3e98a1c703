// A shell that somebody wrote in front of the program stays there, and keeps the stop signal to itself.

import { insertExec } from '../model/fixes/execFixes.ts';
import { brokenBy, endsAtShell, storyOf, whereServing } from '../model/stop/brokenStops.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'sh-c-without-exec',
  subject: 'container',
  severity: 'warning',
  default: 'on',
  since: '0.1.0',
  summary: 'The shell of `sh -c "…"` stays in front of the program; the stop signal ends there.',
  why: `\`sh -c\` is often needed, for variables or for several commands. But unless the last command begins with \`exec\`, dash
(Debian's \`/bin/sh\`) stays as its parent, and so does bash behind a redirection, a pipe or a trap. As PID 1 that shell
neither ends on the stop signal nor passes it on; the program is killed when the grace period is over.

With \`exec\` the shell becomes the program, which then gets the signal itself.`,
  fix: 'sometimes',
  references: [
    'https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/#run-a-command-in-a-shell',
    'https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#exec',
  ],
  *check(container) {
    for (const broken of brokenBy(container, 'shellStays')) {
      const { process, at } = broken.break;
      const edits = insertExec(process);
      yield {
        at,
        severity: broken.severity(whereServing(container, 'warning', 'error')),
        message: endsAtShell(broken, `${process.program} -c`),
        related: storyOf(container, broken),
        fixes: edits.length > 0 ? [{ title: 'Replace the shell with `exec`', safety: 'safe', edits }] : [],
      };
    }
  },
});
