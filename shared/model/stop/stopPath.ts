// What the stop signal does to a launch: hop by hop through the process tree, to the server, and what stands in the way.
// Reads it off the launch as it is followed; knows no file format.

import { mannerOf } from '../../knowledge/programs.ts';
import { type Place, samePlace } from '../../text/span.ts';
import type { Image } from '../image/image.ts';
import type { Launch } from '../launch/launch.ts';
import { runsExitTrap } from '../launch/shellBuiltins.ts';
import { followLaunch, type Life, type StopOrder } from '../run/followLaunch.ts';
import { type EventKind, Lost } from '../run/machine.ts';
import { type ServerSettings, serverSettings } from '../servers/serverSettings.ts';
import { type Alternative, type Condition, oneOf, unknown, type Value } from '../value.ts';
import { hopAsSet, outcomeAsSet } from './asSet.ts';
import { type FileLink, type Process, spine } from './processTree.ts';
import { refusedTrap, shellBreaks, toldAt } from './shellBreaks.ts';
import { isAbandoned, leavesItsPrograms, viewOf, viewsOf } from './supervisedWays.ts';

/** What becomes of the work in flight. */
export type Outcome =
  /** The program gets a signal that it drains on, and has all the time of the grace period. */
  | 'drains'
  /** The program gets the signal; nobody here knows what it does with it. */
  | 'reaches'
  /** The program is told and drops what it is doing. */
  | 'drops'
  /** The container ends some seconds after the signal, whether or not the program has finished. */
  | 'cutShort'
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
    /** The shell that reads a line of a Procfile. */
    | 'lineStays'
    | 'scriptStays'
    | 'initOverShell'
    | 'initOverScript'
    | 'packageManager'
    /** A shell's trap waits for the foreground command, which nobody tells. */
    | 'trapWaits'
    /** A shell's trap passes the signal on, but the shell does not wait for what it told. */
    | 'trapEndsEarly'
    /** A shell does not know the signal by the name that its trap gives it. */
    | 'trapRefused'
    /** A shell has only an EXIT trap, which it does not run for a signal. */
    | 'exitTrapOnly'
    /** A program in the background is never told, and killed with the container. */
    | 'jobUntold'
    /** A script waits for a pipeline. */
    | 'pipelineStays'
    /** A script starts the program again and again. */
    | 'loopStays'
    /** An init is told to drop the signal. */
    | 'signalDropped'
    /** A supervisor ends without a word to the programs that it looks after. */
    | 'supervisorLeaves';
  /** The process that stands in the way. */
  readonly process: Process;
  /** What the signal should get to. */
  readonly child: Process;
  readonly at: Place;
}

/** What one process on the way does with the signal. */
export interface Hop {
  readonly process: Process;
  /** `neverTold`: the signal does not arrive here. */
  readonly effect: EventKind | 'neverTold';
  /** The signal as it arrives, and as it is passed on where that is another. */
  readonly signal: string | undefined;
  readonly passed: string | undefined;
}

/** One way that the launch can go, and what the stop signal does to it. */
export interface Stop {
  /** The signal that the container gets. */
  readonly signal: string;
  readonly root: Process;
  /** Whether the root is PID 1 of a namespace of its own, where the kernel drops signals that nobody handles. */
  readonly pid1: boolean;
  /** The program that serves: the end of the path. */
  readonly server: Process | undefined;
  /** What its own files, its command line and its environment say of its stop. */
  readonly settings?: ServerSettings;
  /** The files that were read on the way: scripts, and what they source. */
  readonly links: readonly FileLink[];
  /** From PID 1 to the server. */
  readonly hops: readonly Hop[];
  readonly outcome: Outcome;
  /** Seconds from the signal to the end of a container that does not wait for its program. */
  readonly endsAfter: number | undefined;
  /** Seconds from the container's signal until the program is told; absent when it never is. */
  readonly toldAfter: number | undefined;
  /** What stands in the way, outermost first; repairing all of them lets the signal through. */
  readonly breaks: readonly Break[];
  /**
   * The same stop as the other programs see it, where a supervisor looks after several. This one is seen from a program
   * that fares worst.
   */
  readonly beside: readonly Stop[];
}

/** A stop as each of its programs sees it. */
export function seenByAll(stop: Stop): readonly Stop[] {
  return [stop, ...stop.beside];
}

