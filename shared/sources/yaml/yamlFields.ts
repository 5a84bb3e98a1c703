// Fields of a manifest by kustomize's paths, `spec.containers.[name=web].image`: finds what stands there, and puts other
// nodes in its place. Every value in the result stays the node that its file gives.

import type { YamlMap, YamlNode } from './yamlNode.ts';
import { mapLike, newPair, scalarLike } from './yamlPatch.ts';

/** The parts of a path: kyaml/utils/pathsplitter.go. */
export function partsOfPath(path: string): readonly string[] {
  const split = (path.match(/(?:\\\.|[^.])+|(?<=\.)(?=\.|$)/g) ?? []).map((part) => part.replaceAll('\\.', '.'));
  const parts: string[] = [];
  for (let i = 0; i < split.length; i++) {
    let part = split[i] ?? '';
    if (part.startsWith('[')) {
      while (!part.endsWith(']') && i < split.length - 1) part += `.${split[++i]}`;
      if (!part.includes('=')) part = part.slice(1, -1);
    }
    parts.push(part);
  }
  return parts;
}

/** What stands at a path, if that is one thing. */
export function fieldAt(node: YamlNode | undefined, [part, ...rest]: readonly string[]): YamlNode | undefined {
  if (part === undefined || !node) return node;
  if (node.kind === 'map') return fieldAt(node.pairs.find(({ key }) => key.text.text === part)?.value, rest);
  if (node.kind !== 'sequence') return undefined;
  const [only, another] = node.items.filter((item, i) => isMeant(item, i, part));
  return another ? undefined : fieldAt(only, rest);
}

/** The map that holds the field at a path, and the field's key in it. */
export function holderAt(
  node: YamlNode | undefined,
  parts: readonly string[],
): { readonly map: YamlMap; readonly keys: readonly [string] } | undefined {
  const map = fieldAt(node, parts.slice(0, -1));
  const key = parts.at(-1);
  return map?.kind === 'map' && key !== undefined ? { map, keys: [key] } : undefined;
}

/**
 * A node with what stands at a path replaced, everywhere that the path leads; `create`: what is missing is made. Parts of a
 * text that is itself a document are left unknown.
 */
export function withFields<T extends YamlNode>(
  node: T,
  parts: readonly string[],
  create: boolean,
  change: (old: YamlNode | undefined) => YamlNode,
): T {
  return changed(node, parts, create, change) as T;
}

function changed(
  node: YamlNode,
  [part, ...rest]: readonly string[],
  create: boolean,
  change: (old: YamlNode | undefined) => YamlNode,
): YamlNode {
  if (part === undefined) return change(node);
  if (node.kind === 'scalar') return { ...node, templated: true };
  if (node.kind === 'sequence') {
    const items = node.items.map((item, i) => (isMeant(item, i, part) ? changed(item, rest, create, change) : item));
    const match = /^\[(.+)=(.*)\]$/.exec(part);
    const isNew = create && match && !node.items.some((item, i) => isMeant(item, i, part));
    if (!isNew) return { ...node, items };
    const named = mapLike(node, [[match[1] ?? '', scalarLike(node, match[2] ?? '')]]);
    return { ...node, items: [...items, changed(named, rest, create, change)] };
  }
  const pair = node.pairs.find(({ key }) => key.text.text === part);
  const layers = node.layers ?? [node];
  if (!pair) {
    if (!create) return node;
    const value = rest.length > 0 ? changed(mapLike(node, []), rest, create, change) : change(undefined);
    return { ...node, pairs: [...node.pairs, newPair(part, value)], layers };
  }
  const value = changed(pair.value, rest, create, change);
  return { ...node, pairs: node.pairs.map((one) => (one === pair ? { ...one, value } : one)), layers };
}

/** `*`, a number, or `[name=web]`, whose value is a regular expression that may match in part. */
function isMeant(item: YamlNode, index: number, part: string): boolean {
  if (part === '*' || part === String(index)) return true;
  const [, key, pattern = ''] = /^\[(.*?)=(.*)\]$/.exec(part) ?? [];
  if (key === undefined) return false;
  const own = key === '' ? item : fieldAt(item, [key]);
  if (own?.kind !== 'scalar') return false;
  try {
    return new RegExp(pattern).test(own.text.text);
  } catch {
    return false;
  }
}
