// Tells shell commands that only prepare from those that may start the container's program, by their words alone.
import { isShort } from '../../knowledge/shortCommands.ts';
import {
  type Command,
  type List,
  type ListItem,
  literal,
  type ShellWord,
  type SimpleCommand,
} from '../../sources/shell.ts';
import { isBuiltin } from '../launch/shellBuiltins.ts';

type Functions = ReadonlyMap<string, { readonly body: List }>;

/** Whether a command may start the container's program. */
export function mayRun(item: ListItem, functions: Functions): boolean {
  if (isEndless(item.command)) return true;
  return commandsOf(item.command).some((simple) => {
    const name = literalOf(simple.words[0]);
    if (name === undefined) return simple.words.length > 0;
    if (name === 'exec') return simple.words.length > 1;
    const called = functions.get(name);
    if (called) return called.body.some((one) => one.command.kind !== 'function' && mayRun(one, new Map()));
    if (name === 'eval') return true;
    if (isBuiltin(name)) return false;
    return isShort(simple.words.map((word) => literalOf(word) ?? word.raw)) !== true;
  });
}

/** The index of the first item from a place on that may run a program; the list's length where none does. */
export function nextProgram(list: List, from: number, functions: Functions): number {
  const index = list.findIndex((item, i) => i >= from && mayRun(item, functions));
  return index < 0 ? list.length : index;
}

/** `while true` without a way out: it is what keeps the container there, so that what stands before it ends. */
function isEndless(command: Command): boolean {
  if (command.kind !== 'loop' || command.until || command.condition?.length !== 1) return false;
  const [condition, ...others] = commandsOf(command).map(({ words }) => literalOf(words[0]));
  return (
    /^(?:true|:)$/.test(condition ?? '') &&
    !others.some((name) => name === 'break' || name === 'exit' || name === 'exec')
  );
}

/** Builtins that change more than a variable. */
const MOVING = new Set([
  'exec',
  'exit',
  'return',
  'trap',
  'wait',
  'set',
  'shift',
  'eval',
  '.',
  'source',
  'break',
  'continue',
  'cd',
  'kill',
]);

/**
 * The variables that a list may set, if it does nothing else that matters: it starts nothing that stays, and leads nowhere
 * else. `undefined` where it may. With `more`, a program that nothing is known of is taken to end.
 */
export function inertAssignments(list: List, more: boolean, functions: Functions): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  for (const { command, background } of list) {
    if (background || command.kind === 'function') return undefined;
    for (const simple of commandsOf(command)) {
      const name = literalOf(simple.words[0]);
      for (const { name: assigned } of simple.assignments) names.add(assigned);
      for (const word of simple.words.slice(1)) {
        const declared = /^(\w+)=/.exec(word.raw)?.[1];
        if (declared !== undefined) names.add(declared);
      }
      if (name === 'read') for (const word of simple.words.slice(1)) names.add(word.raw);
      if (simple.words.length === 0) continue;
      if (name === undefined || functions.has(name) || MOVING.has(name)) return undefined;
      const short = isBuiltin(name) || (isShort(simple.words.map((word) => literalOf(word) ?? word.raw)) ?? more);
      if (!short) return undefined;
    }
  }
  return names;
}

/** Whether a word is a variable without quotes, which may be several words, and a builtin the first of them. */
export function isVariable(word: ShellWord | undefined): boolean {
  return word?.parts.every((part) => part.kind === 'variable' && !part.quoted) === true;
}

function literalOf(word: ShellWord | undefined): string | undefined {
  return word && literal(word);
}

const COMMANDS = new WeakMap<Command, readonly SimpleCommand[]>();

/** All simple commands inside a command, those of functions left out; every way of a launch asks for them again. */
function commandsOf(command: Command): readonly SimpleCommand[] {
  const known = COMMANDS.get(command);
  if (known) return known;
  const commands = simpleCommandsIn(command);
  COMMANDS.set(command, commands);
  return commands;
}

function simpleCommandsIn(command: Command): readonly SimpleCommand[] {
  const inside = (list: List) => list.flatMap((item) => commandsOf(item.command));
  switch (command.kind) {
    case 'simple':
      return [command];
    case 'andOr':
    case 'pipeline':
      return command.commands.flatMap(commandsOf);
    case 'if':
      return [
        ...command.branches.flatMap(({ condition, body }) => [...inside(condition), ...inside(body)]),
        ...(command.otherwise ? inside(command.otherwise) : []),
      ];
    case 'case':
      return command.items.flatMap((item) => inside(item.body));
    case 'loop':
      return [...inside(command.condition ?? []), ...inside(command.body)];
    case 'group':
    case 'subshell':
      return inside(command.body);
    default:
      return [];
  }
}
