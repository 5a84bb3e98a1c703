// What is known of programs: what they do when they are told to stop, what they start, whom they tell. Data with sources
// stands in programs.json.

/** What a program does with a signal that it does not drain on. */
export type ProgramRole = 'server' | 'worker' | 'interpreter' | 'wrapper' | 'launcher' | 'init' | 'supervisor' | 'shell' | 'task';

/** How a program stops. Signals are named in `SIGTERM` style. */
export interface ProgramFacts {
  readonly id: string;
  readonly role: ProgramRole;
  /** It finishes what it is doing, then ends. */
  readonly graceful: readonly string[];
  /** It ends at once; running work is lost. */
  readonly fast: readonly string[];
  /** It has no handler for anything else: as PID 1 the kernel drops the signal, else it dies of it. */
  readonly bare: boolean;
  /** Whether what it does depends on its own configuration or on the code that it runs. */
  readonly dependsOnConfig: boolean;
  /** Seconds that it gives its last requests when nobody says anything; absent when unlimited or not known. */
  readonly drainSeconds: number | undefined;
  readonly wrapper: WrapperFacts | undefined;
  readonly source: string;
}

/** How a program treats the command that it is given. */
export interface WrapperFacts {
  /** `becomes`: it replaces itself by the command. `parent`: it stays as its parent. */
  readonly keeps: 'becomes' | 'parent';
  /** Whom it passes the stop signal on to; absent when not known. */
  readonly forwards: 'child' | 'group' | 'all' | 'none' | undefined;
  /** Whether it waits for the command after it passed a signal on; absent when not known. */
  readonly waits: boolean | undefined;
  /** Whether `sh -c` stands between it and the command (npm, yarn, foreman …). */
  readonly throughShell: boolean;
}

/** The facts of what an argument vector runs; an argument that is not known is `undefined`. */
export function programFacts(_argv: readonly (string | undefined)[]): ProgramFacts | undefined {
  return undefined;
}

/** Where the inner command of a wrapper begins: its index in `argv`. Absent where there is none, or it is not known. */
export function innerCommand(_facts: ProgramFacts, _argv: readonly (string | undefined)[]): number | undefined {
  return undefined;
}
