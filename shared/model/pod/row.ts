// One container's way through a stop, in seconds from the stop order: its hook, its signal, its end, and when it closes its
// listener. Follows the kubelet (kuberuntime_container.go); Compose's CLI where that differs. Says nothing of requests.

import { hasFeature, secondsLeft } from '../../knowledge/kubernetes.ts';
import type { Container } from '../container.ts';
import { durationOfWords } from '../hooks/hookDuration.ts';
import { type Told, timeToTell } from '../hooks/hookEnd.ts';
import { wordsOfHook } from '../hooks/hookScript.ts';
import { ANY_TIME, either, exactly, type Interval, NO_TIME, together } from '../interval.ts';
import { clusterFor } from '../manifests/cluster.ts';
import type { Project } from '../project.ts';
import { type Stop, seenByAll } from '../stop/stopPath.ts';
import { alternatives, knownValue } from '../value.ts';
import { type Drain, drainOf } from './drain.ts';
import type { Need } from './gracePeriod.ts';
import type { Hook } from './lifecycle.ts';
import { type OwnTime, ownDelay, surely } from './ownTimes.ts';
import type { Pod } from './pod.ts';
import { type Serving, servesTraffic } from './serving.ts';
import type { StopCause } from './stopCause.ts';

/** One container's way through the stop; seconds from the stop order. */
export interface Row {
  readonly container: Container;
  /** How long its preStop hook takes. */
  readonly preStop: Interval;
  readonly hook: Hook | undefined;
  /** When the hook itself tells the program to stop, if it does: that closes the listener as the stop signal would. */
  readonly toldByHook: Interval | undefined;
  /** How long traps on the way wait, after the signal, before they tell the program, or before they end it untold. */
  readonly path: number;
  /** The delay that the program itself makes between its signal and closing its listener. */
  readonly own: OwnTime | undefined;
  /** Seconds that surely pass before it turns to its last requests: by its hook, by traps, by itself. */
  readonly before: number;
  readonly signalAt: Interval;
  readonly killAt: Interval;
  readonly endAt: Interval;
  readonly drain: Drain | undefined;
  readonly serving: Serving;
}

/** What a container needs of the grace period. */
export function needOf({ before, drain }: Row): Need {
  return { delay: before, drain };
}

/** What passes before it turns to its last requests, traps apart: `10 s of preStop`. */
export function delaysOf({ preStop, own }: Row): readonly string[] {
  const by = surely(own);
  return [
    ...(preStop.min > 0 ? [`${preStop.min} s of preStop`] : []),
    ...(own && by > 0 ? [`${by} s by \`${own.name}\``] : []),
  ];
}

/** The rows of everything that runs, in the order of the manifest. */
export function rowsOf(project: Project, pod: Pod, cause: StopCause, grace: number | undefined): readonly Row[] {
  // What a probe stops it stops by itself: nothing waits for anything.
  if (cause.kind === 'probe') return [rowOf(project, cause.container, grace, NO_TIME)];
  const running = pod.containers.filter(({ role }) => role !== 'init');
  const rows = new Map<Container, Row>();
  for (const container of running.filter(({ role }) => role !== 'sidecar')) {
    rows.set(container, rowOf(project, container, grace, NO_TIME));
  }
  // Native sidecars wait for all others, then stop in reverse order of their declaration.
  for (const container of running.filter(({ role }) => role === 'sidecar').reverse()) {
    const ends = [...rows.values()].map(({ endAt }) => endAt);
    rows.set(container, rowOf(project, container, grace, inOrder(project, pod) ? together(...ends) : NO_TIME));
  }
  return running.flatMap((container) => rows.get(container) ?? []);
}

/** Whether native sidecars wait for the others. */
export function inOrder(project: Project, pod: Pod): boolean {
  return hasFeature(clusterFor(project, pod.at.path), 'sidecarOrder');
}

function rowOf(project: Project, container: Container, grace: number | undefined, others: Interval): Row {
  const hook = hookOf(container);
  const preStop = hookTime(container, hook);
  const drain = drainOf(project, container);
  const limit = grace ?? Number.POSITIVE_INFINITY;
  const signal = (hookEnds: number, othersEnd: number) => Math.min(Math.max(hookEnds, othersEnd), limit);
  const kill = (at: number) => at + secondsLeft(limit, at);
  const signalAt = { min: signal(preStop.min, others.min), max: signal(preStop.max, others.max) };
  const killAt = {
    min: grace === undefined ? signalAt.min + secondsLeft(0, 0) : kill(signalAt.min),
    max: grace === undefined ? ANY_TIME.max : kill(signalAt.max),
  };
  const own = ownDelay(container);
  const effect = effectOf(container, own, drain);
  const endAt = {
    min: Math.min(signalAt.min + effect.min, killAt.min),
    max: Math.min(signalAt.max + effect.max, killAt.max),
  };
  const path = pathOf(container);
  const toldByHook = hook && toldBy(container, hook);
  return {
    container,
    preStop,
    hook,
    toldByHook,
    path,
    own,
    before: preStop.min + path + surely(own),
    signalAt,
    killAt,
    endAt,
    drain,
    serving: servesTraffic(container),
  };
}

