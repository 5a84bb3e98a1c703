// Builds the kustomizations of a project: what each of the outermost ones makes of the files that it takes.
// Every value keeps the place that gave it; nothing is written out.
import { matters, objectsOf } from '../../sources/kubernetes.ts';
import {
  type Kustomization,
  kustomizationsIn,
  type LabelChange,
  type Patch,
  type Target,
} from '../../sources/kustomization.ts';
import { parseYaml } from '../../sources/yaml/yaml.ts';
import { lookup, type YamlDocument, type YamlMap, type YamlNode } from '../../sources/yaml/yamlNode.ts';
import { addPairs, applyOperations, changeImages, mergePatch, setNode, setText } from '../../sources/yaml/yamlPatch.ts';
import { fileOf } from '../documents.ts';
import { resolvePath } from '../paths.ts';
import type { Project } from '../project.ts';
import { sameFacts } from '../recording.ts';
import type { Condition } from '../value.ts';

/** A manifest as some kustomization delivers it. */
export interface Resource {
  /** The file that it came from. */
  readonly path: string;
  readonly object: YamlMap;
  /** Its kind and name as its file gives them: patches may go by those. */
  readonly kind: string;
  readonly name: string;
  /** Whether something changes it that is not read: what is missing in it may be given. */
  readonly altered: boolean;
}

/** What an outermost kustomization delivers, as far as it matters here. */
export interface Build {
  readonly when: Condition | undefined;
  resources(project: Project): readonly Resource[];
  /** Whether some kustomization takes a file: by itself it is delivered nowhere. */
  takes(project: Project, path: string): boolean;
}

interface Wiring {
  /** The outermost kustomizations that reach a file, by the file. */
  readonly users: ReadonlyMap<string, readonly Kustomization[]>;
  readonly patches: ReadonlySet<string>;
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
      when,
      resources: (own) => own.once(`kustomization ${root.path}`, (one) => build(one, root, 0)),
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
    for (const { file } of one.patches) if (file !== undefined) patches.add(resolvePath(one.folder, file));
  }
  const reach = (root: Kustomization, at: Kustomization, depth: number): void => {
    if (depth > 20) return;
    for (const entry of [...at.resources, ...at.components]) {
      const path = resolvePath(at.folder, entry);
      const next = byFolder.get(path);
      if (next) reach(root, next, depth + 1);
      else if (!isRemote(entry)) users.set(path, [...(users.get(path) ?? []).filter((one) => one !== root), root]);
    }
  };
  for (const root of roots) reach(root, root, 0);
  return { users, patches };
}

function isRemote(entry: string): boolean {
  return /^[a-z+]+:\/\/|^git@|^github\.com\/|\?ref=/.test(entry);
}

function build(
  project: Project,
  from: Kustomization,
  depth: number,
  given: readonly Resource[] = [],
): readonly Resource[] {
  if (depth > 20) return given;
  let resources = [...given];
  for (const entry of from.resources) {
    const path = resolvePath(from.folder, entry);
    const below = kustomizationIn(project, path);
    if (below) resources.push(...build(project, below, depth + 1));
    else if (!isRemote(entry)) resources.push(...fromParts(project, path, resourcesIn));
  }
  for (const entry of from.components) {
    const component = kustomizationIn(project, resolvePath(from.folder, entry));
    if (component) resources = [...build(project, component, depth + 1, resources)];
  }
  const patches = from.patches.map((patch): LoadedPatch => {
    const path = patch.file === undefined ? undefined : resolvePath(from.folder, patch.file);
    return { ...patch, documents: path === undefined ? patch.inline : fromParts(project, path, documentsOf) };
  });
  return resources.flatMap((resource) => changedBy(from, patches, resource));
}

/** What all parts of a file hold. */
function fromParts<T>(
  project: Project,
  path: string,
  derive: (path: string, text: string) => readonly T[],
): readonly T[] {
  const [only = path, ...others] = project.partsOf(path);
  const found = project.derived(only, derive) ?? [];
  return others.length === 0 ? found : [found, ...others.map((part) => project.derived(part, derive) ?? [])].flat();
}

