// How long a pod needs to be given, and the change that gives it. Numbers are rounded up to 5 and never lowered.
import type { Edit } from '../../text/span.ts';
import { knownValue } from '../value.ts';
import type { Drain } from './drain.ts';
import type { Pod } from './pod.ts';

/** Seconds that a budget leaves free. */
export const MARGIN = 5;
/** What Kubernetes gives the last requests of a program when nobody says anything. */
const USUAL_DRAIN = 30;
/** What is left to a program whose needs nobody knows before its grace period is raised. */
export const LEAST_DRAIN = 10;

/** What one container needs of the grace period. */
export interface Need {
  /** Seconds before its stop signal. */
  readonly delay: number;
  readonly drain: Drain | undefined;
}

/** A raised grace period; no edits where it is long enough already. */
export interface Raised {
  readonly edits: readonly Edit[];
  /** `set terminationGracePeriodSeconds to 60`; empty without edits. */
  readonly phrase: string;
}

/** The grace period that is enough for all of these. */
export function graceFor(needs: readonly Need[]): number {
  const seconds = needs.map(({ delay, drain }) => delay + (drain ? drain.seconds + MARGIN : USUAL_DRAIN));
  return Math.ceil(Math.max(0, ...seconds) / 5) * 5;
}

/** Raises a pod's grace period to so many seconds; `undefined` where it cannot be changed. */
export function raiseGrace(pod: Pod, seconds: number): Raised | undefined {
  const change = pod.grace.set(seconds);
  return change.ok
    ? { edits: change.edits, phrase: `set ${graceField(pod)} to ${seconds}${pod.source === 'compose' ? ' s' : ''}` }
    : undefined;
}

/** Raises a pod's grace period if these do not fit into it; one that a template decides stays as it is. */
export function makeRoom(pod: Pod, needs: readonly Need[]): Raised | undefined {
  const grace = knownValue(pod.grace.value);
  const fits = ({ delay, drain }: Need) => delay + (drain?.seconds ?? LEAST_DRAIN) + MARGIN <= (grace ?? 0);
  if (grace === undefined || needs.every(fits)) return { edits: [], phrase: '' };
  return raiseGrace(pod, graceFor(needs));
}

/** The field's name, as people know it. */
function graceField(pod: Pod): string {
  const variable = pod.platforms?.flatMap(({ graceVariable }) => graceVariable ?? [])[0];
  return variable ?? (pod.source === 'compose' ? 'stop_grace_period' : 'terminationGracePeriodSeconds');
}

/** That nobody gives a grace period, so that the default of its owner holds. */
export function defaultGrace(pod: Pod, seconds: number, whose: string): string {
  return pod.source === 'procfile'
    ? `${seconds} s is what ${whose} gives an app`
    : `no ${graceField(pod)} is given: ${seconds} s is the default of ${whose}`;
}

/** A phrase as the title of a fix. */
export function asTitle(phrase: string): string {
  return phrase.charAt(0).toUpperCase() + phrase.slice(1);
}
