// What echo, printf and cat print, as far as the words of their command tell. Runs nothing, and knows no file.
import type { Dialect } from '../../knowledge/images.ts';
import { literal, type Redirection, type ShellWord, type SimpleCommand } from '../../sources/shell.ts';
import { type Unit, unescaped, unitsOfHeredoc, unitsOfWord } from '../../sources/shellUnits.ts';
import { baseName } from '../paths.ts';

/** What a command prints: units of the source, which may hang on the dialect; `undefined` where nobody here knows. */
export type Output = (dialect: Dialect | undefined) => readonly Unit[] | undefined;

/** It prints nothing. */
export const NOTHING: Output = () => [];

/** One output after the other; `undefined` where one of them is not known. */
export function joined(outputs: readonly (Output | undefined)[]): Output | undefined {
  if (outputs.includes(undefined)) return undefined;
  return (dialect) => {
    const all = outputs.map((output) => output?.(dialect));
    return all.includes(undefined) ? undefined : all.flatMap((units) => units ?? []);
  };
}

/** The program of a command, by its name. */
export function nameOf({ words }: SimpleCommand): string | undefined {
  const name = words[0] && literal(words[0]);
  return name === undefined ? undefined : baseName(name);
}

/** Reads the commands of one text, which begins somewhere in its source. */
export class Printer {
  /** Where heredocs begin whose text stands for itself. */
  readonly verbatim = new Set<number>();
  readonly #text: string;
  readonly #from: number;
  readonly #values: ReadonlyMap<string, string | undefined>;

  constructor(text: string, from: number, values: ReadonlyMap<string, string | undefined>) {
    this.#text = text;
    this.#from = from;
    this.#values = values;
  }

  /** A word as the shell reads it. */
  units({ raw, start }: ShellWord): readonly Unit[] | undefined {
    return unitsOfWord(raw, this.#from + start, this.#values);
  }

  /** What a command prints; `undefined` where nobody here knows. */
  outputOf(command: SimpleCommand): Output | undefined {
    const [, ...args] = command.words;
    switch (nameOf(command)) {
      case 'cat':
        return args.every(({ raw }) => raw === '-') ? this.#heredoc(command.redirections) : undefined;
      case 'echo':
        return this.#echo(command);
      case 'printf':
        return this.#printf(args);
      default:
        return undefined;
    }
  }

  #heredoc(redirections: readonly Redirection[]): Output | undefined {
    const heredoc = redirections.findLast((one) => one.kind === 'heredoc');
    if (heredoc?.kind !== 'heredoc') return undefined;
    const { start, end } = heredoc.body;
    if (heredoc.quoted) this.verbatim.add(this.#from + start);
    const units = unitsOfHeredoc(this.#text.slice(start, end), this.#from + start, heredoc, this.#values);
    return () => units;
  }

  /** Dash reads escapes in what it is given, and knows no `-e`; bash and busybox read them where that stands. */
  #echo({ words: [, ...args], end }: SimpleCommand): Output {
    const first = args.findIndex(({ raw }) => !/^-[neE]+$/.test(raw));
    const options = first < 0 ? args : args.slice(0, first);
    const letters = options.map(({ raw }) => raw).join('');
    const words = args.slice(options.length);
    const units = words.map((word) => this.units(word));
    const last = this.#from + end;
    const lineBreak: Unit = { text: '\n', start: last, end: last };
    const plain = units.flatMap((some, i) => {
      const at = this.#from + (words[i]?.start ?? end);
      return i === 0 ? (some ?? []) : [{ text: ' ', start: at, end: at }, ...(some ?? [])];
    });
    return (dialect) => {
      if (units.includes(undefined)) return undefined;
      const hangs = letters.includes('e') || plain.some(({ text }) => text === '\\');
      if (hangs && dialect === undefined) return undefined;
      if (letters.includes('e') && dialect === 'dash') return undefined;
      const reads = letters.includes('e') || dialect === 'dash' || dialect === 'zsh';
      const text = hangs && reads ? unescaped(plain) : plain;
      return text && (letters.includes('n') ? text : [...text, lineBreak]);
    };
  }

  /** The format is used again for as long as words are left. */
  #printf([format, ...args]: readonly ShellWord[]): Output | undefined {
    const units = format && this.units(format);
    const read = units && unescaped(units);
    const words = args.map((word) => this.units(word));
    if (!read || words.includes(undefined)) return undefined;
    const out: Unit[] = [];
    let next = 0;
    do {
      const before = next;
      for (let i = 0; i < read.length; i++) {
        const unit = read[i];
        if (unit?.text !== '%') {
          if (unit) out.push(unit);
          continue;
        }
        const letter = read[++i];
        if (letter?.text === '%') out.push(letter);
        else if (letter?.text === 's') out.push(...(words[next++] ?? []));
        else return undefined;
      }
      if (next === before) break;
    } while (next < words.length);
    return () => out;
  }
}
