// What a shell reads among the words of a hook's command, where a shell is what they start. Executes nothing.
import { type List, parseShell } from '../../sources/shell.ts';
import { baseName } from '../paths.ts';

const SHELLS = /^(?:sh|bash|ash|dash|ksh|zsh)$/;

/** Whether these words start a shell. */
export function isShell([program = '']: readonly string[]): boolean {
  return SHELLS.test(baseName(program));
}

/** Where among these words the text stands that a shell reads; `undefined` where no shell reads one. */
export function textIndex(words: readonly string[]): number | undefined {
  const flag = isShell(words) ? words.findIndex((word, i) => i > 0 && /^-[a-z]*c$/.test(word)) : -1;
  return flag > 0 && flag + 1 < words.length ? flag + 1 : undefined;
}

/** What a shell reads among these words; `undefined` where no shell does, or its text cannot be read. */
export function shellList(words: readonly string[]): List | undefined {
  const index = textIndex(words);
  const shell = index === undefined ? undefined : parseShell(words[index] ?? '');
  return shell?.whole ? shell.list : undefined;
}
