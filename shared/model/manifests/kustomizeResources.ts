// A manifest on its way through kustomizations, and how they name the ones that they mean.
import type { Identity, Target } from '../../sources/kustomization.ts';
import { lookup, type YamlMap } from '../../sources/yaml/yamlNode.ts';

/** A manifest as some kustomization delivers it. */
export interface Resource {
  /** The file that it came from. */
  readonly path: string;
  readonly object: YamlMap;
  readonly kind: string;
  /** Its names so far, the one in its file first: whatever means it may go by any. */
  readonly names: readonly string[];
  /** The namespace that its file gives. */
  readonly home: string;
  /** The prefixes and suffixes that it was given, the first one first. */
  readonly affixes: readonly string[];
  /** Whether something changes it that is not read: what is missing in it may be given. */
  readonly altered: boolean;
}

/** Kinds of Kubernetes that belong to no namespace. */
const CLUSTER_SCOPED =
  /^(?:Namespace|Node|PersistentVolume|APIService|CustomResourceDefinition|ClusterRole(?:Binding)?|(?:Priority|Storage|Ingress|Runtime|Device)Class|(?:Validating|Mutating)\w+)$/;

/** A manifest as its file gives it. */
export function resourceOf(path: string, object: YamlMap): Resource {
  const kind = wordAt(object, 'kind') ?? '';
  const names = [wordAt(object, 'metadata', 'name') ?? ''];
  return { path, object, kind, names, home: namespaceIn(object), affixes: [], altered: false };
}

/** The resource changed; it keeps its earlier names. */
export function withObject(resource: Resource, object: YamlMap): Resource {
  const name = wordAt(object, 'metadata', 'name') ?? '';
  const names = resource.names.includes(name) ? resource.names : [...resource.names, name];
  return object === resource.object ? resource : { ...resource, object, names };
}

/** The namespace that it is put into; `default` where it names none. */
export function namespaceOf({ object }: Resource): string {
  return namespaceIn(object);
}

function namespaceIn(object: YamlMap): string {
  return wordAt(object, 'metadata', 'namespace') ?? 'default';
}

/** Whether objects of its kind stand in no namespace. */
export function isClusterScoped({ kind }: Resource): boolean {
  return CLUSTER_SCOPED.test(kind);
}

/** Whether it is only for whoever works on the files. */
export function isLocal({ object }: Resource): boolean {
  return wordAt(object, 'metadata', 'annotations', 'config.kubernetes.io/local-config') === 'true';
}

/** Whether a patch without a target says that it is for this one. */
export function isSame(patch: YamlMap, resource: Resource): boolean {
  const { kind, names } = resource;
  const namespace = namespaceIn(patch);
  return (
    wordAt(patch, 'kind') === kind &&
    names.includes(wordAt(patch, 'metadata', 'name') ?? '') &&
    (namespace === namespaceOf(resource) || namespace === 'default')
  );
}

/** Whether it is just the one that is named. */
export function isNamed(identity: Identity, resource: Resource): boolean {
  return fits(identity, resource, (wanted, text) => wanted === text);
}

/** Whether a target means it. */
export function isFor(target: Target, resource: Resource): boolean {
  return (
    fits(target, resource, matches) &&
    selects(target.labelSelector, resource.object, 'labels') &&
    selects(target.annotationSelector, resource.object, 'annotations')
  );
}

function fits(
  { group, version, kind, name, namespace }: Identity,
  resource: Resource,
  isIt: (wanted: string, text: string) => boolean,
): boolean {
  const [, ownGroup = '', ownVersion = ''] =
    /^(?:(.*)\/)?(.*)$/.exec(wordAt(resource.object, 'apiVersion') ?? '') ?? [];
  const is = (wanted: string | undefined, ...texts: readonly string[]) =>
    wanted === undefined || texts.some((text) => isIt(wanted, text));
  return (
    is(group, ownGroup) &&
    is(version, ownVersion) &&
    is(kind, resource.kind) &&
    is(name, ...resource.names) &&
    is(namespace, namespaceOf(resource))
  );
}

function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(text);
  } catch {
    return pattern === text;
  }
}

/** `app=web,tier!=db,x,!y,app in (a, b),app notin (c)`; what reads otherwise selects nothing. */
function selects(selector: string | undefined, object: YamlMap, where: string): boolean {
  if (selector === undefined) return true;
  return selector.split(/,(?![^(]*\))/).every((part) => {
    const match = /^\s*(!?)\s*([\w./-]+)\s*(?:(==?|!=)\s*([\w./-]*)|(in|notin)\s*\(([^)]*)\))?\s*$/.exec(part);
    if (!match) return false;
    const [, not, key = '', sign, value = '', word, list = ''] = match;
    const own = wordAt(object, 'metadata', where, key);
    if (sign === undefined && word === undefined) return (own !== undefined) !== (not === '!');
    const values = word === undefined ? [value] : list.split(',').map((one) => one.trim());
    return (own !== undefined && values.includes(own)) !== (sign === '!=' || word === 'notin');
  });
}

/** The text under a path of keys. */
export function wordAt(node: YamlMap, ...keys: readonly string[]): string | undefined {
  const found = lookup(node, ...keys);
  return found.kind === 'node' && found.node.kind === 'scalar' && found.node.value !== null
    ? found.node.text.text
    : undefined;
}
