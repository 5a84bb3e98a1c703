// Chance that can be repeated.

/** Draws from a seed: the same seed gives the same draws. */
export interface Chance {
  /** Whether something of this probability happens. */
  happens(probability: number): boolean;
  /** One of these, all as likely. */
  one<T>(of: readonly T[]): T;
  /** One of these, as likely as its weight says. */
  weighted<T>(of: readonly (readonly [weight: number, value: T])[]): T;
  /** From 0 to `limit`, the limit left out. */
  below(limit: number): number;
}

export function chanceFrom(seed: number): Chance {
  let state = seed | 0;
  // mulberry32
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    happens: (probability) => next() < probability,
    one: (of) => of[below(of.length)] as (typeof of)[number],
    weighted(of) {
      let left = next() * of.reduce((sum, [weight]) => sum + weight, 0);
      const found = of.find(([weight]) => {
        left -= weight;
        return left < 0;
      });
      return (found ?? of[of.length - 1])?.[1] as (typeof of)[number][1];
    },
    below,
  };
}
