// Whether a value stands in its file as it reads, or a template has a hand in it.
import type { YamlMap, YamlNode } from '../../sources/yaml/yamlNode.ts';

/** Whether all texts of a node stand in their files as they are, and no expression writes any of them. */
export function isLiteral(node: YamlNode): boolean {
  if (node.templated) return false;
  if (node.kind === 'sequence') return !node.open && node.items.every(isLiteral);
  if (node.kind === 'map') {
    const given = node.pairs.every(({ key, value, conditional }) => !conditional && isLiteral(key) && isLiteral(value));
    return !node.open && given;
  }
  const { origin } = node.source;
  const { start, end } = node.span;
  if (!origin) return true;
  const first = origin.offset(start);
  const last = origin.offset(end - 1);
  return first !== undefined && last !== undefined && last.offset - first.offset === end - 1 - start;
}

/** Whether a template writes a key as soon as a value is given. */
export function isForeseen({ slots, layers = [] }: YamlMap, key: string): boolean {
  return slots?.().some((slot) => slot.key === key) === true || layers.some((layer) => isForeseen(layer, key));
}
