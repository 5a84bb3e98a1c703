// What the functions of Helm templates give, as far as it can be known without a cluster, a clock or a dice.
// A function that is not here gives something unknown.
import type { Place } from '../../text/span.ts';
import {
  asYaml,
  bool,
  copied,
  type Dict,
  dict,
  int,
  isCollection,
  isWhole,
  list,
  mergeInto,
  NIL,
  parsed,
  plain,
  printed,
  stringOf,
  text,
  truth,
  UNKNOWN,
  type Val,
} from './helmValues.ts';
import { indented, type Rope, trimmed } from './rope.ts';

/** Where a function is called: the expression that it is part of, and whether it is certain that it is reached. */
export interface Call {
  readonly action: Place;
  readonly certain: boolean;
}

type Function = (args: readonly Val[], call: Call) => Val;

/** The result of a function; unknown where the function, or what it needs to know, is. */
export function callFunction(name: string, args: readonly Val[], call: Call): Val {
  const lenient = LENIENT.get(name);
  if (lenient) return lenient(args, call);
  const plainText = TEXT.get(name);
  if (plainText) {
    const words = args.map(printed);
    const known = words.filter((word): word is string => word !== undefined);
    if (known.length < words.length) return UNKNOWN;
    const result = plainText(known);
    const symbolic = args.some((arg) => arg.kind === 'text' && arg.symbolic === true);
    return result === undefined ? UNKNOWN : typeof result === 'string' ? text(result, symbolic) : result;
  }
  const number = NUMBERS.get(name);
  if (number) {
    const numbers = args.map(numberOf);
    const known = numbers.filter((one): one is number => one !== undefined);
    return known.length < numbers.length || known.length === 0 ? UNKNOWN : number(known);
  }
  return UNKNOWN;
}

function numberOf(value: Val | undefined): number | undefined {
  if (value?.kind === 'number') return value.value;
  if (value?.kind === 'nil') return 0;
  if (value?.kind === 'bool') return value.value ? 1 : 0;
  const word = stringOf(value);
  if (word === undefined) return undefined;
  return /^[-+]?\d+(?:\.\d+)?$/.test(word) ? Number(word) : 0;
}

function whole(values: readonly number[], join: (a: number, b: number) => number): Val {
  return int(Math.trunc(values.map(Math.trunc).reduce(join)));
}

const NUMBERS: ReadonlyMap<string, (numbers: readonly number[]) => Val> = new Map([
  ['add', (n) => whole(n, (a, b) => a + b)],
  ['add1', (n) => whole([...n, 1], (a, b) => a + b)],
  ['sub', (n) => whole(n, (a, b) => a - b)],
  ['mul', (n) => whole(n, (a, b) => a * b)],
  ['div', (n) => (n.slice(1).includes(0) ? UNKNOWN : whole(n, (a, b) => Math.trunc(a / b)))],
  ['mod', (n) => (n[1] === 0 ? UNKNOWN : whole(n, (a, b) => a % b))],
  ['max', (n) => whole(n, Math.max)],
  ['min', (n) => whole(n, Math.min)],
  ['floor', ([n = 0]) => ({ kind: 'number', value: Math.floor(n), float: true })],
  ['ceil', ([n = 0]) => ({ kind: 'number', value: Math.ceil(n), float: true })],
  ['addf', (n) => ({ kind: 'number', value: n.reduce((a, b) => a + b), float: true })],
  ['mulf', (n) => ({ kind: 'number', value: n.reduce((a, b) => a * b), float: true })],
  ['divf', (n) => ({ kind: 'number', value: n.reduce((a, b) => a / b), float: true })],
  ['subf', (n) => ({ kind: 'number', value: n.reduce((a, b) => a - b), float: true })],
  ['until', ([n = 0]) => steps(0, n, 1)],
  ['untilStep', ([from = 0, to = 0, step = 1]) => steps(from, to, step)],
  ['seq', (n) => text(sequence(n).join(' '))],
]);

