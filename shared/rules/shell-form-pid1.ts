// A shell that the shell form starts stays in front of the program, and keeps the stop signal to itself.
import { brokenBy, storyOf, whereServing } from '../model/brokenStops.ts';
import { looksLikeJson, repairedJson } from '../model/brokenJson.ts';
import { shellFix } from '../model/execFixes.ts';
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
  fixSafety: 'A line that only looks like an array is rewritten as what it was probably meant to be.',
  references: [
    'https://docs.docker.com/reference/dockerfile/#shell-and-exec-form',
    'https://docs.docker.com/build/checks/json-args-recommended/',
  ],
  *check(container) {
    const mistakes = looksLikeJson(container);
    for (const broken of brokenBy(container, 'shellFormStays')) {
      const { process, child, at } = broken.break;
      if (mistakes.some(({ text }) => process.argv.includes(text))) continue;
      const shell = process.argv.slice(0, -1).join(' ');
      yield {
        at,
        severity: broken.severity(whereServing(container, 'warning', 'error')),
        message: `\`${shell}\` stays in front of \`${child.program}\`, which never gets ${broken.stop.signal} and is killed${broken.when}`,
        related: storyOf(container, broken),
        fixes: shellFix(container, process),
      };
    }
    for (const text of mistakes) {
      const fixed = repairedJson(text.text);
      yield {
        at: text.at,
        severity: 'error',
        message: `this is no JSON array (${fixed?.why ?? 'it cannot be read as one'}), so \`/bin/sh -c\` runs it as a command`,
        fixes: fixed ? [{ title: 'Write it as a JSON array', safety: 'unsafe', edits: [{ ...text.at, newText: fixed.text }] }] : [],
      };
    }
  },
});
