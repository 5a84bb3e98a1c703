// A finding on its way from a rule to the host: with its rule, and before anything is known of its fixes.
import { type Fix, type Related, type Severity, worse } from '../model/finding.ts';
import type { Rule } from '../rules/rule.ts';
import { type Place, samePlace } from '../text/span.ts';

/** What a rule says of a place. */
export interface RawFinding {
  readonly rule: Rule;
  /** The pod that it is about, or the image's own container: what else is found there belongs to the same story. */
  readonly about: object;
  readonly severity: Severity;
  readonly at: Place;
  readonly message: string;
  readonly related: readonly Related[];
  readonly fixes: readonly Fix[];
  /** Whether it is moot as long as other findings stand. */
  readonly masked: boolean;
}

/**
 * One finding for each rule and place, however many launches lead there: the message of the most severe, all facts, and
 * the fixes that any of them offers.
 */
export function mergeReports(findings: readonly RawFinding[]): readonly RawFinding[] {
  const merged = new Map<string, RawFinding>();
  for (const finding of findings) {
    const key = keyOf(finding);
    const twin = merged.get(key);
    merged.set(key, twin ? merge(twin, finding) : finding);
  }
  return [...merged.values()];
}

/** What makes two findings the same one. */
function keyOf({ rule, at }: RawFinding): string {
  return `${rule.id} ${at.path} ${at.start} ${at.end}`;
}

function merge(a: RawFinding, b: RawFinding): RawFinding {
  const severity = worse(a.severity, b.severity);
  const [main, other] = a.severity === severity ? [a, b] : [b, a];
  const related = [
    ...main.related,
    ...other.related.filter((one) => !main.related.some((fact) => samePlace(fact.at, one.at))),
  ];
  const fixes = [...main.fixes, ...other.fixes.filter((one) => !main.fixes.some((fix) => sameFix(fix, one)))];
  return { ...main, severity, related, fixes, masked: a.masked && b.masked };
}

function sameFix(a: Fix, b: Fix): boolean {
  return (
    a.title === b.title &&
    a.edits.length === b.edits.length &&
    a.edits.every((edit, i) => {
      const other = b.edits[i];
      return other !== undefined && samePlace(edit, other) && edit.newText === other.newText;
    })
  );
}
