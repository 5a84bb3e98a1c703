// How a hook's command comes to its end, as far as its text tells: it fails, it goes on until its container is gone, or it
// tells the program to stop and returns. Executes nothing.
import { signalName } from '../knowledge/signals.ts';
import { stopCommand } from '../knowledge/stopCommands.ts';
import { type Command, type List, literal, parseShell } from '../sources/shell.ts';
import { baseName } from './paths.ts';

/** What the last thing does that a hook does; `command` is that, as it is written. */
export type HookEnd =
  | { readonly kind: 'fails'; readonly command: string }
  | { readonly kind: 'outlivesProgram' }
  | { readonly kind: 'tells'; readonly command: string; readonly signal: string };

const SHELLS = /^(?:sh|bash|ash|dash|ksh|zsh)$/;

/** The end of a hook that runs these words; `undefined` where it is nothing special. */
export function hookEnd(words: readonly string[]): HookEnd | undefined {
  const [program = '', ...args] = words;
  if (!SHELLS.test(baseName(program))) return endOfWords(words);
  const flag = args.findIndex((arg) => /^-[a-z]*c$/.test(arg));
  const text = flag >= 0 ? args[flag + 1] : undefined;
  const shell = text === undefined ? undefined : parseShell(text);
  return shell?.whole ? endOfList(shell.list) : undefined;
}

function endOfList(list: List): HookEnd | undefined {
  const last = list.at(-1);
  if (!last || last.background) return undefined;
  const parts = list.flatMap(({ command }) => (command.kind === 'andOr' ? command.commands : [command]));
  const tells = parts.some((command) => endOf(command)?.kind === 'tells');
  const final = parts.at(-1);
  return tells && final && waits(final) ? { kind: 'outlivesProgram' } : endOf(last.command);
}

function endOf(command: Command): HookEnd | undefined {
  if (command.kind === 'andOr') {
    const [last] = command.commands.slice(-1);
    return last && command.operators.at(-1) === '&&' ? endOf(last) : undefined;
  }
  const words = command.kind === 'simple' ? command.words.map((word) => literal(word) ?? word.raw) : [];
  return endOfWords(words);
}

/** `while kill -0 1; do sleep 1; done`, `tail --pid=1 -f /dev/null`. */
function waits(command: Command): boolean {
  if (command.kind === 'loop') return true;
  const words = command.kind === 'simple' ? command.words.map((word) => literal(word) ?? word.raw) : [];
  return words[0] === 'tail' && words.some((word) => word.startsWith('--pid'));
}

function endOfWords(words: readonly string[]): HookEnd | undefined {
  const [program = '', ...args] = words;
  const command = words.join(' ');
  const name = baseName(program);
  if (name === 'false' || (name === 'exit' && /^[1-9]\d*$/.test(args[0] ?? ''))) return { kind: 'fails', command };
  const stop = stopCommand(words);
  if (stop) return stop.waits ? { kind: 'outlivesProgram' } : { kind: 'tells', command, signal: stop.signal };
  const signal = killed(name, args);
  return signal === undefined ? undefined : { kind: 'tells', command, signal };
}

/** The signal that `kill` and its like send to the program. */
function killed(name: string, args: readonly string[]): string | undefined {
  const [, given = 'TERM', target] = /^(?:-(?:s )?(\w+) )?(\S+)$/.exec(args.join(' ')) ?? [];
  if (target === undefined || given === '0') return undefined;
  const isProgram = name === 'kill' ? target === '1' : name === 'pkill' || name === 'killall';
  return isProgram ? signalName(given) : undefined;
}
