// A launch to be tried: what a container would run, and what it finds there. Plain data; knows neither the model nor
// the kernel.
import type { Dialect } from '../../shared/knowledge/images.ts';

/** Files stand in /srv, which is the working directory; all can be run. `PATH` leads to the stand-ins and the system. */
export interface RealLaunch {
  readonly words: readonly string[];
  /** By name. */
  readonly files?: Readonly<Record<string, string>>;
  /** What answers to /bin/sh; dash if nothing is said. */
  readonly sh?: Dialect;
  readonly env?: Readonly<Record<string, string>>;
  /** The stop signal; SIGTERM if nothing is said. */
  readonly signal?: string;
  /** Whether it is no PID 1, as where the containers of a pod share their processes. */
  readonly shared?: boolean;
  /** The words of a preStop hook. */
  readonly hook?: readonly string[];
  /** Seconds from the stop order to SIGKILL: from the hook's start, where there is one. */
  readonly grace?: number;
  /** Milliseconds for which nothing may change before it counts as ready, where that is longer than usual. */
  readonly quiet?: number;
  /** Seconds that its end may come later than its programs let it: one takes its time to leave, a supervisor looks around once a second. */
  readonly late?: number;
}

/** Seconds to SIGKILL where a launch says nothing: between the times at which things happen, which are multiples of 0.4. */
export const GRACE = 1.4;

/** What became of one server: the signals it got, and whether it got done. A name may have been started again. */
export interface Fate {
  readonly name: string;
  readonly signals: readonly string[];
  /** Predicted signals that came too close to its end to be sure that it notices them. */
  readonly raced?: readonly string[];
  readonly drained: boolean;
}

/** A launch's end, as it is or as it is predicted. */
export interface Course {
  readonly fates: readonly Fate[];
  /** Seconds from the stop order. */
  readonly at: number;
  /** Absent where it is open. */
  readonly status: number | undefined;
  /** Whether SIGKILL at the end of the grace period was needed. */
  readonly killed: boolean;
}
