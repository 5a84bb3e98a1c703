// Applies the changes that kustomize knows to a manifest: strategic merges, JSON 6902 operations, images, labels.
// Every value in the result stays the node that its file gives.
import { Embedded } from '../../text/embedded.ts';
import type { ImageChange } from '../kustomization.ts';
import { overlay } from './yamlLayers.ts';
import { lookup, type YamlMap, type YamlNode, type YamlPair, type YamlScalar } from './yamlNode.ts';

/** The keys that name the items of a list, by the list's own key: staging/src/k8s.io/api, `patchMergeKey`. */
const MERGE_KEYS: { readonly [list: string]: string } = {
  containers: 'name',
  initContainers: 'name',
  ephemeralContainers: 'name',
  env: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
  volumeDevices: 'devicePath',
  imagePullSecrets: 'name',
  hostAliases: 'ip',
  topologySpreadConstraints: 'topologyKey',
  volumeClaimTemplates: 'name',
};

/** Kinds of Kubernetes itself; lists of all others are replaced as a whole. */
const BUILT_IN = /^(?:v1|(?:apps|batch|autoscaling|policy|extensions)\/v\w+|[\w.]+\.k8s\.io\/v\w+)$/;

/** A manifest with what a strategic merge patch changes. */
export function mergePatch(patch: YamlMap, object: YamlMap): YamlMap {
  const version = lookup(object, 'apiVersion');
  const builtIn = version.kind === 'node' && version.node.kind === 'scalar' && BUILT_IN.test(version.node.text.text);
  return overlay(patch, object, (keys) => {
    const list = keys.at(-1) ?? '';
    if (!builtIn) return undefined;
    if (list === 'ports')
      return keys.includes('containers') || keys.includes('initContainers') ? 'containerPort' : 'port';
    return MERGE_KEYS[list];
  });
}

/** A manifest with the operations of a JSON 6902 patch applied; one that does not fit changes nothing. */
export function applyOperations(operations: readonly YamlNode[], object: YamlMap): YamlMap {
  let result: YamlMap = object;
  for (const operation of operations) {
    const [op, path, from] = ['op', 'path', 'from'].map((key) => textAt(operation, key));
    if (op === undefined || path === undefined) continue;
    const keys = pointer(path);
    const value = lookup(operation, 'value');
    const source = from === undefined ? undefined : nodeAt(result, pointer(from));
    // What an operation gives is changed in the operation.
    const own = value.kind === 'node' && operation.kind === 'map' ? { map: operation, keys: ['value'] } : undefined;
    const given = value.kind === 'node' ? { ...value.node, holder: own } : source;
    if (op === 'remove') result = changed(result, keys, undefined, false);
    else if ((op === 'add' || op === 'replace' || op === 'copy') && given)
      result = changed(result, keys, given, op !== 'replace');
    else if (op === 'move' && from !== undefined && source) {
      result = changed(changed(result, pointer(from), undefined, false), keys, source, true);
    }
  }
  return result;
}

