// Whether a preStop hook may have told its program to stop, or have stopped it by the time it ends: it tells somebody
// something and waits, or it does what nobody here knows. Executes nothing.
import { type Command, literal } from '../../sources/shell.ts';
import type { Container } from '../container.ts';
import { baseName } from '../paths.ts';
import type { Hook } from '../pod/lifecycle.ts';
import { simpleCommandsIn } from '../stop/handlers.ts';
import type { Stop } from '../stop/stopPath.ts';
import { knownValue, type Value } from '../value.ts';
import { durationOfWords } from './hookDuration.ts';
import { wordsOfHook } from './hookScript.ts';
import { isShell, shellList } from './hookText.ts';
import { killOf } from './killCommand.ts';

/** Whether the program may have finished its work before the stop signal comes. */
export function hookMayStop({ lifecycle }: Container): boolean {
  if (!lifecycle) return false;
  if (lifecycle.preStop.kind !== 'known') return true;
  return lifecycle.preStop.value !== undefined && mayStop(lifecycle.preStop.value);
}

/** What stops on the way of the stop signal come to beside the hook: what that does not reach, the hook may have told. */
export function besideHook(container: Omit<Container, 'stop'>, stop: Value<Stop>): Value<Stop> {
  const { lifecycle, source } = container;
  const hook = lifecycle && source === 'kubernetes' ? knownValue(lifecycle.preStop) : undefined;
  if (!hook?.handlers.some((handler) => mayTell(container, handler))) return stop;
  const stops = mayStop(hook);
  const isOpen = ({ outcome }: Stop) => outcome === 'killedAfterGrace' || (stops && outcome === 'killedAtOnce');
  const own = (one: Stop): Stop => ({
    ...one,
    ...(isOpen(one) && { outcome: 'unknown', breaks: [] }),
    beside: one.beside.map(own),
  });
  if (stop.kind === 'known') return { ...stop, value: own(stop.value) };
  if (stop.kind === 'unknown') return stop;
  return { ...stop, alternatives: stop.alternatives.map((one) => ({ ...one, value: own(one.value) })) };
}

/** Whether a hook may tell anybody but PID 1. */
function mayTell(container: Pick<Container, 'image'>, handler: Hook['handlers'][number]): boolean {
  if (handler.kind !== 'exec') return handler.kind === 'httpGet';
  const words = wordsOfHook(container, handler);
  return words === undefined || tellsOthers(words);
}

function tellsOthers(words: readonly string[]): boolean {
  const list = shellList(words);
  if (list)
    return simpleCommandsIn(list).some((one) => tellsOthers(one.words.map((word) => literal(word) ?? word.raw)));
  if (killOf(words)?.target === 'pid1') return false;
  const { min, max } = durationOfWords(words);
  return TELLS.test(baseName(words[0] ?? '')) || (min === 0 && !Number.isFinite(max));
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
