// How a shell's text is walked: where a command stands, what running it gives, and how `exit`, `return` and `break` leave.
import type { Command } from '../../sources/shell.ts';
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
