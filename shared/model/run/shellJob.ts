// What a shell is started with: the text and its arguments, or what makes a subshell of it. Plain data.
import type { Dialect } from '../../knowledge/images.ts';
import type { ShellText, SimpleCommand } from '../../sources/shell.ts';
import type { Embedded } from '../../text/embedded.ts';
import type { Place } from '../../text/span.ts';
import type { Arg } from '../launch/args.ts';
import type { ShellState } from '../stop/processTree.ts';
import type { Variables } from './host.ts';

/** What a shell is given to run. */
export interface ShellJob {
  readonly dialect: Dialect;
  readonly text: Embedded;
  readonly mode: 'text' | 'script';
  readonly argv: readonly string[];
  readonly program: string;
  readonly at: Place | undefined;
  readonly positional: readonly Arg[] | undefined;
  /** `$0` */
  readonly zero: string | undefined;
  readonly reads: ShellState['reads'];
  /** Whether it was called `sh`: bash is stricter then. */
  readonly asSh: boolean;
  readonly named: Variables;
  /** Whether a program is still to come after the shell. */
  readonly more: boolean;
}

/** What a subshell is, besides a shell like the one that it comes from. */
export interface Fork {
  /** `part`: ksh runs it inside itself for as long as it can. */
  readonly as: 'own' | 'background' | 'part';
  /** All that it runs, where that is one command. */
  readonly only: SimpleCommand | undefined;
  /** What it ignores itself, but not what it starts: in bash, what an interrupt at the terminal sends. */
  readonly deafTo: readonly string[];
}

/** Options on the interpreter's line and on the command line of a script. */
export function optionsOf(argv: readonly string[], { shebang }: ShellText): readonly string[] {
  return [...(shebang?.split(/\s+/).slice(1) ?? []), ...argv].filter(
    (word) => /^-[a-z]+$/.test(word) && !word.includes('c'),
  );
}
