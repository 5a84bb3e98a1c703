// What the stop signal does: hop by hop through the process tree, to the server. Follows the kernel's rules for PID 1
// (pid_namespaces(7)) and what shells, inits and launchers were measured to do. Knows no file format.
import type { Place } from '../text/span.ts';
import { type Process, spine, withoutHop } from './processTree.ts';

/** What becomes of the work in flight. */
export type Outcome =
  /** The program gets a signal that it drains on. */
  | 'drains'
  /** The program gets the signal; nobody here knows what it does with it. */
  | 'reaches'
  /** The program is told and drops what it is doing. */
  | 'drops'
  /** The program is never told; it serves until SIGKILL ends it with the grace period. */
  | 'killedAfterGrace'
  /** The container ends at once and takes the program with it, before any grace period. */
  | 'killedAtOnce'
  | 'unknown';

/** Why a signal does not get through, and where. Each kind belongs to exactly one rule. */
export interface Break {
  readonly kind:
    | 'shellFormStays'
    | 'shellStays'
    | 'scriptStays'
    | 'initOverShell'
    | 'initOverScript'
    | 'packageManager';
  /** The process that stands in the way. */
  readonly process: Process;
  /** What it should have been replaced by. */
  readonly child: Process;
  readonly at: Place;
}

/** One way that the launch can go, and what the stop signal does to it. */
export interface Stop {
  /** The signal that the container gets. */
  readonly signal: string;
  /** Whether the launch is PID 1 of its own namespace. */
  readonly pid1: boolean;
  readonly root: Process;
  /** The program that serves: the end of the path. */
  readonly server: Process | undefined;
  readonly outcome: Outcome;
  /** What stands in the way, outermost first; repairing all of them lets the signal through. */
  readonly breaks: readonly Break[];
}

/** How a process ends that was told to. */
type End = 'atOnce' | 'afterDrain' | 'never' | 'unknown';

/** What a signal does to a process and to the server at its end. */
interface Told {
  readonly outcome: Outcome;
  readonly end: End;
}

/** What the launch is stopped with. */
export interface Order {
  /** A name such as `SIGTERM`; absent where an image outside the project decides it. */
  readonly signal: string | undefined;
  /** Whether the launch is PID 1 of its own namespace, where the kernel drops signals that nobody handles. */
  readonly pid1: boolean;
}

/** The stop of a process tree. */
export function stopOf(root: Process, order: Order): Stop {
  const hops = spine(root);
  const last = hops.at(-1);
  const { outcome } = tell(root, order);
  const lost = outcome === 'killedAfterGrace' || outcome === 'killedAtOnce';
  return {
    signal: order.signal ?? 'SIGTERM',
    pid1: order.pid1,
    root,
    server: last?.role === 'program' ? last : undefined,
    outcome,
    breaks: lost ? breaksOf(root, hops, order) : [],
  };
}

/** What one process on the way does with the signal. */
export interface Hop {
  readonly process: Process;
  /** The signal as it arrives here; absent where it does not. */
  readonly signal: string | undefined;
  readonly effect:
    | 'drains'
    | 'ends'
    | 'gets'
    | 'lacksHandler'
    | 'ignores'
    | 'dies'
    | 'trapWaits'
    | 'trapRuns'
    | 'passesOn'
    | 'drops'
    | 'neverTold';
}

/** The signal's way through the tree, hop by hop. */
export function hopsOf({ root, signal, pid1 }: Stop): readonly Hop[] {
  let arriving: string | undefined = signal;
  return spine(root).map((process, i): Hop => {
    const effect = arriving === undefined ? 'neverTold' : effectOn(process, arriving, pid1 && i === 0);
    const hop: Hop = { process, signal: arriving, effect };
    arriving = effect === 'passesOn' ? passedOn(process, arriving) : undefined;
    return hop;
  });
}

function effectOn(process: Process, signal: string, pid1: boolean): Hop['effect'] {
  const { role, shell, init, facts, child } = process;
  if (role === 'program') {
    const { outcome } = tellProgram(process, { signal, pid1 });
    return outcome === 'drains' ? 'drains' : outcome === 'drops' ? 'ends' : outcome === 'killedAfterGrace' ? 'lacksHandler' : 'gets';
  }
  if (role === 'init') return init?.rewrites.has(signal) && !init.rewrites.get(signal) ? 'drops' : 'passesOn';
  if (role === 'launcher') return facts?.wrapper?.forwards === 'none' ? 'drops' : 'passesOn';
  const handler = shell ? trapFor(shell.traps, signal) : undefined;
  if (handler === '') return 'ignores';
  if (handler !== undefined) return child && shell?.busy !== 'wait' ? 'trapWaits' : 'trapRuns';
  return pid1 ? 'lacksHandler' : 'dies';
}

function passedOn({ init }: Process, signal: string | undefined): string | undefined {
  return signal !== undefined && init?.rewrites.has(signal) ? init.rewrites.get(signal) : signal;
}

/** How bad an outcome is for the work in flight: a fix must not raise it. */
export function harm(outcome: Outcome): number {
  return { drains: 0, reaches: 1, unknown: 1, drops: 2, killedAfterGrace: 2, killedAtOnce: 3 }[outcome];
}

function tell(process: Process, order: Order): Told {
  switch (process.role) {
    case 'program':
      return tellProgram(process, order);
    case 'shell':
      return tellShell(process, order);
    case 'init':
      return tellInit(process, order);
    case 'launcher':
      return tellLauncher(process, order);
  }
}

