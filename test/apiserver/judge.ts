// Judges what an API server says to projects and to fixes of them: what is rejected must be what a rule finds, and no fix
// may bring a rejection. Asks nobody; knows the rules by what a server would complain about.
import type { Manifest, Verdict } from './apply.ts';
import type { Sending } from './manifests.ts';

/** What the API server rejects, by the rule that finds it. */
const FORETOLD: readonly (readonly [rule: string, complaint: RegExp])[] = [
  ['lifecycle-invalid', /lifecycle|Probe|terminationGracePeriodSeconds/],
  ['lifecycle-field-not-in-version', /lifecycle/],
  ['stop-signal-invalid', /stopSignal/],
  ['prestop-uses-whole-grace', /preStop\.sleep: .*less than terminationGracePeriodSeconds/],
  ['grace-zero', /preStop\.sleep: .*less than terminationGracePeriodSeconds/],
];

/** Fixtures about what a server rejects and no rule finds, because it stops nothing from stopping well. */
const ON_PURPOSE: readonly (readonly [source: string, complaint: RegExp])[] = [
  ['test/rules/grace-zero.md, "A quoted number is no number"', /terminationGracePeriodSeconds: expected numeric/],
];

/** What came of one version; everything is told once. */
export class Judgement {
  readonly accepted = new Set<string>();
  /** Fixed manifests among them. */
  readonly repaired = new Set<string>();
  /** Rejected manifests, as a rule or a fixture says. */
  readonly foretold = new Set<string>();
  /** Fixed ones that are rejected for nothing but what their originals are rejected for. */
  readonly asBefore = new Set<string>();
  /** Why those are rejected, with how many manifests. */
  readonly reasons = new Map<string, Set<string>>();
  /** By kind, how many manifests the server does not know. */
  readonly unknown = new Map<string, Set<string>>();
  /** Why other manifests cannot be sent, with where they stand. */
  readonly left = new Map<string, Set<string>>();
  readonly failures = new Set<string>();
  /** What the original of the variants that come next is rejected for, and what of it cannot be sent. */
  #complaints = new Set<string>();
  #left = new Set<string>();

  /** Takes in one variant with what the server says to its manifests; the original comes before its fixes. */
  add({ variant: { source, fix, rules }, left }: Sending, verdicts: readonly (readonly [Manifest, Verdict])[]): void {
    const isOriginal = fix === undefined;
    if (isOriginal) {
      this.#complaints = new Set();
      this.#left = new Set(left.map(({ file, reason }) => `${file}: ${reason}`));
    }
    for (const { file, reason } of left) {
      if (isOriginal) put(this.left, reason, `${source.name}: ${file}`);
      else if (!this.#left.has(`${file}: ${reason}`))
        this.failures.add(`${source.name}, after "${fix}": ${file}: ${reason}`);
    }
    for (const [manifest, verdict] of verdicts) {
      const text = JSON.stringify(manifest.object);
      if (verdict.kind === 'unknownKind') put(this.unknown, `${manifest.apiVersion} ${manifest.kind}`, text);
      if (verdict.kind === 'accepted') {
        if (!isOriginal && !this.accepted.has(text)) this.repaired.add(text);
        this.accepted.add(text);
      }
      if (verdict.kind !== 'rejected') continue;
      const name = `${source.name}, ${manifest.kind}${isOriginal ? '' : `, after "${fix}"`}`;
      const complaints = complaintsOf(verdict.message);
      const news = isOriginal ? [] : complaints.filter((one) => !this.#complaints.has(one));
      const unfounded = complaints.filter((one) => !isForetold(one, rules, source.name));
      for (const one of news) this.failures.add(`${name}: newly rejected: ${one}`);
      for (const one of unfounded) this.failures.add(`${name}: rejected, and no rule says why: ${one}`);
      if (isOriginal) for (const one of complaints) this.#complaints.add(one);
      if (news.length + unfounded.length > 0) continue;
      (isOriginal ? this.foretold : this.asBefore).add(text);
      for (const one of complaints) put(this.reasons, reasonOf(one, source.name), text);
    }
  }
}

function put(counts: Map<string, Set<string>>, key: string, value: string): void {
  counts.set(key, (counts.get(key) ?? new Set()).add(value));
}

function isForetold(complaint: string, rules: ReadonlySet<string>, source: string): boolean {
  return (
    FORETOLD.some(([rule, pattern]) => rules.has(rule) && pattern.test(complaint)) ||
    ON_PURPOSE.some(([name, pattern]) => name === source && pattern.test(complaint))
  );
}

/** A complaint without what is this manifest's own; of a fixture about it, with its name. */
function reasonOf(complaint: string, source: string): string {
  const [place = '', ...rest] = complaint.split(': ');
  const field = place.replace(/^.*\.(?=(?:lifecycle|\w*[pP]robe|terminationGracePeriodSeconds)\b)/, '');
  const on = ON_PURPOSE.some(([name]) => name === source) ? ` (${source})` : '';
  return `${field}: ${rest.join(': ').replace(/: \d+(?=:)/, '')}${on}`;
}

/**
 * The single complaints of a message: `Deployment.apps "web" is invalid: [spec.a: Required value, spec.b: …]`. A fix may
 * move a container, and what was wrong with it already: its number does not count.
 */
function complaintsOf(message: string): readonly string[] {
  const inner = /is invalid: \[?([\s\S]*?)\]?$/.exec(message)?.[1] ?? /^failed to [^:]*: ([\s\S]*)$/.exec(message)?.[1];
  const parts = (inner ?? message).split(/, (?=[a-z]+[.[][\w.[\]"-]*: )|\n\s*/);
  return parts.filter((part) => !/^\W*(?:errors:)?$/.test(part)).map((part) => part.replace(/\[[^\]]*\]/g, '[]'));
}
