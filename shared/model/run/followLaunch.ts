// Follows one launch through its life: until it is ready, through the stop signal, to its end. Gives what rules and hovers
// look at; knows no rule.

import { secondsLeft } from '../../knowledge/kubernetes.ts';
import type { Image } from '../image/image.ts';
import { fromWord } from '../launch/args.ts';
import type { Launch } from '../launch/launch.ts';
import type { FileLink, Process } from '../stop/processTree.ts';
import type { Condition } from '../value.ts';
import { type Choices, everyWay, TooManyWays } from './choices.ts';
import type { Resolved } from './host.ts';
import { LaunchHost, type Suppositions } from './launchHost.ts';
import { type End, Lost, type Machine, type Proc, type ProcessImage, type SignalEvent } from './machine.ts';
import { type DrainTime, descendsFrom } from './natives.ts';

/** How a launch is stopped. */
export interface StopOrder {
  /** A name such as `SIGTERM`. */
  readonly signal: string;
  /** Whether the launch is PID 1 of its own namespace, where the kernel drops signals that nobody handles. */
  readonly pid1: boolean;
  /** Whether every process gets the signal, and not the launch alone. */
  readonly everyone?: boolean;
  /** Seconds from the signal to SIGKILL. */
  readonly grace: number;
  readonly drainTime: DrainTime;
  /** The words of a preStop hook, which comes before the signal and takes its time from the grace period. */
  readonly hook?: readonly string[];
}

/** One way through a launch's life. Times are seconds from the stop signal, or from the start of the hook before it. */
export interface Life {
  /** The tree when the launch is ready, with the process that each node is. */
  readonly root: Process;
  readonly processOf: ReadonlyMap<Process, Proc>;
  readonly events: readonly SignalEvent[];
  /** The files that were read on the way. */
  readonly links: readonly FileLink[];
  readonly scripts: readonly string[];
  /** Whether something was run that may have told anybody, besides what the events say. */
  readonly mayHaveTold: boolean;
  /** How PID 1 came to its end. */
  readonly end: End;
}

/** The launch is over before anybody stops it. */
export class EndsByItself extends Lost {}

/** How long a launch may take to get ready; what is not ready by then waits for something. */
const BOOT_SECONDS = 600;

/** All ways that a launch can go but those that end by themselves. Throws `Lost` where one cannot be followed. */
export function followLaunch(
  image: Image,
  launch: Launch,
  environment: ReadonlyMap<string, string | undefined>,
  order: StopOrder,
  suppositions: Suppositions = { exec: [], withoutLaunchers: false },
): readonly { readonly value: Life; readonly when: readonly Condition[] }[] {
  if (image.os === 'windows') throw new Lost('Windows has no signals');
  let key: string | undefined;
  const go = (choices: Choices): Life | undefined => {
    const host = new LaunchHost(image, choices, order.drainTime, suppositions);
    const life = unlessItEnds(() => lifeOf(host, image, launch, environment, order, suppositions, choices));
    key ??= keyOf(host.scripts, image, launch, environment, order, suppositions);
    if (CROWDED.has(key)) throw new TooManyWays('there are too many ways that the launch can go');
    return life;
  };
  const ways = everyWayOf(go, () => key);
  const staying = ways.flatMap(({ value, when }) => (value ? [{ value, when }] : []));
  if (staying.length === 0) throw new EndsByItself('the launch ends by itself');
  return staying;
}

/**
 * Launches that can go too many ways, by what decides that as far as the first way shows it. Many services run one image,
 * and every fix that is tried has them all followed again.
 */
const CROWDED = new Set<string>();
const MOST_CROWDED = 200;

function keyOf(
  scripts: readonly string[],
  { env, sh, workdir }: Image,
  { words }: Launch,
  environment: ReadonlyMap<string, string | undefined>,
  { signal, pid1, everyone }: StopOrder,
  suppositions: Suppositions,
): string {
  const texts = words.map(({ text }) => text);
  return JSON.stringify([
    texts,
    [...env],
    [...environment],
    sh,
    workdir,
    scripts,
    signal,
    pid1,
    everyone,
    suppositions,
  ]);
}

/** All ways; a launch that has too many is remembered. */
function everyWayOf(go: (choices: Choices) => Life | undefined, key: () => string | undefined) {
  try {
    return everyWay(go);
  } catch (error) {
    const crowded = error instanceof TooManyWays ? key() : undefined;
    if (crowded !== undefined && CROWDED.size < MOST_CROWDED) CROWDED.add(crowded);
    throw error;
  }
}

function unlessItEnds(follow: () => Life): Life | undefined {
  try {
    return follow();
  } catch (error) {
    if (error instanceof EndsByItself) return undefined;
    throw error;
  }
}