function steps(from: number, to: number, step: number): Val {
  const items: Val[] = [];
  if (step === 0) return list([]);
  for (let i = from; (step > 0 ? i < to : i > to) && items.length < 1000; i += step) items.push(int(i));
  return list(items);
}

function sequence([first = 0, second, third]: readonly number[]): readonly number[] {
  const [from, step, to] =
    third !== undefined
      ? [first, second ?? 1, third]
      : second !== undefined
        ? [first, Math.sign(second - first) || 1, second]
        : [1, 1, first];
  const numbers: number[] = [];
  for (let i = from; (step > 0 ? i <= to : i >= to) && numbers.length < 1000; i += step) numbers.push(i);
  return numbers;
}

/** Functions of texts; other values are printed first. */
const TEXT: ReadonlyMap<string, (words: readonly string[]) => string | Val | undefined> = new Map<
  string,
  (words: readonly string[]) => string | Val | undefined
>([
  ['lower', ([s = '']) => s.toLowerCase()],
  ['upper', ([s = '']) => s.toUpperCase()],
  ['title', ([s = '']) => s.replace(/(^|\s)\S/g, (letter) => letter.toUpperCase())],
  ['untitle', ([s = '']) => s.replace(/(^|\s)\S/g, (letter) => letter.toLowerCase())],
  ['nospace', ([s = '']) => s.replace(/\s+/g, '')],
  ['squote', (words) => words.map((word) => `'${word}'`).join(' ')],
  ['cat', (words) => words.join(' ')],
  ['replace', ([old = '', now = '', s = '']) => s.replaceAll(old, now)],
  ['trunc', ([count = '0', s = '']) => (Number(count) < 0 ? s.slice(Number(count)) : s.slice(0, Number(count)))],
  ['abbrev', ([count = '0', s = '']) => (s.length > Number(count) ? `${s.slice(0, Number(count) - 3)}...` : s)],
  ['trimSuffix', ([end = '', s = '']) => (end !== '' && s.endsWith(end) ? s.slice(0, -end.length) : s)],
  ['trimPrefix', ([start = '', s = '']) => (s.startsWith(start) ? s.slice(start.length) : s)],
  ['repeat', ([count = '0', s = '']) => s.repeat(Math.min(Math.max(Number(count) || 0, 0), 1000))],
  [
    'substr',
    ([from = '0', to = '0', s = '']) =>
      Number(to) < 0 ? s.slice(Number(from)) : s.slice(Math.max(Number(from), 0), Number(to)),
  ],
  [
    'initials',
    ([s = '']) =>
      s
        .split(/\s+/)
        .map((word) => word.charAt(0))
        .join(''),
  ],
  [
    'snakecase',
    ([s = '']) =>
      s
        .replace(/([a-z\d])([A-Z])/g, '$1_$2')
        .replace(/[\s-]+/g, '_')
        .toLowerCase(),
  ],
  [
    'kebabcase',
    ([s = '']) =>
      s
        .replace(/([a-z\d])([A-Z])/g, '$1-$2')
        .replace(/[\s_]+/g, '-')
        .toLowerCase(),
  ],
  ['camelcase', ([s = '']) => s.replace(/(?:^|[_\s-]+)(\w)/g, (_, letter: string) => letter.toUpperCase())],
  ['splitList', ([by = '', s = '']) => list(s.split(by).map((part) => text(part)))],
  ['split', ([by = '', s = '']) => dict(s.split(by).map((part, i) => [`_${i}`, text(part)]))],
  [
    'splitn',
    ([by = '', count = '0', s = '']) =>
      dict(limited(s.split(by), Number(count), by).map((part, i) => [`_${i}`, text(part)])),
  ],
  ['b64dec', ([s = '']) => unbase64(s)],
  ['b64enc', ([s = '']) => base64(s)],
  ['base', ([s = '']) => s.slice(s.lastIndexOf('/') + 1)],
  ['dir', ([s = '']) => (s.includes('/') ? s.slice(0, s.lastIndexOf('/')) : '.')],
  ['ext', ([s = '']) => /\.[^./]*$/.exec(s)?.[0] ?? ''],
  ['semver', ([s = '']) => versionOf(s)],
  ['semverCompare', ([range = '', version = '']) => compareVersions(range, version)],
  ['regexMatch', ([regex = '', s = '']) => matching(regex, (one) => bool(one.test(s)))],
  ['mustRegexMatch', ([regex = '', s = '']) => matching(regex, (one) => bool(one.test(s)))],
  ['regexFind', ([regex = '', s = '']) => matching(regex, (one) => text(one.exec(s)?.[0] ?? ''))],
  [
    'regexReplaceAll',
    ([regex = '', s = '', to = '']) =>
      matching(regex, (one) => text(s.replace(one, to.replace(/\$\{(\w+)\}/g, '$$$1')))),
  ],
  [
    'mustRegexReplaceAll',
    ([regex = '', s = '', to = '']) =>
      matching(regex, (one) => text(s.replace(one, to.replace(/\$\{(\w+)\}/g, '$$$1')))),
  ],
  [
    'regexReplaceAllLiteral',
    ([regex = '', s = '', to = '']) => matching(regex, (one) => text(s.replace(one, () => to))),
  ],
  ['regexSplit', ([regex = '', s = '']) => matching(regex, (one) => list(s.split(one).map((part) => text(part))))],
  ['fromYaml', ([s = '']) => (s.trim() === '' ? dict() : parsed(s))],
  ['fromYamlArray', ([s = '']) => parsed(s)],
  ['fromJson', ([s = '']) => parsed(s)],
  ['fromJsonArray', ([s = '']) => parsed(s)],
  ['urlParse', () => undefined],
]);

