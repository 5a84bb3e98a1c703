// Finds a file of an image among the files of the project, by following COPY, ADD and what RUN writes backwards.
import type { Dialect } from '../../knowledge/images.ts';
import { type CopyInstruction, type Dockerfile, type Stage, stageNamed } from '../../sources/dockerfile.ts';
import { expandedHeredoc, substitute } from '../../sources/substitute.ts';
import { Embedded } from '../../text/embedded.ts';
import { baseName, folderOf, resolvePath } from '../paths.ts';
import type { Project } from '../project.ts';
import type { ImageFile } from './image.ts';
import { changesOf, type FileChange } from './writtenFiles.ts';

/** Where the files of a build come from. */
export interface BuildContext {
  readonly project: Project;
  /** The Dockerfile's path. */
  readonly path: string;
  readonly dockerfile: Dockerfile;
  /** The folder that COPY reads from; absent: the Dockerfile's own, or one above it. */
  readonly folder: string | undefined;
}

const ELSEWHERE: ImageFile = { kind: 'unknown', why: 'it does not come from this project' };

/**
 * The file at an absolute path of a stage's image; what base images bring is somebody else's business. `dialect` is the
 * shell that runs its RUN instructions, where that is known.
 */
export function copiedFile(
  build: BuildContext,
  stage: Stage,
  path: string,
  dialect: Dialect | undefined,
  depth = 0,
): ImageFile {
  if (depth > 8) return ELSEWHERE;
  const added: Embedded[] = [];
  for (const change of lastChangesFirst(stage)) {
    if (change.kind === 'copy') {
      for (const source of sourcesOf(change, path)) {
        const found = 'text' in source ? source : lookUp(build, change.copy, source.path, depth);
        if (found) return found.kind === 'text' ? withAdded(found.text, added) : found;
      }
    } else if (change.path === path && change.kind === 'alias') {
      const found = copiedFile(build, stage, change.of, dialect, depth + 1);
      if (found.kind === 'text') return withAdded(found.text, added);
    } else if (change.path === path && change.kind === 'written') {
      const text = change.text(dialect);
      if (!text) return { kind: 'unknown', why: 'what is written to it is not known' };
      if (!change.appends) return withAdded(text, added);
      added.unshift(text);
    }
  }
  const below = stage.base ? copiedFile(build, stage.base, path, dialect, depth + 1) : ELSEWHERE;
  if (below.kind === 'text') return withAdded(below.text, added);
  // It may have begun with nothing: the first line of a script tells.
  const [first, ...others] = added;
  return first?.text.startsWith('#!') ? withAdded(first, others) : below;
}

/** A file and what has been written behind it since. */
function withAdded(text: Embedded, added: readonly Embedded[]): ImageFile {
  return { kind: 'text', text: added.length === 0 ? text : Embedded.joined([text, ...added]) };
}

/** A COPY or ADD, as it counts where it stands. */
export interface Copy {
  readonly kind: 'copy';
  readonly copy: CopyInstruction;
  /** With their variables replaced. */
  readonly sources: readonly string[];
  /** A folder where it ends with `/`. */
  readonly destination: string;
  /** The destination as an absolute path. */
  readonly target: string;
  /** Its files by their names; one without a text hangs on what is not known. */
  readonly heredocs: ReadonlyMap<string, Embedded | undefined>;
}

type Change = Copy | FileChange;

/** What a stage does to files, and what it hands to a stage that is built on it. */
interface Reading {
  /** The last one first. */
  readonly changes: readonly Change[];
  readonly workdir: string;
  readonly env: ReadonlyMap<string, string | undefined>;
}

const READINGS = new WeakMap<Stage, Reading>();

/** What the COPY, ADD and RUN instructions of a stage do to files, with the directory and variables that hold at each. */
export function lastChangesFirst(stage: Stage): readonly Change[] {
  return readingOf(stage).changes;
}