/** A patch with what its file holds. */
interface LoadedPatch extends Patch {
  readonly documents: readonly YamlDocument[];
}

/** What became of a resource by some patches. */
interface Change {
  readonly patches: readonly LoadedPatch[];
  readonly result: readonly Resource[];
}

/** The last changes of a resource: a letter that is typed in one file leaves most of the others as they are. */
const lastChanges = new WeakMap<Resource, WeakMap<Kustomization, readonly Change[]>>();
/** How it is now, and how it was in a few fixes that were tried. */
const CHANGES_KEPT = 4;

function changedBy(from: Kustomization, patches: readonly LoadedPatch[], resource: Resource): readonly Resource[] {
  const changes = lastChanges.get(resource) ?? new WeakMap<Kustomization, readonly Change[]>();
  lastChanges.set(resource, changes);
  const kept = changes.get(from) ?? [];
  const known = kept.find((change) =>
    change.patches.every(({ documents }, i) => sameFacts(documents, patches[i]?.documents ?? [])),
  );
  const change = known ?? { patches, result: transformed(from, patches, resource) };
  changes.set(from, [change, ...kept.filter((one) => one !== known)].slice(0, CHANGES_KEPT));
  return change.result;
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

function resourcesIn(path: string, text: string): readonly Resource[] {
  return parseYaml(path, text, matters).flatMap(({ root }) =>
    objectsOf(root).map((object) => ({
      path,
      object,
      kind: word(object, 'kind') ?? '',
      name: word(object, 'metadata', 'name') ?? '',
      altered: false,
    })),
  );
}

function transformed(from: Kustomization, patches: readonly LoadedPatch[], resource: Resource): readonly Resource[] {
  let object: YamlMap | undefined = resource.object;
  for (const patch of patches) object = object && patched(patch, { ...resource, object });
  if (!object) return [];
  if (from.images.length > 0) object = changeImages(from.images, object);
  for (const { name, count } of from.replicas) {
    const scales = /^(?:Deployment|ReplicaSet|StatefulSet|ReplicationController)$/.test(resource.kind);
    if (scales && (name === resource.name || name === word(object, 'metadata', 'name'))) {
      object = setNode(object, ['spec', 'replicas'], count);
    }
  }
  for (const change of from.labels) object = labelled(object, change, resource.kind);
  if (from.namespace !== undefined) object = setText(object, ['metadata', 'namespace'], () => from.namespace);
  const { prefix, suffix } = from;
  if (prefix + suffix !== '') object = setText(object, ['metadata', 'name'], (old) => old && prefix + old + suffix);
  if (prefix + suffix !== '') object = renamedLinks(object, (name) => prefix + name + suffix);
  return [{ ...resource, object, altered: resource.altered || from.altersMore }];
}

/** A resource with a patch, if it is for it; nothing is left where the patch takes it away. */
function patched(patch: LoadedPatch, resource: Resource): YamlMap | undefined {
  let { object } = resource;
  for (const { root } of patch.documents) {
    if (root?.kind === 'sequence') {
      if (patch.target && isFor(patch.target, resource)) object = applyOperations(root.items, object);
    } else if (root?.kind === 'map') {
      const meant = patch.target ? isFor(patch.target, resource) : isSame(root, resource);
      if (!meant) continue;
      const directive = root.pairs.find(({ key }) => key.text.text === '$patch')?.value;
      if (directive?.kind === 'scalar' && directive.text.text === 'delete') return undefined;
      object = mergePatch(withoutIdentity(root), object);
    }
  }
  return object;
}

/** A patch says which resource it is for; that changes nothing in it. */
function withoutIdentity(patch: YamlMap): YamlMap {
  const pairs = patch.pairs.flatMap((pair) => {
    const key = pair.key.text.text;
    if (key === 'apiVersion' || key === 'kind') return [];
    if (key !== 'metadata' || pair.value.kind !== 'map') return [pair];
    const inner = pair.value.pairs.filter((one) => !/^(?:name|namespace)$/.test(one.key.text.text));
    return inner.length > 0 ? [{ ...pair, value: { ...pair.value, pairs: inner } }] : [];
  });
  return { ...patch, pairs };
}

function documentsOf(path: string, text: string) {
  return parseYaml(path, text);
}

function isSame(patch: YamlMap, { kind, name, object }: Resource): boolean {
  const wanted = word(patch, 'metadata', 'name');
  return word(patch, 'kind') === kind && (wanted === name || wanted === word(object, 'metadata', 'name'));
}

function isFor(target: Target, { kind, name, object }: Resource): boolean {
  const fits = (pattern: string | undefined, ...texts: readonly (string | undefined)[]) =>
    pattern === undefined || texts.some((text) => text !== undefined && matches(pattern, text));
  return (
    fits(target.kind, kind) &&
    fits(target.name, name, word(object, 'metadata', 'name')) &&
    fits(target.namespace, word(object, 'metadata', 'namespace') ?? 'default') &&
    selects(target.labelSelector, object, 'labels') &&
    selects(target.annotationSelector, object, 'annotations')
  );
}

function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(text);
  } catch {
    return pattern === text;
  }
}

