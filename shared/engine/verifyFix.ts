// Tries every fix before it is offered: what it repairs must be gone, nothing new may be found, and no launch of the
// project may stop worse than before. Knows no rule by name.
import type { Container } from '../model/container.ts';
import { fileOf } from '../model/documents.ts';
import type { FileModel } from '../model/fileModel.ts';
import type { Fix, Problem } from '../model/finding.ts';
import type { Project } from '../model/project.ts';
import type { Dependents, Recording } from '../model/recording.ts';
import { harm } from '../model/stop/outcome.ts';
import { seenByAll } from '../model/stop/stopPath.ts';
import { alternatives } from '../model/value.ts';
import { settingsFor, severityOf } from '../settings/settings.ts';
import { applyEdits, editsByPath } from '../text/edits.ts';
import { contains, type Edit, type Place } from '../text/span.ts';
import { distinct } from './byDelivery.ts';
import { mergeReports, type RawFinding } from './rawFinding.ts';

/** One file's part of an analysis, with the questions that it asked. */
export interface Unit {
  readonly path: string;
  readonly recording: Recording;
  readonly model: FileModel;
  readonly findings: readonly RawFinding[];
  readonly problems: readonly Problem[];
}

interface Verdict {
  /** The units that the fix changes something for, and all that there were. */
  readonly affected: readonly Unit[];
  readonly all: ReadonlySet<Unit>;
  /** Absent: not offered. */
  readonly fix: Fix | undefined;
}

/** Verifies fixes, and remembers what it found for as long as nothing that it looked at has changed. */
export class Verifier {
  readonly #unitOf: (project: Project, path: string) => Unit;
  readonly #verdicts = new WeakMap<Fix, Verdict>();
  #wants: string[] = [];

  constructor(unitOf: (project: Project, path: string) => Unit) {
    this.#unitOf = unitOf;
  }

  /** The files that were missed since the last call. */
  takeWants(): readonly string[] {
    const wants = this.#wants;
    this.#wants = [];
    return wants;
  }

  /** The fixes of each finding that hold. */
  holding(
    project: Project,
    units: ReadonlySet<Unit>,
    dependents: Dependents<Unit>,
    findings: readonly RawFinding[],
  ): ReadonlyMap<RawFinding, readonly Fix[]> {
    const open: Offer[] = [];
    const held = new Map<Fix, Fix | undefined>();
    const newSince = freshness(units);
    for (const finding of findings) {
      for (const fix of finding.fixes) {
        const known = this.#verdicts.get(fix);
        if (known && stillHolds(known, units, newSince(known.all), fix)) {
          this.#verdicts.set(fix, { ...known, all: units });
          held.set(fix, known.fix);
        } else {
          open.push({ finding, fix });
        }
      }
    }
    for (const batch of batches(open, units)) this.#verify({ project, units, dependents }, batch, held);
    return new Map(findings.map((finding) => [finding, finding.fixes.flatMap((fix) => held.get(fix) ?? [])]));
  }

  /** Tries offers that have nothing to do with each other at once; where that goes wrong, the halves. */
  #verify(look: Look, batch: readonly Offer[], into: Map<Fix, Fix | undefined>): void {
    const { project, units, dependents } = look;
    const edits = editsOf(batch);
    const after = applied(project, edits);
    const affected = after ? dependents.affected(pathsOf(edits), project, after) : [];
    const now = after ? affected.map(({ path }) => this.#unitOf(after, path)) : [];
    const verified = after && hold(after, affected, now, batch);
    if (!verified && batch.length > 1) {
      const half = batch.length >> 1;
      this.#verify(look, batch.slice(0, half), into);
      this.#verify(look, batch.slice(half), into);
      return;
    }
    const wants = now.flatMap(({ recording }) => recording.wants());
    this.#wants.push(...wants);
    for (const [i, { fix }] of batch.entries()) {
      const held = verified?.[i];
      into.set(fix, held);
      if (wants.length === 0) this.#verdicts.set(fix, { affected, all: units, fix: held });
    }
  }
}