/** What the launch is stopped with. */
export interface Order {
  /** A name such as `SIGTERM`; absent where an image outside the project decides it. */
  readonly signal: string | undefined;
  /** Whether the launch is PID 1 of its own namespace, where the kernel drops signals that nobody handles. */
  readonly pid1: boolean;
  /** Whether every process gets the signal, and not the launch alone. */
  readonly everyone?: boolean;
  /** The words of a hook that comes first. */
  readonly hook?: readonly string[];
}

/** The stops of a launch, one for every way that it can go. */
export function stopsOf(
  image: Image,
  launch: Launch,
  environment: ReadonlyMap<string, string | undefined>,
  order: Order,
): Value<Stop> {
  const { words } = launch;
  const named = new Map([...image.env, ...environment]);
  const settingsOf: Settle = (process, scripts) =>
    serverSettings({ process, image, words, environment: named, scripts });
  const follow: Follow = (suppositions) =>
    followLaunch(image, launch, environment, { ...PATIENT, ...order, signal: order.signal ?? 'SIGTERM' }, suppositions);
  try {
    const ways = follow().map(({ value, when }) => ({ value: stopOf(value, when, order, follow, settingsOf), when }));
    return oneOf(distinct(ways));
  } catch (error) {
    if (error instanceof Lost) return unknown(error.message);
    throw error;
  }
}

/** How bad an outcome is for the work in flight: a fix must not raise it. */
export function harm(outcome: Outcome): number {
  return { drains: 0, reaches: 1, unknown: 1, drops: 2, killedAfterGrace: 2, cutShort: 2, killedAtOnce: 3 }[outcome];
}

/** Whether the program is not told, or is killed before it can act on it. */
function isLost(outcome: Outcome): boolean {
  return outcome === 'killedAfterGrace' || outcome === 'killedAtOnce';
}

/** Reads what a server's own files say. */
type Settle = (server: Process, scripts: readonly string[]) => ServerSettings | undefined;

type Follow = (suppositions?: Parameters<typeof followLaunch>[4]) => ReturnType<typeof followLaunch>;

/** Requests of any length: a program that drains takes long, and the grace period is longer still. */
const PATIENT: Omit<StopOrder, 'signal' | 'pid1'> = { grace: 1_000_000, drainTime: () => 10_000 };

/** The stop as the program sees it that fares worst, with the others beside it. */
function stopOf(life: Life, when: readonly Condition[], order: Order, follow: Follow, settingsOf: Settle): Stop {
  const seen = viewsOf(life).map(({ name, life: own }) => {
    const followed: Follow = (suppositions) =>
      follow(suppositions).map((way) => ({ ...way, value: viewOf(way.value, name) }));
    return stopSeen(own, when, order, followed, settingsOf);
  });
  const [first = stopSeen(life, when, order, follow, settingsOf), ...others] = seen.sort(
    (a, b) => harm(b.outcome) - harm(a.outcome),
  );
  return { ...first, beside: others };
}

function stopSeen(life: Life, when: readonly Condition[], order: Order, follow: Follow, settingsOf: Settle): Stop {
  const way = spine(life.root);
  const last = way.at(-1);
  const server = last?.role === 'program' ? last : undefined;
  const settings = server && settingsOf(server, life.scripts);
  const outcome = outcomeOf(life, server, order);
  return {
    ...(settings && { settings }),
    signal: order.signal ?? 'SIGTERM',
    root: life.root,
    pid1: order.pid1,
    server,
    links: life.links,
    hops: way.map((process) => (process === server ? hopAsSet(hopOf(life, process), settings) : hopOf(life, process))),
    outcome: outcomeAsSet(outcome, settings, server && hopOf(life, server).signal),
    endsAfter: life.end.by === 'self' || life.end.by === 'signal' ? life.end.at : undefined,
    toldAfter: server && toldAt(life, server),
    breaks: allBreaks(life, outcome, when, order, follow),
    beside: [],
  };
}

/** A container that is gone within a second has not waited for anybody. */
const AT_ONCE = 1;

