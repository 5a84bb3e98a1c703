// What a command gives back: text for the two streams, and the exit code. Only main.ts writes to the streams.
import type { Terminal } from './terminal.ts';

/** 0 nothing found, 1 findings, 2 wrong usage or configuration, 3 nothing to check. */
export type ExitCode = 0 | 1 | 2 | 3;

/** What main.ts does when a command has run. */
export interface Outcome {
  readonly exitCode: ExitCode;
  /** Text, or bytes that are passed through as they came. */
  readonly stdout?: string | Uint8Array;
  /** For people: problems, and what was done. */
  readonly stderr?: string;
}

/** A command of `softstop`. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What `softstop NAME --help` shows. */
  readonly help: string;
  run(args: readonly string[], terminal: Terminal): Promise<Outcome>;
}