/** What fixes are tried on. */
interface Look {
  readonly project: Project;
  readonly units: ReadonlySet<Unit>;
  readonly dependents: Dependents<Unit>;
}

/** A fix that a finding offers. */
interface Offer {
  readonly finding: RawFinding;
  readonly fix: Fix;
}

/**
 * Offers that are tried together: of files that describe many pods, one for each pod. A file of ten thousand lines would
 * otherwise be read anew for every fix.
 */
function batches(offers: readonly Offer[], units: ReadonlySet<Unit>): readonly (readonly Offer[])[] {
  const crowded = new Set([...units].filter(({ model }) => model.pods.length > 1).map(({ path }) => path));
  const together = new Map<string, Offer[]>();
  const alone: Offer[][] = [];
  const turns = new Map<object, number>();
  for (const offer of offers) {
    const [path, ...others] = editsByPath(offer.fix.edits).keys();
    if (path === undefined || others.length > 0 || !crowded.has(path)) {
      alone.push([offer]);
      continue;
    }
    const turn = turns.get(offer.finding.about) ?? 0;
    turns.set(offer.finding.about, turn + 1);
    const key = `${turn} ${path}`;
    together.set(key, [...(together.get(key) ?? []), offer]);
  }
  return [...together.values(), ...alone];
}

/** What several offers change together: overlays of one base offer the same edit of it. */
function editsOf(batch: readonly Offer[]): readonly Edit[] {
  return distinct(batch.flatMap(({ fix }) => fix.edits));
}

/** Tells which units were not there when a verdict was found. */
function freshness(units: ReadonlySet<Unit>): (all: ReadonlySet<Unit>) => readonly Unit[] {
  const known = new Map<ReadonlySet<Unit>, readonly Unit[]>();
  return (all) => {
    const fresh = known.get(all) ?? [...units].filter((unit) => !all.has(unit));
    known.set(all, fresh);
    return fresh;
  };
}

/** Whether nothing that a verdict rests on has changed since. */
function stillHolds({ affected }: Verdict, units: ReadonlySet<Unit>, fresh: readonly Unit[], fix: Fix): boolean {
  const changed = pathsOf(fix.edits);
  return affected.every((unit) => units.has(unit)) && fresh.every((unit) => !unit.recording.restsOn(changed));
}

/** The files that edits change, and the documents. */
function pathsOf(edits: readonly Edit[]): readonly string[] {
  return [...new Set(edits.flatMap(({ path }) => [path, fileOf(path)]))];
}

/** The fixes as they are offered, if each repairs what it should and together they harm nothing. */
function hold(
  after: Project,
  before: readonly Unit[],
  now: readonly Unit[],
  batch: readonly Offer[],
): readonly Fix[] | undefined {
  if (now.some(({ problems }, i) => problems.length > (before[i]?.problems.length ?? 0))) return undefined;
  if (before.some((unit, i) => stopsWorse(unit.model, now[i]?.model))) return undefined;
  if (now.some(({ model }, i) => brokenPods(model) > brokenPods(before[i]?.model))) return undefined;
  const edits = editsOf(batch);
  const old = byPath(mergeReports(before.flatMap(({ findings }) => findings)));
  const found = mergeReports(now.flatMap(({ findings }) => findings)).map((one) => ({
    ...one,
    at: mappedBack(one.at, edits),
  }));
  const twin = (one: RawFinding, counts: (known: RawFinding) => boolean = () => true) =>
    old.get(one.at.path)?.find((known) => known.rule === one.rule && counts(known) && touches(known.at, one.at));
  // What stood in a text that was moved is told there as before.
  const moved = (known: RawFinding, one: RawFinding) =>
    isSame(known, one) && edits.some((edit) => edit.path === known.at.path && contains(edit, known.at));
  const isOld = (one: RawFinding) => twin(one) || old.get(one.at.path)?.some((known) => moved(known, one));
  if (found.some((one) => isTold(after, one) && !isOld(one))) return undefined;
  const left = byPath(found);
  const gone = ({ finding }: Offer) =>
    !left
      .get(finding.at.path)
      ?.some((one) => one.rule === finding.rule && (touches(one.at, finding.at) || moved(finding, one)));
  if (!batch.every(gone)) return undefined;
  const unmasked = found.filter(({ masked }) => !masked).flatMap((one) => twin(one, ({ masked }) => masked) ?? []);
  return batch.map(({ finding, fix }) => {
    const own = batch.length === 1 ? unmasked : unmasked.filter(({ about }) => about === finding.about);
    const next = new Set(own.flatMap(({ rule }) => rule.next ?? []));
    return next.size === 0 ? fix : { ...fix, title: `${fix.title} (next: ${[...next].join(', ')})` };
  });
}

