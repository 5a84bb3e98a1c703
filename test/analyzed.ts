// Analyses a folder the way a host does: loads what may matter, then what is asked for.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import {
  type Analysis,
  analyze,
  type Edit,
  editsOverlap,
  type FileState,
  isCandidate,
  Project,
  type Tells,
} from '../shared/index.ts';

/** The texts of a folder's files, by their paths in it. */
export function textsIn(folder: string): Map<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const files = names.filter((name) => statSync(path.join(folder, name)).isFile());
  return new Map(files.map((name) => [name.split(path.sep).join('/'), readFileSync(path.join(folder, name), 'utf8')]));
}

/** A project in the folder `/w` that holds these texts; whatever else there may be is not known. */
export function projectOf(texts: Readonly<Record<string, string>> | ReadonlyMap<string, string>): Project {
  const entries = texts instanceof Map ? [...texts] : Object.entries(texts);
  const files = entries.map(([name, text]): [string, FileState] => [`/w/${name}`, { kind: 'present', text }]);
  return new Project({ roots: ['/w'], files: new Map(files) });
}

/** What is found in some texts; `settings` are those of the command line. */
export function analyzed(texts: ReadonlyMap<string, string>, settings: object = {}): Analysis {
  const files = new Map<string, FileState>();
  for (const [name, text] of texts) {
    if (isCandidate(`/w/${name}`)) files.set(`/w/${name}`, { kind: 'present', text });
  }
  let analysis: Analysis | undefined;
  for (let round = 0; round < 20; round++) {
    analysis = analyze(new Project({ roots: ['/w'], files: new Map(files), overrides: settings }), analysis);
    if (analysis.wants.length === 0) return analysis;
    for (const wanted of analysis.wants) {
      const text = texts.get(wanted.slice('/w/'.length));
      files.set(wanted, text === undefined ? { kind: 'absent' } : { kind: 'present', text });
    }
  }
  throw new Error('the analysis wants ever more files');
}

/** An analysis of texts by their full paths, to its end: what it misses is not there. */
export function settled(texts: ReadonlyMap<string, string>, before?: Analysis, tells?: Tells): Analysis {
  const files = new Map<string, FileState>([...texts].map(([name, text]) => [name, { kind: 'present', text }]));
  for (const name of before?.project.input.files.keys() ?? [])
    if (!files.has(name)) files.set(name, { kind: 'absent' });
  let analysis = before;
  do {
    for (const name of analysis?.wants ?? []) files.set(name, { kind: 'absent' });
    analysis = analyze(new Project({ roots: ['/w'], files: new Map(files) }), analysis, tells);
  } while (analysis.wants.length > 0);
  return analysis;
}

/** The first safe fix of each finding, as far as they do not overlap. */
export function safeEdits({ findings }: Analysis): readonly Edit[] {
  const chosen: Edit[] = [];
  for (const { fixes } of findings) {
    const fix = fixes.find(({ safety }) => safety === 'safe');
    if (fix && !editsOverlap(chosen, fix.edits)) chosen.push(...fix.edits);
  }
  return chosen;
}
