// Analyses until nothing is missing: what the core wants is loaded and the project analysed again. Knows neither where
// files come from nor who asks.
import { type Analysis, analyze, type FileState, Project, type ProjectInput, type Tells } from '../shared/index.ts';

/** Loads one file. Gives `absent` where there is none; never rejects. */
export type Read = (path: string) => FileState | Promise<FileState>;

/**
 * The analysis of a project with everything loaded that it asked for; `project.input.files` of the result holds it all.
 * Pieces of `previous` are reused where their files did not change. Only what `tells` lets through gets fixes.
 */
export async function analyzeWhole(
  input: ProjectInput,
  read: Read,
  previous?: Analysis,
  tells?: Tells,
): Promise<Analysis> {
  const files = new Map(input.files);
  let analysis = previous;
  for (;;) {
    analysis = analyze(new Project({ ...input, files: new Map(files) }, analysis?.project), analysis, tells);
    const missing = analysis.wants.filter((path) => !files.has(path));
    if (missing.length === 0) return analysis;
    const states = await Promise.all(missing.map(read));
    for (const [index, path] of missing.entries()) files.set(path, states[index] ?? { kind: 'absent' });
  }
}
