// Finds commands in a shell text and puts others beside them, as the text is written: on lines of their own, or behind `;`.
// Knows nothing of what the commands do.
import { type ListItem, parseShell } from '../../sources/shell.ts';
import type { Embedded } from '../../text/embedded.ts';
import type { Edit } from '../../text/span.ts';
import { endOf, listsIn } from './handlers.ts';

/** All list items of a text, inside compound commands and functions too. */
export function itemsIn(text: Embedded): readonly ListItem[] {
  return listsIn(parseShell(text.text).list).flat();
}

/** The list item that is the command at an offset. */
export function itemAt(text: Embedded, start: number): ListItem | undefined {
  return itemsIn(text).find(({ command }) => command.kind === 'simple' && command.start === start);
}

/** The innermost list item around an offset. */
export function itemAround(text: Embedded, offset: number): ListItem | undefined {
  return itemsIn(text).findLast(({ command }) => command.start <= offset && offset < endOf(command));
}

/** Puts commands behind a list item. */
export function behind(text: Embedded, { command }: ListItem, ...steps: readonly string[]): Edit | undefined {
  const end = endOf(command);
  if (!isOwnLine(text.text, command.start, end))
    return text.replace(end, end, steps.map((step) => `; ${step}`).join(''));
  const lineEnd = end + restOfLine(text.text, end).length;
  return text.replace(lineEnd, lineEnd, steps.map((step) => newLine(text.text, command.start) + step).join(''));
}

/** Puts commands in front of a list item. */
export function inFront(
  text: Embedded,
  { command: { start } }: ListItem,
  ...steps: readonly string[]
): Edit | undefined {
  const separator = startsLine(text.text, start) ? newLine(text.text, start) : '; ';
  return text.replace(start, start, steps.map((step) => step + separator).join(''));
}

/** Puts a command in front of a list item and the comments right above it. */
export function aboveComments(text: Embedded, item: ListItem, what: string): Edit | undefined {
  const { start } = item.command;
  const comments = startsLine(text.text, start)
    ? /(?:^[ \t]*#(?!!)[^\n]*\n)+[ \t]*$/m.exec(text.text.slice(0, start))
    : null;
  if (!comments) return inFront(text, item, what);
  const indentation = /^[ \t]*/.exec(comments[0])?.[0].length ?? 0;
  const at = comments.index + indentation;
  return text.replace(at, at, what + newLine(text.text, at));
}

/** Whether a command has its line to itself, in a text of several lines. */
export function isOwnLine(text: string, start: number, end: number): boolean {
  return startsLine(text, start) && /^[ \t]*(?:#.*)?$/.test(restOfLine(text, end));
}

/** Whether a command is the first of its line, in a text of several lines. */
export function startsLine(text: string, start: number): boolean {
  return /[\r\n]/.test(text.trim()) && /(?:^|\n)[ \t]*$/.test(text.slice(0, start));
}

/** What stands behind an offset in its line. */
export function restOfLine(text: string, from: number): string {
  return /^[^\r\n]*/.exec(text.slice(from))?.[0] ?? '';
}

/** A line end, and the indentation of the line at an offset. */
export function newLine(text: string, offset: number): string {
  const indentation = /[ \t]*$/.exec(text.slice(0, offset))?.[0] ?? '';
  return (text.includes('\r\n') ? '\r\n' : '\n') + indentation;
}
