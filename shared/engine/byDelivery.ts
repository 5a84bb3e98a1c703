// Makes one story of what is found in something that reaches the cluster in several ways: with several values files, in
// several overlays. What is wrong in all of them is wrong; what is wrong in some says in which. Knows no rule by name.
import type { Fix, Related } from '../model/finding.ts';
import type { Condition } from '../model/value.ts';
import { type Edit, type Place, samePlace } from '../text/span.ts';
import type { RawFinding } from './rawFinding.ts';

/** More are not named one by one. */
const MOST_WAYS = 8;

/** A pod, a Service or a webhook, in one of the ways in which it reaches the cluster. */
interface Delivered {
  readonly at: Place;
  readonly specAt: Place;
  readonly when?: Condition;
  readonly workload?: { readonly kind: string };
}

/** The findings of one file, those of the same pod together. */
export function byDelivery(findings: readonly RawFinding[], delivered: readonly Delivered[]): readonly RawFinding[] {
  const ways = waysOf(delivered);
  const told = new Set<RawFinding>();
  return findings.flatMap((finding) => {
    const all = ways.get(finding.about);
    if (!all) return [finding];
    if (told.has(finding)) return [];
    const akin = findings.filter(({ rule, about }) => rule === finding.rule && ways.get(about) === all);
    const same = akin.filter(({ at, masked }) => samePlace(at, finding.at) && masked === finding.masked);
    for (const one of same) told.add(one);
    // A value that each values file gives by itself is wrong in a place of its own.
    const elsewhere = akin.filter(({ at }) => at.path !== finding.at.path);
    const found = [...same, ...elsewhere].map(({ about }) => about);
    return [
      together(
        same,
        conditionsOf(same, all),
        all.every((one) => found.includes(one)),
      ),
    ];
  });
}

/**
 * For each that is there in several ways, all of these. Where a loop writes several pods at one place, the first of
 * them in one way is the first in another.
 */
function waysOf(delivered: readonly Delivered[]): ReadonlyMap<object, readonly Delivered[]> {
  const groups = new Map<string, Delivered[]>();
  const turns = new Map<string, number>();
  for (const one of delivered) {
    const { when, at, specAt, workload } = one;
    if (!when) continue;
    const place = `${workload?.kind} ${at.path} ${at.start} ${specAt.path} ${specAt.start}`;
    const turn = (turns.get(`${place} ${when.text}`) ?? 0) + 1;
    turns.set(`${place} ${when.text}`, turn);
    groups.set(`${place} ${turn}`, [...(groups.get(`${place} ${turn}`) ?? []), one]);
  }
  return new Map(
    [...groups.values()].filter(({ length }) => length > 1).flatMap((all) => all.map((one) => [one, all])),
  );
}

function conditionsOf(findings: readonly RawFinding[], all: readonly Delivered[]): readonly Condition[] {
  return all.flatMap((one) => (one.when && findings.some(({ about }) => about === one) ? [one.when] : []));
}

/** One finding for all of these, with the ways in which it is found; unless those are all, it depends on them. */
function together(findings: readonly RawFinding[], conditions: readonly Condition[], always: boolean): RawFinding {
  const [first] = findings;
  if (!first) throw new RangeError('at least one finding');
  const related: Related[] = [];
  const facts = [...findings.flatMap((one) => one.related), ...conditions.slice(0, MOST_WAYS).flatMap(factOf)];
  for (const fact of facts) if (!related.some(({ at }) => samePlace(at, fact.at))) related.push(fact);
  const fixes = fixesOf(findings);
  if (always) return { ...first, related, fixes };
  const named = conditions.slice(0, MOST_WAYS).map(({ text }) => text);
  const more = conditions.length > MOST_WAYS ? ' and others' : '';
  const message = `${first.message}, ${named.join(' and ')}${more}`;
  return { ...first, message, severity: first.severity === 'hint' ? 'hint' : 'info', related, fixes };
}

function factOf({ text, at }: Condition): readonly Related[] {
  return at ? [{ at, message: `so it is ${text}` }] : [];
}

/**
 * A fix makes the edits of all that offer it by the same title. One that does only a part of what another does, because
 * that is enough in some ways, is left out.
 */
function fixesOf(findings: readonly RawFinding[]): readonly Fix[] {
  const byTitle = new Map<string, Fix>();
  for (const fix of findings.flatMap(({ fixes }) => fixes)) {
    const known = byTitle.get(fix.title);
    byTitle.set(fix.title, known ? { ...known, edits: distinct([...known.edits, ...fix.edits]) } : fix);
  }
  const all = [...byTitle.values()];
  const isPart = (fix: Fix, other: Fix) =>
    fix !== other &&
    fix.edits.length < other.edits.length &&
    distinct([...other.edits, ...fix.edits]).length === other.edits.length;
  return all.filter((fix) => !all.some((other) => isPart(fix, other)));
}

/** Edits without those that are there already. */
export function distinct(edits: readonly Edit[]): readonly Edit[] {
  const isSame = (a: Edit, b: Edit) => samePlace(a, b) && a.newText === b.newText;
  return edits.filter((edit, i) => edits.findIndex((other) => isSame(other, edit)) === i);
}
