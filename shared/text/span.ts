// Where something stands in a text, as plain data. Knows nothing of lines, files on disk or editors.

/** A half-open range of UTF-16 offsets. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A span in a file of the project; `path` is the project's key for that file. */
export interface Place extends Span {
  readonly path: string;
}

/** The place of what stands in no file. */
export const NOWHERE: Place = { path: '', start: 0, end: 0 };

/** Replaces the text at its place by `newText`; an empty place inserts. */
export interface Edit extends Place {
  readonly newText: string;
}

/** Whether `inner` lies within `outer`, ends included. */
export function contains(outer: Span, inner: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

/** Whether both name the same stretch of the same file. */
export function samePlace(a: Place, b: Place): boolean {
  return a.path === b.path && a.start === b.start && a.end === b.end;
}
