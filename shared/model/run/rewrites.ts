// The signals that dumb-init is told to pass on as others, as its command line says it. Reads a value as dumb-init does:
// two numbers from 1 and 0 to 31 (measured with 1.2.5: anything else and it prints its usage and exits 1).
import { signalName } from '../../knowledge/signals.ts';
import type { Edit } from '../../text/span.ts';
import type { Arg } from '../launch/args.ts';
import type { Rewrite } from '../stop/processTree.ts';

/** The rewrites among the options of a dumb-init: `-r 15:3`, `-cr15:3`, `--rewrite=15:3`. */
export function rewritesIn(options: readonly Arg[]): readonly Rewrite[] {
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
