// Whether a label selector takes something with these labels, as far as both are known: yes, no or unknown.
import { type Labels, labelsAt } from '../../sources/manifestObjects.ts';
import { lookup, type YamlNode } from '../../sources/yaml/yamlNode.ts';
import { asText, isNull } from '../manifests/yamlValue.ts';

/** An answer that may not be known. */
export type Tri = 'yes' | 'no' | 'unknown';

/** One demand of a selector on a label. */
export interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** What a selector demands; `complete` is false where a template may add or decide some. */
export interface LabelSelector {
  readonly requirements: readonly Requirement[];
  readonly complete: boolean;
}

/** Reads `matchLabels` and `matchExpressions` of a map; `undefined` where no selector is given. */
export function labelSelectorAt(node: YamlNode, ...keys: readonly string[]): LabelSelector | undefined {
  const found = lookup(node, ...keys);
  if (found.kind === 'absent' || (found.kind === 'node' && isNull(found.node))) return undefined;
  if (found.kind !== 'node' || found.node.kind !== 'map') return { requirements: [], complete: false };
  const labels = labelsAt(found.node, 'matchLabels');
  const expressions = lookup(found.node, 'matchExpressions');
  const items = expressions.kind === 'node' && expressions.node.kind === 'sequence' ? expressions.node : undefined;
  const read = (items?.items ?? []).map(requirementOf);
  return {
    requirements: [
      ...[...labels.known].map(([key, value]) => ({ key, operator: 'In', values: [value] })),
      ...read.flatMap((one) => one ?? []),
    ],
    complete: labels.complete && !read.includes(undefined) && (items ? !items.open : expressions.kind === 'absent'),
  };
}

/** What an item of `matchExpressions` demands; `undefined` where it is not known. */
export function requirementOf(node: YamlNode): Requirement | undefined {
  const text = (key: string) => {
    const found = lookup(node, key);
    return found.kind === 'node' ? asText(found.node) : undefined;
  };
  const key = text('key');
  const operator = text('operator');
  const values = lookup(node, 'values');
  const listed =
    values.kind === 'node' && values.node.kind === 'sequence' && !values.node.open ? values.node : undefined;
  const words = listed?.items.map(asText) ?? [];
  if (key === undefined || operator === undefined || values.kind === 'unknown' || words.includes(undefined))
    return undefined;
  return { key, operator, values: words.flatMap((word) => word ?? []) };
}

/** Whether a selector takes something with these labels. */
export function selects({ requirements, complete }: LabelSelector, labels: Labels): Tri {
  const answers = requirements.map((one) => meets(one, labels));
  if (answers.includes('no')) return 'no';
  return complete && !answers.includes('unknown') ? 'yes' : 'unknown';
}

function meets({ key, operator, values }: Requirement, { known, complete }: Labels): Tri {
  const value = known.get(key);
  if (value === undefined && !complete) return 'unknown';
  const holds =
    operator === 'In'
      ? value !== undefined && values.includes(value)
      : operator === 'NotIn'
        ? value === undefined || !values.includes(value)
        : operator === 'Exists'
          ? value !== undefined
          : operator === 'DoesNotExist'
            ? value === undefined
            : undefined;
  return holds === undefined ? 'unknown' : holds ? 'yes' : 'no';
}