function limited(parts: readonly string[], count: number, by: string): readonly string[] {
  return count > 0 && parts.length > count ? [...parts.slice(0, count - 1), parts.slice(count - 1).join(by)] : parts;
}

function matching(regex: string, use: (regex: RegExp) => Val): Val {
  try {
    return use(new RegExp(regex.replaceAll('(?P<', '(?<').replace(/\\z/g, '$').replace(/\\A/g, '^'), 'gu'));
  } catch {
    return UNKNOWN;
  }
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Of ASCII only: anything else is unknown. */
function base64(plainText: string): string | undefined {
  if (/[^\0-\x7f]/.test(plainText)) return undefined;
  let result = '';
  for (let i = 0; i < plainText.length; i += 3) {
    const [a = 0, b, c] = [...plainText.slice(i, i + 3)].map((letter) => letter.charCodeAt(0));
    const bits = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    const letters = [18, 12, 6, 0].map((shift) => ALPHABET.charAt((bits >> shift) & 63)).join('');
    result += b === undefined ? `${letters.slice(0, 2)}==` : c === undefined ? `${letters.slice(0, 3)}=` : letters;
  }
  return result;
}

function unbase64(coded: string): string | undefined {
  const letters = coded.replace(/=+$/, '');
  if (/[^A-Za-z0-9+/]/.test(letters)) return undefined;
  let bits = 0;
  let count = 0;
  let result = '';
  for (const letter of letters) {
    bits = ((bits << 6) | ALPHABET.indexOf(letter)) & 0xffffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    result += String.fromCharCode((bits >> count) & 255);
  }
  return /[^\0-\x7f]/.test(result) ? undefined : result;
}

function versionOf(version: string): Val {
  const match = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([\w.-]+))?/.exec(version);
  if (!match) return UNKNOWN;
  const [, major, minor, patch, pre] = match;
  return dict([
    ['Major', int(Number(major))],
    ['Minor', int(Number(minor ?? 0))],
    ['Patch', int(Number(patch ?? 0))],
    ['Prerelease', text(pre ?? '')],
    ['Original', text(version)],
  ]);
}

