// Splits a command line the way Compose does: by mattn/go-shellwords, which is no shell. It stops without an error at
// the first operator; the rest is never run.
import { Embedded, type Encode } from '../text/embedded.ts';
import type { Place } from '../text/span.ts';

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
  let substitution = false;
  for (let i = 0; i < line.length; i++) {
    const char = line.charAt(i);
    const free = quote === '' && !substitution;
    if (char === '\\' && quote !== "'") {
      if (i + 1 >= line.length) return undefined;
      const next = line.charAt(++i);
      word.add(next === 'n' ? '\n' : next === 't' ? '\t' : next, i - 1, i + 1);
    } else if (/\s/.test(char) && free) {
      if (word.started) words.push(word.endingAt(i));
      word = new WordBuilder(source);
    } else if ((char === '"' || char === "'") && !substitution && (quote === '' || quote === char)) {
      quote = quote === '' ? char : '';
      word.quoted();
    } else if (char === '(' && free) {
      if (!word.text.endsWith('$')) return undefined;
      substitution = true;
      word.add(char, i, i + 1);
    } else if (char === ')' && quote === '') {
      substitution = !substitution;
      word.add(char, i, i + 1);
    } else if (/[;&|<>]/.test(char) && free) {
      // `2>` takes its number along.
      if (word.started && !(char === '>' && /^\d/.test(word.text))) words.push(word.endingAt(i));
      return { words, cutAt: i };
    } else {
      word.add(char, i, i + 1);
    }
  }
  if (quote !== '' || substitution) return undefined;
  if (word.started) words.push(word.endingAt(line.length));
  return { words, cutAt: undefined };
}

/** The text that `$$` stands for `$` in; writes it so, too. */
export function unescapeDollars(source: Embedded): Embedded {
  const word = new WordBuilder(source);
  for (let i = 0; i < source.text.length; i++) {
    const escaped = source.text.startsWith('$$', i);
    word.add(source.text.charAt(i), i, i + (escaped ? 2 : 1));
    if (escaped) i++;
  }
  return word.finish(source.at, (added) => added.replaceAll('$', '$$$$'));
}

/** Collects the units of a word, each with the stretch of the text that it comes from. */
class WordBuilder {
  text = '';
  started = false;
  readonly #source: Embedded;
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  #quoted = false;
  #from: number | undefined;

  constructor(source: Embedded) {
    this.#source = source;
  }

  add(unit: string, start: number, end: number): void {
    const place = this.#source.place(start, end);
    this.#starts.push(place.start);
    this.#ends.push(place.end);
    this.#from ??= start;
    this.text += unit;
    this.started = true;
  }

  quoted(): void {
    this.#quoted = true;
    this.started = true;
  }

  /** The word that ends before an offset of the text. */
  endingAt(end: number): Embedded {
    // A blank would split a word without quotes; whatever is special to Compose stays out of all of them.
    const fits = this.#quoted ? /^[\w./=+@: -]*$/ : /^[\w./=+@:-]*$/;
    return this.finish(this.#source.place(this.#from ?? end, end), (added) => (fits.test(added) ? added : undefined));
  }

  finish(at: Place, encode: Encode): Embedded {
    const starts = [...this.#starts, this.#ends.at(-1) ?? at.end];
    return new Embedded(this.text, at, { starts, ends: this.#ends }, (added) => {
      const encoded = encode(added);
      return encoded === undefined ? undefined : this.#source.replace(0, 0, encoded)?.newText;
    });
  }
}