function lifeOf(
  host: LaunchHost,
  image: Image,
  launch: Launch,
  environment: ReadonlyMap<string, string | undefined>,
  order: StopOrder,
  suppositions: Suppositions,
  choices: Choices,
): Life {
  try {
    return lifeIn(host, image, launch, environment, order);
  } catch (error) {
    // What one of many programs does must not hide what the supervisor does.
    const supervises = error instanceof Lost && !suppositions.opaqueSupervisors && host.machine.supervises;
    if (!supervises) throw error;
    const opaque = { ...suppositions, opaqueSupervisors: true };
    const other = new LaunchHost(image, choices, order.drainTime, opaque);
    return lifeOf(other, image, launch, environment, order, opaque, choices);
  }
}

function lifeIn(
  host: LaunchHost,
  image: Image,
  launch: Launch,
  environment: ReadonlyMap<string, string | undefined>,
  order: StopOrder,
): Life {
  const named = new Map([...image.env, ...environment]);
  if (image.workdir.kind === 'known') named.set('PWD', image.workdir.value);
  const resolved = host.resolve(launch.words.map(fromWord), { more: false, named });
  if (resolved.kind === 'short') throw new EndsByItself('the launch ends by itself');
  const { machine } = host;
  // Outside a namespace of its own, the launch is a child like any other.
  const outer = order.pid1 ? undefined : machine.start(PAUSE, undefined);
  machine.main = undefined;
  const root = machine.start(resolved.image, outer);
  machine.settle(BOOT_SECONDS);
  if (root.end) throw new EndsByItself('the launch ends by itself');
  machine.resetClock();
  const processOf = new Map<Process, Proc>();
  const tree = snapshot(root, processOf);
  const hook = order.hook && host.command(order.hook, named);
  return { root: tree, processOf, links: host.links, scripts: host.scripts, ...stop(machine, root, order, hook) };
}

/** What holds a shared namespace open. */
const PAUSE = {
  argv: ['/pause'],
  program: 'pause',
  role: 'program',
  facts: undefined,
  at: undefined,
  was: [],
  native: { onSignal: () => {} },
} as const;

function stop(
  machine: Machine,
  root: Proc,
  { signal, grace, everyone }: StopOrder,
  hook: Resolved | undefined,
): Pick<Life, 'events' | 'mayHaveTold' | 'end'> {
  if (hook?.kind === 'image') precede(machine, hook.image, grace);
  const limit = hook ? machine.now + secondsLeft(grace, machine.now) : grace;
  const killed: End = { at: limit, status: 137, by: 'kill' };
  // Children first: whoever is told at all is told before its parent can end and take it along.
  const told = everyone ? machine.living.toReversed() : [root];
  if (signal === 'SIGKILL') machine.finish(root, { ...killed, at: machine.now });
  else if (signal === 'SIGSTOP') for (const process of told) machine.freeze(process);
  else for (const process of told) machine.signal(process, signal);
  machine.settle(limit);
  if (!root.end) {
    machine.now = limit;
    machine.finish(root, killed);
  }
  return { events: machine.events, mayHaveTold: machine.mayHaveTold, end: root.end ?? killed };
}

/** Runs a hook beside the launch, until it ends or the grace period does; it is not ended then. */
function precede(machine: Machine, image: ProcessImage, grace: number): void {
  const hook = machine.start(image, undefined);
  machine.settle(grace, hook);
  if (machine.main?.end || hook.end) return;
  const busy = machine.living.find((process) => isOpen(process) && (process === hook || descendsFrom(process, hook)));
  if (busy) throw new Lost(`how long \`${busy.image.program}\` takes is not known`);
  machine.now = grace;
}

/** Whether nobody knows when it ends by itself. */
function isOpen({ image }: Proc): boolean {
  return image.role === 'program' && image.facts === undefined;
}

/** The tree as it is now. */
function snapshot(proc: Proc, into: Map<Process, Proc>): Process {
  const { image, block, busy, command, traps, refused, was } = proc;
  const living = proc.children.filter(({ end, image }) => !end && !image.writers);
  const awaited =
    block?.kind === 'foreground'
      ? block.processes
      : image.role === 'init' || image.role === 'launcher'
        ? living.slice(-1)
        : [];
  const foreground = awaited.find(({ end, image }) => !end && !image.writers);
  const background = living.filter((child) => child !== foreground);
  const process: Process = {
    argv: image.argv,
    program: image.program,
    role: image.role,
    facts: image.facts,
    at: image.at,
    was,
    ...(image.shell && { shell: { ...image.shell, traps, refused, busy, command } }),
    ...(image.init && { init: image.init }),
    ...(image.supervision && { supervision: image.supervision }),
    ...(foreground && { child: snapshot(foreground, into) }),
    background: background.map((child) => snapshot(child, into)),
  };
  into.set(process, proc);
  return process;
}
