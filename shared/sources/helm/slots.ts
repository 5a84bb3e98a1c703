// Finds the keys that a rendered text would give to the map around it, and the value in them that nobody gave. What it
// is rendered from is for others to know.

import { parsePlainYaml } from '../yaml/yaml.ts';
import type { YamlNode } from '../yaml/yamlNode.ts';
import { type Holder, placed, type Rope, type Slot, sameHolder, textOf } from './rope.ts';

/** The keys that a text writes at its own column; `holder` gives the value that it waits for. */
export function slotsIn(rope: Rope, holder: Holder | undefined): readonly Slot[] {
  const text = textOf(rope);
  const column = /^[ \t]*(?=[A-Za-z][\w./-]*:(?:\s|$))/m.exec(text)?.[0].length;
  if (column === undefined || text.length > 20_000) return [];
  const [document, more] = parsePlainYaml('', text);
  const root = document?.root;
  if (root?.kind !== 'map' || document?.error || more) return [];
  const wanted = placed(rope).filter(
    (piece) => (piece.kind === 'made' || piece.kind === 'mark') && sameHolder(piece.holder, holder),
  );
  const [only, another] = wanted;
  const hole = only && !another ? wayTo(root, only) : undefined;
  return root.pairs.map(({ key, value }): Slot => {
    const name = key.text.text;
    const own = hole?.[0] === name ? hole.slice(1) : undefined;
    return { key: name, column, shape: dataOf(value), hole: own && root.pairs.length === 1 ? own : undefined, holder };
  });
}

/** The keys that lead to the value that stands at a stretch of the text; where nothing stands there, to its key. */
function wayTo(
  node: YamlNode,
  piece: { readonly start: number; readonly end: number },
): readonly (string | number)[] | undefined {
  const entries: readonly (readonly [string | number, YamlNode, number])[] =
    node.kind === 'map'
      ? node.pairs.map(({ key, value }) => [key.text.text, value, key.span.end])
      : node.kind === 'sequence'
        ? node.items.map((item, i) => [i, item, item.span.start])
        : [];
  for (const [i, [name, value, from]] of entries.entries()) {
    const next = entries[i + 1];
    const until = next ? next[1].span.start : Number.POSITIVE_INFINITY;
    if (piece.start < from || piece.start >= until) continue;
    const deeper = wayTo(value, piece);
    return [name, ...(deeper ?? [])];
  }
  return undefined;
}

function dataOf(node: YamlNode): unknown {
  if (node.kind === 'sequence') return node.items.map(dataOf);
  if (node.kind === 'map')
    return Object.fromEntries(node.pairs.map(({ key, value }) => [key.text.text, dataOf(value)]));
  return node.value;
}
