// Tells a command line that was written for a shell from one that was not, where no shell will read it.
import type { Place } from '../../text/span.ts';
import type { Word } from '../launch/words.ts';

/** Words that only a shell understands. */
export interface ShellMistake {
  readonly at: Place | undefined;
  /** What becomes of them, as a clause. */
  readonly what: string;
}

const SHELL = /^(?:.*[\\/])?(?:sh|bash|ash|dash|ksh|zsh|busybox|cmd|powershell|pwsh|su|runuser)(?:\.exe)?$/i;
const OPERATOR = /^(?:&&|\|\||;|\||>|>>|<|&|2>&1|[12&]?>\S*\/dev\/null)$/;
/** What a shell would replace: at the start of a word, where other languages seldom have it. */
const EXPANSION = /^(?:\$\(|`|\$\{?[A-Za-z_])/;

/** The first thing in an exec command that needs a shell; nothing where a shell is among the words. */
export function shellMistake(words: readonly Word[]): ShellMistake | undefined {
  const [program, ...args] = words;
  if (!program || words.some(({ text }) => SHELL.test(text))) return undefined;
  const place = (word: Word) => word.source?.at;
  if (/\s/.test(program.text.trim()) && !program.text.includes('\\')) {
    return { at: place(program), what: `\`${firstLine(program.text)}\` is taken for the name of one program` };
  }
  if (EXPANSION.test(program.text)) {
    return { at: place(program), what: `\`${firstLine(program.text)}\` is not replaced by its value` };
  }
  for (const [index, word] of args.entries()) {
    const option = /^-{1,2}[\w-]+$/.test(words[index]?.text ?? '');
    if (OPERATOR.test(word.text) && !option) {
      return { at: place(word), what: `\`${word.text}\` is handed to \`${program.text}\` as an argument` };
    }
    if (EXPANSION.test(word.text)) {
      return { at: place(word), what: `\`${firstLine(word.text)}\` is handed to \`${program.text}\` as it stands` };
    }
  }
  return undefined;
}

/** The text that a shell reads as these words were meant. */
export function shellText(words: readonly string[]): string {
  if (words.length === 1) return words[0] ?? '';
  return words
    .map((word) => {
      if (OPERATOR.test(word) || !/[\s"'\\*?(){}[\]#~]/.test(word)) return word;
      if (/[$`]/.test(word)) return /\s/.test(word) && !/^(?:\$\(|`)/.test(word) ? `"${word}"` : word;
      return `'${word.replaceAll("'", "'\\''")}'`;
    })
    .join(' ');
}

/** The command that sleeps before it does what these words do. */
export function sleepFirst(words: readonly string[], seconds: number): readonly string[] {
  const flag = words.findIndex((word) => /^-[a-z]*c$/.test(word));
  if (SHELL.test(words[0] ?? '') && flag > 0) {
    return words.map((word, i) => (i === flag + 1 ? `sleep ${seconds}; ${word}` : word));
  }
  return ['/bin/sh', '-c', `sleep ${seconds}; ${shellText(words)}`];
}

/** The command that does what these words do and goes on until its container has ended. */
export function waitForEnd(words: readonly string[]): readonly string[] {
  const wait = 'while kill -0 1 2>/dev/null; do sleep 1; done';
  const flag = words.findIndex((word) => /^-[a-z]*c$/.test(word));
  if (SHELL.test(words[0] ?? '') && flag > 0) {
    return words.map((word, i) => (i === flag + 1 ? `${word.replace(/[\s;]+$/, '')}; ${wait}` : word));
  }
  return ['/bin/sh', '-c', `${shellText(words)}; ${wait}`];
}

function firstLine(text: string): string {
  const [line = ''] = text.trim().split('\n');
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
}
