// What the stop signal does to a launch: hop by hop through the process tree, to the server, and what stands in the way.
// Reads it off the launch as it is followed; knows no file format.
import type { Image } from '../image/image.ts';
import type { Launch } from '../launch/launch.ts';
import { followLaunch, type Life, type StopOrder } from '../run/followLaunch.ts';
import { type EventKind, Lost } from '../run/machine.ts';
import { type ServerSettings, serverSettings } from '../servers/serverSettings.ts';
import { type Alternative, type Condition, oneOf, unknown, type Value } from '../value.ts';
import { hopAsSet, outcomeAsSet } from './asSet.ts';
import { allBreaks, type Break, type Follow } from './breaks.ts';
import { harm, type Outcome, outcomeOf } from './outcome.ts';
import { type FileLink, type Process, spine } from './processTree.ts';
import { toldAt } from './shellBreaks.ts';
import { viewOf, viewsOf } from './supervisedWays.ts';

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

/** Reads what a server's own files say. */
type Settle = (server: Process, scripts: readonly string[]) => ServerSettings | undefined;

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
  const outcome = outcomeOf(life, server, order.signal);
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
    breaks: allBreaks(life, outcome, when, order.signal, follow),
    beside: [],
  };
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