function outcomeOf(life: Life, server: Process | undefined, { signal }: Order): Outcome {
  const { processOf, events } = life;
  const process = server && processOf.get(server);
  const end = process?.end;
  if (!server || !end) return 'unknown';
  const own = events.filter((event) => event.process === process);
  const kinds = own.map(({ kind }) => kind);
  if (leavesItsPrograms(server) && kinds.includes('ends')) return life.mayHaveTold ? 'unknown' : 'killedAtOnce';
  if (isAbandoned(life, server)) return 'killedAtOnce';
  // Whoever is told as the container ends is no better off.
  if (end.by === 'container' && end.at <= AT_ONCE) return 'killedAtOnce';
  if (life.mayHaveTold && toldAt(life, server) === undefined) return 'unknown';
  if (end.by === 'kill') return 'killedAfterGrace';
  if (end.by === 'container') return 'cutShort';
  // Its supervisor has no more patience with one that was never told.
  if (end.by === 'supervisor' && toldAt(life, server) === undefined) return 'killedAfterGrace';
  if (end.by === 'signal' || kinds.includes('ends')) return signal === undefined ? 'reaches' : 'drops';
  const drains = own.find(({ kind }) => kind === 'drains');
  if (!drains || signal === undefined || server.facts?.dependsOnConfig) return 'reaches';
  // Nobody knows when clients leave.
  return mannerOf(server.facts, drains.signal) === 'waitsForClients' ? 'reaches' : 'drains';
}

/** What stands in the way of the whole stop, each place once. */
function allBreaks(
  life: Life,
  outcome: Outcome,
  when: readonly Condition[],
  order: Order,
  follow: Follow,
): readonly Break[] {
  const own = shellBreaks(life, order.signal ?? 'SIGTERM');
  // What only keeps the container there needs no signal.
  const needed = spine(life.root).at(-1)?.facts?.role !== 'task';
  const hops = needed && isLost(outcome) ? breaksOf(wayToTrap(life, own), when, order, follow) : [];
  const last = spine(life.root).at(-1);
  const left: readonly Break[] =
    outcome === 'killedAtOnce' && last?.at && leavesItsPrograms(last)
      ? [{ kind: 'supervisorLeaves', process: last, child: last, at: last.at }]
      : [];
  const all = [...hops, ...own, ...left];
  return all.filter((one, i) => all.findIndex((other) => other.kind === one.kind && samePlace(other.at, one.at)) === i);
}

/** The way to the server, up to a shell whose trap waits: what is behind it is told by the trap. */
function wayToTrap({ root }: Life, own: readonly Break[]): readonly Process[] {
  const way = spine(root);
  const trapped = way.findIndex((process) => own.some((one) => one.kind === 'trapWaits' && one.process === process));
  return trapped < 0 ? way : way.slice(0, trapped + 1);
}

function hopOf({ processOf, events }: Life, process: Process): Hop {
  const proc = processOf.get(process);
  const event = events.find((one) => one.process === proc);
  return { process, effect: event?.kind ?? 'neverTold', signal: event?.signal, passed: event?.passed };
}

/** Alternatives that come to the same are one, under the conditions that they share. */
function distinct(ways: readonly Alternative<Stop>[]): readonly Alternative<Stop>[] {
  const byStory = new Map<string, Alternative<Stop>>();
  for (const way of ways) {
    const key = storyKey(way.value);
    const twin = byStory.get(key);
    byStory.set(key, twin ? { value: twin.value, when: sharedBy(twin.when, way.when) } : way);
  }
  return [...byStory.values()];
}

/** What tells one stop from another, as far as anybody cares. */
export function storyKey({ outcome, hops, breaks, endsAfter, beside }: Stop): string {
  const places = breaks.map(({ kind, at }) => `${kind} ${at.path} ${at.start}`);
  return [
    outcome,
    endsAfter,
    ...hops.map(({ process, effect }) => `${process.argv.join(' ')} ${effect}`),
    ...places,
    ...beside.map(storyKey),
  ].join('\n');
}

function sharedBy(a: readonly Condition[], b: readonly Condition[]): readonly Condition[] {
  return a.filter((one) => b.some((other) => same(one, other)));
}

function same(a: Condition, b: Condition): boolean {
  return a.text === b.text && a.holds === b.holds;
}

/** The hops in the way: as few of them, from the outermost on, as let the signal through when they are gone. */
function breaksOf(way: readonly Process[], when: readonly Condition[], order: Order, follow: Follow): readonly Break[] {
  const inTheWay = way.filter((hop, i) => way[i + 1] && standsInTheWay(hop, order));
  for (let count = 1; count <= inTheWay.length; count++) {
    const repaired = inTheWay.slice(0, count);
    const behind = repaired.some(({ role }) => role === 'init') ? [] : leftBehind(way, repaired, when, order, follow);
    if (!behind) continue;
    const own = repaired.flatMap((hop) => {
      const i = way.indexOf(hop);
      const child = way[i + 1];
      const underInit = way.slice(0, i).some(({ role }) => role === 'init');
      return child ? breakAt(hop, child, underInit) : [];
    });
    return [...own, ...behind];
  }
  return [];
}

