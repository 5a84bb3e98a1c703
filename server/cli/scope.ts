// Turns the PATHs of a command into what is checked, what is loaded beside it, and how its files are called in the output.
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type FileState, isMostlyData, type Problem, type ProjectInput } from '../../shared/index.ts';
import { decode, isWithin, MAX_ENTRIES, pathOf, readAll, type Walk, walk, workTreeOf } from '../disk.ts';
import { UsageError } from './arguments.ts';

/** The text of standard input is analysed as a file of the working directory by one of these names. */
const STDIN_NAMES = { dockerfile: '-.Dockerfile', json: '-.json', yaml: '-.yaml' };

/** What one run of a command is about. */
export interface Scope {
  /** Everything loaded: the checked files and their surroundings. */
  readonly input: ProjectInput;
  /** The PATHs, as paths of the project. */
  readonly named: readonly string[];
  /** Standard input, if it is what is checked: where it stands in the project, and what came. */
  readonly stdin: { readonly path: string; readonly bytes: Uint8Array } | undefined;
  /** Files that were meant to be checked and cannot be. */
  readonly problems: readonly Problem[];
  /** The candidates that are checked and could be read. */
  readonly candidates: readonly string[];
}

/** Whether findings at a path are asked for. */
export function isChecked(scope: Scope, file: string): boolean {
  return scope.named.some((named) => isWithin(file, named));
}

/** A file as the output calls it: relative to the working directory, with `/` between names. */
export function shownPath(scope: Scope, file: string): string {
  return file === scope.stdin?.path ? '-' : relative(file);
}

/** Finds and loads what the PATHs name. Throws a UsageError for one that does not exist. */
export async function scopeOf(names: readonly string[]): Promise<Scope> {
  if (names.includes('-')) {
    if (names.length > 1)
      throw new UsageError('- (standard input) stands alone; check other PATHs in a run of their own');
    return stdinScope();
  }
  const named = await Promise.all((names.length === 0 ? ['.'] : names).map(namedPath));
  const walkOnce = walker();
  const walks = await Promise.all(named.map((one) => (one.folder ? walkOnce(one.path, true) : fileAlone(one.path))));
  const surroundings = await Promise.all(named.map((one) => surroundingsOf(one, walkOnce)));
  const checked = new Set(walks.flatMap(({ paths }) => paths));
  const files = await readAll([...new Set([...checked, ...surroundings.flatMap(({ paths }) => paths)])]);
  const explicit = new Set(named.flatMap((one) => (one.folder ? [] : [one.path])));
  return {
    input: { roots: [...new Set(surroundings.map(({ root }) => root))], files },
    named: named.map((one) => one.path),
    stdin: undefined,
    problems: [
      ...named.flatMap((one, index) => problemsOf(one.path, walks[index])),
      ...[...checked].sort().flatMap((file) => fileProblem(file, files.get(file), explicit.has(file))),
    ],
    candidates: [...checked].filter((file) => files.get(file)?.kind === 'present'),
  };
}

/** A PATH that exists. */
interface Named {
  readonly path: string;
  readonly folder: boolean;
}

async function namedPath(name: string): Promise<Named> {
  if (name === '') throw new UsageError('a PATH is empty; name a file or a folder, or - for standard input');
  try {
    return { path: pathOf(name), folder: (await stat(name)).isDirectory() };
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
    const why = missing ? 'there is no such file or folder' : 'it cannot be reached';
    throw new UsageError(`${name}: ${why}; name a file or a folder, or - for standard input`);
  }
}

async function stdinScope(): Promise<Scope> {
  const bytes = await buffer(process.stdin);
  const state = decode(bytes);
  const file = pathOf(state.kind === 'present' ? STDIN_NAMES[kindOfText(state.text)] : STDIN_NAMES.yaml);
  const { paths, root } = await surroundingsOf({ path: file, folder: false }, walker());
  const files = await readAll(paths);
  files.set(file, state);
  return {
    input: { roots: [root], files },
    named: [file],
    stdin: { path: file, bytes },
    problems: fileProblem(file, state, true),
    candidates: state.kind === 'present' ? [file] : [],
  };
}

/** What a text without a name is: its first line that is not a comment tells. */
function kindOfText(text: string): keyof typeof STDIN_NAMES {
  const first = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .find((line) => line.trim() !== '' && !line.trimStart().startsWith('#'));
  if (first === undefined) return 'yaml';
  if (/^\s*(?:FROM|ARG)\s/i.test(first)) return 'dockerfile';
  return /^\s*[{[]/.test(first) ? 'json' : 'yaml';
}

async function fileAlone(file: string): Promise<Walk> {
  return { paths: [file], complete: true, unreadable: new Map() };
}

type WalkOnce = (folder: string, deep: boolean) => Promise<Walk>;

/** Walks a folder; what was walked before is not walked again. */
function walker(): WalkOnce {
  const walks = new Map<string, Promise<Walk>>();
  return (folder, deep) => {
    const key = `${deep} ${folder}`;
    const found = walks.get(key) ?? walk(folder, { deep });
    walks.set(key, found);
    return found;
  };
}

/** What stands around a PATH. */
interface Surroundings {
  /** Nothing outside of this folder is asked for. */
  readonly root: string;
  /** The candidates that are loaded with the PATH. */
  readonly paths: readonly string[];
}

async function surroundingsOf({ path: named, folder }: Named, walkOnce: WalkOnce): Promise<Surroundings> {
  const own = folder ? named : path.posix.dirname(named);
  const workTree = await workTreeOf(own);
  const working = pathOf('.');
  const root = workTree ?? (isWithin(named, working) ? working : own);
  // The folder of a lone file may be anybody's, such as /tmp: what lies deeper in it is not of this project.
  const around = await (workTree ? walkOnce(workTree, true) : walkOnce(own, folder));
  return { root, paths: around.complete ? around.paths : [] };
}

function problemsOf(named: string, found: Walk | undefined): readonly Problem[] {
  if (!found) return [];
  const unreadable = [...found.unreadable].map(([at, why]) => problem(at, `not looked into: ${why}`));
  const cut = `it holds more than ${MAX_ENTRIES} entries, of which only the first were looked at; name the folders to check`;
  return found.complete ? unreadable : [...unreadable, problem(named, cut)];
}

/** A large or binary file that nobody named and that is mostly data: nobody expects it to be read. */
function fileProblem(file: string, state: FileState | undefined, explicit: boolean): readonly Problem[] {
  if (state?.kind !== 'unreadable' || (!explicit && isMostlyData(file))) return [];
  return [problem(file, `not checked: ${state.why}`)];
}

function problem(file: string, message: string): Problem {
  return { kind: 'file', at: { path: file, start: 0, end: 0 }, message };
}

function relative(file: string): string {
  const name = path.relative(process.cwd(), file).split(path.sep).join('/');
  return name === '' ? '.' : name;
}
