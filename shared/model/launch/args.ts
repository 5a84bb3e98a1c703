// Words on their way to a program: known text or open, with their place. Expands shell words as far as they are literal.
import type { Cut, Part, ShellWord } from '../../sources/shell.ts';
import type { Embedded } from '../../text/embedded.ts';
import { globPattern } from '../../text/glob.ts';
import type { Place } from '../../text/span.ts';
import type { Form, Word } from './words.ts';

/** One argument. */
export interface Arg {
  /** Its value; absent when only the running shell knows. */
  readonly text: string | undefined;
  /** As written, for people. */
  readonly raw: string;
  readonly at: Place | undefined;
  /** The text with the way back, where a file holds it as it stands. */
  readonly source: Embedded | undefined;
  /** `shell` for the text of a shell-form instruction. */
  readonly form: Form;
}

/** The variables that expansion may read; an entry without a value is set to something unknown. */
export interface Variables {
  readonly positional: readonly Arg[] | undefined;
  readonly named: { get(name: string): string | undefined };
}

/** A launch word as an argument. */
export function fromWord(word: Word): Arg {
  return { text: word.text, raw: word.text, at: word.source?.at, source: word.source, form: word.form };
}

/** The argument as a person reads it. */
export function shown(arg: Arg): string {
  return arg.text ?? arg.raw;
}

/** The arguments that a shell word becomes: `"$@"` may be many, an unquoted open variable may be anything. */
export function expand(word: ShellWord, text: Embedded, variables: Variables): readonly Arg[] {
  const [only] = word.parts;
  if (only?.kind === 'variable' && word.parts.length === 1 && (only.name === '@' || only.name === '*')) {
    if (variables.positional) return variables.positional;
  }
  const at = text.place(word.start, word.end);
  let value: string | undefined = '';
  for (const part of word.parts) {
    const piece = expandPart(part, variables);
    value = piece === undefined || value === undefined ? undefined : value + piece;
  }
  // An unquoted variable is split into words; with blanks in it, this argument is not one.
  const splits = word.parts.some((part) => part.kind === 'variable' && !part.quoted);
  if (splits && value !== undefined && (value === '' || /\s/.test(value))) {
    const words = value.split(/\s+/).filter((piece) => piece !== '');
    return words.map((piece) => ({ text: piece, raw: piece, at, source: undefined, form: 'exec' as const }));
  }
  return [{ text: value, raw: word.raw, at, source: undefined, form: 'exec' }];
}

function expandPart(part: Part, variables: Variables): string | undefined {
  if (part.kind === 'text') return part.value;
  if (part.kind === 'open') return undefined;
  const value = variableValue(part, variables);
  return part.cut && value !== undefined ? cutFrom(value, part.cut, variables) : value;
}

function variableValue(
  { name, fallback }: Extract<Part, { kind: 'variable' }>,
  variables: Variables,
): string | undefined {
  const { positional, named } = variables;
  if (name === '#') return positional ? String(positional.length) : undefined;
  if (/^[1-9]\d*$/.test(name)) {
    if (!positional) return undefined;
    const arg = positional[Number(name) - 1];
    return arg ? arg.text : fallback ? expandWhole(fallback, variables) : '';
  }
  return named.get(name);
}

/** What is left of a value. */
function cutFrom(value: string, cut: Cut, variables: Variables): string | undefined {
  if (cut.kind === 'slice') {
    const offset = Number(expandWhole(cut.offset, variables));
    const length = cut.length && Number(expandWhole(cut.length, variables));
    if (!(offset >= 0) || (length !== undefined && !(length >= 0))) return undefined;
    return value.slice(offset, length === undefined ? undefined : offset + length);
  }
  const text = cut.pattern.parts.every((part) => part.kind !== 'variable')
    ? cut.pattern.raw
    : expandWhole(cut.pattern, variables);
  if (text === undefined) return undefined;
  const pattern = globPattern(text.replace(/^(["'])(.*)\1$/s, '$2'));
  const lengths = Array.from({ length: value.length + 1 }, (_, i) => (cut.longest ? value.length - i : i));
  const part = (length: number) =>
    cut.kind === 'prefix' ? value.slice(0, length) : value.slice(value.length - length);
  const taken = lengths.find((length) => pattern.test(part(length))) ?? 0;
  return cut.kind === 'prefix' ? value.slice(taken) : value.slice(0, value.length - taken);
}

function expandWhole(word: ShellWord, variables: Variables): string | undefined {
  let value = '';
  for (const part of word.parts) {
    const piece = expandPart(part, variables);
    if (piece === undefined) return undefined;
    value += piece;
  }
  return value;
}
