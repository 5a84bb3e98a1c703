// Which item of a `case` a word falls into, as far as it can be told.
import { type CaseItem, literal, type ShellWord } from '../../sources/shell.ts';
import { globPattern } from '../../text/glob.ts';

/** The first item that matches; where a pattern cannot be decided, `decide` says whether it does. */
export function matchingItem(
  items: readonly CaseItem[],
  subject: string | undefined,
  decide: (patterns: readonly ShellWord[]) => boolean,
): CaseItem | undefined {
  return items.find(({ patterns }) => matches(patterns, subject) ?? decide(patterns));
}

function matches(patterns: readonly ShellWord[], subject: string | undefined): boolean | undefined {
  if (patterns.some((pattern) => pattern.raw === '*')) return true;
  if (subject === undefined) return undefined;
  if (patterns.some((pattern) => globPattern(literal(pattern) ?? pattern.raw).test(subject))) return true;
  return patterns.every((pattern) => pattern.parts.every((part) => part.kind !== 'variable')) ? false : undefined;
}
