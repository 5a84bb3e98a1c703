// Functions of Helm templates that put texts together and take them apart.
import { bool, dict, list, NIL, stringOf, text, UNKNOWN, type Val } from '../helmValues.ts';
import { printed } from '../helmYaml.ts';
import { indented, type Rope, trimmed } from '../rope.ts';
import { type HelmFunction, itemsOf, type Named, numberOf, ofTexts, sameValue, symbolic } from './function.ts';

/** The functions of texts. */
export const TEXTS: Named = [
  ...ofTexts([
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
    ['base', ([s = '']) => s.slice(s.lastIndexOf('/') + 1)],
    ['dir', ([s = '']) => (s.includes('/') ? s.slice(0, s.lastIndexOf('/')) : '.')],
    ['ext', ([s = '']) => /\.[^./]*$/.exec(s)?.[0] ?? ''],
  ]),
  ['contains', partOf((whole, part) => whole.includes(part))],
  ['hasPrefix', partOf((whole, part) => whole.startsWith(part))],
  ['hasSuffix', partOf((whole, part) => whole.endsWith(part))],
  ['quote', (args) => quoted(args)],
  ['toString', ([value = NIL]) => stringified(value)],
  ['print', (args) => joined(args, '')],
  ['println', (args) => joined([...args, text('\n')], '')],
  ['printf', ([format, ...args]) => formatted(format, args)],
  ['trim', trimming('both')],
  ['trimAll', trimming('both')],
  ['trimLeft', trimming('start')],
  ['trimRight', trimming('end')],
  ['indent', onRope((rope, [count]) => indented(rope, numberOf(count) ?? 0))],
  ['nindent', onRope((rope, [count]) => [...text('\n').rope, ...indented(rope, numberOf(count) ?? 0)])],
  ['join', ([by, items]) => joinedItems(by, items)],
];

function limited(parts: readonly string[], count: number, by: string): readonly string[] {
  return count > 0 && parts.length > count ? [...parts.slice(0, count - 1), parts.slice(count - 1).join(by)] : parts;
}

/** Whether a text is part of another; names that the user picks count as the usual ones. */
function partOf(test: (text: string, part: string) => boolean): HelmFunction {
  return ([part, whole]) => {
    const [inner, outer] = [stringOf(part), stringOf(whole)];
    return inner === undefined || outer === undefined ? UNKNOWN : bool(test(outer, inner));
  };
}

function ropeOf(value: Val | undefined): Rope | undefined {
  if (value?.kind === 'text') return value.rope;
  const written = value && printed(value);
  return written === undefined ? undefined : text(written).rope;
}

function onRope(change: (rope: Rope, args: readonly Val[]) => Rope): HelmFunction {
  return (args) => {
    const last = args.at(-1);
    const rope = ropeOf(last);
    if (!last || !rope) return { kind: 'unknown', holder: last?.holder };
    return { ...(last.kind === 'text' ? last : text('')), rope: change(rope, args) };
  };
}

function trimming(ends: 'both' | 'start' | 'end'): HelmFunction {
  return onRope((rope, [set, more]) => {
    const letters = more === undefined ? undefined : stringOf(set);
    return trimmed(rope, ends, letters === undefined ? /\s/ : new RegExp(`[${letters.replace(/[\]\\^-]/g, '\\$&')}]`));
  });
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
