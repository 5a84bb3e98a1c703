// What a shell reads among the words of a hook's command, where a shell is what they start. Executes nothing.
import { type List, parseShell } from '../../sources/shell.ts';
import { baseName } from '../paths.ts';

const SHELLS = /^(?:sh|bash|ash|dash|ksh|zsh)$/;

/** Whether these words start a shell. */
export function isShell([program = '']: readonly string[]): boolean {
  return SHELLS.test(baseName(program));
}

/** What a shell reads among these words; `undefined` where no shell does, or its text cannot be read. */
export function shellList(words: readonly string[]): List | undefined {
  const flag = isShell(words) ? words.findIndex((word, i) => i > 0 && /^-[a-z]*c$/.test(word)) : -1;
  const text = flag > 0 ? words[flag + 1] : undefined;
  const shell = text === undefined ? undefined : parseShell(text);
  return shell?.whole ? shell.list : undefined;
}
