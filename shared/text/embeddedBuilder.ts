// Builds a text out of pieces of another one and keeps the way back to its file: a word without its quotes, a line with
// its variables replaced. Knows no language.
import { Embedded, type Encode } from './embedded.ts';
import type { Place } from './span.ts';

/** Collects the units of a text, each with the stretch of the source that it comes from. */
export class EmbeddedBuilder {
  text = '';
  readonly #source: Embedded;
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  constructor(source: Embedded) {
    this.#source = source;
  }

  /** Adds units that one stretch of the source stands for; offsets are the source's. */
  add(units: string, start: number, end: number): void {
    const place = this.#source.place(start, end);
    for (let i = 0; i < units.length; i++) {
      this.#starts.push(place.start);
      this.#ends.push(place.end);
    }
    this.text += units;
  }

  /** The text, which stands at `at`; `encode` writes it in the source, which then writes it in its own notation. */
  finish(at: Place, encode: Encode): Embedded {
    const starts = [...this.#starts, this.#ends.at(-1) ?? at.end];
    return new Embedded(this.text, at, { starts, ends: this.#ends }, (added) => {
      const encoded = encode(added);
      return encoded === undefined ? undefined : this.#source.replace(0, 0, encoded)?.newText;
    });
  }
}
