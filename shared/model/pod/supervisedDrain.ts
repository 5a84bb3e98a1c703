// How long the programs of a supervisor take for their last requests, and how much of that it gives them.

import type { Supervision } from '../launch/supervisord.ts';
import { givenAt } from '../setting.ts';
import { type Stop, seenByAll } from '../stop/stopPath.ts';
import { knownValue } from '../value.ts';
import type { Drain } from './drain.ts';
import { MARGIN } from './gracePeriod.ts';
import { drainInWords } from './ownTimes.ts';

/** A program that has work to finish when its supervisor stops it. */
export interface SupervisedWork {
  readonly supervision: Supervision;
  readonly program: string;
  /** Seconds until its supervisor kills it. */
  readonly patience: number;
  /** What it takes for its last requests, as far as that is known. */
  readonly needs: Drain | undefined;
  /** Whether the signal does not get to it as it is. */
  readonly moot: boolean;
}

/** The programs of a supervisor that act on the signal that it sends them, or would if it got to them. */
export function supervisedWork(stop: Stop): readonly SupervisedWork[] {
  return seenByAll(stop).flatMap(({ hops, server, outcome }): readonly SupervisedWork[] => {
    const supervision = hops.findLast(({ process }) => process.supervision)?.process.supervision;
    const patience = supervision && knownValue(supervision.patience.value);
    if (!supervision || patience === undefined || !server || outcome === 'drops') return [];
    const own = drainInWords(server.argv);
    const usual = server.facts?.drainSeconds;
    const needs: Drain | undefined =
      own?.seconds !== undefined
        ? { seconds: own.seconds, why: `by \`${own.name}\``, at: server.at, assumed: false, spare: MARGIN }
        : usual !== undefined
          ? { seconds: usual, why: `by default of \`${server.program}\``, at: undefined, assumed: true, spare: MARGIN }
          : undefined;
    return [{ supervision, program: server.program, patience, needs, moot: !/^(?:drains|reaches)$/.test(outcome) }];
  });
}

/**
 * What all programs together may take, which are stopped one group after the other; `undefined` where no supervisor is
 * known, and a drain that is absent where nothing says how long they take.
 */
export function supervisedDrain(stop: Stop): { readonly drain: Drain | undefined } | undefined {
  const work = supervisedWork(stop).filter(({ moot }) => !moot);
  if (work.length === 0) return undefined;
  const groups = new Map<string, Drain>();
  for (const { supervision, patience, needs } of work) {
    const at = givenAt(supervision.patience);
    const limit: Drain = {
      seconds: patience,
      why: `by \`stopwaitsecs\` of \`${supervision.name}\``,
      at,
      assumed: false,
      spare: MARGIN,
    };
    const own = needs && needs.seconds <= patience ? needs : at || needs ? { ...limit, assumed: !at } : undefined;
    const before = groups.get(supervision.group);
    if (own && (!before || own.seconds > before.seconds)) groups.set(supervision.group, own);
  }
  const [first, ...others] = groups.values();
  if (!first || others.length === 0) return { drain: first };
  const all = [first, ...others];
  return {
    drain: {
      seconds: all.reduce((sum, { seconds }) => sum + seconds, 0),
      why: 'for its programs, which are stopped one after the other',
      at: all.find(({ at }) => at)?.at,
      assumed: all.every(({ assumed }) => assumed),
      spare: MARGIN,
    },
  };
}
