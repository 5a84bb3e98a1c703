// Tries every fix before it is offered: what it repairs must be gone, nothing new may be found, and no launch of the
// project may stop worse than before. Knows no rule by name.
import type { Container } from './model/container.ts';
import type { FileModel } from './model/fileModel.ts';
import type { Fix, Problem } from './model/finding.ts';
import type { Project, Recording } from './model/project.ts';
import { harm } from './model/stopPath.ts';
import { alternatives } from './model/value.ts';
import { mergeReports, type RawFinding } from './rawFinding.ts';
import { applyEdits, editsByPath } from './text/edits.ts';
import type { Edit, Place } from './text/span.ts';

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

  /** The fixes of a finding that hold. */
  holding(project: Project, units: ReadonlySet<Unit>, finding: RawFinding): readonly Fix[] {
    return finding.fixes.flatMap((fix) => {
      const known = this.#verdicts.get(fix);
      if (known && stillHolds(known, units, fix)) {
        this.#verdicts.set(fix, { ...known, all: units });
        return known.fix ?? [];
      }
      return this.#verify(project, units, finding, fix) ?? [];
    });
  }

  #verify(project: Project, units: ReadonlySet<Unit>, finding: RawFinding, fix: Fix): Fix | undefined {
    const after = applied(project, fix.edits);
    if (!after) return undefined;
    const changed = pathsOf(fix);
    const affected = [...units].filter(({ recording }) => recording.differs(changed, project, after));
    const now = affected.map(({ path }) => this.#unitOf(after, path));
    const wants = now.flatMap(({ recording }) => [...recording.wants]);
    const verified = holds(affected, now, finding, fix);
    this.#wants.push(...wants);
    if (wants.length === 0) this.#verdicts.set(fix, { affected, all: units, fix: verified });
    return verified;
  }
}

/** Whether nothing that a verdict rests on has changed since. */
function stillHolds({ affected, all }: Verdict, units: ReadonlySet<Unit>, fix: Fix): boolean {
  if (all === units) return true;
  const changed = pathsOf(fix);
  return (
    affected.every((unit) => units.has(unit)) &&
    [...units].every((unit) => all.has(unit) || !unit.recording.restsOn(changed))
  );
}

function pathsOf({ edits }: Fix): readonly string[] {
  return [...editsByPath(edits).keys()];
}

/** The fix as it is offered, if it repairs what it should and harms nothing. */
function holds(before: readonly Unit[], now: readonly Unit[], finding: RawFinding, fix: Fix): Fix | undefined {
  if (now.some(({ problems }, i) => problems.length > (before[i]?.problems.length ?? 0))) return undefined;
  if (before.some((unit, i) => stopsWorse(unit.model, now[i]?.model))) return undefined;
  const old = mergeReports(before.flatMap(({ findings }) => findings));
  const found = mergeReports(now.flatMap(({ findings }) => findings)).map((one) => ({
    ...one,
    at: mappedBack(one.at, fix.edits),
  }));
  const gone = !found.some((one) => one.rule === finding.rule && touches(one.at, finding.at));
  const news = found.some((one) => !old.some((known) => known.rule === one.rule && touches(known.at, one.at)));
  if (!gone || news) return undefined;
  const moot = old.filter(({ masked }) => masked);
  const next = found
    .filter((one) => !one.masked && moot.some((known) => known.rule === one.rule && touches(known.at, one.at)))
    .flatMap(({ rule }) => rule.next ?? []);
  const title = [fix.title, ...new Set(next)].join('; then ');
  return { ...fix, title };
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
    const other = after.containers[i];
    return other === undefined || worst(other) > worst(container);
  });
}

/** The harm of the worst way that the launch can go; what is not known may be as bad as what reaches some program. */
function worst({ stop }: Container): number {
  return Math.max(
    ...alternatives(stop).map(({ value }) => harm(value.outcome)),
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
