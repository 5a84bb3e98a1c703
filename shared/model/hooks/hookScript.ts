// What a hook runs, seen through the script that it starts, where that is one of the project. Executes nothing.
import type { Container } from '../container.ts';
import type { ExecHandler } from '../pod/lifecycle.ts';
import { knownValue } from '../value.ts';
import { isShell } from './hookText.ts';

/** The words of a hook; those of a shell that is given the text of a script in place of its path. */
export function wordsOfHook(
  container: Pick<Container, 'image'>,
  { command }: ExecHandler,
): readonly string[] | undefined {
  const words = command && knownValue(command)?.map(({ text }) => text);
  return words && (throughScript(container, words) ?? words);
}

function throughScript({ image }: Pick<Container, 'image'>, words: readonly string[]): readonly string[] | undefined {
  const [program = '', first = '', text = ''] = words;
  const path = !isShell(words) ? program : /^-\w*c$/.test(first) ? text.trim() : first;
  if (!/^[\w./-]*\/[\w.-]+$/.test(path)) return undefined;
  const file = knownValue(image)?.file(path);
  const [, interpreter = ''] = (file?.kind === 'text' && /^#!\s*(?:\S*\/env\s+)?(\S+)/.exec(file.text.text)) || [];
  return file?.kind === 'text' && isShell([interpreter]) ? [interpreter, '-c', file.text.text] : undefined;
}
