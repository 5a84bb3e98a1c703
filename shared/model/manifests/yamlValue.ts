// Turns what stands in a manifest into the model's values and settings: known, absent or decided elsewhere.

import { type Neighbours, removeKey, setKey } from '../../sources/yaml/yamlEdit.ts';
import { type Lookup, lookup, type YamlMap, type YamlNode, type YamlScalar } from '../../sources/yaml/yamlNode.ts';
import type { Data } from '../../sources/yaml/yamlWrite.ts';
import type { Place } from '../../text/span.ts';
import type { Word } from '../launch/words.ts';
import type { Field } from '../pod/lifecycle.ts';
import { refuse, type Setting } from '../setting.ts';
import { known, unknown, type Value } from '../value.ts';

/** A map of a manifest that is read for the model. */
export interface Section {
  readonly map: YamlMap;
  /** A patch says only what it changes: what is missing here may be given elsewhere. */
  readonly partial: boolean;
  /** The keys that another file may give, where that is known. */
  readonly elsewhere?: ReadonlySet<string>;
}

/** What stands under some keys; in a patch, nothing is absent. */
export function find(section: Section, ...keys: readonly string[]): Lookup {
  const found = lookup(section.map, ...keys);
  if (found.kind !== 'absent') return found;
  if (section.partial) return { kind: 'unknown', why: 'what the patch changes may give it' };
  const [first = ''] = keys;
  return section.elsewhere?.has(first) ? { kind: 'unknown', why: 'another file gives it' } : found;
}

/** What was read: known, or decided elsewhere. */
export type Read<T> = Extract<Value<T>, { readonly kind: 'known' | 'unknown' }>;

/** The value under some keys as `read` takes it; known and `undefined` where nothing is given. */
export function read<T>(
  section: Section,
  keys: readonly string[],
  take: (node: YamlNode) => T | undefined,
): Read<T | undefined> {
  const found = find(section, ...keys);
  if (found.kind === 'unknown') return { kind: 'unknown', why: found.why };
  if (found.kind === 'absent' || isNull(found.node)) return { kind: 'known', value: undefined };
  const value = take(found.node);
  return value === undefined ? { kind: 'unknown', why: 'it is not what the field takes' } : { kind: 'known', value };
}

/** The section under a key, if a map stands there. */
export function subsection(section: Section, ...keys: readonly string[]): Section | undefined {
  const found = lookup(section.map, ...keys);
  return found.kind === 'node' && found.node.kind === 'map' ? { map: found.node, partial: section.partial } : undefined;
}

/** The items of a list under a key, and whether they are all. */
export function items(
  section: Section,
  ...keys: readonly string[]
): { readonly nodes: readonly YamlNode[]; readonly all: boolean } {
  const found = find(section, ...keys);
  if (found.kind !== 'node' || found.node.kind !== 'sequence') return { nodes: [], all: found.kind === 'absent' };
  return { nodes: found.node.items, all: !found.node.open };
}

/** Whether nothing is written there, or `null`. */
export function isNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.value === null && !node.templated;
}

/** A whole number; quoted ones are no numbers to an API server. */
export function asInteger(node: YamlNode): number | undefined {
  return node.kind === 'scalar' && !node.templated && Number.isSafeInteger(node.value) ? Number(node.value) : undefined;
}

/** The text of a scalar, whatever its type. */
export function asText(node: YamlNode): string | undefined {
  return node.kind === 'scalar' && !node.templated && node.value !== null ? node.text.text : undefined;
}

/** `true` or `false`; quoted ones are neither to an API server. */
export function asBoolean(node: YamlNode): boolean | undefined {
  return node.kind === 'scalar' && !node.templated && typeof node.value === 'boolean' ? node.value : undefined;
}

/** A list of words, each with the way back; `undefined` if it is no list, unknown if a template decides some of it. */
export function words(node: YamlNode, origin: Word['origin']): Value<readonly Word[]> | undefined {
  if (node.kind !== 'sequence') return undefined;
  if (node.open || node.items.some((item) => item.templated)) return unknown('a template decides its words');
  const scalars = node.items.filter((item): item is YamlScalar => item.kind === 'scalar');
  if (scalars.length < node.items.length) return undefined;
  return known(scalars.map((item) => ({ text: item.text.text, origin, form: 'exec', source: item.text })));
}

/** A field of a map, with the way to take it out. */
export function field(map: YamlMap, key: string, at: Place): Field {
  return { at, remove: () => removeKey(map, key) };
}

/** What a number setting needs to know beside its place. */
export interface NumberField {
  readonly keys: readonly string[];
  readonly near?: Neighbours;
  readonly affects: readonly string[];
  /** The value where nobody gives one, and whose it is. */
  readonly fallback: Value<number>;
  readonly whose: string;
  readonly parse?: (node: YamlNode) => number | undefined;
  readonly write?: (value: number) => Data;
}

/** A number under some keys of a section. */
export function numberSetting(
  section: Section,
  { keys, near, affects, fallback, whose, ...notation }: NumberField,
): Setting<number> {
  const found = find(section, ...keys);
  const given = found.kind === 'node' && !isNull(found.node) ? found.node : undefined;
  const value = read(section, keys, notation.parse ?? asInteger);
  return {
    value: value.kind === 'unknown' ? value : value.value === undefined ? fallback : known(value.value),
    given: given ? { kind: 'here', at: given.alias ? given.written : given.at } : { kind: 'default', whose },
    affects,
    set: (wanted) =>
      found.kind === 'unknown'
        ? refuse(found.why)
        : setKey(section.map, keys, notation.write?.(wanted) ?? wanted, near),
  };
}
