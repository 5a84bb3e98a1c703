// Lists the files of the project that an image holds in one of its folders, by following COPY, ADD and what RUN writes backwards.
import { type Stage, stageNamed } from '../../sources/dockerfile.ts';
import { baseName, folderOf, resolvePath } from '../paths.ts';
import type { Project } from '../project.ts';
import { type BuildContext, type Copy, foldersOf, glob, lastChangesFirst } from './copiedFiles.ts';

/** The names of what a stage copies into a folder of its image. */
export function copiedNames(build: BuildContext, stage: Stage, folder: string, depth = 0): readonly string[] {
  if (depth > 8) return [];
  const own = lastChangesFirst(stage).flatMap((one) => {
    if (one.kind === 'copy') return one.sources.flatMap((source) => namesFrom(build, one, source, folder, depth));
    return one.kind === 'written' && folderOf(one.path) === folder ? [baseName(one.path)] : [];
  });
  return [...own, ...(stage.base ? copiedNames(build, stage.base, folder, depth + 1) : [])];
}

function namesFrom(
  build: BuildContext,
  { copy, destination, target }: Copy,
  source: string,
  folder: string,
  depth: number,
): readonly string[] {
  if (/^<<|^[a-z+]+:\/\//.test(source)) return folderOf(target) === folder ? [baseName(target)] : [];
  // A file by itself, or under its own name.
  const alone = destination.endsWith('/') || target === folder ? undefined : baseName(target);
  const own = alone !== undefined && folderOf(target) === folder && copy.from === undefined ? [alone] : [];
  const inside =
    folder === target
      ? ''
      : folder.startsWith(`${target === '/' ? '' : target}/`)
        ? folder.slice(target === '/' ? 1 : target.length + 1)
        : undefined;
  if (inside === undefined) return own;
  if (copy.from !== undefined) {
    const stage = stageNamed(build.dockerfile, copy.from, build.dockerfile.stages.length);
    return stage ? copiedNames(build, stage, resolvePath(source, inside || '.'), depth + 1) : [];
  }
  const path = source.replace(/^\/+/, '');
  if (/[*?[]/.test(path)) {
    const pattern = glob(baseName(path));
    const names = foldersOf(build).flatMap((root) => namesIn(build.project, resolvePath(root, folderOf(path) || '.')));
    return inside === '' ? names.filter((name) => pattern.test(name)) : [];
  }
  const copied = inside === '' ? [baseName(path)] : [];
  return [
    ...own,
    ...copied,
    ...foldersOf(build).flatMap((root) => namesIn(build.project, resolvePath(root, `${path}/${inside}`))),
  ];
}

/** The names of the loaded files in a folder of the project. */
export function namesIn(project: Project, folder: string): readonly string[] {
  return project.find(pathIn, (path) => folderOf(path) === folder).map(baseName);
}

function pathIn(path: string): readonly string[] {
  return [path];
}