function isSame(a: RawFinding, b: RawFinding): boolean {
  return a.rule === b.rule && a.severity === b.severity && a.message === b.message;
}

/** Whether the settings let a finding through: what nobody wants to hear of is no reason against a fix. */
function isTold(project: Project, { at, rule, severity }: RawFinding): boolean {
  return severityOf(settingsFor(project, at.path), rule.id, severity, rule.default === 'on') !== 'off';
}

function byPath(findings: readonly RawFinding[]): ReadonlyMap<string, readonly RawFinding[]> {
  const paths = new Map<string, RawFinding[]>();
  for (const finding of findings) {
    const own = paths.get(finding.at.path);
    if (own) own.push(finding);
    else paths.set(finding.at.path, [finding]);
  }
  return paths;
}

/** The project with the edits made; `undefined` where they cannot be. */
function applied(project: Project, edits: readonly Edit[]): Project | undefined {
  const texts = new Map<string, string>();
  for (const [path, own] of editsByPath(edits)) {
    const text = project.text(path);
    if (text === undefined) return undefined;
    try {
      texts.set(path, applyEdits(text, own));
    } catch {
      return undefined;
    }
  }
  return edits.length > 0 ? project.withTexts(texts) : undefined;
}

/** Whether some container of a file is stopped worse, or cannot be told apart any more. */
function stopsWorse(before: FileModel, after: FileModel | undefined): boolean {
  if (after?.containers.length !== before.containers.length) return true;
  return before.containers.some((container, i) => {
    const other = counterpart(container, i, before, after);
    return other === undefined || worst(other) > worst(container);
  });
}

/** How many pods cannot be read to their end. */
function brokenPods(model: FileModel | undefined): number {
  return model?.pods.filter(({ broken }) => broken).length ?? 0;
}

/** The same container afterwards, which a fix may have moved within its pod. */
function counterpart(container: Container, index: number, before: FileModel, after: FileModel): Container | undefined {
  const other = after.containers[index];
  if (!container.pod || other?.name === container.name) return other;
  const siblings = after.pods[before.pods.indexOf(container.pod)]?.containers ?? [];
  return siblings.find(({ name }) => name === container.name) ?? other;
}

/** The harm of the worst way that the launch can go; what is not known may be as bad as what reaches some program. */
function worst({ stop }: Container): number {
  return Math.max(
    ...alternatives(stop).flatMap(({ value }) => seenByAll(value).map(({ outcome }) => harm(outcome))),
    stop.kind === 'unknown' ? harm('unknown') : 0,
  );
}

/** Where a place of the edited text stood before; places in new text are where the edit was. */
function mappedBack(place: Place, edits: readonly Edit[]): Place {
  const own = edits.filter(({ path }) => path === place.path).sort((a, b) => a.start - b.start);
  const back = (offset: number): number => {
    let shift = 0;
    for (const { start, end, newText } of own) {
      const from = start + shift;
      if (offset < from) break;
      if (offset <= from + newText.length) return Math.min(start + (offset - from), end);
      shift += newText.length - (end - start);
    }
    return offset - shift;
  };
  return { ...place, start: back(place.start), end: back(place.end) };
}

function touches(a: Place, b: Place): boolean {
  return a.path === b.path && a.start <= b.end && b.start <= a.end;
}
