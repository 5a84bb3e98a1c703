// What the model holds when it may not know: a value, a few values with their conditions, or unknown.
// Unknown is a first-class answer; rules stay silent on it.
import type { Place } from '../text/span.ts';

/**
 * Something that is open, and how it is taken here: ``when `[ -n "$X" ]` holds``. With a place it is decided by a file
 * or whoever runs the container; without one it is only that nobody here knows.
 */
export interface Condition {
  readonly text: string;
  readonly holds: boolean;
  readonly at?: Place;
}

/** One of several values, with the conditions under which it is the one. */
export interface Alternative<T> {
  readonly value: T;
  readonly when: readonly Condition[];
}

/** A value that is known, one of a few, or unknown for a stated reason. */
export type Value<T> =
  | { readonly kind: 'known'; readonly value: T }
  | { readonly kind: 'oneOf'; readonly alternatives: readonly Alternative<T>[] }
  | { readonly kind: 'unknown'; readonly why: string };

/** More alternatives than this are `unknown`: nobody reads a longer list. */
const MAX_ALTERNATIVES = 8;

/** A value that nothing leaves open. */
export function known<T>(value: T): Value<T> {
  return { kind: 'known', value };
}

/** A value that nobody here knows; `why` is a clause for people. */
export function unknown(why: string): Value<never> {
  return { kind: 'unknown', why };
}

/** The alternatives as a value: none is unknown, one without conditions is known, too many are unknown. */
export function oneOf<T>(alternatives: readonly Alternative<T>[]): Value<T> {
  const [first] = alternatives;
  if (!first) return unknown('no alternative can happen');
  if (alternatives.length === 1) return known(first.value);
  if (alternatives.length > MAX_ALTERNATIVES) return unknown(`more than ${MAX_ALTERNATIVES} alternatives`);
  return { kind: 'oneOf', alternatives };
}

/** All that the value may be; empty when unknown. */
export function alternatives<T>(value: Value<T>): readonly Alternative<T>[] {
  if (value.kind === 'known') return [{ value: value.value, when: [] }];
  return value.kind === 'oneOf' ? value.alternatives : [];
}

/** The value if it is known, and nothing else. */
export function knownValue<T>(value: Value<T>): T | undefined {
  return value.kind === 'known' ? value.value : undefined;
}