function pointer(path: string): readonly string[] {
  return path
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function nodeAt(node: YamlNode | undefined, [key, ...rest]: readonly string[]): YamlNode | undefined {
  if (key === undefined || !node) return node;
  if (node.kind === 'sequence') return nodeAt(node.items[key === '-' ? node.items.length - 1 : Number(key)], rest);
  if (node.kind !== 'map') return undefined;
  return nodeAt(node.pairs.find((pair) => pair.key.text.text === key)?.value, rest);
}

function changed<T extends YamlNode>(
  node: T,
  keys: readonly string[],
  value: YamlNode | undefined,
  insert: boolean,
): T {
  return (withChange(node, keys, value, insert) as T | undefined) ?? node;
}

function withChange(
  node: YamlNode,
  [key, ...rest]: readonly string[],
  value: YamlNode | undefined,
  insert: boolean,
): YamlNode | undefined {
  if (key === undefined) return value;
  if (node.kind === 'sequence') {
    const at = key === '-' ? node.items.length : Number(key);
    const item = node.items[at];
    const items = [...node.items];
    if (rest.length > 0 && item) items[at] = changed(item, rest, value, insert);
    else if (rest.length === 0) items.splice(at, insert || !item ? 0 : 1, ...(value ? [value] : []));
    return { ...node, items };
  }
  if (node.kind !== 'map') return undefined;
  const pair = node.pairs.find((one) => one.key.text.text === key);
  const layers = node.layers ?? [node];
  if (pair) {
    const inner = rest.length > 0 ? withChange(pair.value, rest, value, insert) : value;
    const pairs = node.pairs.flatMap((one) => (one !== pair ? [one] : inner ? [{ ...one, value: inner }] : []));
    return { ...node, pairs, layers };
  }
  if (!value || rest.length > 0) return undefined;
  return { ...node, pairs: [...node.pairs, newPair(key, value)], layers };
}

/** A key that is written nowhere, with its value. */
export function newPair(name: string, value: YamlNode): YamlPair {
  const at = { ...value.at, end: value.at.start };
  return { key: scalarLike(value, name, at), value, merged: false, conditional: false, end: value.span.end };
}

/** A text that is written nowhere as it is, with the place of another node. */
export function scalarLike(node: YamlNode, value: string, at = node.at): YamlScalar {
  return {
    kind: 'scalar',
    source: node.source,
    at,
    written: at,
    span: node.span,
    contentEnd: node.contentEnd,
    shared: undefined,
    alias: undefined,
    templated: false,
    style: 'PLAIN',
    value,
    text: new Embedded(value, at),
  };
}

/** A manifest whose containers' images are changed. */
export function changeImages(changes: readonly ImageChange[], object: YamlMap): YamlMap {
  return mapMaps(object, (container, under) => {
    if (!/^(?:containers|initContainers)$/.test(under)) return container;
    const found = lookup(container, 'image');
    if (found.kind !== 'node' || found.node.kind !== 'scalar') return container;
    const { node } = found;
    const [, name = '', tag = '', digest = ''] = /^([^@]*?)((?::[^:/@]+)?)((?:@.*)?)$/.exec(node.text.text) ?? [];
    const change = changes.find((one) => one.name === name);
    if (!change) return container;
    const [newName, newTag, newDigest] = [change.newName, change.newTag, change.digest].map((given) =>
      given?.kind === 'scalar' ? given.text.text : undefined,
    );
    const given = `${newTag === undefined ? '' : `:${newTag}`}${newDigest === undefined ? '' : `@${newDigest}`}`;
    const version = given === '' ? `${tag}${digest}` : given;
    const isOpen = given === '' && change.tagSuffix !== undefined;
    // Versions of kustomize put a suffix there once or twice.
    const image = { ...scalarLike(node, `${newName ?? name}${version}`), templated: isOpen };
    const pairs = container.pairs.map((pair) => (pair.value === node ? { ...pair, value: image } : pair));
    return { ...container, pairs, layers: container.layers ?? [container] };
  });
}

/** Deeper than any manifest. */
const MAX_DEPTH = 30;

/** A tree with its maps changed, the inner ones first; `under` is the key over a map, or over the list that holds it. */
export function mapMaps(
  map: YamlMap,
  change: (map: YamlMap, under: string) => YamlMap,
  under = '',
  depth = 0,
): YamlMap {
  if (depth > MAX_DEPTH) return map;
  const inner = (node: YamlNode, key: string): YamlNode => {
    if (node.kind === 'map') return mapMaps(node, change, key, depth + 1);
    if (node.kind !== 'sequence') return node;
    const items = node.items.map((item) => inner(item, key));
    return items.every((item, i) => item === node.items[i]) ? node : { ...node, items };
  };
  const pairs = map.pairs.map((pair): YamlPair => {
    const value = inner(pair.value, pair.key.text.text);
    return value === pair.value ? pair : { ...pair, value };
  });
  const isOld = pairs.every((pair, i) => pair === map.pairs[i]);
  return change(isOld ? map : { ...map, pairs, layers: map.layers ?? [map] }, under);
}

/** A manifest with more labels under some keys, in every item of a list; those that are there already are replaced. */
export function addPairs(object: YamlMap, keys: readonly string[], pairs: YamlMap, create: boolean): YamlMap {
  const [key, ...rest] = keys;
  if (key === undefined) return overlay(pairs, object);
  const pair = object.pairs.find((one) => one.key.text.text === key);
  const layers = object.layers ?? [object];
  const into = (node: YamlNode): YamlNode => (node.kind === 'map' ? addPairs(node, rest, pairs, create) : node);
  if (pair && !(pair.value.kind === 'scalar' && pair.value.value === null)) {
    const { value } = pair;
    const now = value.kind === 'sequence' ? { ...value, items: value.items.map(into) } : into(value);
    return { ...object, pairs: object.pairs.map((one) => (one === pair ? { ...one, value: now } : one)), layers };
  }
  if (!create) return object;
  const value = rest.reduceRight((inner: YamlMap, name) => mapLike(inner, [[name, inner]]), pairs);
  return { ...object, pairs: [...object.pairs.filter((one) => one !== pair), newPair(key, value)], layers };
}

/** A map that stands nowhere of its own, with the place of another node. */
export function mapLike(node: YamlNode, entries: readonly (readonly [string, YamlNode])[]): YamlMap {
  const { source, at, written, span, contentEnd } = node;
  const pairs = entries.map(([key, value]) => newPair(key, value));
  const whole = { source, at, written, span, contentEnd, shared: undefined, alias: undefined, templated: false };
  // It is written nowhere, so nothing can be written into it.
  return { ...whole, kind: 'map', flow: false, pairs, open: false, layers: [] };
}

/** A manifest with one text under a path of keys replaced or given. */
export function setText(
  object: YamlMap,
  keys: readonly string[],
  change: (old: string | undefined) => string | undefined,
): YamlMap {
  const [key = '', ...rest] = keys;
  const pair = object.pairs.find((one) => one.key.text.text === key);
  const layers = object.layers ?? [object];
  if (rest.length > 0) {
    if (pair?.value.kind !== 'map') return object;
    const value = setText(pair.value, rest, change);
    return { ...object, pairs: object.pairs.map((one) => (one === pair ? { ...one, value } : one)), layers };
  }
  const text = change(pair?.value.kind === 'scalar' ? pair.value.text.text : undefined);
  if (text === undefined) return object;
  if (!pair) return { ...object, pairs: [...object.pairs, newPair(key, scalarLike(object, text))], layers };
  const value = scalarLike(pair.value, text);
  return { ...object, pairs: object.pairs.map((one) => (one === pair ? { ...one, value } : one)), layers };
}

/** A manifest with another node under a path of keys; nothing changes where the maps above are missing. */
export function setNode(object: YamlMap, keys: readonly string[], value: YamlNode): YamlMap {
  return changed(object, keys, value, false);
}

function textAt(node: YamlNode, key: string): string | undefined {
  const found = lookup(node, key);
  return found.kind === 'node' && found.node.kind === 'scalar' ? found.node.text.text : undefined;
}
