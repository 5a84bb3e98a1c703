// Texts of a Compose file with their variables replaced. Knows no key.
import { interpolate, interpolated, type Variables } from '../../sources/interpolation.ts';
import type { YamlNode } from '../../sources/yaml/yamlNode.ts';

/** A scalar's text with its variables replaced; `undefined` where one is left, or it is none. */
export function textOf(node: YamlNode, variables: Variables): string | undefined {
  return node.kind === 'scalar' && !node.templated && node.value !== null
    ? interpolated(node.text, variables)
    : undefined;
}

/** Whether a value is made of variables, which an edit would take out. */
export function hasVariables(node: YamlNode, variables: Variables): boolean {
  if (node.kind === 'sequence') return node.items.some((item) => hasVariables(item, variables));
  if (node.kind === 'map') return node.pairs.some(({ value }) => hasVariables(value, variables));
  const { replaced, open } = interpolate(node.text, variables);
  return replaced || open;
}