/** A range such as `>=1.19-0`, `>1.2, <2`, `^1.3`, `~1.3.4`, `1.x || 2.x`. */
function compareVersions(range: string, version: string): Val {
  const own = numbersOf(version);
  if (!own) return UNKNOWN;
  let known = true;
  const holds = range.split('||').some((part) =>
    part
      .trim()
      .split(/\s*,\s*|\s+(?=[<>=!~^])/)
      .every((one) => {
        const match = /^\s*(=|!=|>=|=>|<=|=<|>|<|~|\^)?\s*v?([\dxX*.]+)(?:-[\w.]+)?\s*$/.exec(one);
        const parts = (match?.[2] ?? '')
          .split('.')
          .filter((part) => /^\d+$/.test(part))
          .map(Number);
        if (!match) {
          known = false;
          return false;
        }
        return compares(match[1] ?? '=', own, parts);
      }),
  );
  return known ? bool(holds) : UNKNOWN;
}

function numbersOf(version: string): readonly number[] | undefined {
  const match = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(version);
  return match ? [match[1], match[2], match[3]].map((part) => Number(part ?? 0)) : undefined;
}

function compares(sign: string, own: readonly number[], wanted: readonly number[]): boolean {
  const order = (length: number) => {
    for (let i = 0; i < length; i++)
      if ((own[i] ?? 0) !== (wanted[i] ?? 0)) return Math.sign((own[i] ?? 0) - (wanted[i] ?? 0));
    return 0;
  };
  switch (sign) {
    case '=':
      return order(wanted.length) === 0;
    case '!=':
      return order(wanted.length) !== 0;
    case '>':
      return order(wanted.length) > 0;
    case '<':
      return order(3) < 0;
    case '>=':
    case '=>':
      return order(3) >= 0;
    case '<=':
    case '=<':
      return order(wanted.length) <= 0;
    case '~':
      return order(3) >= 0 && order(Math.min(2, wanted.length)) === 0;
    default:
      return order(3) >= 0 && order(wanted[0] === 0 ? 2 : 1) === 0;
  }
}

/** Whether two values are equal; `undefined` where that is not known. */
function equal(a: Val | undefined, b: Val | undefined): boolean | undefined {
  if (!a || !b || symbolic(a) || symbolic(b)) return undefined;
  const [one, other] = [plain(a), plain(b)];
  if (one === undefined || other === undefined) return undefined;
  return JSON.stringify(one) === JSON.stringify(other);
}

function symbolic(value: Val): boolean {
  return value.kind === 'text' && value.symbolic === true;
}

function maybe(known: boolean | undefined): Val {
  return known === undefined ? UNKNOWN : bool(known);
}

function ordered(holds: (order: number) => boolean): Function {
  return ([a, b]) => {
    if (a?.kind === 'number' && b?.kind === 'number') return bool(holds(a.value - b.value));
    const [one, other] = [stringOf(a), stringOf(b)];
    if (one === undefined || other === undefined || (a && symbolic(a)) || (b && symbolic(b))) return UNKNOWN;
    return bool(holds(one < other ? -1 : one > other ? 1 : 0));
  };
}

/** Whether a text is part of another; names that the user picks count as the usual ones. */
function partOf(test: (text: string, part: string) => boolean): Function {
  return ([part, whole]) => {
    const [inner, outer] = [stringOf(part), stringOf(whole)];
    return inner === undefined || outer === undefined ? UNKNOWN : bool(test(outer, inner));
  };
}

/** Keeps the way back: the value is the same, written in another way. */
function sameValue(value: Val, written: Val): Val {
  return { ...written, node: value.node, holder: value.holder };
}

function ropeOf(value: Val | undefined): Rope | undefined {
  if (value?.kind === 'text') return value.rope;
  const written = value && printed(value);
  return written === undefined ? undefined : text(written).rope;
}

function onRope(change: (rope: Rope, args: readonly Val[]) => Rope): Function {
  return (args) => {
    const last = args.at(-1);
    const rope = ropeOf(last);
    if (!last || !rope) return { kind: 'unknown', holder: last?.holder };
    return { ...(last.kind === 'text' ? last : text('')), rope: change(rope, args) };
  };
}

function trimming(ends: 'both' | 'start' | 'end'): Function {
  return onRope((rope, [set, more]) => {
    const letters = more === undefined ? undefined : stringOf(set);
    return trimmed(rope, ends, letters === undefined ? /\s/ : new RegExp(`[${letters.replace(/[\]\\^-]/g, '\\$&')}]`));
  });
}

