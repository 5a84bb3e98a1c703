// Text that stands inside another file in some notation (a JSON string, a YAML block), with the way back to that file.
// Knows no language: whoever reads a notation says how it decodes and how it is written.
import type { Edit, Place } from './span.ts';

/** How one notation writes decoded text; `undefined` when it cannot hold it. */
export type Encode = (text: string) => string | undefined;

/** Where each unit of a decoded text stands in the host file. */
export interface Way {
  /** The host offset of unit `i`; one more entry gives the end. */
  readonly starts: readonly number[];
  /** The host offset behind unit `i`, where it is not the start of the next (a line continuation lies between). */
  readonly ends?: readonly number[];
  /** Units that something else writes, whose place is that of what writes them. */
  readonly made?: ReadonlySet<number>;
  /** The edit that changes such units, or adds lines, where the way leads through another text. */
  edit?(start: number, end: number, newText: string): Edit | undefined;
}

/** Decoded text and, for every unit of it, where it stands in the host file. */
export class Embedded {
  /** The decoded text. */
  readonly text: string;
  /** The whole notation in the host file, quotes included. */
  readonly at: Place;
  readonly #way: Way | undefined;
  readonly #encode: Encode | undefined;

  /** Without a way back (a folded block, say) every place is the whole notation and nothing can be replaced. */
  constructor(text: string, at: Place, way?: Way, encode?: Encode) {
    if (way && way.starts.length !== text.length + 1) throw new RangeError('one offset per unit, and one for the end');
    this.text = text;
    this.at = at;
    this.#way = way;
    this.#encode = encode;
  }

  /** Text that stands in its file just as it reads, such as a whole script. */
  static verbatim(path: string, text: string, start = 0): Embedded {
    const starts = Array.from({ length: text.length + 1 }, (_, i) => start + i);
    return new Embedded(text, { path, start, end: start + text.length }, { starts }, (added) => added);
  }

  /** Texts of one file, one behind the other; what is put into them must be written the same in all of them. */
  static joined(parts: readonly Embedded[]): Embedded {
    const path = parts[0]?.at.path ?? '';
    const at = {
      path,
      start: Math.min(...parts.map((part) => part.at.start)),
      end: Math.max(...parts.map((part) => part.at.end)),
    };
    const text = parts.map((part) => part.text).join('');
    if (parts.some((part) => part.at.path !== path || !part.#way)) return new Embedded(text, parts[0]?.at ?? at);
    const units = parts.flatMap((part) => Array.from({ length: part.text.length }, (_, i) => part.place(i, i + 1)));
    return new Embedded(
      text,
      at,
      { starts: [...units.map(({ start }) => start), units.at(-1)?.end ?? at.end], ends: units.map(({ end }) => end) },
      (added) => {
        const written = new Set(parts.map((part) => part.#encode?.(added)));
        return written.size === 1 ? [...written][0] : undefined;
      },
    );
  }

  /** Where a range of the decoded text stands in the host file. */
  place(start: number, end: number): Place {
    if (!this.#way) return this.at;
    const { starts, ends } = this.#way;
    const from = starts[start] ?? this.at.start;
    const to = end > start ? (ends?.[end - 1] ?? starts[end] ?? this.at.end) : from;
    return { path: this.at.path, start: from, end: to };
  }

  /** The edit that replaces a range of the decoded text, written in the host's notation; `undefined` if it cannot be. */
  replace(start: number, end: number, newText: string): Edit | undefined {
    const way = this.#way;
    const made = Array.from({ length: end - start }, (_, i) => start + i).some((unit) => way?.made?.has(unit));
    if (way?.edit && (made || newText.includes('\n'))) return way.edit(start, end, newText);
    const encoded = this.#way ? this.#encode?.(newText) : undefined;
    return encoded === undefined ? undefined : { ...this.place(start, end), newText: encoded };
  }
}

/** Decodes a JSON string literal (with its quotes) that starts at `start`; `undefined` if it is not one. */
export function jsonString(path: string, literal: string, start: number): Embedded | undefined {
  let text = '';
  const starts: number[] = [];
  for (let i = 1; i < literal.length - 1; ) {
    const escaped = /^\\(?:u[0-9a-fA-F]{4}|["\\/bfnrt])/.exec(literal.slice(i, i + 6));
    const unit = escaped ? escaped[0] : literal.charAt(i);
    starts.push(start + i);
    text += escaped ? (JSON.parse(`"${unit}"`) as string) : unit;
    i += unit.length;
  }
  starts.push(start + literal.length - 1);
  try {
    if (JSON.parse(literal) !== text) return undefined;
  } catch {
    return undefined;
  }
  const at = { path, start, end: start + literal.length };
  return new Embedded(text, at, { starts }, (added) => JSON.stringify(added).slice(1, -1));
}
