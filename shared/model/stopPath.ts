// What the stop signal does: hop by hop through the process tree, to the server. Filled in below.
import type { Place } from '../text/span.ts';
import type { Process } from './processTree.ts';

/** What becomes of the work in flight. */
export type Outcome =
  /** The program gets a signal that it drains on. */
  | 'drains'
  /** The program gets the signal; nobody here knows what it does with it. */
  | 'reaches'
  /** The program is told and drops what it is doing. */
  | 'drops'
  /** The program is never told; it serves until SIGKILL ends it with the grace period. */
  | 'killedAfterGrace'
  /** The container ends at once and takes the program with it, before any grace period. */
  | 'killedAtOnce'
  | 'unknown';

/** Why a signal does not get through, and where. Each kind belongs to exactly one rule. */
export interface Break {
  readonly kind:
    | 'shellFormStays'
    | 'shellStays'
    | 'scriptStays'
    | 'initOverShell'
    | 'initOverScript'
    | 'packageManager';
  /** The process that stands in the way. */
  readonly process: Process;
  /** What it should have been replaced by. */
  readonly child: Process;
  readonly at: Place;
}

/** One way that the launch can go, and what the stop signal does to it. */
export interface Stop {
  readonly signal: string;
  readonly root: Process;
  /** The program that serves: the end of the path. */
  readonly server: Process | undefined;
  readonly outcome: Outcome;
  /** What stands in the way, outermost first; repairing all of them lets the signal through. */
  readonly breaks: readonly Break[];
}
