// The files of a case at one of its stages, analysed: what stands there by then, and what the quick fixes make of it.
import { statSync } from 'node:fs';
import { analyzeWhole } from '../../server/analysis.ts';
import { fixAll } from '../../server/fixing.ts';
import type { Analysis, FileState } from '../../shared/index.ts';
import { isCandidate } from '../../shared/index.ts';
import { textsIn } from '../analyzed.ts';
import type { Case, Stage } from './case.ts';

/** The folder that a case's files seem to lie in. */
export const ROOT = '/w';

/** A case's files, by the path that they seem to have, with what the model makes of them. */
export interface Staged {
  readonly analysis: Analysis;
  readonly texts: ReadonlyMap<string, string>;
  /** Whether a file can be run. */
  readonly executable: (path: string) => boolean;
  /** The titles of the fixes that were applied. */
  readonly applied: readonly string[];
}

/** The files of a stage: those of the case, what stands there instead, and the fixes applied. */
export async function staged(one: Case, stage: Stage): Promise<Staged> {
  const texts = new Map<string, string>();
  const runnable = new Set<string>();
  for (const folder of one.folders) {
    for (const [name, text] of textsIn(folder)) {
      texts.set(`${ROOT}/${name}`, text);
      if (statSync(`${folder}/${name}`).mode & 0o100) runnable.add(`${ROOT}/${name}`);
    }
  }
  for (const [name, text] of Object.entries(stage.texts ?? {})) texts.set(`${ROOT}/${name}`, text);
  const read = (path: string): FileState => {
    const text = texts.get(path);
    return text === undefined ? { kind: 'absent' } : { kind: 'present', text };
  };
  const files = new Map([...texts.keys()].filter(isCandidate).map((path) => [path, read(path)] as const));
  const before = await analyzeWhole({ roots: [ROOT], files }, read);
  const wanted = stage.fixes ?? [];
  const fixed = await fixAll(before, read, {
    wants: ({ rule }) => wanted.includes(rule),
    safeties: ['safe', 'unsafe'],
    mayChange: () => true,
  });
  for (const [path, text] of fixed.texts) texts.set(path, text);
  // The replay's own inputs, as a user would give them, for what is predicted.
  const overrides = { endpointLagSeconds: one.lag, drainSeconds: one.drainSeconds };
  // All files, not only those that say how something starts: what an image copies has to be there.
  const input = {
    roots: [ROOT],
    files: new Map([...texts.keys()].map((path) => [path, read(path)] as const)),
    overrides,
  };
  const analysis = await analyzeWhole(input, read);
  return {
    analysis,
    texts,
    executable: (path) => runnable.has(path),
    applied: fixed.applied.map(({ finding, fix }) => `${fix.title} (\`${finding.rule}\`)`),
  };
}
