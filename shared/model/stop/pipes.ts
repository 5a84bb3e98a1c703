// A pipe that a shell waits for, and how its program can take the shell's place all the same.
import { type Command, parseShell } from '../../sources/shell.ts';
import { contains, type Edit, type Place } from '../../text/span.ts';
import { endOf, listsIn } from './handlers.ts';
import type { ShellState } from './processTree.ts';

/** A pipe as it is written. */
export interface Pipe {
  /** Whether its first part begins with `exec`. */
  readonly execs: boolean;
  /** The edits that make the program take the shell's place and write into the rest of the pipe; none where they cannot. */
  readonly replacing: readonly Edit[];
}

/** The pipe around a place in what a shell reads. */
export function pipeAt(shell: ShellState, at: Place): Pipe | undefined {
  const { text } = shell;
  const { list } = parseShell(text.text);
  const around = (command: Command) => {
    const place = text.place(command.start, command.end);
    return command.kind === 'pipeline' && place.path === at.path && contains(place, at);
  };
  const pipe = listsIn(list)
    .flat()
    .map(({ command }) => command)
    .findLast(around);
  if (pipe?.kind !== 'pipeline') return undefined;
  const [first] = pipe.commands;
  const execs = first?.kind === 'simple' && first.words[0]?.raw === 'exec';
  const last = list.at(-1)?.command === pipe;
  return { execs, replacing: last && shell.dialect === 'bash' ? intoProcess(shell, pipe, execs) : [] };
}

/** `server 2>&1 | tee log` as `exec server > >(tee log) 2>&1`. */
function intoProcess(
  { text }: ShellState,
  pipe: Extract<Command, { kind: 'pipeline' }>,
  execs: boolean,
): readonly Edit[] {
  const [first, second] = pipe.commands;
  const last = pipe.commands.at(-1);
  if (pipe.negated || first?.kind !== 'simple' || !first.words[0] || !second || !last) return [];
  const between = /^[ \t]*(2>&1)?[ \t]*\|(&)?\s*$/.exec(text.text.slice(first.end, second.start));
  if (!between) return [];
  const errors = between[1] || between[2] ? ' 2>&1' : '';
  const into = text.replace(first.end, endOf(last), ` > >(${text.text.slice(second.start, endOf(last))})${errors}`);
  const start = first.words[0].start;
  const exec = execs ? undefined : text.replace(start, start, 'exec ');
  return into ? [...(exec ? [exec] : []), into] : [];
}
