// The edits that let a shell be replaced by the program that it waits for: `exec` in front of it, or the exec form.
import { literal, parseShell } from '../sources/shell.ts';
import type { Edit } from '../text/span.ts';
import type { Container } from './container.ts';
import type { Fix } from './finding.ts';
import type { Image, ImageCommand } from './image.ts';
import type { Process } from './processTree.ts';
import { isBuiltin } from './shellBuiltins.ts';
import { knownValue } from './value.ts';

/** `exec` in front of the command that a shell waits for; none where it would change more than the process. */
export function insertExec({ shell }: Process): readonly Edit[] {
  const command = shell?.command;
  const edit = command?.replaceable ? command.text.replace(command.nameStart, command.nameStart, 'exec ') : undefined;
  return edit ? [edit] : [];
}

/** The words of a shell text that is one plain command, as the shell would hand them over; none of anything else. */
export function plainWords(text: string): readonly string[] | undefined {
  const { list, whole } = parseShell(text);
  const [only, ...others] = list;
  if (!whole || !only || others.length > 0 || only.background || only.command.kind !== 'simple') return undefined;
  const { words, assignments, redirected } = only.command;
  if (assignments.length > 0 || redirected || /^\s*#|\s#/.test(text)) return undefined;
  const literals = words.map(literal);
  const [program] = literals;
  if (program === undefined || isBuiltin(program) || literals.some((word) => word === undefined)) return undefined;
  return literals as readonly string[];
}

/** The shell-form instruction of an image that a process reads, if it is written in the project. */
export function shellFormOf(container: Container, process: Process): { readonly command: ImageCommand; readonly image: Image } | undefined {
  const image = knownValue(container.image);
  const text = process.shell?.reads.kind === 'text' ? process.argv : [];
  const commands = image ? [image.entrypoint, image.cmd].map(knownValue) : [];
  const command = commands.find((one) => one?.form === 'shell' && one.words.at(-1)?.text !== undefined && text.includes(one.words.at(-1)?.text ?? ''));
  return image && command ? { command, image } : undefined;
}

/** The exec form of a shell-form instruction; none where a shell is needed, or where it would begin to take arguments. */
export function execForm(container: Container, process: Process): readonly Edit[] {
  const found = shellFormOf(container, process);
  const source = found?.command.words.at(-1)?.source;
  const words = source && plainWords(source.text);
  if (!found || !source || !words) return [];
  // In exec form an ENTRYPOINT takes the CMD as its arguments, which so far nobody read.
  if (found.command === knownValue(found.image.entrypoint) && knownValue(found.image.cmd)) return [];
  return [{ ...source.at, newText: `[${words.map((word) => JSON.stringify(word)).join(', ')}]` }];
}

/** The one repair for a shell that stays: the exec form where it can be, else `exec`. */
export function shellFix(container: Container, process: Process): readonly Fix[] {
  const form = execForm(container, process);
  if (form.length > 0) return [{ title: 'Use the exec form', safety: 'safe', edits: form }];
  const edits = insertExec(process);
  return edits.length > 0 ? [{ title: 'Replace the shell with `exec`', safety: 'safe', edits }] : [];
}
