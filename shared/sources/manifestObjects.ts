// The objects of a manifest file, and what all of them have: names, labels, places. Knows no kind. Parsing never throws.
import type { Place } from '../text/span.ts';
import { parseYaml } from './yaml/yaml.ts';
import { lookup, type YamlMap, type YamlNode } from './yaml/yamlNode.ts';

/** Names and values; `complete` is false where a template may add or decide some. */
export interface Labels {
  readonly known: ReadonlyMap<string, string>;
  readonly complete: boolean;
}

/** All objects of a file, those in Lists included. */
export function objectsIn(path: string, text: string, accept: (part: string) => boolean): readonly YamlMap[] {
  return parseYaml(path, text, accept).flatMap(({ root }) => objectsOf(root));
}

/** The objects of the documents whose text a pattern fits; a file without one is not read. */
export function objectsLike(path: string, text: string, pattern: RegExp): readonly YamlMap[] {
  return pattern.test(text) ? objectsIn(path, text, (part) => pattern.test(part)) : [];
}

/** The object that a document is, or those that it lists. */
export function objectsOf(node: YamlNode | undefined): readonly YamlMap[] {
  if (node?.kind !== 'map') return [];
  const items = lookup(node, 'items');
  if (!/List$/.test(textAt(node, 'kind') ?? '')) return [node];
  return items.kind === 'node' && items.node.kind === 'sequence' ? items.node.items.flatMap(objectsOf) : [];
}

/** A manifest's name, or its kind where it has none. */
export function placeOfName(manifest: YamlMap): Place {
  for (const keys of [['metadata', 'name'], ['metadata', 'generateName'], ['kind']]) {
    const found = lookup(manifest, ...keys);
    if (found.kind === 'node' && found.node.kind === 'scalar') return found.node.written;
  }
  const kind = manifest.pairs.find((pair) => pair.key.text.text === 'kind') ?? manifest.pairs[0];
  return kind?.key.at ?? manifest.at;
}

/** The names and values under some keys; none and complete where nothing is given. */
export function labelsAt(node: YamlNode, ...keys: readonly string[]): Labels {
  const found = lookup(node, ...keys);
  if (found.kind !== 'node' || found.node.kind !== 'map')
    return { known: new Map(), complete: found.kind === 'absent' };
  const known = new Map<string, string>();
  let complete = !found.node.open;
  for (const pair of found.node.pairs) {
    const value = scalarText(pair.value);
    if (value === undefined || pair.conditional) complete = false;
    else known.set(pair.key.text.text, value);
  }
  return { known, complete };
}

/** The text under some keys; absent where it is not known. */
export function textAt(node: YamlNode, ...keys: readonly string[]): string | undefined {
  const found = lookup(node, ...keys);
  return found.kind === 'node' ? scalarText(found.node) : undefined;
}

export function scalarText(node: YamlNode): string | undefined {
  return node.kind === 'scalar' && !node.templated && node.value !== null ? node.text.text : undefined;
}