function readingOf(stage: Stage): Reading {
  const known = READINGS.get(stage);
  if (known) return known;
  const base = stage.base && readingOf(stage.base);
  const changes: Change[] = [];
  let workdir = base?.workdir ?? '/';
  const env = new Map(base?.env);
  const values = new Map(env);
  for (const instruction of stage.instructions) {
    if (instruction.keyword === 'WORKDIR') workdir = resolvePath(workdir, substitute(instruction.text.text, values));
    if (instruction.keyword === 'ENV' || instruction.keyword === 'ARG') {
      for (const { name, value } of instruction.pairs) {
        if (value === undefined) continue;
        values.set(name, substitute(value, values));
        if (instruction.keyword === 'ENV') env.set(name, values.get(name));
      }
    }
    if (instruction.keyword === 'RUN') changes.unshift(...changesOf(instruction.text, workdir, values).toReversed());
    if (instruction.keyword === 'COPY' || instruction.keyword === 'ADD') {
      const destination = substitute(instruction.destination, values);
      const sources = instruction.sources.map((source) => substitute(source, values));
      changes.unshift({
        kind: 'copy',
        copy: instruction,
        sources,
        destination,
        target: resolvePath(workdir, destination),
        heredocs: new Map(
          instruction.heredocs.map(({ name, text, expands }) => [name, expands ? expandedHeredoc(text, values) : text]),
        ),
      });
    }
  }
  const reading: Reading = { changes, workdir, env };
  READINGS.set(stage, reading);
  return reading;
}

type Source = { readonly kind: 'text'; readonly text: Embedded } | { readonly path: string };

/** What the path may be a copy of: most likely first. */
function* sourcesOf({ heredocs, sources, destination, target }: Copy, path: string): Iterable<Source> {
  const inside = path.startsWith(target === '/' ? '/' : `${target}/`)
    ? path.slice(target === '/' ? 1 : target.length + 1)
    : undefined;
  const name = baseName(path);
  for (const from of sources) {
    const heredoc = /^<<-?["']?(\w+)/.exec(from)?.[1];
    if (heredoc !== undefined) {
      const text = heredocs.get(heredoc);
      if (text && (path === target || inside === heredoc)) yield { kind: 'text', text };
      continue;
    }
    if (/^[a-z+]+:\/\//.test(from)) continue;
    if (path === target && !destination.endsWith('/')) yield { path: from };
    if (inside === undefined) continue;
    if (/[*?[]/.test(from)) {
      if (inside === name && glob(baseName(from)).test(name))
        yield { path: resolvePath(`/${folderOf(from)}`, name).slice(1) };
      continue;
    }
    if (inside === baseName(from)) yield { path: from };
    yield { path: `${from.replace(/\/$/, '')}/${inside}` };
  }
}

function lookUp(build: BuildContext, copy: CopyInstruction, source: string, depth: number): ImageFile | undefined {
  if (copy.from !== undefined) {
    const stage = stageNamed(build.dockerfile, copy.from, build.dockerfile.stages.length);
    const found = stage && copiedFile(build, stage, resolvePath('/', source), undefined, depth + 1);
    return found?.kind === 'text' ? found : undefined;
  }
  const found = contextFile(build, source);
  return found.kind === 'text' ? found : undefined;
}

/** A file of the folder that is built from. */
export function contextFile(build: BuildContext, source: string): ImageFile {
  for (const folder of foldersOf(build)) {
    const path = resolvePath(folder, source.replace(/^\/+/, ''));
    const text = build.project.derived(path, verbatim);
    if (text) return { kind: 'text', text };
    // Only where a file surely is not, it may be in a folder above.
    if (build.project.file(path).kind !== 'absent') return ELSEWHERE;
  }
  return ELSEWHERE;
}

/** The folders that the build may have been given. */
export function foldersOf({ project, path, folder }: BuildContext): readonly string[] {
  if (folder !== undefined) return [folder];
  const folders: string[] = [];
  const root = project.scope.roots.find((one) => path.startsWith(`${one === '/' ? '' : one}/`));
  for (let at = folderOf(path); at.length >= (root?.length ?? at.length) && folders.length < 6; at = folderOf(at)) {
    folders.push(at);
    if (at === '' || at === root) break;
  }
  return folders;
}

/** A whole file as text with the way back. */
export function verbatim(path: string, text: string): Embedded {
  return Embedded.verbatim(path, text);
}

/** The names that a pattern of COPY, or of an `include`, means. */
export function glob(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*/g, '[^/]*')
    .replace(/\?/g, '[^/]');
  return new RegExp(`^${source}$`);
}
