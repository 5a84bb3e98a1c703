// A shell that the shell form starts stays in front of the program, and keeps the stop signal to itself.

import type { Fix } from '../model/finding.ts';
import { brokenArrays, type RepairedArray } from '../model/fixes/brokenJson.ts';
import { shellFix, shellFormOf } from '../model/fixes/execFixes.ts';
import { brokenBy, endsAtShell, storyOf, whereServing } from '../model/stop/brokenStops.ts';
import type { Embedded } from '../text/embedded.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'shell-form-pid1',
  subject: 'container',
  severity: 'warning',
  default: 'on',
  since: '0.1.0',
  summary: 'A CMD or ENTRYPOINT in shell form leaves a shell in front of the program; the stop signal ends there.',
  why: `In shell form the builder writes \`/bin/sh -c "…"\`, and that shell is PID 1. If it waits for the program instead of
becoming it, the stop signal is lost: the kernel drops signals that PID 1 has no handler for, and a shell passes nothing
on. The program goes on until the grace period is over and is killed in the middle of whatever it does.

Whether the shell becomes the program depends on the shell. dash, which is \`/bin/sh\` on Debian and Ubuntu, never does it
by itself. bash and busybox (Alpine) do for a plain last command; those images are not reported.`,
  fix: 'sometimes',
  fixSafety:
    'A line that only looks like an array is written as what was probably meant; the container starts something that it did not start before.',
  references: [
    'https://docs.docker.com/reference/dockerfile/#shell-and-exec-form',
    'https://docs.docker.com/build/checks/json-args-recommended/',
  ],
  *check(container) {
    const arrays = brokenArrays(container);
    for (const broken of brokenBy(container, 'shellFormStays')) {
      const { process, at } = broken.break;
      const written = shellFormOf(container, process)?.command.words ?? [];
      if (arrays.some(({ source }) => source === written.at(-1)?.source)) continue;
      yield {
        at,
        severity: broken.severity(whereServing(container, 'warning', 'error')),
        message: endsAtShell(
          broken,
          written
            .slice(0, -1)
            .map(({ text }) => text)
            .join(' '),
        ),
        related: storyOf(container, broken),
        fixes: shellFix(container, process),
      };
    }
    for (const { source, shell, mistakes, repaired } of arrays) {
      const why = mistakes.length > 0 ? ` (${mistakes.join(', ')})` : '';
      yield {
        at: source.at,
        severity: 'error',
        message: `this looks like a JSON array and is none${why}: the whole line goes to \`${shell}\`, which knows no such command`,
        fixes: repaired ? [arrayFix(source, repaired)] : [],
      };
    }
  },
});

function arrayFix({ at }: Embedded, { text, form }: RepairedArray): Fix {
  const title = form === 'exec' ? 'Write it as a JSON array' : 'Write it for the shell, with `exec`';
  return { title, safety: 'unsafe', edits: [{ ...at, newText: text }] };
}
