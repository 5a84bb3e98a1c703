// How long a hook's command takes: the literal sleeps on every path through it. Whatever else it runs is either known
// to return at once or may take any time. Executes nothing.
import { type Command, type List, literal, type ShellWord } from '../../sources/shell.ts';
import { ANY_TIME, either, exactly, type Interval, NO_TIME, sum, together } from '../interval.ts';
import { baseName } from '../paths.ts';
import { isShell, shellList } from './hookText.ts';

/** Commands that tell or look at something and return; what they start, they do not wait for. */
const QUICK =
  /^(?:echo|printf|true|:|exit|touch|rm|mkdir|cp|mv|cat|date|cd|export|set|unset|trap|kill|pkill|killall|nginx|apachectl|apache2ctl|httpd|logger|test|\[|umask|chmod|id|pidof|pgrep|hostname)$/;

/** How long an exec hook takes that runs these words. */
export function durationOfWords(words: readonly string[]): Interval {
  const [program = '', ...args] = words;
  const name = baseName(program);
  if (isShell(words)) {
    const list = shellList(words);
    return list ? listDuration(list) : ANY_TIME;
  }
  if (name === 'sleep') return sleeps(args);
  if (/^(?:env|exec|command|nice|busybox)$/.test(name)) {
    return durationOfWords(args.slice(args.findIndex((arg) => !arg.includes('=') && !arg.startsWith('-'))));
  }
  if (name === 'timeout') return { min: 0, max: seconds(args[0] ?? '') ?? ANY_TIME.max };
  const elsewhere = sleepElsewhere(name, args.join(' '));
  if (elsewhere !== undefined) return { min: elsewhere, max: ANY_TIME.max };
  return QUICK.test(name) ? NO_TIME : ANY_TIME;
}

/** How long a list takes until it comes to the item at `index`. */
export function durationUntil(list: List, index: number): Interval {
  return listDuration(list.slice(0, index));
}

function listDuration(list: List): Interval {
  let total = NO_TIME;
  for (const { command, background } of list) {
    if (!background) total = sum(total, commandDuration(command));
    if (leaves(command)) break;
  }
  return total;
}

function commandDuration(command: Command): Interval {
  switch (command.kind) {
    case 'simple': {
      const words = command.words.map(literal);
      if (command.words.length === 0) return NO_TIME;
      if (words.some((word) => word === undefined)) return openDuration(command.words);
      return durationOfWords(words as readonly string[]);
    }
    case 'pipeline':
      return together(...command.commands.map(commandDuration));
    case 'andOr':
      // What follows `&&` is meant to run; what follows `||` is not.
      return sum(
        ...command.commands.map((part, i) => {
          const duration = commandDuration(part);
          return command.operators[i - 1] === '||' ? { min: 0, max: duration.max } : duration;
        }),
      );
    case 'if': {
      const [first, ...others] = command.branches.map((branch) => listDuration(branch.condition));
      const bodies = [
        ...command.branches.map((branch) => listDuration(branch.body)),
        listDuration(command.otherwise ?? []),
      ];
      return sum(first ?? NO_TIME, ...others.map(({ max }) => ({ min: 0, max })), either(...bodies));
    }
    case 'case':
      return either(NO_TIME, ...command.items.map((item) => listDuration(item.body)));
    case 'loop':
      return { min: command.condition ? listDuration(command.condition).min : 0, max: ANY_TIME.max };
    case 'subshell':
    case 'group':
      return listDuration(command.body);
    default:
      return NO_TIME;
  }
}

/** A command with words that only the running shell knows. */
function openDuration(words: readonly ShellWord[]): Interval {
  return QUICK.test(baseName(words[0]?.raw ?? '')) ? NO_TIME : ANY_TIME;
}

function leaves(command: Command): boolean {
  const word = command.kind === 'simple' ? command.words[0] : undefined;
  const name = word && literal(word);
  return name === 'exit' || name === 'exec';
}

function sleeps(args: readonly string[]): Interval {
  const all = args.map(seconds);
  return all.length > 0 && all.every((one) => one !== undefined) ? exactly(all.reduce((a, b) => a + b, 0)) : ANY_TIME;
}

/** `5`, `0.5`, `30s`, `1m`: what `sleep` takes. */
function seconds(text: string): number | undefined {
  const match = /^(\d+(?:\.\d*)?|\.\d+)([smhd]?)$/.exec(text);
  if (!match) return undefined;
  const unit = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 }[match[2] ?? ''] ?? 1;
  return Number(match[1]) * unit;
}

/** The sleeps in a one-liner of a language that is not a shell. */
function sleepElsewhere(name: string, text: string): number | undefined {
  const pattern = /^python[\d.]*$/.test(name)
    ? /\btime\.sleep\(\s*(\d+(?:\.\d+)?)\s*\)/g
    : /^(?:powershell|pwsh)(?:\.exe)?$/i.test(name)
      ? /\bStart-Sleep\s+(?:-s(?:econds)?\s+)?(\d+)/gi
      : undefined;
  if (!pattern || /\b(?:if|for|while)\b/.test(text)) return undefined;
  const found = [...text.matchAll(pattern)].map((match) => Number(match[1]));
  return found.length > 0 ? found.reduce((a, b) => a + b, 0) : undefined;
}
