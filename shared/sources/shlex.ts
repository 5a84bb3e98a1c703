// Splits a command line into words as Python's `shlex.split` does: quotes and backslashes of a POSIX shell, and nothing
// else of it. No operator, no variable, no comment means anything.
import type { Embedded } from '../text/embedded.ts';
import { WordBuilder } from './shellwords.ts';

/** The words with their way back; `undefined` where a quote is left open. */
export function splitWords(source: Embedded): readonly Embedded[] | undefined {
  const line = source.text;
  const words: Embedded[] = [];
  let word = new WordBuilder(source);
  let quote = '';
  for (let i = 0; i < line.length; i++) {
    const char = line.charAt(i);
    const escapes = quote === '' || (quote === '"' && /["\\]/.test(line.charAt(i + 1)));
    if (char === '\\' && escapes) {
      if (i + 1 >= line.length) return undefined;
      word.add(line.charAt(++i), i - 1, i + 1);
    } else if (quote === '' && /[ \t\r\n]/.test(char)) {
      if (word.started) words.push(word.endingAt(i));
      word = new WordBuilder(source);
    } else if (char === quote || (quote === '' && (char === '"' || char === "'"))) {
      quote = quote === '' ? char : '';
      word.quoted(i);
    } else {
      word.add(char, i, i + 1);
    }
  }
  if (quote !== '') return undefined;
  return word.started ? [...words, word.endingAt(line.length)] : words;
}
