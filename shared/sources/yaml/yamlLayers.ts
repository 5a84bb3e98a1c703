// Lays maps over one another: values files, subcharts' values, kustomize patches. The result is a map like any other;
// every value in it stays the node that its file gives, and an edit of it goes there.
import { lookup, type YamlMap, type YamlNode, type YamlPair, type YamlSequence } from './yamlNode.ts';

/** How lists are laid over one another: by the key that names their items, or not at all. */
export type NameOf = (keys: readonly string[]) => string | undefined;

/** A map with what another one changes in it. `nameOf` tells which lists are merged; without it all are replaced. */
export function overlay(
  top: YamlMap,
  base: YamlMap,
  nameOf: NameOf = () => undefined,
  keys: readonly string[] = [],
): YamlMap {
  const directive = directiveOf(top);
  if (directive === 'replace') return { ...top, pairs: top.pairs.filter(({ key }) => key.text.text !== '$patch') };
  const pairs: YamlPair[] = [];
  for (const pair of base.pairs) {
    const name = pair.key.text.text;
    const over = top.pairs.find((one) => one.key.text.text === name);
    if (!over) pairs.push(pair);
    else if (!removes(over.value)) pairs.push(mergedPair(over, pair, nameOf, [...keys, name]));
  }
  for (const pair of top.pairs) {
    const name = pair.key.text.text;
    if (name.startsWith('$') || removes(pair.value) || base.pairs.some((one) => one.key.text.text === name)) continue;
    pairs.push(pair);
  }
  const layers = [...(top.layers ?? [top]), ...(base.layers ?? [base])];
  return { ...base, pairs, open: base.open || top.open, layers };
}

function mergedPair(top: YamlPair, base: YamlPair, nameOf: NameOf, keys: readonly string[]): YamlPair {
  const value = overlaid(top.value, base.value, nameOf, keys);
  const conditional = top.conditional || base.conditional;
  return value === top.value && value !== base.value && !conditional ? top : { ...base, value, conditional };
}

function overlaid(top: YamlNode, base: YamlNode, nameOf: NameOf, keys: readonly string[]): YamlNode {
  if (top.templated) return top;
  // What both say alike was said below first: the name of an item that is changed.
  if (top.kind === 'scalar' && base.kind === 'scalar' && !base.templated && top.value === base.value) return base;
  if (top.kind === 'map' && base.kind === 'map') return overlay(top, base, nameOf, keys);
  const name = top.kind === 'sequence' && base.kind === 'sequence' ? nameOf(keys) : undefined;
  return top.kind === 'sequence' && base.kind === 'sequence' && name !== undefined
    ? mergedItems(top, base, name, nameOf, keys)
    : top;
}

/** Items of the same name are merged, in the order of the change; those that it does not name come behind. */
function mergedItems(
  top: YamlSequence,
  base: YamlSequence,
  name: string,
  nameOf: NameOf,
  keys: readonly string[],
): YamlSequence {
  const named = (item: YamlNode) => {
    const found = lookup(item, name);
    return found.kind === 'node' && found.node.kind === 'scalar' ? found.node.text.text : undefined;
  };
  const changes = top.items.filter((item) => item.kind === 'map');
  if (changes.some((item) => named(item) === undefined && directiveOf(item) === 'replace')) {
    return { ...top, items: top.items.filter((item) => item.kind !== 'map' || directiveOf(item) === undefined) };
  }
  const same = (a: YamlNode, b: YamlNode) => named(a) !== undefined && named(a) === named(b);
  const first = changes.flatMap((change): YamlNode[] => {
    if (directiveOf(change) === 'delete') return [];
    const item = base.items.find((one) => same(one, change));
    return [item?.kind === 'map' ? overlay(change, item, nameOf, [...keys, '*']) : change];
  });
  const others = base.items.filter((item) => !changes.some((change) => same(item, change)));
  return { ...base, items: [...first, ...others], open: base.open || top.open };
}

/** `$patch: delete`, or null: a key is taken away. */
function removes(value: YamlNode): boolean {
  if (value.kind === 'scalar') return value.value === null && !value.templated;
  return value.kind === 'map' && directiveOf(value) === 'delete';
}

/** What `$patch` asks for. */
function directiveOf(map: YamlMap): string | undefined {
  const found = map.pairs.find(({ key }) => key.text.text === '$patch')?.value;
  return found?.kind === 'scalar' ? found.text.text : undefined;
}