function tellProgram({ facts }: Process, { signal, pid1 }: Order): Told {
  if (!facts || signal === undefined) return { outcome: 'reaches', end: 'unknown' };
  if (facts.graceful.includes(signal)) return { outcome: 'drains', end: 'afterDrain' };
  if (facts.fast.includes(signal)) return { outcome: 'drops', end: 'atOnce' };
  if (facts.bare) return pid1 ? NEVER_TOLD : { outcome: 'drops', end: 'atOnce' };
  return { outcome: 'reaches', end: 'unknown' };
}

const NEVER_TOLD: Told = { outcome: 'killedAfterGrace', end: 'never' };
const UNKNOWN: Told = { outcome: 'unknown', end: 'unknown' };

/**
 * A shell that stays passes nothing on. Without a trap, as PID 1 the kernel drops the signal, else the shell dies of it
 * and leaves its child behind. A trap waits for the foreground command; what it does then is not followed.
 */
function tellShell({ shell, child, background }: Process, { signal, pid1 }: Order): Told {
  if (!shell || (!child && background.length === 0)) return UNKNOWN;
  const handler = signal === undefined ? undefined : trapFor(shell.traps, signal);
  if (handler === 'open' || (shell.traps.has('EXIT') && shell.dialect !== 'dash')) return UNKNOWN;
  if (handler === '') return NEVER_TOLD;
  if (handler !== undefined) return child && shell.busy !== 'wait' && shell.busy !== 'loop' ? NEVER_TOLD : UNKNOWN;
  if (!child) return UNKNOWN;
  return pid1 ? NEVER_TOLD : { outcome: 'killedAfterGrace', end: 'atOnce' };
}

/** The handler's text; `open` where it is not known; `undefined` without one. */
function trapFor(traps: ReadonlyMap<string, string | undefined>, signal: string): string | undefined {
  return traps.has(signal) ? (traps.get(signal) ?? 'open') : undefined;
}

/** An init ends when its child does; the kernel then kills whatever else runs. */
function tellInit({ init, child }: Process, { signal }: Order): Told {
  if (!init || !child) return UNKNOWN;
  const passed = signal !== undefined && init.rewrites.has(signal) ? init.rewrites.get(signal) : signal;
  if (signal !== undefined && passed === undefined) return NEVER_TOLD;
  const told = tell(child, { signal: passed, pid1: false });
  // The group signal also ends what a trap waits for: it depends on the handler what happens then.
  if (init.signals === 'group' && child.shell && child.shell.traps.size > 0) return UNKNOWN;
  return endedBy(told);
}

function tellLauncher({ child, facts }: Process, { signal, pid1 }: Order): Told {
  const { forwards, waits } = facts?.wrapper ?? {};
  if (forwards === 'none') {
    if (pid1 && facts?.bare) return NEVER_TOLD;
    return facts?.bare || (signal !== undefined && facts?.fast.includes(signal))
      ? { outcome: 'killedAtOnce', end: 'atOnce' }
      : UNKNOWN;
  }
  if (forwards === undefined || !child) return UNKNOWN;
  if (waits === false) return { outcome: 'killedAtOnce', end: 'atOnce' };
  const told = endedBy(tell(child, { signal, pid1: false }));
  return waits === true || /^killed/.test(told.outcome) ? told : UNKNOWN;
}

/** What becomes of the server when the process above it ends with its child. */
function endedBy(told: Told): Told {
  return told.end === 'atOnce' && told.outcome === 'killedAfterGrace'
    ? { outcome: 'killedAtOnce', end: 'atOnce' }
    : told;
}

/** The hops in the way, if the signal gets through without them. */
function breaksOf(root: Process, hops: readonly Process[], order: Order): readonly Break[] {
  const inTheWay = hops.filter((hop, i) => hops[i + 1] && standsInTheWay(hop, order));
  const repaired = inTheWay.reduceRight((tree, hop) => withoutHop(tree, hop), root);
  if (inTheWay.length === 0 || /^killed/.test(tell(repaired, order).outcome)) return [];
  return inTheWay.flatMap((hop) => {
    const i = hops.indexOf(hop);
    const child = hops[i + 1];
    const underInit = hops.slice(0, i).some(({ role }) => role === 'init');
    return child ? breakAt(hop, child, underInit) : [];
  });
}

function standsInTheWay({ role, shell, facts }: Process, { signal }: Order): boolean {
  if (role === 'launcher') return facts?.role === 'launcher';
  if (role !== 'shell' || !shell) return false;
  return (
    (shell.busy === 'foreground' || shell.busy === 'pipeline') && (signal === undefined || !shell.traps.has(signal))
  );
}

function breakAt(process: Process, child: Process, underInit: boolean): readonly Break[] {
  const { shell, role } = process;
  const command = shell?.command;
  const inText = command?.text.place(command.span.start, command.span.end) ?? child.at ?? process.at;
  const launch = process.at ?? inText;
  if (!inText || !launch) return [];
  if (role === 'launcher') return [{ kind: 'packageManager', process, child, at: launch }];
  switch (shell?.reads.kind) {
    case 'text': {
      const kind = underInit ? 'initOverShell' : shell.reads.form === 'shell' ? 'shellFormStays' : 'shellStays';
      return [{ kind, process, child, at: inText }];
    }
    case 'script':
      return [
        ...(underInit ? [{ kind: 'initOverScript' as const, process, child, at: launch }] : []),
        { kind: 'scriptStays', process, child, at: inText },
      ];
    default:
      return [];
  }
}
