// Builds the kustomizations of a project: what each of the outermost ones makes of the files that it takes.
// Every value keeps the place that gave it; nothing is written out.

import { type Kustomization, kustomizationsIn, type Patch, replacementsIn } from '../../sources/kustomization.ts';
import { matters } from '../../sources/manifestDocuments.ts';
import { objectsOf } from '../../sources/manifestObjects.ts';
import { parseYaml } from '../../sources/yaml/yaml.ts';
import { fileOf } from '../documents.ts';
import { resolvePath } from '../paths.ts';
import type { Project } from '../project.ts';
import type { Condition } from '../value.ts';
import { changedBy, type LoadedPatch } from './kustomizeChanges.ts';
import { generated } from './kustomizeGenerators.ts';
import { renamed } from './kustomizeNames.ts';
import { replaced } from './kustomizeReplacements.ts';
import { isLocal, type Resource, resourceOf } from './kustomizeResources.ts';

/** What an outermost kustomization delivers, as far as it matters here. */
export interface Build {
  /** Where the outermost kustomization stands. */
  readonly folder: string;
  readonly when: Condition | undefined;
  resources(project: Project): readonly Resource[];
  /** Whether some kustomization takes a file: by itself it is delivered nowhere. */
  takes(project: Project, path: string): boolean;
}

interface Wiring {
  /** The outermost kustomizations that reach a file, by the file. */
  readonly users: ReadonlyMap<string, readonly Kustomization[]>;
  readonly patches: ReadonlySet<string>;
  /** Those in which values are copied from one resource to another: of these, all resources are read. */
  readonly copying: ReadonlySet<Kustomization>;
}

/** What the outermost kustomizations make of a file: nothing of a patch; `undefined` where none names it. */
export function buildsOf(project: Project, path: string): readonly Build[] | undefined {
  const file = fileOf(path);
  const users = project.ask<Kustomization | 'none'>((own) => {
    const { users: all, patches } = wiringOf(own);
    return all.get(file) ?? (patches.has(file) ? [] : ['none']);
  });
  const roots = users.flatMap((one) => (one === 'none' ? [] : [one]));
  if (roots.length < users.length) return undefined;
  return roots.map((root): Build => {
    const when =
      users.length > 1 ? { text: `in \`${project.display(root.folder)}\``, holds: true, at: root.at } : undefined;
    return {
      folder: root.folder,
      when,
      resources: (own) =>
        own.once(`kustomization ${root.path}`, (one) =>
          renamed(
            build({ project: one, read: resourcesOf(one, root) }, root, 0).filter((resource) => !isLocal(resource)),
          ),
        ),
      takes: (own, other) => wiringOf(own).users.has(fileOf(other)),
    };
  });
}

function wiringOf(project: Project): Wiring {
  return project.once('kustomizations', wire);
}

/** Which kustomization takes which file, seen from those that no other takes. */
function wire(project: Project): Wiring {
  const all = project.find(kustomizationsIn);
  const byFolder = new Map(all.map((one) => [one.folder, one]));
  const taken = new Set<Kustomization>();
  for (const one of all) {
    for (const entry of [...one.resources, ...one.components]) {
      const found = byFolder.get(resolvePath(one.folder, entry));
      if (found) taken.add(found);
    }
  }
  const roots = all.filter((one) => !taken.has(one) && !one.component);
  const users = new Map<string, Kustomization[]>();
  const patches = new Set<string>();
  for (const one of all) {
    for (const { file } of [...one.patches, ...one.latePatches])
      if (file !== undefined) patches.add(resolvePath(one.folder, file));
  }
  const copying = new Set<Kustomization>();
  const reach = (root: Kustomization, at: Kustomization, depth: number): void => {
    if (depth > 20) return;
    if (at.replacements.length > 0) copying.add(root);
    for (const entry of [...at.resources, ...at.components]) {
      const path = resolvePath(at.folder, entry);
      const next = byFolder.get(path);
      if (next) reach(root, next, depth + 1);
      else if (!isRemote(entry)) users.set(path, [...(users.get(path) ?? []).filter((one) => one !== root), root]);
    }
  };
  for (const root of roots) reach(root, root, 0);
  return { users, patches, copying };
}

function isRemote(entry: string): boolean {
  return /^[a-z+]+:\/\/|^git@|^github\.com\/|\?ref=/.test(entry);
}

/** How a build reads. */
interface Reading {
  readonly project: Project;
  /** Finds the resources of a file. */
  readonly read: (path: string, text: string) => readonly Resource[];
}

function build(
  reading: Reading,
  from: Kustomization,
  depth: number,
  given: readonly Resource[] = [],
): readonly Resource[] {
  const { project, read } = reading;
  if (depth > 20) return given;
  let resources = [...given];
  for (const entry of from.resources) {
    const path = resolvePath(from.folder, entry);
    const below = kustomizationIn(project, path);
    if (below) resources.push(...build(reading, below, depth + 1));
    else if (!isRemote(entry)) resources.push(...(fromParts(project, path, read) ?? []));
  }
  resources = [...generated(project, from, resources)];
  for (const entry of from.components) {
    const component = kustomizationIn(project, resolvePath(from.folder, entry));
    if (component) resources = [...build(reading, component, depth + 1, resources)];
  }
  const loaded = (patch: Patch): LoadedPatch => {
    const path = patch.file === undefined ? undefined : resolvePath(from.folder, patch.file);
    return { ...patch, documents: path === undefined ? patch.inline : fromParts(project, path, documentsOf) };
  };
  const [patches, later] = [from.patches.map(loaded), from.latePatches.map(loaded)];
  const changed = resources.flatMap((resource) => changedBy(from, patches, later, resource));
  const replacements = from.replacements.map((entry) =>
    'file' in entry ? project.derived(resolvePath(from.folder, entry.file), replacementsIn) : [entry],
  );
  const whole = replacements.flatMap((some) => some ?? []);
  const result = replaced(whole, changed);
  return replacements.includes(undefined) ? result.map((one) => ({ ...one, altered: true })) : result;
}

/** What all parts of a file hold; `undefined` where it is not there. */
function fromParts<T>(
  project: Project,
  path: string,
  derive: (path: string, text: string) => readonly T[],
): readonly T[] | undefined {
  const [only = path, ...others] = project.partsOf(path);
  const found = project.derived(only, derive);
  return others.length === 0 || !found
    ? found
    : [found, ...others.map((part) => project.derived(part, derive) ?? [])].flat();
}

/** The kustomization of a folder. What has the look of a file is none. */
function kustomizationIn(project: Project, folder: string): Kustomization | undefined {
  if (/\.(?:ya?ml|json)$/i.test(folder)) return undefined;
  for (const name of ['kustomization.yaml', 'kustomization.yml', 'Kustomization']) {
    const found = project.derived(`${folder}/${name}`, kustomizationsIn)?.[0];
    if (found) return found;
  }
  return undefined;
}

function resourcesOf(project: Project, root: Kustomization): Reading['read'] {
  return wiringOf(project).copying.has(root) ? allResourcesIn : resourcesIn;
}

function resourcesIn(path: string, text: string): readonly Resource[] {
  return accepted(path, text, matters);
}

function allResourcesIn(path: string, text: string): readonly Resource[] {
  return accepted(path, text, (part) => !part.includes('CustomResourceDefinition'));
}

function accepted(path: string, text: string, accept: (part: string) => boolean): readonly Resource[] {
  return parseYaml(path, text, accept).flatMap(({ root }) => objectsOf(root).map((object) => resourceOf(path, object)));
}

function documentsOf(path: string, text: string) {
  return parseYaml(path, text);
}
