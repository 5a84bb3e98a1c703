// Text that is put together from pieces that know where they come from: what a template renders to. Knows no YAML and
// no template language.
import type { Place, Span } from '../../text/span.ts';
import type { YamlMap, YamlNode } from '../yaml/yamlNode.ts';
import type { Mark } from './helm.ts';

/** Where a value is changed: a key of a map in another file. */
export interface Holder {
  readonly map: YamlMap;
  readonly keys: readonly string[];
}

/** What an expression wrote, and where that was given. */
export interface Made {
  /** The expression, in the template. */
  readonly action: Place;
  /** The node that this is the text of; a collection stands for it as a whole. */
  readonly node?: YamlNode | undefined;
  /** Where an edit of this value goes. */
  readonly holder?: Holder | undefined;
  /** Whether the cluster or the user decides it; the text is what it usually is. */
  readonly symbolic?: boolean;
}

/** Whether both name the same key. */
export function sameHolder(a: Holder | undefined, b: Holder | undefined): boolean {
  return a !== undefined && b !== undefined && a.map === b.map && a.keys.join('\n') === b.keys.join('\n');
}

/** A key that a block would write if it were not left out. */
export interface Slot {
  readonly key: string;
  readonly column: number;
  /** What it would write there, as plain data. */
  readonly shape: unknown;
  /** Where in the shape the value stands that brings it back; absent where no single value does. */
  readonly hole: readonly (string | number)[] | undefined;
  /** What gives that value. */
  readonly holder: Holder | undefined;
}

/** A piece of text with its origin. Marks, block limits and what is left out take no room, or that of a stand-in. */
export type Piece =
  | { readonly kind: 'file'; readonly text: string; readonly at: Place }
  | ({ readonly kind: 'made'; readonly text: string } & Made)
  | ({ readonly kind: 'mark'; readonly text: string; readonly mark: Mark } & Made)
  | { readonly kind: 'begin' | 'end'; readonly text: ''; readonly action: Place }
  | { readonly kind: 'aside'; readonly text: ''; readonly slots: () => readonly Slot[]; readonly action: Place };

/** A text in pieces, in order. */
export type Rope = readonly Piece[];

/** The text without its origins. */
export function textOf(rope: Rope): string {
  return rope.map(({ text }) => text).join('');
}

/** Whether something in it is not known. */
export function isOpen(rope: Rope): boolean {
  return rope.some(({ kind }) => kind === 'mark');
}

/** Puts blanks in front of every line, the first included. */
export function indented(rope: Rope, count: number): Rope {
  const blanks = ' '.repeat(count);
  const result: Piece[] = [];
  const pad = (action: Place) => {
    if (count > 0) result.push({ kind: 'made', text: blanks, action });
  };
  const first = rope[0];
  if (first) pad(placeOfPiece(first));
  for (const piece of rope) {
    if (piece.kind === 'mark') result.push({ ...piece, mark: { ...piece.mark, column: piece.mark.column + count } });
    else if (piece.kind === 'aside') {
      const moved = () => piece.slots().map((slot) => ({ ...slot, column: slot.column + count }));
      result.push({ ...piece, slots: moved });
    } else if (piece.text.includes('\n')) {
      let at = 0;
      for (const line of piece.text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
        result.push(sliced(piece, at, at + line.length));
        at += line.length;
        if (line.endsWith('\n')) pad(placeOfPiece(piece));
      }
    } else result.push(piece);
  }
  return result;
}

/** Without the characters that `unwanted` matches at the given ends. */
export function trimmed(rope: Rope, ends: 'both' | 'start' | 'end', unwanted = /\s/): Rope {
  const text = textOf(rope);
  let start = 0;
  let end = text.length;
  if (ends !== 'end') while (start < end && unwanted.test(text.charAt(start))) start++;
  if (ends !== 'start') while (end > start && unwanted.test(text.charAt(end - 1))) end--;
  return slice(rope, start, end);
}

function slice(rope: Rope, start: number, end: number): Rope {
  const result: Piece[] = [];
  let at = 0;
  for (const piece of rope) {
    const from = Math.max(start, at);
    const to = Math.min(end, at + piece.text.length);
    if (piece.text === '' || from < to) result.push(sliced(piece, from - at, Math.max(to - at, from - at)));
    at += piece.text.length;
  }
  return result;
}

function sliced<T extends Piece>(piece: T, start: number, end: number): T {
  if (piece.text === '') return piece;
  if (start === 0 && end === piece.text.length) return piece;
  const text = piece.text.slice(start, end);
  if (piece.kind !== 'file') return { ...piece, text };
  return { ...piece, text, at: { ...piece.at, start: piece.at.start + start, end: piece.at.start + end } };
}

function placeOfPiece(piece: Piece): Place {
  return piece.kind === 'file' ? piece.at : piece.action;
}

/** A piece with its stretch of the whole text. */
export type PlacedPiece = Piece & Span;

/** All pieces with their stretches. */
export function placed(rope: Rope): readonly PlacedPiece[] {
  let at = 0;
  return rope.map((piece) => {
    const start = at;
    at += piece.text.length;
    return { ...piece, start, end: at };
  });
}
