// Finds the `.softstop.yaml` that holds for a file. Of several above it only the nearest counts, whole, so that whoever
// reads it knows what holds; but one that stands where another excludes everything says nothing.
import type { Problem } from '../model/finding.ts';
import { baseName, folderOf } from '../model/paths.ts';
import type { Project } from '../model/project.ts';
import { leavesOut } from '../sources/settings/globs.ts';
import { readSettingsText, SETTINGS_FILE, type Written, writtenIn } from '../sources/settings/settingsFile.ts';
import { type Layer, readLayer } from './settingsKeys.ts';

/** A settings file, read. */
export interface SettingsFile {
  readonly path: string;
  /** What is there to be checked: nothing, if there is a syntax error. */
  readonly written: Written;
  readonly layer: Layer;
  /** What is wrong with it, as far as it can be told from the file alone. */
  readonly problems: readonly Problem[];
}

/** The settings file that a path is, as a fact derived from its text. */
export function settingsFilesIn(path: string, text: string): readonly SettingsFile[] {
  return baseName(path) === SETTINGS_FILE ? [readSettingsFile(path, text)] : [];
}

/** The settings file that holds for a path. */
export function nearestFile(project: Project, path: string): SettingsFile | undefined {
  const root = rootOf(project, path);
  if (root === undefined) return undefined;
  let nearest: SettingsFile | undefined;
  // From outside in, since an outer one may exclude an inner one.
  for (const folder of foldersBetween(root, folderOf(path))) {
    const file = `${folder}/${SETTINGS_FILE}`;
    if (nearest && leavesOut(nearest.layer.exclude ?? [], file)) break;
    nearest = project.derived(file, settingsFilesIn)?.[0] ?? nearest;
  }
  return nearest;
}

/** The folder of the workspace that holds a path; of several, the outermost. */
export function rootOf(project: Project, path: string): string | undefined {
  const roots = project.scope.roots
    .map((root) => root.replace(/\/$/, ''))
    .filter((root) => path.startsWith(`${root}/`));
  return roots.sort((a, b) => a.length - b.length)[0];
}

/** All folders from an outer to an inner one, both included. */
function foldersBetween(outer: string, inner: string): readonly string[] {
  const names = inner
    .slice(outer.length + 1)
    .split('/')
    .filter((name) => name !== '');
  return [outer, ...names.map((_, index) => [outer, ...names.slice(0, index + 1)].join('/'))];
}

function readSettingsFile(path: string, text: string): SettingsFile {
  const { written = writtenIn(undefined), error } = readSettingsText(path, text);
  const problems: Problem[] = [];
  const layer = readLayer(written, { folder: folderOf(path) }, (at, message) =>
    problems.push({ kind: 'configuration', at, message }),
  );
  if (!error) return { path, written, layer, problems };
  // What else seems wrong in a text that cannot be read as a whole may be a consequence.
  return { path, written: writtenIn(undefined), layer, problems: [{ kind: 'configuration', ...error }] };
}
