// The library: files in, findings out, for programs that call Softstop instead of starting it. Declares every type that it
// shows by itself, so that its declarations need no other file. Reads no file and starts nothing.
import {
  type Analysis,
  analyze,
  applyEdits,
  type FileState,
  LineIndex,
  type Problem as ProblemInCore,
  Project,
} from '../shared/index.ts';
import { asObject } from './cli/formats/json.ts';
import { placesIn } from './cli/places.ts';

/** The texts of a project by their paths, which are relative to its folder and have `/` between names. */
export interface Files {
  readonly [path: string]: string;
}

/** What a `.softstop.yaml` may say; these win over those among the files. */
export interface Settings {
  readonly rules?: { readonly [id: string]: 'on' | 'off' | Severity };
  /** The oldest version of Kubernetes that the manifests must work on, such as `1.30`. */
  readonly kubernetesVersion?: string;
  /** Feature gates that are on in all clusters, whatever their default. */
  readonly featureGates?: readonly string[];
  /** Seconds until the last router has stopped sending to a pod that is going away. */
  readonly endpointLagSeconds?: number;
  /** Seconds that a program needs for its last requests, by the name of the program or the image. */
  readonly drainSeconds?: { readonly [name: string]: number };
  /** Who runs the lines of a Procfile. */
  readonly platform?: string;
  /** The Dockerfile that an image is built from, by the image's name. */
  readonly images?: { readonly [name: string]: string };
  /** Patterns, as in a `.gitignore`, of files that are not looked at. */
  readonly exclude?: readonly string[];
}

/** From the worst down. */
export type Severity = 'error' | 'warning' | 'info' | 'hint';

/** Lines and columns count from 1, columns in UTF-16 units. */
export interface Point {
  readonly line: number;
  readonly column: number;
}

/** A place in a file, up to and without `end`. */
export interface Place {
  readonly path: string;
  readonly range: { readonly start: Point; readonly end: Point };
}

/** Something that would go wrong when a container is told to stop; as in `softstop check --format json`. */
export interface Finding extends Place {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  /** The facts that led to it. */
  readonly related: readonly (Place & { readonly message: string })[];
  readonly fixes: readonly Fix[];
}

/** A repair that was tried: it removes its finding and brings no other. */
export interface Fix {
  readonly title: string;
  /** `safe`: behaviour differs only in stopping better. `unsafe`: a person should look. */
  readonly safety: 'safe' | 'unsafe';
  readonly edits: readonly (Place & { readonly newText: string })[];
}

/** Something that keeps Softstop from doing its work, such as a wrong setting. */
export interface Problem {
  readonly kind: 'configuration' | 'file' | 'internal';
  /** Absent where no file says it. */
  readonly at?: Place;
  readonly message: string;
}

/** What is found, by path and place, and what could not be looked at. */
export interface Result {
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
}

/** The folder that the files are taken to stand in. */
const ROOT = '/';

/** What would go wrong when the containers of these files are told to stop. What is not among the files does not exist. */
export function check(files: Files, settings: Settings = {}): Result {
  const states = new Map<string, FileState>();
  for (const [path, text] of Object.entries(files)) states.set(inProject(path), { kind: 'present', text });
  const { findings, problems, project } = analysisOf(states, settings);
  const places = placesIn(
    (path) => path.slice(ROOT.length),
    (path) => project.text(path),
  );
  const problem = ({ kind, at, message }: ProblemInCore) => ({ kind, message, ...(at ? { at: places.show(at) } : {}) });
  return { findings: findings.map((one) => asObject(one, places)), problems: problems.map(problem) };
}

/**
 * The files with a fix applied; all others, and every byte outside its edits, are as they were.
 * Throws a RangeError where the files are not those that it was found in.
 */
export function applyFix(files: Files, { edits }: Fix): Files {
  const paths = [...new Set(edits.map(({ path }) => path))];
  const changed = paths.map((path) => {
    const text = files[path];
    if (text === undefined) throw new RangeError(`${path} is not among the files`);
    const index = new LineIndex(text);
    const offset = ({ line, column }: Point) => index.offset({ line: line - 1, column: column - 1 });
    const here = edits.filter((edit) => edit.path === path);
    const spans = here.map(({ range, newText }) => ({ start: offset(range.start), end: offset(range.end), newText }));
    return [path, applyEdits(text, spans)];
  });
  return { ...files, ...Object.fromEntries(changed) };
}

function inProject(path: string): string {
  if (path === '' || path.startsWith('/') || path.split('/').some((name) => ['', '.', '..'].includes(name)))
    throw new RangeError(`'${path}' is no path within a project; write it like web/Dockerfile`);
  return ROOT + path;
}

/** The analysis with everything answered that it asked for. */
function analysisOf(files: Map<string, FileState>, settings: Settings): Analysis {
  const input = { roots: [ROOT], overrides: settings };
  let analysis: Analysis | undefined;
  for (;;) {
    analysis = analyze(new Project({ ...input, files: new Map(files) }, analysis?.project), analysis);
    if (analysis.wants.length === 0) return analysis;
    for (const path of analysis.wants) files.set(path, { kind: 'absent' });
  }
}
