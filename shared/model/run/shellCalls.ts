// How commands start shells: by which names, with which options, and what they hand them to read.
import type { Dialect } from '../../knowledge/images.ts';
import type { Embedded } from '../../text/embedded.ts';
import type { Place } from '../../text/span.ts';
import type { Arg } from '../launch/args.ts';
import { baseName } from '../paths.ts';
import type { ShellState } from '../stop/processTree.ts';

/** What a shell is handed to read. */
export interface Reading {
  readonly text: Embedded;
  readonly mode: 'text' | 'script';
  readonly argv: readonly string[];
  /** Its own name, if nothing is said. */
  readonly program?: string;
  readonly at: Place | undefined;
  readonly positional: readonly Arg[];
  /** `$0` */
  readonly zero?: string | undefined;
  readonly reads: ShellState['reads'];
}

/** Shells by name; `image` is whatever answers to `/bin/sh`. */
export const SHELLS: ReadonlyMap<string, Dialect | 'image' | undefined> = new Map([
  ['sh', 'image'],
  ['dash', 'dash'],
  ['ash', 'busybox-ash'],
  ['bash', 'bash'],
  ['ksh', 'ksh'],
  ['ksh93', 'ksh'],
  ['zsh', 'zsh'],
  ['mksh', 'mksh'],
  ['fish', undefined],
]);

/** The shell that a program name stands for, and the arguments that it gets: `busybox sh -c …` is one too. */
export function shellOf(
  name: string,
  rest: readonly Arg[],
): { readonly name: string; readonly args: readonly Arg[] } | undefined {
  const base = baseName(name);
  if (SHELLS.has(base)) return { name: base, args: rest };
  const applet = base === 'busybox' ? rest[0]?.text : undefined;
  return applet === 'sh' || applet === 'ash' ? { name: 'ash', args: rest.slice(1) } : undefined;
}

/** A shell's options and what follows them; `undefined` where it is interactive or reads its standard input. */
export function readShellCall(
  args: readonly Arg[],
): { readonly command: boolean; readonly operands: readonly Arg[] } | undefined {
  let command = false;
  let i = 0;
  for (; i < args.length; i++) {
    const text = args[i]?.text;
    if (text === undefined || !/^[-+]./.test(text)) break;
    if (text === '--') {
      i++;
      break;
    }
    if (/^--(?:rcfile|init-file)$/.test(text)) i++;
    if (text.startsWith('--')) continue;
    if (/[is]/.test(text)) return undefined;
    if (text.startsWith('-') && text.includes('c')) command = true;
    if (/[oO]/.test(text)) i++;
  }
  return i < args.length ? { command, operands: args.slice(i) } : undefined;
}
