// Reads configuration files of lines that begin with a keyword: those of HAProxy and Apache httpd. Knows no keyword.
import type { Span } from '../text/span.ts';

/** A line that is no comment. */
export interface KeywordLine {
  readonly words: readonly { readonly text: string; readonly span: Span }[];
}

/** The lines of a file, in its order. */
export function linesOf(text: string): readonly KeywordLine[] {
  return [...text.matchAll(/^[ \t]*([^\s#][^\r\n]*)/gm)].map((line) => {
    const start = line.index + line[0].length - (line[1]?.length ?? 0);
    const code = (line[1] ?? '').replace(/\s#.*$/, '');
    const words = [...code.matchAll(/\S+/g)].map(({ 0: word, index }) => ({
      text: word,
      span: { start: start + index, end: start + index + word.length },
    }));
    return { words };
  });
}
