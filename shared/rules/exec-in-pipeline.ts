// A program in a pipe: `exec` replaces only a part of the pipe, and the script stays in front of it.
import { brokenBy, storyOf, whereServing } from '../model/stop/brokenStops.ts';
import { pipeAt } from '../model/stop/pipes.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'exec-in-pipeline',
  subject: 'container',
  severity: 'warning',
  default: 'on',
  since: '0.1.0',
  summary: 'A script runs the program in a pipe, where even `exec` leaves the script in front of it.',
  why: `Each part of a pipe is a process of its own. \`exec server | tee log\` makes the server take the place of that part; the
script itself waits for the whole pipe, and the stop signal ends there.

In bash the output can be piped without a pipe: \`exec server > >(tee log) 2>&1\`. Better still, write to standard output: the
container's log is collected anyway.`,
  fix: 'sometimes',
  fixSafety:
    'What the output is piped into is no longer waited for: its last lines may be lost when the program has ended.',
  references: [
    'https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_09_02',
    'https://www.gnu.org/software/bash/manual/html_node/Process-Substitution.html',
  ],
  *check(container) {
    for (const broken of brokenBy(container, 'pipelineStays')) {
      const { process, child, at } = broken.break;
      const pipe = process.shell && pipeAt(process.shell, at);
      const why = pipe?.execs
        ? `\`exec\` replaces only a part of the pipe, \`${process.program}\` stays`
        : `\`${process.program}\` waits for the whole pipe`;
      const end =
        broken.outcome === 'killedAtOnce'
          ? 'is killed at once when the script ends'
          : 'is never told to stop, and is killed at the end of the grace period';
      const edits = pipe?.replacing ?? [];
      yield {
        at,
        severity: broken.severity(whereServing(container, 'warning', 'error')),
        message: `${why} and does not pass ${broken.stop.signal} on: \`${child.program}\` ${end}${broken.when}`,
        related: storyOf(container, broken),
        fixes:
          edits.length > 0
            ? [{ title: 'Replace the shell with `exec`, and pipe by `> >(…)`', safety: 'unsafe', edits }]
            : [],
      };
    }
  },
});
