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

function newPair(name: string, value: YamlNode): YamlPair {
  const at = { ...value.at, end: value.at.start };
  return { key: scalarLike(value, name, at), value, merged: false, conditional: false, end: value.span.end };
}

function scalarLike(node: YamlNode, value: string, at = node.at): YamlScalar {
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
  return mapContainers(object, (container) => {
    const found = lookup(container, 'image');
    if (found.kind !== 'node' || found.node.kind !== 'scalar') return container;
    const { node } = found;
    const [, name = '', rest = ''] = /^([^@]*?)((?::[^:/@]+)?(?:@.*)?)$/.exec(node.text.text) ?? [];
    const change = changes.find((one) => one.name === name);
    if (!change) return container;
    const word = (given: YamlNode | undefined) => (given?.kind === 'scalar' ? given.text.text : undefined);
    const [newName, newTag, digest] = [change.newName, change.newTag, change.digest].map(word);
    const version = digest !== undefined ? `@${digest}` : newTag !== undefined ? `:${newTag}` : rest;
    const image = scalarLike(node, `${newName ?? name}${version}`);
    const pairs = container.pairs.map((pair) => (pair.value === node ? { ...pair, value: image } : pair));
    return { ...container, pairs, layers: container.layers ?? [container] };
  });
}

function mapContainers(node: YamlMap, change: (container: YamlMap) => YamlMap, depth = 0): YamlMap {
  if (depth > 12) return node;
  let any = false;
  const pairs = node.pairs.map((pair): YamlPair => {
    const value = inContainers(pair, change, depth);
    if (value === pair.value) return pair;
    any = true;
    return { ...pair, value };
  });
  return any ? { ...node, pairs, layers: node.layers ?? [node] } : node;
}

function inContainers({ key, value }: YamlPair, change: (container: YamlMap) => YamlMap, depth: number): YamlNode {
  if (value.kind === 'map') return mapContainers(value, change, depth + 1);
  if (value.kind !== 'sequence') return value;
  const holds = /^(?:containers|initContainers)$/.test(key.text.text);
  const items = value.items.map((item) =>
    item.kind !== 'map' ? item : holds ? change(item) : mapContainers(item, change, depth + 1),
  );
  return items.every((item, i) => item === value.items[i]) ? value : { ...value, items };
}

/** A manifest with more labels under some keys; those that are there already are replaced. */
export function addPairs(object: YamlMap, keys: readonly string[], pairs: YamlMap, create: boolean): YamlMap {
  const [key, ...rest] = keys;
  if (key === undefined) return overlay(pairs, object);
  const pair = object.pairs.find((one) => one.key.text.text === key);
  const layers = object.layers ?? [object];
  if (pair?.value.kind === 'map') {
    const value = addPairs(pair.value, rest, pairs, create);
    return { ...object, pairs: object.pairs.map((one) => (one === pair ? { ...one, value } : one)), layers };
  }
  if (pair || !create || rest.length > 0) return object;
  return { ...object, pairs: [...object.pairs, newPair(key, pairs)], layers };
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
