// The environment that a pod gives one of its containers: what is written there, and what ConfigMaps of the project say.
import { lookup, type YamlNode } from '../../sources/yaml/yamlNode.ts';
import type { Variable } from '../pod/lifecycle.ts';
import type { ConfigMapTexts } from './podMounts.ts';
import { asText, items, read, type Section } from './yamlValue.ts';

/** The variables of a container, each once: `env` counts before `envFrom`, and a later source before an earlier one. */
export function podVariables(container: Section, textsOf: ConfigMapTexts): readonly Variable[] {
  const named = items(container, 'env').nodes.flatMap((node) => variableOf(node, textsOf));
  const sources = items(container, 'envFrom').nodes.flatMap((node) => fromConfigMap(node, textsOf));
  return [...new Map([...sources, ...named].map((one) => [one.name, one])).values()];
}

function fromConfigMap(node: YamlNode, textsOf: ConfigMapTexts): readonly Variable[] {
  if (node.kind !== 'map') return [];
  const source: Section = { map: node, partial: false };
  const name = read(source, ['configMapRef', 'name'], asText);
  const prefix = read(source, ['prefix'], asText);
  if (name.kind === 'unknown' || name.value === undefined || prefix.kind === 'unknown') return [];
  return [...(textsOf(name.value) ?? [])].map(([key, { text, at }]) => ({
    name: `${prefix.value ?? ''}${key}`,
    value: text,
    at,
  }));
}

function variableOf(node: YamlNode, textsOf: ConfigMapTexts): readonly Variable[] {
  const name = lookup(node, 'name');
  const value = lookup(node, 'value');
  const text = name.kind === 'node' ? asText(name.node) : undefined;
  if (text === undefined || name.kind !== 'node') return [];
  const given = value.kind === 'node' ? asText(value.node) : referred(node, textsOf);
  return [{ name: text, value: given, at: name.node.at }];
}

/** What `valueFrom` refers to, where that is a ConfigMap of the project. */
function referred(node: YamlNode, textsOf: ConfigMapTexts): string | undefined {
  if (node.kind !== 'map') return undefined;
  const [name, key] = ['name', 'key'].map((part) =>
    read({ map: node, partial: false }, ['valueFrom', 'configMapKeyRef', part], asText),
  );
  if (name?.kind !== 'known' || key?.kind !== 'known' || name.value === undefined || key.value === undefined)
    return undefined;
  return textsOf(name.value)?.get(key.value)?.text;
}
