// Text that stands inside another file in some notation (a JSON string, a YAML block), with the way back to that file.
// Knows no language: whoever reads a notation says how it decodes and how it is written.
import type { Edit, Place } from './span.ts';

/** How one notation writes decoded text; `undefined` when it cannot hold it. */
export type Encode = (text: string) => string | undefined;

/** Decoded text and, for every unit of it, where it stands in the host file. */
export class Embedded {
  /** The decoded text. */
  readonly text: string;
  /** The whole notation in the host file, quotes included. */
  readonly at: Place;
  readonly #offsets: readonly number[] | undefined;
  readonly #encode: Encode | undefined;

  /**
   * `offsets[i]` is the host offset of decoded unit `i`; one more entry gives the end.
   * Without offsets (a folded block, say) every place is the whole notation and nothing can be replaced.
   */
  constructor(text: string, at: Place, offsets?: readonly number[], encode?: Encode) {
    if (offsets && offsets.length !== text.length + 1) throw new RangeError('one offset per unit, and one for the end');
    this.text = text;
    this.at = at;
    this.#offsets = offsets;
    this.#encode = encode;
  }

  /** Text that stands in its file just as it reads, such as a whole script. */
  static verbatim(path: string, text: string, start = 0): Embedded {
    const offsets = Array.from({ length: text.length + 1 }, (_, i) => start + i);
    return new Embedded(text, { path, start, end: start + text.length }, offsets, (added) => added);
  }

  /** Where a range of the decoded text stands in the host file. */
  place(start: number, end: number): Place {
    if (!this.#offsets) return this.at;
    const from = this.#offsets[start] ?? this.at.start;
    // The end of the last unit, not the start of the next: a line continuation may lie between them.
    const last = end > start ? (this.#offsets[end - 1] ?? from) : from;
    const next = this.#offsets[end] ?? this.at.end;
    const to = end > start && next - last > 2 && end < this.text.length ? last + 1 : end > start ? next : from;
    return { path: this.at.path, start: from, end: to };
  }

  /** The edit that replaces a range of the decoded text, written in the host's notation; `undefined` if it cannot be. */
  replace(start: number, end: number, newText: string): Edit | undefined {
    const encoded = this.#offsets ? this.#encode?.(newText) : undefined;
    return encoded === undefined ? undefined : { ...this.place(start, end), newText: encoded };
  }
}

/** Decodes a JSON string literal (with its quotes) that starts at `start`; `undefined` if it is not one. */
export function jsonString(path: string, literal: string, start: number): Embedded | undefined {
  let text = '';
  const offsets: number[] = [];
  for (let i = 1; i < literal.length - 1; ) {
    const escaped = /^\\(?:u[0-9a-fA-F]{4}|["\\/bfnrt])/.exec(literal.slice(i, i + 6));
    const unit = escaped ? escaped[0] : literal.charAt(i);
    offsets.push(start + i);
    text += escaped ? (JSON.parse(`"${unit}"`) as string) : unit;
    i += unit.length;
  }
  offsets.push(start + literal.length - 1);
  try {
    if (JSON.parse(literal) !== text) return undefined;
  } catch {
    return undefined;
  }
  const at = { path, start, end: start + literal.length };
  return new Embedded(text, at, offsets, (added) => JSON.stringify(added).slice(1, -1));
}
