// Functions of Helm templates that reckon.
import { int, list, NIL, text, UNKNOWN, type Val } from '../helmValues.ts';
import { type HelmFunction, type Named, numberOf, sameValue, wholeNumber } from './function.ts';

/** Functions of numbers: what is none counts as one, as in Sprig; without one of them nothing is known. */
const REDUCING: readonly (readonly [string, (numbers: readonly number[]) => Val])[] = [
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
];

/** The functions that reckon, or make numbers of what they are given. */
export const NUMBERS: Named = [
  ...REDUCING.map(([name, does]): readonly [string, HelmFunction] => [
    name,
    (args) => {
      const known = args.map(numberOf).filter((one) => one !== undefined);
      return known.length < args.length || known.length === 0 ? UNKNOWN : does(known);
    },
  ]),
  ['int', ([value = NIL]) => wholeNumber(value)],
  ['int64', ([value = NIL]) => wholeNumber(value)],
  [
    'float64',
    ([value = NIL]) =>
      numberOf(value) === undefined
        ? UNKNOWN
        : sameValue(value, { kind: 'number', value: numberOf(value) ?? 0, float: true }),
  ],
  ['atoi', ([value = NIL]) => wholeNumber(value)],
];

function whole(values: readonly number[], join: (a: number, b: number) => number): Val {
  return int(Math.trunc(values.map(Math.trunc).reduce(join)));
}

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
