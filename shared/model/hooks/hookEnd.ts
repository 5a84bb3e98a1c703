// What a hook's command does to its program and how it comes to its end, as far as its text tells: it fails, it goes on
// until its container is gone, or it tells the program to stop and returns. Executes nothing.
import { stopCommand } from '../../knowledge/stopCommands.ts';
import { type Command, type List, literal, type SimpleCommand } from '../../sources/shell.ts';
import { type Interval, NO_TIME, sum } from '../interval.ts';
import { baseName } from '../paths.ts';
import { simpleCommandsIn } from '../stop/handlers.ts';
import { durationUntil } from './hookDuration.ts';
import { isShell, shellList, textIndex } from './hookText.ts';
import { type Kill, killOf } from './killCommand.ts';

/** What the last thing does that a hook does; `command` is that, as it is written. */
export type HookEnd =
  | { readonly kind: 'fails'; readonly command: string }
  | { readonly kind: 'outlivesProgram' }
  | { readonly kind: 'tells'; readonly command: string; readonly signal: string; readonly target: Kill['target'] };

/** The end of a hook that runs these words; `undefined` where it is nothing special. */
export function hookEnd(words: readonly string[]): HookEnd | undefined {
  if (!isShell(words)) return endOfWords(words);
  const list = shellList(words);
  return list && endOfList(list);
}

/** What a hook tells the program. */
export type Told = Extract<HookEnd, { kind: 'tells' }>;

/** How long a hook takes until it first tells what counts; `undefined` where it does not, or that is not known. */
export function timeToTell(words: readonly string[], counts: (told: Told) => boolean): Interval | undefined {
  const tells = (command: Command): boolean => {
    if (command.kind === 'andOr') return command.commands.some(tells);
    const end = endOf(command);
    return end?.kind === 'tells' && counts(end);
  };
  const list = shellList(words);
  if (!list) {
    const end = isShell(words) ? undefined : endOfWords(words);
    return end?.kind === 'tells' && counts(end) ? NO_TIME : undefined;
  }
  const index = list.findIndex(({ command, background }) => !background && tells(command));
  const command = list[index]?.command;
  if (!command) return undefined;
  const parts = command.kind === 'andOr' ? command.commands : [command];
  const before = parts.slice(0, parts.findIndex(tells)).map((part) => ({ command: part, background: false }));
  return sum(durationUntil(list, index), durationUntil(before, before.length));
}

/** A signal that a hook sends to PID 1, wherever in its text. */
export interface SignalToPid1 {
  readonly command: string;
  readonly signal: string;
  /** The words of the hook in which the program of this name is looked for and told instead. */
  byName(program: string): readonly string[];
}

/** The signals that a hook sends to PID 1. */
export function signalsToPid1(words: readonly string[]): readonly SignalToPid1[] {
  const list = shellList(words);
  const isPid1 = (command: readonly string[]) => killOf(command)?.target === 'pid1';
  const byName = (signal: string, program: string) => ['pkill', `-${signal.replace(/^SIG/, '')}`, '-o', program];
  if (!list) {
    const signal = isPid1(words) ? killOf(words)?.signal : undefined;
    return signal ? [{ command: words.join(' '), signal, byName: (program) => byName(signal, program) }] : [];
  }
  return simpleCommandsIn(list).flatMap((command) => {
    const own = wordsOf(command);
    const signal = isPid1(own) ? killOf(own)?.signal : undefined;
    if (signal === undefined) return [];
    const replace = (text: string, program: string) =>
      `${text.slice(0, command.start)}${byName(signal, program).join(' ')}${text.slice(command.end)}`;
    const script = textIndex(words);
    return {
      command: own.join(' '),
      signal,
      byName: (program) => words.map((word, i) => (i === script ? replace(word, program) : word)),
    };
  });
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
  return endOfWords(command.kind === 'simple' ? wordsOf(command) : []);
}

/** `while kill -0 1; do sleep 1; done`, `tail --pid=1 -f /dev/null`. */
function waits(command: Command): boolean {
  if (command.kind === 'loop') return true;
  const words = command.kind === 'simple' ? wordsOf(command) : [];
  return words[0] === 'tail' && words.some((word) => word.startsWith('--pid'));
}

function wordsOf({ words }: SimpleCommand): readonly string[] {
  return words.map((word) => literal(word) ?? word.raw);
}

function endOfWords(words: readonly string[]): HookEnd | undefined {
  const [program = '', ...args] = words;
  const command = words.join(' ');
  const name = baseName(program);
  if (name === 'false' || (name === 'exit' && /^[1-9]\d*$/.test(args[0] ?? ''))) return { kind: 'fails', command };
  const stop = stopCommand(words);
  if (stop)
    return stop.waits ? { kind: 'outlivesProgram' } : { kind: 'tells', command, signal: stop.signal, target: 'found' };
  const kill = killOf(words);
  return kill && { kind: 'tells', command, ...kill };
}
