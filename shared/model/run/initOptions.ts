// What the command line of an init says: whom it tells, and which signals dumb-init passes on as others. Reads a rewrite as
// dumb-init does: two numbers from 1 and 0 to 31 (measured with 1.2.5: anything else and it prints its usage and exits 1).
import type { ProgramFacts } from '../../knowledge/programs.ts';
import { signalName } from '../../knowledge/signals.ts';
import type { Edit } from '../../text/span.ts';
import type { Arg } from '../launch/args.ts';
import type { InitState, Rewrite } from '../stop/processTree.ts';
import type { Variables } from './host.ts';

/** How an init is told to pass signals on. */
export function initState(facts: ProgramFacts, args: readonly Arg[], variables: Variables): InitState {
  const options = args.map(({ text }) => text);
  if (facts.id !== 'dumb-init') {
    const group = options.some((option) => /^-[a-z]*g/.test(option ?? '')) || variables.has('TINI_KILL_PROCESS_GROUP');
    return { signals: group ? 'group' : 'child', rewrites: new Map(), written: [] };
  }
  const alone =
    options.some((option) => option === '-c' || option === '--single-child') ||
    variables.get('DUMB_INIT_SETSID') === '0';
  const written = rewritesIn(args);
  const rewrites = new Map(written.flatMap(({ from, to }) => (from === undefined ? [] : [[from, to] as const])));
  return { signals: alone ? 'child' : 'group', rewrites, written };
}

/** The rewrites among the options of a dumb-init: `-r 15:3`, `-cr15:3`, `--rewrite=15:3`. */
function rewritesIn(options: readonly Arg[]): readonly Rewrite[] {
  return options.flatMap((option, i) => {
    const [, attached] = /^(?:--rewrite=|-[cv]*r)(.*)$/.exec(option.text ?? '') ?? [];
    const next = options[i + 1];
    if (option.text === '--rewrite' || attached === '')
      return next?.text === undefined ? [] : [rewrite(next, next.text)];
    return attached === undefined ? [] : [rewrite(option, attached)];
  });
}

/** A rewrite whose value ends a word. */
function rewrite(word: Arg, value: string): Rewrite {
  const [, from, to] = /^\s*\+?(\d+):\s*\+?(\d+)/.exec(value) ?? [];
  const taken = from !== undefined && to !== undefined && isSignal(from, 1) && isSignal(to, 0);
  return {
    text: value,
    from: taken ? signalName(from) : undefined,
    to: taken ? signalName(to) : undefined,
    at: word.at,
    replace: (newText) => replaceEnd(word, value.length, newText),
  };
}

function isSignal(number: string, least: number): boolean {
  return Number(number) >= least && Number(number) <= 31;
}

/** The edit that gives a word another end; none where it is not written as it reads. */
function replaceEnd({ text = '', raw, at, source }: Arg, length: number, newText: string): Edit | undefined {
  const start = text.length - length;
  if (source) return source.replace(start, text.length, newText);
  const plain = at && at.path !== '' && raw === text && at.end - at.start === text.length;
  return plain ? { ...at, start: at.start + start, newText } : undefined;
}
