// What a trap runs, where a file holds it: the text between the quotes of its word, or the function that it names.
// Knows how shell text is written, not what it does.
import {
  type Command,
  type List,
  type ListItem,
  literal,
  parseShell,
  type SimpleCommand,
} from '../../sources/shell.ts';
import { Embedded } from '../../text/embedded.ts';
import type { Trap, Written } from './processTree.ts';

/** Commands as a file holds them. */
export interface Code {
  readonly text: Embedded;
  readonly list: List;
  /** The quotes that the text stands in: what is put into it must be written for them. */
  readonly quotes: '"' | "'" | undefined;
}

/**
 * The text between the quotes of a word, as written: in double quotes `\"` stays. `undefined` where the word is more than
 * one pair of quotes, or has no way back to its file.
 */
export function unquoted({ text, span, raw }: Written): Embedded | undefined {
  const start = span.start + 1;
  const length = raw.length - 2;
  if (!/^(?:'[^']*'|"(?:[^"\\]|\\[\s\S])*")$/.test(raw) || !text.replace(start, start, '')) return undefined;
  const starts = Array.from({ length: length + 1 }, (_, i) => text.place(start + i, start + i).start);
  const at = text.place(start, start + length);
  return new Embedded(raw.slice(1, -1), at, { starts }, (added) => text.replace(start, start, added)?.newText);
}

/** What a trap runs; `undefined` where no text that can be edited holds it. */
export function handlerCode({ word }: Trap): Code | undefined {
  if (!word) return undefined;
  const inner = unquoted(word);
  const { list, whole } = parseShell(inner?.text ?? word.raw);
  const [only, ...others] = list;
  const name = only && others.length === 0 && only.command.kind === 'simple' ? soleWord(only.command) : undefined;
  const called = name === undefined ? undefined : functionNamed(name, word.text);
  if (called) return called;
  if (!inner || !whole) return undefined;
  return { text: inner, list, quotes: word.raw.startsWith("'") ? "'" : '"' };
}

function soleWord({ words, assignments }: SimpleCommand): string | undefined {
  return words.length === 1 && words[0] && assignments.length === 0 ? literal(words[0]) : undefined;
}

function functionNamed(name: string, text: Embedded): Code | undefined {
  const called = parseShell(text.text).list.find(({ command }) => command.kind === 'function' && command.name === name);
  if (called?.command.kind !== 'function') return undefined;
  const [only] = called.command.body;
  return { text, list: only?.command.kind === 'group' ? only.command.body : called.command.body, quotes: undefined };
}

/** Where a command ends in its text, its redirections included. */
export function endOf(command: Command): number {
  return command.kind === 'simple' ? Math.max(command.fullEnd, command.end) : command.end;
}

/** All lists of a list: its own, and those inside its compound commands and functions. */
export function listsIn(list: List): readonly List[] {
  return [list, ...list.flatMap(({ command }) => insideOf(command).flatMap(listsIn))];
}

function insideOf(command: Command): readonly List[] {
  switch (command.kind) {
    case 'if':
      return [...command.branches.map(({ body }) => body), ...(command.otherwise ? [command.otherwise] : [])];
    case 'case':
      return command.items.map(({ body }) => body);
    case 'loop':
    case 'group':
    case 'subshell':
    case 'function':
      return [command.body];
    default:
      return [];
  }
}

/** The plain commands that a list item is made of: itself, or the parts of its `&&` and `||`. */
export function partsOf({ command }: ListItem): readonly SimpleCommand[] {
  if (command.kind === 'simple') return [command];
  return command.kind === 'andOr' ? command.commands.flatMap((part) => (part.kind === 'simple' ? [part] : [])) : [];
}

/** All plain commands of a list, inside whatever they stand. */
export function simpleCommandsIn(list: List): readonly SimpleCommand[] {
  return listsIn(list)
    .flat()
    .flatMap(({ command }) => simpleIn(command));
}

function simpleIn(command: Command): readonly SimpleCommand[] {
  if (command.kind === 'simple') return [command];
  return command.kind === 'andOr' || command.kind === 'pipeline' ? command.commands.flatMap(simpleIn) : [];
}
