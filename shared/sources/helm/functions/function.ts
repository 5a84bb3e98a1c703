// What the functions of Helm templates are, and what several kinds of them ask of a value. Knows none of them by name.
import type { Place } from '../../../text/span.ts';
import { bool, int, stringOf, text, UNKNOWN, type Val } from '../helmValues.ts';
import { plain, printed } from '../helmYaml.ts';

/** Where a function is called: the expression that it is part of, and whether it is certain that it is reached. */
export interface Call {
  readonly action: Place;
  readonly certain: boolean;
}

/** What a function gives. */
export type HelmFunction = (args: readonly Val[], call: Call) => Val;

/** Functions by their names. */
export type Named = readonly (readonly [name: string, does: HelmFunction])[];

/** Functions of texts: other values are printed first, and without one of them nothing is known. */
export function ofTexts(functions: readonly (readonly [string, TextFunction])[]): Named {
  return functions.map(([name, does]) => [name, (args) => fromTexts(does, args)]);
}

/** What a function of texts gives: a text, another value, or nothing that is known. */
export type TextFunction = (words: readonly string[]) => string | Val | undefined;

function fromTexts(does: TextFunction, args: readonly Val[]): Val {
  const words = args.map(printed);
  const known = words.filter((word): word is string => word !== undefined);
  if (known.length < words.length) return UNKNOWN;
  const result = does(known);
  return result === undefined ? UNKNOWN : typeof result === 'string' ? text(result, args.some(symbolic)) : result;
}

/** A value as a number, as Sprig takes it: what is none counts as 0; `undefined` where it is not known. */
export function numberOf(value: Val | undefined): number | undefined {
  if (value?.kind === 'number') return value.value;
  if (value?.kind === 'nil') return 0;
  if (value?.kind === 'bool') return value.value ? 1 : 0;
  const word = stringOf(value);
  if (word === undefined) return undefined;
  return /^[-+]?\d+(?:\.\d+)?$/.test(word) ? Number(word) : 0;
}

/** A value as a whole number, with its way back. */
export function wholeNumber(value: Val): Val {
  const number = numberOf(value);
  return number === undefined ? { kind: 'unknown', holder: value.holder } : sameValue(value, int(Math.trunc(number)));
}

/** What a list holds; `undefined` of anything else. */
export function itemsOf(value: Val | undefined): readonly Val[] | undefined {
  if (value?.kind === 'nil') return [];
  return value?.kind === 'list' ? value.items : undefined;
}

/** Whether two values are equal; `undefined` where that is not known. */
export function equal(a: Val | undefined, b: Val | undefined): boolean | undefined {
  if (!a || !b || symbolic(a) || symbolic(b)) return undefined;
  const [one, other] = [plain(a), plain(b)];
  if (one === undefined || other === undefined) return undefined;
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Whether a text stands for a name that whoever installs the chart picks. */
export function symbolic(value: Val): boolean {
  return value.kind === 'text' && value.symbolic === true;
}

/** An answer that may not be known, as a value. */
export function maybe(known: boolean | undefined): Val {
  return known === undefined ? UNKNOWN : bool(known);
}

/** The opposite of an answer. */
export function flip(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}

/** Whether one of several answers is yes. */
export function anyOf(values: readonly (boolean | undefined)[]): boolean | undefined {
  return values.includes(true) ? true : values.includes(undefined) ? undefined : false;
}

/** Keeps the way back: the value is the same, written in another way. */
export function sameValue(value: Val, written: Val): Val {
  return { ...written, node: value.node, holder: value.holder };
}
