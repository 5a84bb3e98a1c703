// A program that has become PID 1 and has jobs of the script before it, whose leftovers nobody collects.
import { foundIn } from '../model/stop/brokenStops.ts';
import type { Process } from '../model/stop/processTree.ts';
import type { Stop } from '../model/stop/stopPath.ts';
import type { Place } from '../text/span.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'orphans-without-init',
  subject: 'container',
  severity: 'hint',
  default: 'off',
  since: '0.1.0',
  summary: 'The program is PID 1, and what a background job leaves behind is never collected.',
  why: `A process that ends stays in the process table until its parent has asked for its status. Processes that have lost their
parent get PID 1 for one. An init and the common shells collect them; most servers do not know of these children. What a
background job of the start-up script leaves behind piles up as zombies, until the container can start nothing more.

An init in front (tini, dumb-init, \`init: true\`, \`shareProcessNamespace\`) collects them. It is no help against lost stop
signals by itself: a program without a handler for the signal dies of it at once when it is no longer PID 1.`,
  fix: 'never',
  references: [
    'https://github.com/Yelp/dumb-init#why-you-need-an-init-system',
    'https://github.com/krallin/tini#why-tini',
  ],
  *check(container) {
    for (const { fact, stop, when, severity } of foundIn(container, jobsOfPid1)) {
      const { root } = stop;
      yield {
        at: fact.at,
        severity: severity('hint'),
        message: `\`${root.program}\` becomes PID 1 with ${nameOf(fact.job)} as its child, and may not collect what that leaves behind${when}`,
        related: root.at ? [{ at: root.at, message: `the script becomes \`${root.program}\` here` }] : [],
      };
    }
  },
});

interface Job {
  readonly at: Place;
  readonly job: Process;
}

function nameOf({ program, shell }: Process): string {
  return shell?.reads.kind === 'subshell' ? 'a background job' : `\`${program}\``;
}

function jobsOfPid1({ root, pid1 }: Stop): readonly Job[] {
  if (!pid1 || root.role !== 'program' || root.facts?.role === 'supervisor') return [];
  return root.background.flatMap((job) => (job.at && job.facts?.role !== 'task' ? [{ at: job.at, job }] : []));
}
