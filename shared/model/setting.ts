// A value that a fix may change: where it was given, and the edits that change it, in whatever notation gave it.
// A rule that sets one knows neither the file nor its language.
import type { Edit, Place } from '../text/span.ts';
import type { Value } from './value.ts';

/** Where a setting's value comes from. */
export type Given =
  | { readonly kind: 'here'; readonly at: Place }
  /** Nobody gave it: `whose` names the default's owner, such as `Kubernetes`. */
  | { readonly kind: 'default'; readonly whose: string }
  /** Given outside the project's files: `from` names it, such as `nginx:1.27`. */
  | { readonly kind: 'inherited'; readonly from: string };

/** The edits that make a change, or why it cannot be made here. */
export type Change =
  | { readonly ok: true; readonly edits: readonly Edit[] }
  | { readonly ok: false; readonly reason: string };

/** A value with its origin and the way to change it. */
export interface Setting<T> {
  readonly value: Value<T>;
  readonly given: Given;
  /** The names of all containers that would change with it, this one included. */
  readonly affects: readonly string[];
  /** The edits that give it this value; a refusal names its reason (a template expression, an inherited value). */
  set(value: T): Change;
}

/** A refusal. */
export function refuse(reason: string): Change {
  return { ok: false, reason };
}

/** A change by these edits. */
export function change(...edits: readonly Edit[]): Change {
  return { ok: true, edits };
}

/** Where a setting stands, if it stands in a file of the project. */
export function givenAt(setting: Setting<unknown>): Place | undefined {
  return setting.given.kind === 'here' ? setting.given.at : undefined;
}
