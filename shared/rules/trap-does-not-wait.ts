// A trap that tells the program to stop, in a script that then ends without waiting for it.

import { waitInTrap } from '../model/fixes/waitFixes.ts';
import { brokenBy, storyOf, whereServing } from '../model/stop/brokenStops.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'trap-does-not-wait',
  subject: 'container',
  severity: 'warning',
  default: 'on',
  since: '0.1.0',
  summary: 'A trap passes the stop signal on, but the script ends before the program has finished.',
  why: `\`trap 'kill $pid' TERM; server & pid=$!; wait $pid\` looks right and cuts every request: \`wait\` returns as soon as the
trap has run, the script is at its end, and with PID 1 the kernel kills all that is left in the container. The server has
been told to stop a few milliseconds before. An \`exit\` in the trap does the same.

A \`wait\` in the trap, behind the \`kill\`, keeps the script there until the server has finished.`,
  fix: 'sometimes',
  references: [
    'https://pubs.opengroup.org/onlinepubs/9799919799/utilities/wait.html',
    'https://www.gnu.org/software/bash/manual/html_node/Signals.html',
    'https://man7.org/linux/man-pages/man7/pid_namespaces.7.html',
  ],
  *check(container) {
    for (const broken of brokenBy(container, 'trapEndsEarly')) {
      const { process, child, at } = broken.break;
      const { signal, endsAfter = 0 } = broken.stop;
      const edits = waitInTrap(process.shell?.traps.get(signal) ?? process.shell?.traps.get('EXIT'));
      const when = endsAfter > 1 ? `${Math.round(endsAfter)} s after ${signal}` : 'at once';
      yield {
        at,
        severity: broken.severity(whereServing(container, 'warning', 'error')),
        message: `on ${signal} \`${child.program}\` is told to stop, but when this trap has run, \`${process.program}\` ends without waiting for it: \`${child.program}\` is killed ${when}${broken.when}`,
        related: storyOf(container, broken),
        fixes: edits.length > 0 ? [{ title: 'Wait inside the trap', safety: 'safe', edits }] : [],
      };
    }
  },
});