/** `app=web,tier!=db,x,!y`. */
function selects(selector: string | undefined, object: YamlMap, where: string): boolean {
  if (selector === undefined) return true;
  return selector.split(',').every((part) => {
    const [, not, key = '', sign, value] = /^\s*(!?)\s*([\w./-]+)\s*(?:(==?|!=)\s*([\w./-]*))?\s*$/.exec(part) ?? [];
    const own = word(object, 'metadata', where, key);
    if (sign === undefined) return (own !== undefined) !== (not === '!');
    return sign === '!=' ? own !== value : own === value;
  });
}

/** The labels of a resource, of the pods in it, and of what selects those. */
function labelled(object: YamlMap, { pairs, selectors, templates }: LabelChange, kind: string): YamlMap {
  let result = addPairs(object, ['metadata', 'labels'], pairs, true);
  const workload = /^(?:Deployment|ReplicaSet|StatefulSet|DaemonSet)$/.test(kind);
  if (templates && kind !== 'CronJob')
    result = addPairs(result, ['spec', 'template', 'metadata', 'labels'], pairs, true);
  if (templates && kind === 'CronJob') {
    result = addPairs(result, ['spec', 'jobTemplate', 'spec', 'template', 'metadata', 'labels'], pairs, true);
  }
  if (!selectors) return result;
  if (workload) result = addPairs(result, ['spec', 'selector', 'matchLabels'], pairs, true);
  if (kind === 'Service' || kind === 'ReplicationController')
    result = addPairs(result, ['spec', 'selector'], pairs, kind === 'Service');
  return result;
}

/** The names of Services that an Ingress or a route sends to follow their Services. */
function renamedLinks(object: YamlMap, rename: (name: string) => string): YamlMap {
  if (!/^(?:Ingress|HTTPRoute|GRPCRoute)$/.test(word(object, 'kind') ?? '')) return object;
  const inMap = (map: YamlMap, under: string): YamlMap => {
    const named = under === 'service' || under === 'backendRefs';
    const own = named
      ? setText(map, ['name'], (old) => old && rename(old))
      : setText(map, ['serviceName'], (old) => old && rename(old));
    return { ...own, pairs: own.pairs.map((pair) => ({ ...pair, value: inNode(pair.value, pair.key.text.text) })) };
  };
  const inNode = (node: YamlNode, under: string): YamlNode =>
    node.kind === 'map'
      ? inMap(node, under)
      : node.kind === 'sequence'
        ? { ...node, items: node.items.map((item) => inNode(item, under)) }
        : node;
  return inMap(object, '');
}

function word(node: YamlMap, ...keys: readonly string[]): string | undefined {
  const found = lookup(node, ...keys);
  return found.kind === 'node' && found.node.kind === 'scalar' && found.node.value !== null
    ? found.node.text.text
    : undefined;
}
