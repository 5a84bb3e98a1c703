// The edits that let a shell be replaced by the program that it waits for: `exec` in front of it, or the exec form.
import { literal, parseShell } from '../../sources/shell.ts';
import type { Edit } from '../../text/span.ts';
import type { Container } from '../container.ts';
import type { Fix } from '../finding.ts';
import type { Image, ImageCommand } from '../image/image.ts';
import { isBuiltin } from '../launch/shellBuiltins.ts';
import type { Process } from '../stop/processTree.ts';
import { knownValue } from '../value.ts';

/** `exec` in front of the command that a shell waits for; none where it would change more than the process. */
export function insertExec({ shell }: Process): readonly Edit[] {
  const command = shell?.command;
  const edit = command?.replaceable ? command.text.replace(command.nameStart, command.nameStart, 'exec ') : undefined;
  return edit ? [edit] : [];
}

/** The words of a shell text that is one plain command, as the shell would hand them over; none of anything else. */
export function plainWords(text: string): readonly string[] | undefined {
  const command = plainCommand(text);
  return command?.assignments.length === 0 ? command.words : undefined;
}

/** A command without anything that only a shell can do. */
export interface PlainCommand {
  /** `NAME=value` in front of it. */
  readonly assignments: readonly string[];
  readonly words: readonly string[];
}

/** A shell text that is one plain command, variables set for it included; `undefined` of anything else. */
export function plainCommand(text: string): PlainCommand | undefined {
  const { list, whole } = parseShell(text);
  const [only, ...others] = list;
  if (!whole || !only || others.length > 0 || only.background || only.command.kind !== 'simple') return undefined;
  const { words, assignments, redirections } = only.command;
  if (redirections.length > 0 || /^\s*#|\s#/.test(text)) return undefined;
  const literals = words.map(literal);
  const values = assignments.map(({ name, value }) => ({ name, value: value ? literal(value) : '' }));
  const [program] = literals;
  if (program === undefined || isBuiltin(program) || literals.some((word) => word === undefined)) return undefined;
  if (values.some(({ value }) => value === undefined)) return undefined;
  return { assignments: values.map(({ name, value }) => `${name}=${value}`), words: literals as readonly string[] };
}

/** A text for a shell. */
export interface ShellLine {
  readonly text: string;
  /** The words of the command that takes the shell's place, as far as they are known; none where none does. */
  readonly becomes: readonly (string | undefined)[];
}

/** A text as `sh -c` should be given it: with `exec` in front of its last command, where that can take the shell's place. */
export function throughShell(written: string): ShellLine | undefined {
  const text = written.trim();
  const { list, whole } = parseShell(text);
  const last = list.at(-1);
  if (!whole || !last || /[\r\n]/.test(text)) return undefined;
  const { command, background } = last;
  const chained = command.kind === 'andOr' && command.operators.at(-1) === '&&' ? command.commands.at(-1) : command;
  const [program] = chained?.kind === 'simple' ? chained.words : [];
  const name = program && literal(program);
  if (!program || name === undefined || background || isBuiltin(name)) return { text, becomes: [] };
  const becomes = chained?.kind === 'simple' ? chained.words.map(literal) : [];
  return { text: `${text.slice(0, program.start)}exec ${text.slice(program.start)}`, becomes };
}

/** Whether a shell text is one command and nothing else, variables among its words included. */
export function isOneCommand(text: string): boolean {
  const { list, whole } = parseShell(text);
  const [only, ...others] = list;
  if (!whole || !only || others.length > 0 || only.background || only.command.kind !== 'simple') return false;
  const { words, assignments, redirections } = only.command;
  const program = words[0] && literal(words[0]);
  return program !== undefined && !isBuiltin(program) && assignments.length === 0 && redirections.length === 0;
}

/** A shell text with `exec` in front of its last command; `undefined` where that would change more than the process. */
export function withExec(text: string): string | undefined {
  const { list, whole } = parseShell(text);
  const last = list.at(-1);
  const command =
    last?.command.kind === 'andOr' && last.command.operators.at(-1) === '&&'
      ? last.command.commands.at(-1)
      : last?.command;
  if (!whole || last?.background || command?.kind !== 'simple') return undefined;
  const [program] = command.words;
  const name = program && literal(program);
  if (!program || (name !== undefined && isBuiltin(name))) return name === 'exec' ? text : undefined;
  return `${text.slice(0, program.start)}exec ${text.slice(program.start)}`;
}

/** A word as a shell has to be given it to hand it over as it is. */
export function shellWord(text: string): string {
  return /^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The shell-form instruction of an image that a process reads, if it is written in the project. */
export function shellFormOf(
  container: Container,
  process: Process,
): { readonly command: ImageCommand; readonly image: Image } | undefined {
  const image = knownValue(container.image);
  const text = process.shell?.reads.kind === 'text' ? process.argv : [];
  const commands = image ? [image.entrypoint, image.cmd].map(knownValue) : [];
  const command = commands.find(
    (one) =>
      one?.form === 'shell' && one.words.at(-1)?.text !== undefined && text.includes(one.words.at(-1)?.text ?? ''),
  );
  return image && command ? { command, image } : undefined;
}

/** The exec form of a shell-form instruction; none where a shell is needed, or where it would begin to take arguments. */
export function execForm(container: Container, process: Process): readonly Edit[] {
  const source = shellFormOf(container, process)?.command.words.at(-1)?.source;
  const words = source && plainWords(source.text);
  return (words && execFormOf(container, process, words)) ?? [];
}

/** A shell-form instruction as an array of these words; none where it would begin to take arguments. */
export function execFormOf(
  container: Container,
  process: Process,
  words: readonly string[],
): readonly Edit[] | undefined {
  const found = shellFormOf(container, process);
  const source = found?.command.words.at(-1)?.source;
  if (!found || !source) return undefined;
  // In exec form an ENTRYPOINT takes the CMD as its arguments, which so far nobody read.
  if (found.command === knownValue(found.image.entrypoint) && knownValue(found.image.cmd)) return undefined;
  return [{ ...source.at, newText: `[${words.map((word) => JSON.stringify(word)).join(', ')}]` }];
}

/** The one repair for a shell that stays: the exec form where it can be, else `exec`. */
export function shellFix(container: Container, process: Process): readonly Fix[] {
  const form = execForm(container, process);
  if (form.length > 0) return [{ title: 'Use the exec form', safety: 'safe', edits: form }];
  const edits = insertExec(process);
  return edits.length > 0 ? [{ title: 'Replace the shell with `exec`', safety: 'safe', edits }] : [];
}