function standsInTheWay(process: Process, { signal }: Order): boolean {
  const { role, shell, init, facts } = process;
  if (role === 'launcher') return facts?.role === 'launcher';
  if (role === 'init')
    return init?.rewrites.has(signal ?? 'SIGTERM') === true && init.rewrites.get(signal ?? 'SIGTERM') === undefined;
  if (role !== 'shell' || !shell || shell.reads.kind === 'subshell') return false;
  return shell.busy !== 'wait' && !shell.traps.has(signal ?? 'SIGTERM') && !refusedTrap(process, signal ?? 'SIGTERM');
}

/**
 * What a shell behind these hops does to the signal, where `exec` stands in front of every hop's command and no package
 * manager is in between. Nothing, where the server is told; `undefined`, where it is lost all the same.
 */
function leftBehind(
  way: readonly Process[],
  inTheWay: readonly Process[],
  when: readonly Condition[],
  order: Order,
  follow: Follow,
): readonly Break[] | undefined {
  // Out of a pipeline, a loop or a subshell there is no way by `exec`; it is enough that the program could act on a signal.
  if (inTheWay.some(({ shell }) => shell && !shell.command)) return way.at(-1)?.facts?.bare === true ? undefined : [];
  const exec = inTheWay.flatMap(({ shell }) =>
    shell?.command ? [shell.command.text.place(shell.command.nameStart, shell.command.nameStart)] : [],
  );
  const withoutLaunchers = inTheWay.some(({ role }) => role === 'launcher');
  const repaired = supposing(follow, { exec, withoutLaunchers }).filter((one) =>
    one.when.every(
      (condition) => !when.some((other) => other.text === condition.text && other.holds !== condition.holds),
    ),
  );
  const through = repaired.some(({ value }) => {
    const last = spine(value.root).at(-1);
    return !isLost(outcomeOf(value, last?.role === 'program' ? last : undefined, order));
  });
  if (through) return [];
  return repaired.map(({ value }) => shellBreaks(value, order.signal ?? 'SIGTERM')).find((breaks) => breaks.length > 0);
}

/** The ways that a launch can go under some suppositions; none where it cannot be followed. */
function supposing(follow: Follow, suppositions: Parameters<Follow>[0]): ReturnType<Follow> {
  try {
    return follow(suppositions);
  } catch (error) {
    if (error instanceof Lost) return [];
    throw error;
  }
}

/** A part of a pipe as it is written, with what it was on its way to the program; else the program's own word. */
function writtenAs({ was: [first], at }: Process): Place | undefined {
  return first?.program === '(…)' ? first.at : at;
}

function breakAt(process: Process, child: Process, underInit: boolean): readonly Break[] {
  const { shell, role } = process;
  const command = shell?.command;
  const inText = command?.text.place(command.span.start, command.span.end) ?? writtenAs(child) ?? process.at;
  const launch = process.at ?? inText;
  if (!inText?.path || !launch) return [];
  if (role === 'launcher') return [{ kind: 'packageManager', process, child, at: launch }];
  if (role === 'init') return [{ kind: 'signalDropped', process, child, at: launch }];
  const own = ownKind(process);
  if (own) return [{ kind: own, process, child, at: exitTrapOf(process) ?? inText }];
  switch (shell?.reads.kind) {
    case 'text': {
      const written = { exec: 'shellStays', shell: 'shellFormStays', line: 'lineStays' } as const;
      const kind = underInit && shell.reads.form !== 'line' ? 'initOverShell' : written[shell.reads.form];
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

/** What makes a script's shell stay, where it is more than a missing `exec`. */
function ownKind({ shell }: Process): Break['kind'] | undefined {
  if (!shell || shell.reads.kind === 'packageScript') return undefined;
  if (shell.traps.has('EXIT') && !runsExitTrap(shell.dialect)) return 'exitTrapOnly';
  if (shell.busy === 'loop') return 'loopStays';
  return shell.busy === 'pipeline' && shell.reads.kind === 'script' ? 'pipelineStays' : undefined;
}

function exitTrapOf({ shell }: Process): Place | undefined {
  const word = shell?.traps.get('EXIT')?.word;
  return word?.text.place(word.span.start, word.span.end);
}
