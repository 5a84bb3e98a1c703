// A span of seconds that is not known exactly.

/** From `min` to `max` seconds; `max` may be `Infinity`. */
export interface Interval {
  readonly min: number;
  readonly max: number;
}

/** What happens at once. */
export const NO_TIME: Interval = { min: 0, max: 0 };
/** What may take no time or for ever. */
export const ANY_TIME: Interval = { min: 0, max: Number.POSITIVE_INFINITY };

/** Exactly so many seconds. */
export function exactly(seconds: number): Interval {
  return { min: seconds, max: seconds };
}

/** One after the other. */
export function sum(...intervals: readonly Interval[]): Interval {
  return intervals.reduce((total, one) => ({ min: total.min + one.min, max: total.max + one.max }), NO_TIME);
}

/** One of them, whichever; of none, no time. */
export function either(...intervals: readonly Interval[]): Interval {
  if (intervals.length === 0) return NO_TIME;
  return { min: Math.min(...intervals.map(({ min }) => min)), max: Math.max(...intervals.map(({ max }) => max)) };
}

/** All at the same time, until the last has ended. */
export function together(...intervals: readonly Interval[]): Interval {
  return { min: Math.max(0, ...intervals.map(({ min }) => min)), max: Math.max(0, ...intervals.map(({ max }) => max)) };
}