/** What every way of the launch waits at least. */
function pathOf({ stop }: Container): number {
  const ways = alternatives(stop).map(({ value }) => pathSeconds(value));
  return ways.length > 0 ? Math.min(...ways) : 0;
}

function pathSeconds({ hops, outcome, toldAfter, endsAfter }: Stop): number {
  if (!hops.some(({ effect }) => effect === 'trapRuns' || effect === 'trapWaits')) return 0;
  return toldAfter ?? (outcome === 'cutShort' ? endsAfter : undefined) ?? 0;
}

/** The hook that runs after the stop order; Compose runs its own before it, outside the period. */
function hookOf({ source, lifecycle }: Container): Hook | undefined {
  return source === 'kubernetes' && lifecycle ? knownValue(lifecycle.preStop) : undefined;
}

function hookTime(container: Container, hook: Hook | undefined): Interval {
  const { source, lifecycle } = container;
  if (source !== 'kubernetes' || !lifecycle) return NO_TIME;
  if (lifecycle.preStop.kind !== 'known') return ANY_TIME;
  const [handler] = hook?.handlers ?? [];
  // A script of the project may tell what its name does not.
  const words =
    handler?.kind === 'exec' && !Number.isFinite(hook?.duration.max) ? wordsOfHook(container, handler) : undefined;
  return words ? durationOfWords(words) : (hook?.duration ?? NO_TIME);
}

/** When a hook sends its program a signal that this stops on. */
function toldBy(container: Container, { handlers }: Hook): Interval | undefined {
  const { lifecycle, stop } = container;
  const [handler] = handlers;
  const words = handler?.kind === 'exec' ? wordsOfHook(container, handler) : undefined;
  const known = alternatives(stop).flatMap(({ value }) => value.server?.facts ?? []);
  const stops = ({ signal, target }: Told) => {
    if (target === 'pid1' && lifecycle?.sharedProcesses) return false;
    if (known.length === 0) return /^SIG(?:TERM|QUIT|INT)$/.test(signal);
    return known.some(({ graceful, fast }) => graceful.includes(signal) || fast.includes(signal));
  };
  return words && timeToTell(words, stops);
}

/** How long the program lives after its signal, SIGKILL apart. */
function effectOf(container: Container, own: OwnTime | undefined, drain: Drain | undefined): Interval {
  const delay = { min: own?.seconds ?? 0, max: own ? (own.seconds ?? ANY_TIME.max) : 0 };
  const seen = (value: Stop): Interval => {
    if (value.outcome === 'killedAfterGrace') return exactly(Number.POSITIVE_INFINITY);
    if (value.outcome === 'drops') return exactly(value.settings?.dropsIn ?? 0);
    if (value.outcome === 'killedAtOnce') return NO_TIME;
    if (value.outcome === 'cutShort' && value.endsAfter !== undefined) return exactly(value.endsAfter);
    const told = pathSeconds(value);
    return { min: told + delay.min, max: told + delay.max + (drain?.seconds ?? ANY_TIME.max) };
  };
  const ways = alternatives(container.stop).map(({ value }) => together(...seenByAll(value).map(seen)));
  return ways.length > 0 ? either(...ways) : ANY_TIME;
}

/** When a container closes its listener: told by its hook or its stop signal, after the delay that it makes itself. */
export function closesAt({ container, own, toldByHook, signalAt, killAt, path }: Row): Interval {
  if (always(container, /^killedAfterGrace$/)) return killAt;
  const later = own ? (own.seconds ?? ANY_TIME.max) : 0;
  const told = toldByHook ?? signalAt;
  return {
    min: Math.min(told.min, signalAt.min) + path + (own?.seconds ?? 0),
    max: Math.min(told.max, signalAt.max) + path + later,
  };
}

/** Whether the stop ends like this whichever way the launch goes. */
export function always({ stop }: Container, outcome: RegExp): boolean {
  const seen = alternatives(stop).flatMap(({ value }) => seenByAll(value));
  return seen.length > 0 && seen.every((one) => outcome.test(one.outcome));
}