function itemsOf(value: Val | undefined): readonly Val[] | undefined {
  if (value?.kind === 'nil') return [];
  return value?.kind === 'list' ? value.items : undefined;
}

function onList(change: (items: readonly Val[], args: readonly Val[]) => Val): Function {
  return (args) => {
    const items = itemsOf(args.at(-1)) ?? itemsOf(args[0]);
    return items ? change(items, args) : UNKNOWN;
  };
}

function onDict(use: (dict: Dict, args: readonly Val[], call: Call) => Val, at = 0): Function {
  return (args, call) => {
    const found = args.at(at);
    return found?.kind === 'dict' ? use(found, args, call) : UNKNOWN;
  };
}

function merging(overwrite: boolean, copy: boolean): Function {
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

const merges: readonly (readonly [string, Function])[] = [
  ['merge', merging(false, false)],
  ['mustMerge', merging(false, false)],
  ['mergeOverwrite', merging(true, false)],
  ['mustMergeOverwrite', merging(true, false)],
];

/** Functions that get what they are given as it is, unknown or not. */
const LENIENT: ReadonlyMap<string, Function> = new Map<string, Function>([
  ...merges,
  // A fallback for something that a values file may give: what it gives wins, and can be given there.
  [
    'default',
    ([fallback = NIL, given = NIL]) => {
      const holds = truth(given);
      if (holds === undefined) return { kind: 'unknown', holder: given.holder };
      if (holds) return given;
      return given.holder ? { ...fallback, node: undefined, holder: given.holder } : fallback;
    },
  ],
  [
    'coalesce',
    (args) => {
      for (const arg of args) {
        const holds = truth(arg);
        if (holds !== false) return holds ? arg : UNKNOWN;
      }
      return args[0]?.holder ? { ...NIL, holder: args[0].holder } : NIL;
    },
  ],
  [
    'ternary',
    ([yes = NIL, no = NIL, which = NIL]) =>
      [UNKNOWN, yes, no][truth(which) === undefined ? 0 : truth(which) ? 1 : 2] ?? UNKNOWN,
  ],
  [
    'required',
    ([, value = NIL]) =>
      truth(value) === false && value.kind !== 'bool' && value.kind !== 'number'
        ? { kind: 'unknown', holder: value.holder }
        : value,
  ],
  ['empty', ([value = NIL]) => maybe(flip(truth(value)))],
  ['not', ([value = NIL]) => maybe(flip(truth(value)))],
  ['eq', ([first, ...others]) => maybe(anyOf(others.map((other) => equal(first, other))))],
  ['ne', ([a, b]) => maybe(flip(equal(a, b)))],
  ['lt', ordered((order) => order < 0)],
  ['le', ordered((order) => order <= 0)],
  ['gt', ordered((order) => order > 0)],
  ['ge', ordered((order) => order >= 0)],
  ['deepEqual', ([a, b]) => maybe(equal(a, b))],
  ['contains', partOf((whole, part) => whole.includes(part))],
  ['hasPrefix', partOf((whole, part) => whole.startsWith(part))],
  ['hasSuffix', partOf((whole, part) => whole.endsWith(part))],
  ['quote', (args) => quoted(args)],
  ['toString', ([value = NIL]) => stringified(value)],
  ['print', (args) => joined(args, '')],
  ['println', (args) => joined([...args, text('\n')], '')],
  ['printf', ([format, ...args]) => formatted(format, args)],
  ['int', ([value = NIL]) => whole1(value)],
  ['int64', ([value = NIL]) => whole1(value)],
  [
    'float64',
    ([value = NIL]) =>
      numberOf(value) === undefined
        ? UNKNOWN
        : sameValue(value, { kind: 'number', value: numberOf(value) ?? 0, float: true }),
  ],
  ['atoi', ([value = NIL]) => whole1(value)],
  ['trim', trimming('both')],
  ['trimAll', trimming('both')],
  ['trimLeft', trimming('start')],
  ['trimRight', trimming('end')],
  ['indent', onRope((rope, [count]) => indented(rope, numberOf(count) ?? 0))],
  ['nindent', onRope((rope, [count]) => [...text('\n').rope, ...indented(rope, numberOf(count) ?? 0)])],
  ['toYaml', ([value = NIL], { action }) => yamlText(value, action)],
  ['mustToYaml', ([value = NIL], { action }) => yamlText(value, action)],
  ['toYamlPretty', ([value = NIL], { action }) => yamlText(value, action)],
  ['toJson', ([value = NIL]) => json(value)],
  ['mustToJson', ([value = NIL]) => json(value)],
  ['toRawJson', ([value = NIL]) => json(value)],
  ['toPrettyJson', ([value = NIL]) => json(value)],
  [
    'typeOf',
    ([value = NIL]) =>
      typed(value, {
        number: 'float64',
        text: 'string',
        bool: 'bool',
        list: '[]interface {}',
        dict: 'map[string]interface {}',
        nil: '<nil>',
      }),
  ],
  [
    'kindOf',
    ([value = NIL]) =>
      typed(value, { number: 'float64', text: 'string', bool: 'bool', list: 'slice', dict: 'map', nil: 'invalid' }),
  ],
  ['kindIs', ([kind, value = NIL]) => isKind(kind, value)],
  ['typeIs', ([kind, value = NIL]) => isKind(kind, value)],
  ['list', (args) => list(args)],
  ['tuple', (args) => list(args)],
  ['dict', (args) => dictOf(args)],
  ['len', ([value = NIL]) => lengthOf(value)],
  ['first', onList((items) => items[0] ?? NIL)],
  ['last', onList((items) => items.at(-1) ?? NIL)],
  ['rest', onList((items) => list(items.slice(1)))],
  ['initial', onList((items) => list(items.slice(0, -1)))],
  ['reverse', onList((items) => list([...items].reverse()))],
  ['compact', onList((items) => list(items.filter((item) => truth(item) !== false)))],
  ['append', ([items, item = NIL]) => (itemsOf(items) ? list([...(itemsOf(items) ?? []), item]) : UNKNOWN)],
  ['prepend', ([items, item = NIL]) => (itemsOf(items) ? list([item, ...(itemsOf(items) ?? [])]) : UNKNOWN)],
  ['concat', (args) => (args.every(itemsOf) ? list(args.flatMap((arg) => itemsOf(arg) ?? [])) : UNKNOWN)],
  ['without', ([items, ...unwanted]) => without(items, unwanted)],
  ['has', ([item, items]) => maybe(anyOf(itemsOf(items)?.map((one) => equal(one, item)) ?? [undefined]))],
  ['uniq', onList((items) => list(items.filter((item, i) => !items.slice(0, i).some((other) => equal(item, other)))))],
  ['sortAlpha', onList((items) => sorted(items))],
  ['join', ([by, items]) => joinedItems(by, items)],
  [
    'slice',
    ([items, from, to]) =>
      itemsOf(items) ? list((itemsOf(items) ?? []).slice(numberOf(from) ?? 0, to && numberOf(to))) : UNKNOWN,
  ],
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
]);

function flip(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}

function anyOf(values: readonly (boolean | undefined)[]): boolean | undefined {
  return values.includes(true) ? true : values.includes(undefined) ? undefined : false;
}

function quoted(args: readonly Val[]): Val {
  const given = args.filter(({ kind }) => kind !== 'nil');
  const words = given.map(printed);
  const [only] = args;
  if (words.includes(undefined)) return UNKNOWN;
  const written = text(words.map((word) => JSON.stringify(word)).join(' '), given.some(symbolic));
  return only && args.length === 1 ? sameValue(only, written) : written;
}

function stringified(value: Val): Val {
  if (value.kind === 'text') return value;
  const written = printed(value);
  return written === undefined ? { kind: 'unknown', holder: value.holder } : sameValue(value, text(written));
}

function whole1(value: Val): Val {
  const number = numberOf(value);
  return number === undefined ? { kind: 'unknown', holder: value.holder } : sameValue(value, int(Math.trunc(number)));
}

function joined(args: readonly Val[], by: string): Val {
  const words = args.map(printed);
  return words.includes(undefined) ? UNKNOWN : text(words.join(by), args.some(symbolic));
}

function joinedItems(by: Val | undefined, items: Val | undefined): Val {
  const separator = stringOf(by);
  const words = itemsOf(items)?.map(printed);
  return separator === undefined || !words || words.includes(undefined) ? UNKNOWN : text(words.join(separator));
}

function formatted(format: Val | undefined, args: readonly Val[]): Val {
  const pattern = stringOf(format);
  if (pattern === undefined) return UNKNOWN;
  let next = 0;
  let known = true;
  const result = pattern.replace(
    /%(?:%|([-+0]*)(\d*)(?:\.(\d+))?([a-zA-Z]))/g,
    (all, flags: string, width: string, digits: string, verb: string) => {
      if (all === '%%') return '%';
      const arg = args[next++];
      const written = arg && printedAs(arg, verb, digits);
      if (written === undefined) known = false;
      const wide = Number(width || 0);
      const shown = written ?? '';
      return flags?.includes('-') ? shown.padEnd(wide) : shown.padStart(wide, flags?.includes('0') ? '0' : ' ');
    },
  );
  return known ? text(result, args.some(symbolic)) : UNKNOWN;
}

function printedAs(value: Val, verb: string, digits: string | undefined): string | undefined {
  if (verb === 'q') {
    const written = printed(value);
    return written === undefined ? undefined : JSON.stringify(written);
  }
  if (verb === 'd') return value.kind === 'number' && !value.float ? String(value.value) : undefined;
  if (verb === 'f') return value.kind === 'number' ? value.value.toFixed(Number(digits ?? 6)) : undefined;
  if (verb === 's') return value.kind === 'text' ? stringOf(value) : undefined;
  if (verb === 'v') return value.kind === 'nil' ? '<nil>' : printed(value);
  return verb === 't' && value.kind === 'bool' ? String(value.value) : undefined;
}

function yamlText(value: Val, action: Place): Val {
  if (value.kind === 'unknown') return { kind: 'unknown', holder: value.holder };
  return { kind: 'text', rope: asYaml(value, action) };
}

function json(value: Val): Val {
  const given = plain(value);
  if (given === undefined) return { kind: 'unknown', holder: value.holder };
  const written = text(JSON.stringify(given));
  return isCollection(value) && !isWhole(value) ? written : sameValue(value, written);
}

function typed(value: Val, names: { readonly [kind: string]: string }): Val {
  const name = value.kind === 'number' && !value.float ? 'int' : names[value.kind];
  return name === undefined ? UNKNOWN : text(name);
}

function isKind(kind: Val | undefined, value: Val): Val {
  const name = stringOf(kind);
  if (name === undefined || value.kind === 'unknown' || value.kind === 'method') return UNKNOWN;
  const own: { readonly [kind: string]: RegExp } = {
    number: value.kind === 'number' && !value.float ? /^int/ : /^float64$/,
    text: /^string$/,
    bool: /^bool$/,
    list: /^(?:slice|\[\]interface ?\{\})$/,
    dict: /^(?:map|map\[string\]interface ?\{\})$/,
    nil: /^(?:invalid|<nil>)$/,
  };
  return bool(own[value.kind]?.test(name) ?? false);
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

function without(items: Val | undefined, unwanted: readonly Val[]): Val {
  const known = itemsOf(items);
  if (!known || known.some((item) => unwanted.some((other) => equal(item, other) === undefined))) return UNKNOWN;
  return list(known.filter((item) => !unwanted.some((other) => equal(item, other))));
}

function sorted(items: readonly Val[]): Val {
  const words = items.map(printed);
  if (words.includes(undefined)) return UNKNOWN;
  return list([...items].sort((a, b) => ((printed(a) ?? '') < (printed(b) ?? '') ? -1 : 1)));
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
