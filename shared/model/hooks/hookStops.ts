// Whether a preStop hook may have stopped its program by the time it ends: it tells somebody something and waits, or it
// does what nobody here knows. Executes nothing.
import { type Command, literal } from '../../sources/shell.ts';
import type { Container } from '../container.ts';
import { baseName } from '../paths.ts';
import type { Hook } from '../pod/lifecycle.ts';
import { knownValue } from '../value.ts';
import { durationOfWords } from './hookDuration.ts';
import { isShell, shellList } from './hookText.ts';

/** Whether the program may have finished its work before the stop signal comes. */
export function hookMayStop({ lifecycle }: Container): boolean {
  if (!lifecycle) return false;
  if (lifecycle.preStop.kind !== 'known') return true;
  return lifecycle.preStop.value !== undefined && mayStop(lifecycle.preStop.value);
}

function mayStop({ handlers }: Hook): boolean {
  const steps = handlers.flatMap((handler): readonly Step[] => {
    if (handler.kind === 'sleep') return ['waits'];
    const words = handler.kind === 'exec' && handler.command ? knownValue(handler.command) : undefined;
    return words ? stepsOf(words.map(({ text }) => text)) : ['open'];
  });
  return tellsAndWaits(steps);
}

/** What a hook does at one point: it waits a known time, tells somebody something and goes on, or takes any time. */
type Step = 'waits' | 'tells' | 'open' | 'nothing';

function tellsAndWaits(steps: readonly Step[]): boolean {
  const told = steps.indexOf('tells');
  return steps.includes('open') || (told >= 0 && steps.indexOf('waits', told) > told);
}

const TELLS = /^(?:kill|pkill|killall|nginx|openresty|apachectl|apache2ctl|httpd|apache2|haproxy|supervisorctl)$/;

function stepsOf(words: readonly string[]): readonly Step[] {
  const [program = ''] = words;
  const name = baseName(program);
  if (isShell(words)) return shellList(words)?.flatMap(({ command }) => stepsIn(command)) ?? ['open'];
  if (TELLS.test(name)) return ['tells'];
  const { max } = durationOfWords(words);
  return [max === 0 ? 'nothing' : Number.isFinite(max) ? 'waits' : 'open'];
}

function stepsIn(command: Command): readonly Step[] {
  switch (command.kind) {
    case 'simple':
      return stepsOf(command.words.map((word) => literal(word) ?? word.raw));
    case 'pipeline':
    case 'andOr':
      return command.commands.flatMap(stepsIn);
    case 'test':
    case 'function':
      return ['nothing'];
    default:
      // A loop that waits for the end of what it told, a choice: it may take any time.
      return ['open'];
  }
}
