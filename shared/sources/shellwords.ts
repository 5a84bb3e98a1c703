// Splits a command line the way Compose does: by mattn/go-shellwords, which is no shell. It stops without an error at
// the first operator; the rest is never run.
import type { Embedded } from '../text/embedded.ts';
import { EmbeddedBuilder } from '../text/embeddedBuilder.ts';

/** A command line as Compose reads it. */
export interface SplitCommand {
  readonly words: readonly Embedded[];
  /** Where the first operator stands, from which on everything is dropped; offsets of the text. */
  readonly cutAt: number | undefined;
}

/** Splits a text with its way back; `undefined` if Compose refuses it (an open quote, a bracket). */
export function splitCommand(source: Embedded): SplitCommand | undefined {
  const line = source.text;
  const words: Embedded[] = [];
  let word = new WordBuilder(source);
  let quote = '';
  /** Within `$(…)` or backticks, which are handed on as they stand. */
  let substitution = '';
  for (let i = 0; i < line.length; i++) {
    const char = line.charAt(i);
    const free = quote === '' && substitution === '';
    if (char === '\\' && quote !== "'") {
      if (i + 1 >= line.length) return undefined;
      const next = line.charAt(++i);
      word.add(next === 'n' ? '\n' : next === 't' ? '\t' : next, i - 1, i + 1);
    } else if (/[ \t\r\n]/.test(char) && free) {
      if (word.started) words.push(word.endingAt(i));
      word = new WordBuilder(source);
    } else if ((char === '"' || char === "'") && substitution !== '(' && (quote === '' || quote === char)) {
      quote = quote === '' ? char : '';
      word.quoted(i);
    } else if (char === '`' && quote === '' && substitution !== '(') {
      substitution = substitution === '' ? '`' : '';
      word.add(char, i, i + 1);
    } else if (char === '(' && quote === '' && substitution !== '`') {
      if (substitution !== '' || !word.text.endsWith('$')) return undefined;
      substitution = '(';
      word.add(char, i, i + 1);
    } else if (char === ')' && quote === '' && substitution !== '`') {
      if (substitution === '') return undefined;
      substitution = '';
      word.add(char, i, i + 1);
    } else if (/[;&|<>]/.test(char) && free) {
      // `2>` takes its number along.
      const numbered = char === '>' && /^\d/.test(word.text);
      if (word.started && !numbered) words.push(word.endingAt(i));
      return { words, cutAt: numbered ? word.from : i };
    } else {
      word.add(char, i, i + 1);
    }
  }
  if (quote !== '' || substitution !== '') return undefined;
  if (word.started) words.push(word.endingAt(line.length));
  return { words, cutAt: undefined };
}

/** Collects the units of a word, with its quotes left out. */
export class WordBuilder {
  started = false;
  /** Where it begins in the text. */
  from: number | undefined;
  readonly #source: Embedded;
  readonly #units: EmbeddedBuilder;
  #quoted = false;

  constructor(source: Embedded) {
    this.#source = source;
    this.#units = new EmbeddedBuilder(source);
  }

  get text(): string {
    return this.#units.text;
  }

  add(unit: string, start: number, end: number): void {
    this.#units.add(unit, start, end);
    this.from ??= start;
    this.started = true;
  }

  quoted(at: number): void {
    this.#quoted = true;
    this.from ??= at;
    this.started = true;
  }

  /** The word that ends before an offset of the text. */
  endingAt(end: number): Embedded {
    // A blank would split a word without quotes; whatever is special to Compose stays out of all of them.
    const fits = this.#quoted ? /^[\w./=+@: -]*$/ : /^[\w./=+@:-]*$/;
    const at = this.#source.place(this.from ?? end, end);
    return this.#units.finish(at, (added) => (fits.test(added) ? added : undefined));
  }
}
