// Reads the lines of a Procfile: `name: command`. Knows neither who runs them nor what they start. Never throws.
import { Embedded } from '../text/embedded.ts';
import type { Place } from '../text/span.ts';
import { isProcfile } from './fileKind.ts';

/** A process type with its command. */
export interface ProcfileLine {
  readonly path: string;
  /** `web`, `worker`, `release` … */
  readonly name: string;
  /** The name. */
  readonly at: Place;
  /** Without the blanks at its end. */
  readonly command: Embedded;
}

/** As foreman reads them (lib/foreman/procfile.rb); whatever else stands there is a comment. */
const LINE = /^([A-Za-z0-9_-]+):[ \t]*(\S[^\r\n]*)/gm;

/** The lines of a Procfile; none of a file by another name. */
export function procfileLinesIn(path: string, text: string): readonly ProcfileLine[] {
  if (!isProcfile(path)) return [];
  // A BOM would be taken for a part of the first name.
  const from = text.startsWith('\uFEFF') ? 1 : 0;
  return [...text.slice(from).matchAll(LINE)].map(({ index, 0: whole, 1: name = '', 2: written = '' }) => {
    const start = from + index;
    const command = written.trimEnd();
    const commandStart = start + whole.length - written.length;
    return { path, name, at: { path, start, end: start + name.length }, command: lineOf(path, command, commandStart) };
  });
}

/** A text that stands on one line just as it reads. */
function lineOf(path: string, text: string, start: number): Embedded {
  const starts = Array.from({ length: text.length + 1 }, (_, i) => start + i);
  const at = { path, start, end: start + text.length };
  return new Embedded(text, at, { starts }, (added) => (/[\r\n]/.test(added) ? undefined : added));
}
