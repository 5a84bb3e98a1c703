// A rewrite of dumb-init that it does not take, or that keeps the stop signal from everybody.
import { signalName, signalNumber } from '../knowledge/signals.ts';
import type { Fix } from '../model/finding.ts';
import { rewriteTo } from '../model/fixes/rewriteFix.ts';
import { hookMayStop } from '../model/hooks/hookStops.ts';
import { brokenBy, foundIn, storyOf } from '../model/stop/brokenStops.ts';
import type { Process, Rewrite } from '../model/stop/processTree.ts';
import type { Stop } from '../model/stop/stopPath.ts';
import type { Place } from '../text/span.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'dumb-init-rewrite',
  subject: 'container',
  severity: 'error',
  default: 'on',
  since: '0.1.0',
  summary: 'A dumb-init `--rewrite` that dumb-init does not take, or that drops the stop signal.',
  why: `\`dumb-init --rewrite 15:3\` passes SIGTERM on as SIGQUIT. It takes two numbers from 1 to 31 and nothing else: for a name
such as \`TERM:QUIT\` it prints its usage and exits 1 (measured with 1.2.5), and the container never starts.

A signal that is rewritten to 0 is dropped. That makes sense where something else stops the program, such as a trap in a
script around it or a preStop hook. Where nothing does, the program serves on until SIGKILL.`,
  fix: 'sometimes',
  fixSafety: 'The program gets a signal that was kept from it.',
  references: ['https://github.com/Yelp/dumb-init#signal-rewriting'],
  *check(container) {
    for (const { fact, severity } of foundIn(container, malformedIn)) {
      yield {
        at: fact.at,
        severity: severity('error'),
        message: `dumb-init takes two numbers from 1 to 31, not \`${fact.rewrite.text}\`: it exits 1, and the container does not start`,
        fixes: byNumbers(fact.rewrite),
      };
    }
    if (hookMayStop(container)) return;
    for (const broken of brokenBy(container, 'signalDropped')) {
      const { process, child, at } = broken.break;
      const { signal, server } = broken.stop;
      const rewrite = process.init?.written.find(({ from, to }) => from === signal && to === undefined);
      yield {
        at: rewrite?.at ?? at,
        severity: broken.severity('warning'),
        message: `dumb-init drops ${signal}, and nothing else stops \`${(server ?? child).program}\`: it is killed at the end of the grace period${broken.when}`,
        related: storyOf(container, broken),
        fixes: rewrite && server ? passedOn(rewrite, server, signal) : [],
      };
    }
  },
});

interface Malformed {
  readonly at: Place;
  readonly rewrite: Rewrite;
}

function malformedIn({ root }: Stop): readonly Malformed[] {
  return initsIn(root).flatMap(({ init }) =>
    (init?.written ?? []).flatMap((rewrite) =>
      rewrite.from === undefined && rewrite.at ? [{ at: rewrite.at, rewrite }] : [],
    ),
  );
}

function initsIn(process: Process): readonly Process[] {
  const below = [...(process.child ? [process.child] : []), ...process.background];
  return [...(process.init ? [process] : []), ...below.flatMap(initsIn)];
}

/** Names as numbers: `TERM:QUIT` as `15:3`. */
function byNumbers({ text, replace }: Rewrite): readonly Fix[] {
  const [, from = '', to = ''] = /^\s*(\w+)\s*[:=]\s*(\w+)\s*$/.exec(text) ?? [];
  const [first, second] = [numberOf(from), to === '0' ? 0 : numberOf(to)];
  const edit = first !== undefined && second !== undefined ? replace(`${first}:${second}`) : undefined;
  return edit ? [{ title: `Write ${first}:${second}`, safety: 'safe', edits: [edit] }] : [];
}

function numberOf(text: string): number | undefined {
  const number = signalName(text) === undefined ? undefined : signalNumber(text);
  return number !== undefined && number <= 31 ? number : undefined;
}

/** The signal that the program drains on, in place of none. */
function passedOn(rewrite: Rewrite, { facts }: Process, signal: string): readonly Fix[] {
  const [first] = facts?.graceful ?? [];
  return first ? rewriteTo(rewrite, facts?.graceful.includes(signal) ? signal : first) : [];
}
