// Programs that a shell starts in the background, or again and again in a loop, and that nobody tells to stop.

import type { Container } from '../model/container.ts';
import type { Severity } from '../model/finding.ts';
import { asksForJobs, tellJobs } from '../model/fixes/waitFixes.ts';
import { type Broken, brokenBy, storyOf, whereServing } from '../model/stop/brokenStops.ts';
import type { Process } from '../model/stop/processTree.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'background-server-not-stopped',
  subject: 'container',
  severity: 'warning',
  default: 'on',
  since: '0.1.0',
  summary: 'A program is started with `&` or in a loop, and nobody passes the stop signal on to it.',
  why: `The stop signal goes to PID 1. A program that a script has started with \`&\` does not get it: not from the shell, which
passes nothing on without a trap, and not from the program that has taken the shell's place. When PID 1 ends, the kernel
kills what is left, whatever it is doing.

A script that starts its program anew in \`while true\` cannot be stopped at all: if the program is told, the next one is
started.

One program per container is told by the runtime itself. Where there must be several, the script has to tell them all and
wait for them, or an init with supervision (s6, supervisord) does it.`,
  fix: 'sometimes',
  fixSafety: 'All jobs of the script get the signal, helpers too.',
  references: [
    'https://docs.docker.com/engine/containers/multi-service_container/',
    'https://man7.org/linux/man-pages/man7/pid_namespaces.7.html',
  ],
  *check(container) {
    for (const broken of brokenBy(container, 'jobUntold')) {
      const { process, child, at } = broken.break;
      const { signal } = broken.stop;
      const nobody = asksInVain(process, signal)
        ? `the trap finds nobody (in dash \`$(jobs -p)\` is always empty)`
        : `nobody passes ${signal} on to it`;
      const edits = process.shell?.busy === 'wait' ? tellJobs(process, signal) : [];
      yield {
        at,
        severity: broken.severity(sure(container, broken)),
        message: `\`${child.program}\` is started in the background, and ${nobody}: it is killed ${endOf(broken)}${broken.when}`,
        related: storyOf(container, broken),
        fixes: edits.length > 0 ? [{ title: 'Tell all jobs to stop, and wait for them', safety: 'unsafe', edits }] : [],
      };
    }
    for (const broken of brokenBy(container, 'loopStays')) {
      const { process, child, at } = broken.break;
      const end = broken.outcome === 'killedAtOnce' ? 'is killed at once' : 'is killed at the end of the grace period';
      yield {
        at,
        severity: broken.severity(whereServing(container, 'warning', 'error')),
        message: `a loop starts \`${child.program}\` again and again, and \`${process.program}\` does not pass ${broken.stop.signal} on: \`${child.program}\` is never told to stop and ${end}${broken.when}`,
        related: storyOf(container, broken),
      };
    }
  },
});

/** Whether a trap asks dash for its jobs in a subshell, which has none. */
function asksInVain({ shell }: Process, signal: string): boolean {
  const trap = shell?.traps.get(signal);
  return shell?.dialect === 'dash' && asksForJobs(trap?.text ?? trap?.word?.raw ?? '');
}

/** Beside another program, one of which nothing is known may be a helper. */
function sure(container: Container, { stop: { server }, break: { child } }: Broken): Severity {
  if (!server || server === child) return whereServing(container, 'warning', 'error');
  return child.facts || server.facts?.role === 'task' ? 'warning' : 'hint';
}

function endOf({ stop: { server, outcome, endsAfter }, break: { child, process } }: Broken): string {
  if (outcome === 'killedAfterGrace' || (!server && endsAfter === undefined)) return 'at the end of the grace period';
  if (outcome === 'killedAtOnce' || server === child || !server) return `as soon as \`${process.program}\` ends`;
  return `as soon as \`${server.program}\` ends`;
}
