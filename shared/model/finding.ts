// What the analysis tells: a finding, the facts that led to it, and the fixes that hold. Plain data for any host.
import type { Edit, Place } from '../text/span.ts';

/** How bad a finding is. */
export type Severity = 'error' | 'warning' | 'info' | 'hint';

/** Most severe first. */
export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info', 'hint'];

/** The more severe of two. */
export function worse(a: Severity, b: Severity): Severity {
  return SEVERITIES.indexOf(a) <= SEVERITIES.indexOf(b) ? a : b;
}

/** A fact of the chain that led to a finding, with its place. */
export interface Related {
  readonly at: Place;
  readonly message: string;
}

/** `safe`: behaviour differs only in stopping better. `unsafe`: a person should look. */
export type Safety = 'safe' | 'unsafe';

/** One repair: edits that belong together, possibly in several files, never overlapping. */
export interface Fix {
  readonly title: string;
  readonly safety: Safety;
  readonly edits: readonly Edit[];
}

/** Something that would go wrong when the container is told to stop. */
export interface Finding {
  /** The rule's id. */
  readonly rule: string;
  readonly severity: Severity;
  /** Within one line of its file. */
  readonly at: Place;
  readonly message: string;
  readonly related: readonly Related[];
  readonly fixes: readonly Fix[];
}

/** Something that keeps Softstop itself from doing its work: a wrong setting, an unreadable file, a rule that failed. */
export interface Problem {
  readonly kind: 'configuration' | 'file' | 'internal';
  /** Absent where no file says it, such as an editor's setting. */
  readonly at: Place | undefined;
  readonly message: string;
}
