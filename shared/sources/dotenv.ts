// Reads the variables of a `.env` file with their places. Knows the notation, not what any of them is for. Never throws.
import type { Place } from '../text/span.ts';

/** A variable of a `.env` file. */
export interface DotenvVariable {
  readonly name: string;
  /** Without its quotes; absent where it is made of other variables. */
  readonly value: string | undefined;
  /** The value as it is written, quotes included; empty behind the `=` where there is none. */
  readonly at: Place;
}

const LINE =
  /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.]*)[ \t]*[=:][ \t]*('[^'\r\n]*'|"(?:[^"\\\r\n]|\\.)*"|(?:[^#\r\n]|(?<=\S)#)*)/gm;

/** The variables of a `.env` file, in its order; of one that is given twice, the last counts. */
export function dotenvVariables(path: string, text: string): readonly DotenvVariable[] {
  return [...text.matchAll(LINE)].map((match) => {
    const [whole, name = '', rest = ''] = match;
    const written = rest.trimEnd();
    const start = match.index + whole.length - rest.length;
    return { name, value: decode(written), at: { path, start, end: start + written.length } };
  });
}

function decode(written: string): string | undefined {
  if (written.startsWith("'") && written.endsWith("'") && written.length > 1) return written.slice(1, -1);
  const inner = written.startsWith('"') && written.endsWith('"') && written.length > 1 ? written.slice(1, -1) : written;
  return /[$\\]/.test(inner) ? undefined : inner;
}
