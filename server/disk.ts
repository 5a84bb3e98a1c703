// Walks folders and reads files, for the hosts that run in Node. Knows what is worth reading and how much of it, and
// nothing of what the analysis makes of it. Paths are the project's: absolute, with `/` between names.
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { type FileState, isCandidate } from '../shared/index.ts';

/** A folder with more entries than this is not walked to its end: it is a home folder or a data store, not a project. */
export const MAX_ENTRIES = 50_000;

/** Larger files are data; nobody writes how a container starts in so many bytes. */
const MAX_BYTES = 2 * 1024 * 1024;

/** A NUL byte among the first bytes tells a binary file. */
const BINARY_PROBE = 8 * 1024;

/** Files and folders that are open at once, well below what systems allow. */
const AT_ONCE = 64;

/** Folders that belong to tools and hold nothing that a project says about itself. */
const SKIPPED: ReadonlySet<string> = new Set(['.git', '.hg', '.svn', 'node_modules']);

/** What a walk found. */
export interface Walk {
  /** The candidates (see `isCandidate`), sorted. */
  readonly paths: readonly string[];
  /** False where the folder has more than `MAX_ENTRIES` entries: then `paths` holds the shallowest of them only. */
  readonly complete: boolean;
  /** The folders that could not be listed, with the reason. */
  readonly unreadable: ReadonlyMap<string, string>;
}

/** The project's path of a file as the user or the system names it, relative to `from` (the working directory). */
export function pathOf(name: string, from: string = process.cwd()): string {
  return path.resolve(from, name).split(path.sep).join('/');
}

/** The nearest folder at or above `folder` that holds a `.git`: the root of a work tree, a submodule or a linked one. */
export async function workTreeOf(folder: string): Promise<string | undefined> {
  for (const candidate of upwards(folder)) {
    if (await exists(path.posix.join(candidate, '.git'))) return candidate;
  }
  return undefined;
}

/**
 * All candidates under a folder, breadth first, without what git ignores and without the folders of version control and
 * npm. Links to files and folders are followed unless they lead to what is walked anyway. A folder that is itself ignored
 * is walked as if it were not: somebody named it. `deep: false` stays in the folder itself.
 */
export async function walk(folder: string, { deep = true, maxEntries = MAX_ENTRIES } = {}): Promise<Walk> {
  const paths: string[] = [];
  const unreadable = new Map<string, string>();
  const root = await realpath(folder).then(toPosix, () => folder);
  const linked = new Set<string>();

  /** What a link leads to, unless the walk comes by there, or has been. */
  async function kindOfTarget(link: string): Promise<Kind> {
    const target = await realpath(link).then(toPosix, () => undefined);
    if (target === undefined || isWithin(target, root) || isWithin(root, target) || linked.has(target))
      return undefined;
    linked.add(target);
    return stat(target).then(kindOf, () => undefined);
  }

  async function look({ at, rules }: Level): Promise<Listing> {
    const entries = await readdir(at, { withFileTypes: true }).catch((error: unknown) => {
      unreadable.set(at, reason(error));
      return [];
    });
    const own = entries.some(({ name }) => name === '.gitignore') ? await withRulesOf(at, rules) : rules;
    const files: string[] = [];
    const folders: Level[] = [];
    for (const entry of entries) {
      const full = path.posix.join(at, entry.name);
      const kind = entry.isSymbolicLink() ? await kindOfTarget(full) : kindOf(entry);
      if (kind === 'file' && isCandidate(full) && !ignored(own, full)) files.push(full);
      if (kind !== 'folder' || !deep || SKIPPED.has(entry.name)) continue;
      if (!ignored(own, `${full}/`)) folders.push({ at: full, rules: own });
    }
    return { entries: entries.length, files, folders };
  }

  const waiting: Level[] = [{ at: folder, rules: await rulesAbove(folder) }];
  for (let entriesLeft = maxEntries; waiting.length > 0; ) {
    for (const { entries, files, folders } of await Promise.all(waiting.splice(0, AT_ONCE).map(look))) {
      entriesLeft -= entries;
      if (entriesLeft < 0) return { paths: paths.sort(), complete: false, unreadable };
      paths.push(...files);
      waiting.push(...folders);
    }
  }
  return { paths: paths.sort(), complete: true, unreadable };
}

