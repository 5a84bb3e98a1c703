// Applies edits to a text. Refuses overlapping edits instead of guessing what was meant.
import { type Edit, type Span, samePlace } from './span.ts';

/** Whether two edits touch the same text; two insertions at one point do, since their order would be a guess. */
export function overlap(a: Span, b: Span): boolean {
  if (a.start === a.end && b.start === b.end) return a.start === b.start;
  return a.start < b.end && b.start < a.end;
}

/** Whether any edit of one list touches the same text of the same file as an edit of the other. */
export function editsOverlap(some: readonly Edit[], others: readonly Edit[]): boolean {
  return some.some((a) => others.some((b) => a.path === b.path && overlap(a, b)));
}

/**
 * The text with all edits applied; every byte outside of them is kept.
 * Throws a RangeError when edits overlap or reach outside the text.
 */
export function applyEdits(text: string, edits: readonly Omit<Edit, 'path'>[]): string {
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  let result = '';
  let at = 0;
  for (const [index, edit] of sorted.entries()) {
    const next = sorted[index + 1];
    if (edit.start < at || edit.end > text.length || (next && overlap(edit, next))) {
      throw new RangeError(`edit at ${edit.start}–${edit.end} overlaps another or lies outside the text`);
    }
    result += text.slice(at, edit.start) + edit.newText;
    at = edit.end;
  }
  return result + text.slice(at);
}

/** The edits by the file that they change. */
export function editsByPath(edits: readonly Edit[]): Map<string, Edit[]> {
  const byPath = new Map<string, Edit[]>();
  for (const edit of edits) {
    const list = byPath.get(edit.path);
    if (list) list.push(edit);
    else byPath.set(edit.path, [edit]);
  }
  return byPath;
}

/** The same edits, of which no two insert at the same place: those become one, in their order. */
export function oneByOne(edits: readonly Edit[]): readonly Edit[] {
  const places = edits.filter((edit, i) => edits.findIndex((other) => samePlace(other, edit)) === i);
  return places.map((place) => ({
    ...place,
    newText: edits.flatMap((edit) => (samePlace(edit, place) ? [edit.newText] : [])).join(''),
  }));
}
