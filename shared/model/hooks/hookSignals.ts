// The signals that a preStop hook sends by a shell, where the shell does not know them by the name that they are given.
import { literal, parseShell, type ShellWord } from '../../sources/shell.ts';
import type { Container } from '../container.ts';
import { baseName } from '../paths.ts';
import { simpleCommandsIn } from '../stop/handlers.ts';
import type { Written } from '../stop/processTree.ts';
import { knownValue } from '../value.ts';

/** A `kill` that sends nothing. */
export interface RefusedSignal {
  readonly word: Written;
  /** Whether the shell is dash; absent where nobody here knows. */
  readonly isDash: true | undefined;
}

/** What the shell of a preStop hook refuses to send: dash knows no name with `SIG` in front. */
export function refusedByHook({ lifecycle, image }: Container): readonly RefusedSignal[] {
  const handlers = (lifecycle && knownValue(lifecycle.preStop)?.handlers) ?? [];
  return handlers.flatMap((handler) => {
    const words = handler.kind === 'exec' && handler.command ? (knownValue(handler.command) ?? []) : [];
    const [shell, flag, script] = words;
    const text = script?.source;
    if (!shell || !text || !/^-[a-z]*c$/.test(flag?.text ?? '')) return [];
    const sh = knownValue(image)?.sh;
    const dialect = baseName(shell.text) === 'dash' ? 'dash' : sh && knownValue(sh);
    if (!/^(?:sh|dash)$/.test(baseName(shell.text)) || (dialect !== undefined && dialect !== 'dash')) return [];
    const isDash = dialect === 'dash' || undefined;
    return simpleCommandsIn(parseShell(text.text).list)
      .flatMap(({ words: kill }) => prefixed(kill))
      .map((word) => ({ word: { text, span: word, raw: word.raw }, isDash }));
  });
}

/** The signal of a `kill`, if it has the prefix. */
function prefixed([program, first, second]: readonly ShellWord[]): readonly ShellWord[] {
  if (!program || literal(program) !== 'kill' || !first) return [];
  const signal = /^-[sn]$/.test(first.raw) ? second : first.raw.startsWith('-') ? first : undefined;
  return signal && /^-?SIG/i.test(literal(signal) ?? '') ? [signal] : [];
}