/** Whether a walk of `root` comes by a file in it, or by a folder, whose path ends in `/`. */
export async function isWalked(file: string, root: string): Promise<boolean> {
  let rules = await rulesAbove(root);
  let at = root;
  for (const part of file.slice(root.length).match(/[^/]+\/?/g) ?? []) {
    rules = await withRulesOf(at, rules);
    at = path.posix.join(at, part);
    if (SKIPPED.has(part.replace('/', '')) || ignored(rules, at)) return false;
  }
  return true;
}

/** Whether a path is the folder itself or lies below it. */
export function isWithin(inner: string, folder: string): boolean {
  return inner === folder || inner.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

/** Reads many files, a few at a time. */
export async function readAll(paths: readonly string[]): Promise<Map<string, FileState>> {
  const states = new Map<string, FileState>();
  for (let from = 0; from < paths.length; from += AT_ONCE) {
    const some = paths.slice(from, from + AT_ONCE);
    const read = await Promise.all(some.map(readState));
    for (const [index, file] of some.entries()) states.set(file, read[index] ?? { kind: 'absent' });
  }
  return states;
}

/**
 * What is on disk at a path. The text keeps its byte order mark. What is not UTF-8 is unreadable, since writing it back
 * would lose bytes; so are a folder, a device or a pipe, and what is too large to be written by a person.
 */
export async function readState(file: string): Promise<FileState> {
  try {
    const stats = await stat(file);
    if (!stats.isFile()) return { kind: 'unreadable', why: stats.isDirectory() ? 'a folder' : 'not a regular file' };
    if (stats.size > MAX_BYTES) return { kind: 'unreadable', why: 'larger than 2 MB' };
    return decode(await readFile(file));
  } catch (error) {
    return codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR'
      ? { kind: 'absent' }
      : { kind: 'unreadable', why: reason(error) };
  }
}

/** Bytes as text, or why they are none. */
export function decode(bytes: Uint8Array): FileState {
  if (bytes.subarray(0, BINARY_PROBE).includes(0)) return { kind: 'unreadable', why: 'binary' };
  try {
    return { kind: 'present', text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { kind: 'unreadable', why: 'not UTF-8' };
  }
}

/** A folder that is walked, with the ignore files that hold in it. */
interface Level {
  readonly at: string;
  readonly rules: Rules | undefined;
}

/** What is in one folder. */
interface Listing {
  /** All of them, of any kind. */
  readonly entries: number;
  readonly files: readonly string[];
  /** To be walked next. */
  readonly folders: readonly Level[];
}

/** The `.gitignore` of a folder; those above it say what it leaves open. */
interface Rules {
  readonly folder: string;
  readonly own: Ignore;
  readonly above: Rules | undefined;
}

type Kind = 'file' | 'folder' | undefined;

function kindOf(entry: { isFile(): boolean; isDirectory(): boolean }): Kind {
  if (entry.isFile()) return 'file';
  return entry.isDirectory() ? 'folder' : undefined;
}

/** The nearest ignore file that says anything about a path decides; a folder's path ends in `/`. */
function ignored(rules: Rules | undefined, at: string): boolean {
  for (let nearest = rules; nearest; nearest = nearest.above) {
    const says = nearest.own.test(at.slice(nearest.folder.length + 1));
    if (says.ignored) return true;
    if (says.unignored) return false;
  }
  return false;
}

async function withRulesOf(folder: string, above: Rules | undefined): Promise<Rules | undefined> {
  const state = await readState(path.posix.join(folder, '.gitignore'));
  if (state.kind !== 'present') return above;
  // The root of a file system ends in a slash by itself.
  return { folder: folder.replace(/\/$/, ''), own: ignore().add(state.text), above };
}

/** The ignore files between a folder and its work tree's root, the folder's own left out; none if they ignore the folder. */
async function rulesAbove(folder: string): Promise<Rules | undefined> {
  const top = await workTreeOf(folder);
  if (top === undefined || top === folder) return undefined;
  let rules: Rules | undefined;
  const between = upwards(folder).filter((above) => above !== folder && isWithin(above, top));
  for (const above of between.reverse()) rules = await withRulesOf(above, rules);
  return ignored(rules, `${folder}/`) ? undefined : rules;
}

/** A folder and those that hold it, innermost first. */
function upwards(folder: string): string[] {
  const folders = [folder];
  for (let at = folder; path.dirname(at) !== at; ) {
    at = path.dirname(at);
    folders.push(at);
  }
  return folders;
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

function toPosix(name: string): string {
  return name.split(path.sep).join('/');
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** Why the system refused, in words. */
function reason(error: unknown): string {
  const code = codeOf(error);
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  if (code === 'ELOOP') return 'a link that leads to itself';
  return error instanceof Error ? error.message : String(error);
}
