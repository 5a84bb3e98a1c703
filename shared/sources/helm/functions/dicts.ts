// Functions of Helm templates that make dictionaries, look into them and change them. What may not happen changes nothing
// for certain.
import {
  bool,
  copied,
  type Dict,
  dict,
  int,
  list,
  mergeInto,
  NIL,
  stringOf,
  text,
  UNKNOWN,
  type Val,
} from '../helmValues.ts';
import { printed } from '../helmYaml.ts';
import { type Call, type HelmFunction, type Named, numberOf } from './function.ts';

/** The functions of dictionaries. */
export const DICTS: Named = [
  ['merge', merging(false, false)],
  ['mustMerge', merging(false, false)],
  ['mergeOverwrite', merging(true, false)],
  ['mustMergeOverwrite', merging(true, false)],
  ['dict', (args) => dictOf(args)],
  ['len', ([value = NIL]) => lengthOf(value)],
  ['index', ([value = NIL, ...keys]) => keys.reduce<Val>(indexed, value)],
  ['get', ([value = NIL, key = NIL]) => (value.kind === 'dict' ? emptyIfMissing(indexed(value, key)) : UNKNOWN)],
  ['dig', (args) => dug(args)],
  ['hasKey', ([value = NIL, key]) => hasKey(value, key)],
  ['keys', (args) => keysOf(args)],
  ['values', ([value = NIL]) => (value.kind === 'dict' && !value.open ? list([...value.entries.values()]) : UNKNOWN)],
  ['pick', onDict((given, [, ...keys]) => chosen(given, keys, true))],
  ['omit', onDict((given, [, ...keys]) => chosen(given, keys, false))],
  ['pluck', ([key, ...dicts]) => plucked(key, dicts)],
  ['set', onDict((given, [, key, value = NIL], { certain }) => changeKey(given, key, certain ? value : UNKNOWN))],
  ['unset', onDict((given, [, key], { certain }) => changeKey(given, key, certain ? undefined : UNKNOWN))],
  ['deepCopy', ([value = NIL]) => copied(value)],
  ['mustDeepCopy', ([value = NIL]) => copied(value)],
];

function merging(overwrite: boolean, copy: boolean): HelmFunction {
  return ([first, ...others], { certain }) => {
    if (first?.kind !== 'dict') return UNKNOWN;
    const target = copy || !certain ? copied(first) : first;
    if (target.kind !== 'dict') return UNKNOWN;
    for (const other of others) {
      if (other.kind === 'dict') mergeInto(target, other, overwrite);
      else if (other.kind !== 'nil') target.open = true;
    }
    if (!certain) first.open = true;
    return target;
  };
}

function onDict(use: (dict: Dict, args: readonly Val[], call: Call) => Val, at = 0): HelmFunction {
  return (args, call) => {
    const found = args.at(at);
    return found?.kind === 'dict' ? use(found, args, call) : UNKNOWN;
  };
}

function dictOf(args: readonly Val[]): Val {
  const entries: [string, Val][] = [];
  for (let i = 0; i < args.length; i += 2) {
    const given = args[i];
    const key = given && printed(given);
    if (key === undefined) return dict(entries, true);
    entries.push([key, args[i + 1] ?? text('')]);
  }
  return dict(entries);
}

function lengthOf(value: Val): Val {
  if (value.kind === 'list') return int(value.items.length);
  if (value.kind === 'dict') return value.open ? UNKNOWN : int(value.entries.size);
  const word = stringOf(value);
  return word === undefined ? UNKNOWN : int(word.length);
}

function indexed(value: Val, key: Val): Val {
  if (value.kind === 'list') {
    const at = numberOf(key);
    return at === undefined ? UNKNOWN : (value.items[at] ?? UNKNOWN);
  }
  const name = stringOf(key);
  if (name === undefined) return UNKNOWN;
  if (value.kind === 'nil') return NIL;
  return value.kind === 'dict' ? (value.entries.get(name) ?? missing(value, name)) : UNKNOWN;
}

function missing(value: Dict, name: string): Val {
  const holder = value.node?.kind === 'map' ? { map: value.node, keys: [name] } : undefined;
  return value.open ? { kind: 'unknown', holder } : { kind: 'nil', holder };
}

function emptyIfMissing(value: Val): Val {
  return value.kind === 'nil' ? { ...text(''), holder: value.holder } : value;
}

/** `dig "a" "b" FALLBACK dict`. */
function dug(args: readonly Val[]): Val {
  const keys = args.slice(0, -2);
  const fallback = args.at(-2) ?? NIL;
  let value = args.at(-1) ?? NIL;
  for (const key of keys) {
    if (value.kind !== 'dict') return value.kind === 'nil' ? fallback : UNKNOWN;
    const name = stringOf(key);
    if (name === undefined) return UNKNOWN;
    const found = value.entries.get(name);
    if (!found) {
      const { kind, holder } = missing(value, name);
      return kind === 'unknown' ? UNKNOWN : key === keys.at(-1) ? { ...fallback, node: undefined, holder } : fallback;
    }
    value = found;
  }
  return value;
}

function hasKey(value: Val, key: Val | undefined): Val {
  const name = stringOf(key);
  if (value.kind !== 'dict' || name === undefined) return UNKNOWN;
  const found = value.entries.get(name);
  return found ? (found.kind === 'unknown' ? UNKNOWN : bool(true)) : value.open ? UNKNOWN : bool(false);
}

function keysOf(dicts: readonly Val[]): Val {
  const keys: Val[] = [];
  for (const one of dicts) {
    if (one.kind !== 'dict' || one.open) return UNKNOWN;
    keys.push(...[...one.entries.keys()].sort().map((key) => text(key)));
  }
  return list(keys);
}

function chosen(given: Dict, keys: readonly Val[], wanted: boolean): Val {
  const names = keys.map(stringOf);
  if (names.includes(undefined)) return UNKNOWN;
  return dict(
    [...given.entries].filter(([key]) => names.includes(key) === wanted),
    given.open,
  );
}

function plucked(key: Val | undefined, dicts: readonly Val[]): Val {
  const name = stringOf(key);
  if (name === undefined || dicts.some((one) => one.kind !== 'dict' || one.open)) return UNKNOWN;
  return list(dicts.flatMap((one) => (one.kind === 'dict' ? (one.entries.get(name) ?? []) : [])));
}

function changeKey(given: Dict, key: Val | undefined, value: Val | undefined): Val {
  const name = stringOf(key);
  given.changed = true;
  if (name === undefined) given.open = true;
  else if (value === undefined) given.entries.delete(name);
  else given.entries.set(name, value);
  return given;
}
