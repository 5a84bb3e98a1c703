// How a shell's text is walked: where a command stands, what running it gives, and how `exit`, `return` and `break` leave.
import type { Command, List } from '../../sources/shell.ts';
import type { Tail } from '../launch/shellBuiltins.ts';
import type { Block, Resumed } from './machine.ts';

/** A command of a kind. */
export type Kind<K extends Command['kind']> = Extract<Command, { readonly kind: K }>;

/** Where a command stands. */
export interface Standing {
  /** Whether a program is still to come after it, here or in a shell that waits for this one. */
  readonly more: boolean;
  readonly tail: Tail;
  /** Whether nothing at all comes after it in its shell. */
  readonly last: boolean;
  /** Whether somebody looks at its status, so that `set -e` does not. */
  readonly tested: boolean;
}

/** Work that may block and gives a result. */
export type Steps<T> = Generator<Block, T, Resumed>;
/** An exit status; absent where it is open. */
export type Status = number | undefined;

/** Leaves the shell. */
export class Exit {
  readonly status: Status;

  constructor(status: Status) {
    this.status = status;
  }
}

/** Leaves a function or a sourced file. */
export class Return {
  readonly status: Status;

  constructor(status: Status) {
    this.status = status;
  }
}

/** Leaves a round of a loop, and the loop unless it goes on. */
export class Leave {
  readonly goesOn: boolean;
  readonly levels: number;

  constructor(goesOn: boolean, levels: number) {
    this.goesOn = goesOn;
    this.levels = levels;
  }
}

/** Where what stands in a compound command stands, at its end. */
export function nested(standing: Standing, redirected: boolean): Standing {
  return { ...standing, tail: standing.tail === 'none' || redirected ? 'none' : 'nested' };
}

/**
 * Where the last command of a list stands for bash, which reads a text line by line and `( )` as one: with others on its
 * line, it is last of all only behind a `;`, and not as the end of an `&&` (measured with 5.2).
 */
export function lastForBash(list: List, standing: Standing, text: string, isSubshell: boolean): Standing {
  const before = list.at(-2);
  const last = list.at(-1);
  const startsLine = !before || (!isSubshell && text.slice(before.command.end, last?.command.start).includes('\n'));
  const isTop = startsLine || (!before.background && last?.command.kind === 'simple');
  return isTop ? standing : nested(standing, false);
}

/** Whether bash runs no trap any more that has waited: where a subshell is all that the last line of `-c` holds (measured). */
export function losesTraps(command: Command, { tail }: Standing): boolean {
  const [sole, ...others] = command.kind === 'pipeline' ? command.commands : [command];
  return tail === 'top' && others.length === 0 && sole?.kind === 'subshell';
}
