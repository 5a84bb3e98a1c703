// What a completion is. Knows no file format and no editor.
import type { Place } from '../text/span.ts';

/** Something that may be written at a place. */
export interface Completion {
  readonly label: string;
  /** What it is, in a word or two. */
  readonly detail: string;
  /** Why one would write it, as Markdown; empty where the label says it all. */
  readonly documentation: string;
  /** What it takes the place of: the word that is being written. */
  readonly at: Place;
  readonly newText: string;
  /** `block`: several lines of keys. */
  readonly kind: 'value' | 'key' | 'block' | 'rule';
}

/** The line that is being written, up to the cursor. */
export interface Cursor {
  readonly path: string;
  readonly text: string;
  readonly offset: number;
  readonly before: string;
}

/** The cursor, with what stands before it on its line. */
export function cursorAt(path: string, text: string, offset: number): Cursor {
  const start = Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
  return { path, text, offset, before: text.slice(start, offset) };
}

/** The last letters before the cursor, as a place. */
export function lastLetters({ path, offset }: Cursor, length: number): Place {
  return { path, start: offset - length, end: offset };
}
