// What runs as PID 1 and below it once the container is ready: which program each process is, what it was before,
// and what it waits for. Says nothing about signals.
import type { Dialect } from '../../knowledge/images.ts';
import type { ProgramFacts } from '../../knowledge/programs.ts';
import type { Embedded } from '../../text/embedded.ts';
import type { Edit, Place, Span } from '../../text/span.ts';
import type { Supervision } from '../launch/supervisord.ts';
import type { Form } from '../launch/words.ts';

/** A word, and the file of the project that is read for it. */
export interface FileLink {
  readonly at: Place;
  readonly path: string;
}

/** What a process was before it became another program: same process, other program. */
export interface Step {
  /** The base name: `sh`, `entry.sh`, `gosu`. */
  readonly program: string;
  readonly at: Place | undefined;
  /** The traps that it had set as a shell; only what they ignore lives on. */
  readonly traps?: Traps;
}

/** The command that a shell waits for, and where it stands. */
export interface ForegroundCommand {
  /** The shell text that holds it, with the way back to its file. */
  readonly text: Embedded;
  /** The command in that text, assignments before it included. */
  readonly span: Span;
  /** Where its program's name starts in that text: the place for an `exec`. */
  readonly nameStart: number;
  /** Whether `exec` in front of it changes nothing but the process: a plain external command, and nothing after it. */
  readonly replaceable: boolean;
}

/** What a shell does when a signal comes. */
export interface Trap {
  /** The handler's text; empty when the signal is ignored, absent when it is open. */
  readonly text: string | undefined;
  /** The handler's word, in the shell text that sets it. */
  readonly word: Written | undefined;
}

/** By signal name; `EXIT` is one. */
export type Traps = ReadonlyMap<string, Trap>;

/** A word of a shell text. */
export interface Written {
  readonly text: Embedded;
  readonly span: Span;
  /** As written, with its quotes. */
  readonly raw: string;
}

/** A `trap` or a `kill` that a shell has refused for how it names its signals. */
export interface Refused {
  readonly by: 'trap' | 'kill';
  /** The names that it does not take; at least one. */
  readonly words: readonly Written[];
  /** The trap that is not set, and for which signals. */
  readonly trap?: Trap;
  readonly signals: readonly string[];
}

/** What a shell that stays is busy with. Only `wait` lets a trap run at once. */
export type Busy = 'foreground' | 'pipeline' | 'loop' | 'wait';

/** A shell that stays. */
export interface ShellState {
  readonly dialect: Dialect;
  /** What it reads, with the way back to its file. */
  readonly text: Embedded;
  /** `-c TEXT`, written by an instruction in shell form or by hand; a line of package.json; a script file; `( … )`. */
  readonly reads:
    | { readonly kind: 'text'; readonly form: Form }
    | { readonly kind: 'packageScript' | 'script' | 'subshell' };
  /** By signal name (`SIGTERM`, `EXIT`). */
  readonly traps: Traps;
  /** What the shell has refused: dash takes no `SIG` in front of a name. */
  readonly refused: readonly Refused[];
  readonly busy: Busy;
  readonly command: ForegroundCommand | undefined;
}

/** A signal that an init is told to pass on as another, as it is written. */
export interface Rewrite {
  /** The value: `15:3`. */
  readonly text: string;
  /** The signal that comes in; absent where the init does not take the value and ends. */
  readonly from: string | undefined;
  /** The signal that is passed on; absent where it is dropped. */
  readonly to: string | undefined;
  /** The word that holds it. */
  readonly at: Place | undefined;
  /** The edit that gives it another value; none where it cannot be changed here. */
  replace(text: string): Edit | undefined;
}

/** An init: it starts one child, passes signals on, and ends with it. */
export interface InitState {
  readonly signals: 'child' | 'group';
  /** By signal name; `undefined` drops the signal. */
  readonly rewrites: ReadonlyMap<string, string | undefined>;
  /** The same as it is written, with what cannot be read. */
  readonly written: readonly Rewrite[];
}

/** A process of a container that is ready. */
export interface Process {
  /** The words; one that is not known stands as written. */
  readonly argv: readonly string[];
  /** The program's base name: `sh`, `node`; for a script, the script's. */
  readonly program: string;
  /** `supervisor`: one whose programs are known, and stand among those in its background. */
  readonly role: 'shell' | 'init' | 'launcher' | 'supervisor' | 'program';
  readonly facts: ProgramFacts | undefined;
  /** What in the files makes it run. */
  readonly at: Place | undefined;
  /** What it was before, oldest first. */
  readonly was: readonly Step[];
  readonly shell?: ShellState;
  readonly init?: InitState;
  /** How its supervisor stops it, if it has one. */
  readonly supervision?: Supervision;
  /** What it waits for in the foreground: the next hop on the way to the server. */
  readonly child?: Process;
  /** What it started with `&`. */
  readonly background: readonly Process[];
}

/** All processes that a process has started and that are there: the one that it waits for first. */
export function childrenOf({ child, background }: Process): readonly Process[] {
  return child ? [child, ...background] : background;
}

/** The processes from the root along what each waits for: the way that a signal has to go. */
export function spine(root: Process): readonly Process[] {
  const hops = [root];
  for (let next = onward(root); next; next = onward(next)) hops.push(next);
  return hops;
}

/** The next hop: the foreground child, or the only background process of a shell in `wait`. */
function onward(process: Process): Process | undefined {
  if (process.child) return process.child;
  return process.shell?.busy === 'wait' && process.background.length === 1 ? process.background[0] : undefined;
}

/** A process and all below it. */
export function everyProcess(root: Process): readonly Process[] {
  return [root, ...[...(root.child ? [root.child] : []), ...root.background].flatMap(everyProcess)];
}
