// What becomes of the work in flight in one way that a launch goes, read off its life. Knows no file format.
import { mannerOf } from '../../knowledge/programs.ts';
import type { Life } from '../run/followLaunch.ts';
import type { Process } from './processTree.ts';
import { toldAt } from './shellBreaks.ts';
import { isAbandoned, leavesItsPrograms } from './supervisedWays.ts';

/** What becomes of the work in flight. */
export type Outcome =
  /** The program gets a signal that it drains on, and has all the time of the grace period. */
  | 'drains'
  /** The program gets the signal; nobody here knows what it does with it. */
  | 'reaches'
  /** The program is told and drops what it is doing. */
  | 'drops'
  /** The container ends some seconds after the signal, whether or not the program has finished. */
  | 'cutShort'
  /** The program is never told; it serves until SIGKILL ends it with the grace period. */
  | 'killedAfterGrace'
  /** The container ends at once and takes the program with it, before any grace period. */
  | 'killedAtOnce'
  | 'unknown';

/** How bad an outcome is for the work in flight: a fix must not raise it. */
export function harm(outcome: Outcome): number {
  return { drains: 0, reaches: 1, unknown: 1, drops: 2, killedAfterGrace: 2, cutShort: 2, killedAtOnce: 3 }[outcome];
}

/** Whether the program is not told, or is killed before it can act on it. */
export function isLost(outcome: Outcome): boolean {
  return outcome === 'killedAfterGrace' || outcome === 'killedAtOnce';
}

/** A container that is gone within a second has not waited for anybody. */
const AT_ONCE = 1;

/** What becomes of what `server` works on; `signal` is what the container gets, where that is known. */
export function outcomeOf(life: Life, server: Process | undefined, signal: string | undefined): Outcome {
  const { processOf, events } = life;
  const process = server && processOf.get(server);
  const end = process?.end;
  if (!server || !end) return 'unknown';
  const own = events.filter((event) => event.process === process);
  const kinds = own.map(({ kind }) => kind);
  if (leavesItsPrograms(server) && kinds.includes('ends')) return life.mayHaveTold ? 'unknown' : 'killedAtOnce';
  if (isAbandoned(life, server)) return 'killedAtOnce';
  // Whoever is told as the container ends is no better off.
  if (end.by === 'container' && end.at <= AT_ONCE) return 'killedAtOnce';
  if (life.mayHaveTold && toldAt(life, server) === undefined) return 'unknown';
  if (end.by === 'kill') return 'killedAfterGrace';
  if (end.by === 'container') return 'cutShort';
  // Its supervisor has no more patience with one that was never told.
  if (end.by === 'supervisor' && toldAt(life, server) === undefined) return 'killedAfterGrace';
  if (end.by === 'signal' || kinds.includes('ends')) return signal === undefined ? 'reaches' : 'drops';
  const drains = own.find(({ kind }) => kind === 'drains');
  if (!drains || signal === undefined || server.facts?.dependsOnConfig) return 'reaches';
  // Nobody knows when clients leave.
  return mannerOf(server.facts, drains.signal) === 'waitsForClients' ? 'reaches' : 'drains';
}
