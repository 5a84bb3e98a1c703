// Applies fixes to the texts of a project until nothing is left to fix. Writes nothing.
import {
  type Analysis,
  applyEdits,
  type Edit,
  editsByPath,
  editsOverlap,
  type Finding,
  type Fix,
  type Safety,
  type Tells,
} from '../shared/index.ts';
import { analyzeWhole, type Read } from './analysis.ts';

/** One repair may bring out what it masked; a chain of more of them than this does not happen. */
const MAX_ROUNDS = 10;

interface Applied {
  readonly finding: Finding;
  readonly fix: Fix;
}

/** What came of fixing. */
export interface Fixed {
  /** The project with the fixes in it. */
  readonly analysis: Analysis;
  /** In the order in which they were applied. */
  readonly applied: readonly Applied[];
  /** The changed texts by path. */
  readonly texts: ReadonlyMap<string, string>;
  /** False where there was still something to fix after the last round. */
  readonly settled: boolean;
}

/** What may be fixed, and how. */
export interface FixOptions {
  readonly wants: (finding: Finding, analysis: Analysis) => boolean;
  /** What of the analyses in between has to have its fixes: all that is wanted, and what is told afterwards. */
  readonly tells?: Tells;
  readonly safeties: readonly Safety[];
  /** Whether a file may be changed. */
  readonly mayChange: (path: string) => boolean;
}

/** Applies each wanted finding's first allowed fix. Of fixes that touch the same text, the later ones wait a round. */
export async function fixAll(start: Analysis, read: Read, options: FixOptions): Promise<Fixed> {
  const applied: Applied[] = [];
  const texts = new Map<string, string>();
  let analysis = start;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const chosen = choose(analysis, options);
    if (chosen.length === 0) return { analysis, applied, texts, settled: true };
    const changed = new Map<string, string>();
    for (const [path, edits] of editsByPath(chosen.flatMap(({ fix }) => fix.edits))) {
      changed.set(path, applyEdits(analysis.project.text(path) ?? '', edits));
    }
    applied.push(...chosen);
    for (const [path, text] of changed) texts.set(path, text);
    analysis = await analyzeWhole(analysis.project.withTexts(changed).input, read, analysis, options.tells);
  }
  return { analysis, applied, texts, settled: choose(analysis, options).length === 0 };
}

function choose(analysis: Analysis, { wants, safeties, mayChange }: FixOptions): readonly Applied[] {
  const chosen: Applied[] = [];
  const taken: Edit[] = [];
  for (const finding of analysis.findings.filter((one) => wants(one, analysis))) {
    const fix = finding.fixes.find(({ safety }) => safeties.includes(safety));
    if (!fix?.edits.every(({ path }) => mayChange(path)) || editsOverlap(fix.edits, taken)) continue;
    chosen.push({ finding, fix });
    taken.push(...fix.edits);
  }
  return chosen;
}
