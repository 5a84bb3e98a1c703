// What a rule is. A rule reads the model and yields reports; it never sees a parser's tree, a file or an editor.
import type { Fix, Related, Severity } from '../model/finding.ts';
import type { Project } from '../model/project.ts';
import type { Subjects } from '../model/subjects.ts';
import type { Place } from '../text/span.ts';

/** What a rule yields: a finding without what the rule itself fixes (id, and severity unless overridden). */
export interface Report {
  readonly at: Place;
  readonly message: string;
  /** Overrides the rule's severity. */
  readonly severity?: Severity;
  readonly related?: readonly Related[];
  readonly fixes?: readonly Fix[];
  /** Whether it is moot as long as other findings stand: found, and not shown until they are repaired. */
  readonly masked?: boolean;
}

/** A rule about one kind of subject. */
export interface Rule<K extends keyof Subjects = keyof Subjects> {
  /** Names the problem, in kebab-case; reads well after "allow". */
  readonly id: string;
  readonly subject: K;
  readonly severity: Severity;
  readonly default: 'on' | 'off';
  /** The version that brought it. */
  readonly since: string;
  /** One line for the table of rules. */
  readonly summary: string;
  /** Markdown: what happens at run time, and why it hurts. */
  readonly why: string;
  readonly fix: 'always' | 'sometimes' | 'never';
  /** What to do when another fix brings it to light, as an order: `add a preStop delay`. */
  readonly next?: string;
  /** Why a fix is unsafe, where one is. */
  readonly fixSafety?: string;
  readonly references: readonly string[];
  check(subject: Subjects[K], project: Project): Iterable<Report>;
}

/** Gives a rule literal its type. */
export function defineRule<K extends keyof Subjects>(rule: Rule<K>): Rule<K> {
  return rule;
}
