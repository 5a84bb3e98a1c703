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

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
