// Traps for the stop signal that a shell had set when it became another program, and the edits that put it right.
import { isQuickTool } from '../../knowledge/quickTools.ts';
import { type Command, type List, literal, parseShell, type SimpleCommand } from '../../sources/shell.ts';
import type { Embedded } from '../../text/embedded.ts';
import type { Edit, Place } from '../../text/span.ts';
import { short } from '../fixes/waitFixes.ts';
import { isBuiltin } from '../launch/shellBuiltins.ts';
import { baseName } from '../paths.ts';
import { endOf, listsIn, simpleCommandsIn } from './handlers.ts';
import { type Process, spine, type Trap } from './processTree.ts';
import { inFront, itemAround } from './shellLines.ts';
import type { Stop } from './stopPath.ts';

/** A trap that was lost, or a signal that stays ignored. */
export interface LostTrap {
  /** The handler's word. */
  readonly at: Place;
  /** What the shell has become. */
  readonly process: Process;
  readonly ignores: boolean;
  /** Whether it surely matters: a program of which nothing is known may handle the signal itself. */
  readonly sure: boolean;
  readonly resetting: readonly Edit[];
  readonly removing: readonly Edit[];
}

/** The traps for the stop signal that are lost on the way to the server. */
export function lostTraps({ root, signal }: Stop): readonly LostTrap[] {
  return spine(root).flatMap((process) =>
    process.was.flatMap(({ traps }) => {
      const trap = traps?.get(signal);
      return trap ? lostTrap(process, trap, signal) : [];
    }),
  );
}

function lostTrap(process: Process, { text: handler, word }: Trap, signal: string): readonly LostTrap[] {
  const ignores = handler === '';
  if (!word || handler === undefined || (ignores && handlesItself(process, signal))) return [];
  const { text, span } = word;
  const { list } = parseShell(text.text);
  const exec = soleExec(list, span.end);
  const item = itemAround(text, span.start);
  if (!exec || !item || (!ignores && (onlyExits(handler) || waitsBetween(list, endOf(item.command), exec.start))))
    return [];
  const resetting = inFront(text, { command: exec, background: false }, `trap - ${short(signal)}`);
  const removing = removed(text, item.command);
  return [
    {
      at: text.place(span.start, span.end),
      process,
      ignores,
      sure: !ignores || process.facts?.bare === true,
      resetting: resetting ? [resetting] : [],
      removing: removing ? [removing] : [],
    },
  ];
}

/** A trap that does nothing but exit is there for the time before `exec`, when a shell as PID 1 cannot be stopped otherwise. */
function onlyExits(handler: string): boolean {
  return simpleCommandsIn(parseShell(handler).list).every(({ words: [word] }) =>
    /^(?:exit|echo|printf|:)$/.test(word?.raw ?? ''),
  );
}

/** Inits and servers install handlers, whatever they find. */
function handlesItself({ role, facts }: Process, signal: string): boolean {
  if (role !== 'program') return true;
  return facts?.graceful.includes(signal) === true || facts?.fast.includes(signal) === true;
}

/** The only `exec PROGRAM` behind an offset; with several, nobody knows which it was. */
function soleExec(list: List, from: number): SimpleCommand | undefined {
  const execs = simpleCommandsIn(list).filter(
    ({ start, words }) => start >= from && words.length > 1 && words[0]?.raw === 'exec',
  );
  return execs.length === 1 ? execs[0] : undefined;
}

/** Whether something between two offsets may take long, so that the trap has its time. */
function waitsBetween(list: List, from: number, to: number): boolean {
  const between = ({ start }: { readonly start: number }) => start >= from && start < to;
  const items = listsIn(list)
    .flat()
    .filter(({ command }) => between(command));
  if (items.some(({ command, background }) => background || command.kind === 'loop')) return true;
  return simpleCommandsIn(list)
    .filter(between)
    .some(({ words: [word] }) => {
      const name = word && literal(word);
      return (
        word !== undefined &&
        (name === undefined || WAITING.has(name) || !(isBuiltin(name) || isQuickTool(baseName(name))))
      );
    });
}

const WAITING = new Set(['.', 'eval', 'read', 'source', 'wait']);

/** A command taken out: its lines where it has them to itself, else up to what follows behind `;`. */
function removed(text: Embedded, { start, end }: Command): Edit | undefined {
  const before = /(?:^|\n)([ \t]*)$/.exec(text.text.slice(0, start));
  const after = /^[ \t]*(?:\r?\n|$)/.exec(text.text.slice(end));
  if (before && after && text.text.includes('\n'))
    return text.replace(start - (before[1]?.length ?? 0), end + after[0].length, '');
  const separator = /^[ \t]*;[ \t]*/.exec(text.text.slice(end));
  return separator ? text.replace(start, end + separator[0].length, '') : undefined;
}
