// Copies values from one resource to others, as kustomize's `replacements` do. What cannot be followed is left unknown.
import type { FieldOptions, Replacement, ReplacementTarget } from '../../sources/kustomization.ts';
import { fieldAt, holderAt, partsOfPath, withFields } from '../../sources/yaml/yamlFields.ts';
import type { YamlMap, YamlNode, YamlScalar } from '../../sources/yaml/yamlNode.ts';
import { scalarLike } from '../../sources/yaml/yamlPatch.ts';
import { isFor, isNamed, type Resource, withObject } from './kustomizeResources.ts';

/** What is put somewhere; unknown where its source is not read. */
interface Value {
  readonly node: YamlNode | undefined;
  /** Whether only a part of the node's text is meant. */
  readonly isPart: boolean;
}

/** Resources with all replacements made. */
export function replaced(replacements: readonly Replacement[], resources: readonly Resource[]): readonly Resource[] {
  let result = resources;
  for (const { source, targets } of replacements) {
    const value: Value = 'value' in source ? { node: source.value, isPart: false } : takenFrom(source, result);
    for (const target of targets) result = result.map((resource) => filled(resource, target, value));
  }
  return result;
}

function takenFrom(source: Exclude<Replacement['source'], { value: unknown }>, resources: readonly Resource[]): Value {
  const [only, another] = resources.filter((resource) => isNamed(source.resource, resource));
  const parts = partsOfPath(source.path);
  const node = only && !another && !only.altered ? fieldAt(only.object, parts) : undefined;
  const holder = only && holderAt(only.object, parts);
  // What is given there is changed there.
  const given = node && holder && !node.holder ? { ...node, holder } : node;
  const { delimiter, index } = source.options;
  if (delimiter === undefined || !given) return { node: given, isPart: false };
  const part = given.kind === 'scalar' && !given.templated ? given.text.text.split(delimiter)[index] : undefined;
  return { node: part === undefined ? undefined : scalarLike(given, part), isPart: true };
}

/** The last results: what is made anew for every letter that is typed would have to be read anew as well. */
const lastFilled = new WeakMap<Resource, readonly Filled[]>();
const KEPT = 4;

interface Filled {
  readonly target: ReplacementTarget;
  readonly from: Value;
  readonly result: Resource;
}

function filled(resource: Resource, target: ReplacementTarget, from: Value): Resource {
  if (!isFor(target.select, resource) || target.reject.some((one) => isFor(one, resource))) return resource;
  const kept = lastFilled.get(resource) ?? [];
  const same = (one: Filled) => one.target === target && isSame(one.from, from);
  const known = kept.find(same);
  if (known) return known.result;
  const { options } = target;
  const paths = target.paths.length > 0 ? target.paths : ['metadata.name'];
  const object = paths.reduce<YamlMap>(
    (map, path) => withFields(map, partsOfPath(path), options.create, (old) => put(from, old, options, map)),
    resource.object,
  );
  const result = withObject(resource, object);
  lastFilled.set(resource, [{ target, from, result }, ...kept].slice(0, KEPT));
  return result;
}

/** Nodes are made anew where they are wrapped, so it is what they say and where that counts. */
function isSame({ node: a, isPart }: Value, { node: b, isPart: other }: Value): boolean {
  if (isPart !== other || a?.kind !== b?.kind) return false;
  if (a?.kind === 'scalar' && b?.kind === 'scalar')
    return a.text === b.text || (isPart && a.text.text === b.text.text && a.at === b.at);
  if (a?.kind === 'map' && b?.kind === 'map') return a.pairs === b.pairs;
  return a?.kind === 'sequence' && b?.kind === 'sequence' ? a.items === b.items : a === b;
}

/** A value in the place of another: as a part of its text, or with the type that it had. */
function put({ node }: Value, old: YamlNode | undefined, { delimiter, index }: FieldOptions, near: YamlNode): YamlNode {
  if (!node) return { ...scalarLike(old ?? near, ''), templated: true };
  if (old?.kind !== 'scalar' || node.kind !== 'scalar') return node;
  if (old.templated || node.templated) return { ...old, templated: true };
  if (delimiter === undefined) return typedAs(old, node);
  const parts = old.text.text.split(delimiter);
  const { text } = node.text;
  if (index < 0) parts.unshift(text);
  else if (index >= parts.length) parts.push(text);
  else parts[index] = text;
  return scalarLike(node, parts.join(delimiter));
}

/** A value where another was: a number stays a number. An edit of it goes to its source only where both are of a kind. */
function typedAs(old: YamlScalar, node: YamlScalar): YamlScalar {
  if (typeof old.value === typeof node.value) return node;
  const { text } = node.text;
  const isNumber = typeof old.value === 'number' && /^-?\d+(?:\.\d+)?$/.test(text);
  const isFlag = typeof old.value === 'boolean' && /^(?:true|false)$/.test(text);
  const value = isNumber ? Number(text) : isFlag ? text === 'true' : text;
  return { ...scalarLike(node, text), value };
}
