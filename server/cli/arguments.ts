// Reads a command's arguments, and tells what is wrong with them so that the next try can be right.
import { type ParseArgsConfig, parseArgs } from 'node:util';

type Options = NonNullable<ParseArgsConfig['options']>;
type Parsed<O extends Options> = ReturnType<typeof parseArgs<{ args: string[]; options: O; allowPositionals: true }>>;

/** What the user has to change; shown as one line, with exit code 2. */
export class UsageError extends Error {}

/** The values of a command's options, and its other arguments. */
export function parse<const O extends Options>(command: string, args: readonly string[], options: O): Parsed<O> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    // Node's second sentence is about arguments that begin with a dash, which no path here is likely to be.
    const [what = ''] = error instanceof Error ? error.message.split('. ') : [];
    throw new UsageError(`${lowerFirst(what)}; see softstop ${command} --help`);
  }
}

/** One of several words, as an option's value; what is left of the words is in the message. */
export function oneOf<T extends string>(option: string, value: string, words: readonly T[]): T {
  const found = words.find((word) => word === value);
  if (found === undefined) throw new UsageError(`${option} takes one of ${words.join(', ')}, not "${value}"`);
  return found;
}

/** The words most like one that is not known, nearest first; none where all are far off. */
export function nearest(word: string, words: readonly string[]): readonly string[] {
  const near = (other: string) => distance(word.toLowerCase(), other);
  const parts = (other: string) => other.split('-').some((part) => part.length > 3 && word.includes(part));
  return words
    .filter((other) => near(other) <= Math.max(2, other.length / 3) || other.includes(word) || parts(other))
    .sort((a, b) => near(a) - near(b))
    .slice(0, 3);
}

/** Levenshtein's: how many letters have to be put in, taken out or changed. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [line, letter] of [...a].entries()) {
    const next = [line + 1];
    for (const [column, other] of [...b].entries()) {
      const change = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(change, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
