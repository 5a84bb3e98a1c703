// The values that Helm templates compute with: what a values file gives, with the way back to it, and what is not known.
import { NOWHERE } from '../../text/span.ts';
import type { YamlNode } from '../yaml/yamlNode.ts';
import { type Holder, isOpen, type Rope, textOf } from './rope.ts';

/** Where a value comes from. */
export interface From {
  readonly holder?: Holder | undefined;
  readonly node?: YamlNode | undefined;
}

/** What no file says. */
export interface Unknown extends From {
  readonly kind: 'unknown';
}

/** A string, with the pieces that it was made of. */
export interface Text extends From {
  readonly kind: 'text';
  readonly rope: Rope;
  /** Whether the cluster or the user decides it: good for comparing names, not for deciding anything. */
  readonly symbolic?: boolean;
}

/** A list. */
export interface List extends From {
  readonly kind: 'list';
  readonly items: readonly Val[];
}

/** A map, which templates may change. */
export interface Dict extends From {
  readonly kind: 'dict';
  readonly entries: Map<string, Val>;
  /** Whether it may hold more than is seen. */
  open: boolean;
  /** Whether a template has changed it since it was read. */
  changed: boolean;
}

/** Something to call, such as `.Files.Get`. */
export interface Method extends From {
  readonly kind: 'method';
  readonly call: (args: readonly Val[]) => Val;
}

/** Anything that a template computes with. */
export type Val =
  | Unknown
  | (From & { readonly kind: 'nil' })
  | (From & { readonly kind: 'bool'; readonly value: boolean })
  | (From & { readonly kind: 'number'; readonly value: number; readonly float: boolean })
  | Text
  | List
  | Dict
  | Method;

/** The value that no file says. */
export const UNKNOWN: Unknown = { kind: 'unknown' };
/** The value that is missing. */
export const NIL: Val = { kind: 'nil' };

/** A Boolean that a template made. */
export function bool(value: boolean): Val {
  return { kind: 'bool', value };
}

/** A whole number that a template made. */
export function int(value: number): Val {
  return { kind: 'number', value, float: false };
}

/** A string that a template made. */
export function text(value: string, symbolic = false): Text {
  return { kind: 'text', rope: [{ kind: 'made', text: value, action: NOWHERE, symbolic }], symbolic };
}

/** A map that a template made. */
export function dict(entries: Iterable<readonly [string, Val]> = [], open = false): Dict {
  return { kind: 'dict', entries: new Map(entries), open, changed: true };
}

/** A list that a template made. */
export function list(items: readonly Val[]): List {
  return { kind: 'list', items };
}

/** The text of a string that is known as a whole. */
export function stringOf(value: Val | undefined): string | undefined {
  return value?.kind === 'text' && !isOpen(value.rope) ? textOf(value.rope) : undefined;
}

/** Whether a condition holds; `undefined` where that is not known. */
export function truth(value: Val): boolean | undefined {
  switch (value.kind) {
    case 'unknown':
      return undefined;
    case 'nil':
      return false;
    case 'bool':
      return value.value;
    case 'number':
      return value.value !== 0;
    case 'text':
      return textOf(value.rope) !== '' || (isOpen(value.rope) ? undefined : false);
    case 'list':
      return value.items.length > 0;
    case 'dict':
      return value.entries.size > 0 || (value.open ? undefined : false);
    default:
      return true;
  }
}

/** A field of a value. What is missing in values that a file gives can be added there. */
export function fieldOf(value: Val, name: string): Val {
  if (value.kind === 'dict') {
    const found = value.entries.get(name);
    if (found) return found;
    const holder = holderBelow(value, name);
    return value.open ? { kind: 'unknown', holder } : { kind: 'nil', holder };
  }
  if (value.kind === 'nil') return { kind: 'nil', holder: holderBelow(value, name) };
  return UNKNOWN;
}

function holderBelow({ node, holder }: From, name: string): Holder | undefined {
  if (node?.kind === 'map') return { map: node, keys: [name] };
  return holder && { map: holder.map, keys: [...holder.keys, name] };
}

/** A copy whose changes leave the original as it is. */
export function copied(value: Val): Val {
  if (value.kind === 'list') return { ...value, items: value.items.map(copied) };
  if (value.kind !== 'dict') return value;
  return { ...value, entries: new Map([...value.entries].map(([key, one]) => [key, copied(one)])) };
}

/** Whether a value has parts. */
export function isCollection(value: Val): boolean {
  return (value.kind === 'dict' && value.entries.size > 0) || (value.kind === 'list' && value.items.length > 0);
}

/** Whether a value is a collection just as a file gives it. */
export function isWhole(value: Val): boolean {
  if (value.kind === 'list')
    return value.node !== undefined && value.items.every((item) => !isCollection(item) || isWhole(item));
  if (value.kind !== 'dict') return false;
  return (
    value.node !== undefined &&
    !value.changed &&
    [...value.entries.values()].every((item) => !isCollection(item) || isWhole(item))
  );
}

/** Merges maps as Helm does: what is left wins, key by key. The result has changed. */
export function mergeInto(target: Dict, source: Dict, overwrite: boolean): void {
  target.changed = true;
  target.open ||= source.open;
  for (const [key, value] of source.entries) {
    const own = target.entries.get(key);
    if (own?.kind === 'dict' && value.kind === 'dict') mergeInto(own, value, overwrite);
    else if (own === undefined || overwrite || truth(own) === false) target.entries.set(key, copied(value));
  }
}
