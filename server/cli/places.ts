// Where things stand as people and editors count: lines and columns from 1, columns in UTF-16 units.
import { LineIndex, type Place } from '../../shared/index.ts';

/** A position; both count from 1. */
export interface Point {
  readonly line: number;
  readonly column: number;
}

/** A place in the output's terms. */
export interface ShownPlace {
  readonly path: string;
  readonly range: { readonly start: Point; readonly end: Point };
}

/** Finds places in the texts that one analysis saw. */
export interface Places {
  show(at: Place): ShownPlace;
  /** `path:line:column`, which editors and terminals make a link of. */
  link(at: Place): string;
  /** A line of a file without its line break, counted from 1. */
  line(path: string, line: number): string;
}

/** Places in the given texts; `name` is what the output calls a file. */
export function placesIn(name: (path: string) => string, text: (path: string) => string | undefined): Places {
  const indexes = new Map<string, LineIndex>();
  const indexOf = (path: string) => {
    const index = indexes.get(path) ?? new LineIndex(text(path) ?? '');
    indexes.set(path, index);
    return index;
  };
  const point = (path: string, offset: number): Point => {
    const { line, column } = indexOf(path).position(offset);
    return { line: line + 1, column: column + 1 };
  };
  const show = (at: Place): ShownPlace => ({
    path: name(at.path),
    range: { start: point(at.path, at.start), end: point(at.path, at.end) },
  });
  return {
    show,
    link(at) {
      const { path, range } = show(at);
      return `${path}:${range.start.line}:${range.start.column}`;
    },
    line(path, line) {
      const index = indexOf(path);
      const from = index.offset({ line: line - 1, column: 0 });
      const to = index.offset({ line, column: 0 });
      return (text(path) ?? '').slice(from, to).replace(/(?:\r\n|\n|\r)$/, '');
    },
  };
}
