// What happens in a pod from the stop order on, whoever gives it: when each container gets its signal, when it is killed, and which
// requests are lost on the way. Follows the kubelet (kuberuntime_container.go); Compose's CLI where that differs.

import { hasFeature } from '../../knowledge/kubernetes.ts';
import { settingsFor } from '../../settings/settings.ts';
import type { Container } from '../container.ts';
import { durationOfWords } from '../hooks/hookDuration.ts';
import { type Told, timeToTell } from '../hooks/hookEnd.ts';
import { type Override, overrideOf } from '../hooks/hookOverride.ts';
import { wordsOfHook } from '../hooks/hookScript.ts';
import { ANY_TIME, either, exactly, type Interval, NO_TIME, together } from '../interval.ts';
import { clusterFor } from '../manifests/cluster.ts';
import type { Project } from '../project.ts';
import { type Stop, seenByAll } from '../stop/stopPath.ts';
import { alternatives, knownValue } from '../value.ts';
import { type Upstream, upstreamsIn } from '../workload/upstreams.ts';
import { type Drain, drainOf } from './drain.ts';
import { MARGIN } from './gracePeriod.ts';
import { type Lag, lagOf } from './lag.ts';
import type { Hook } from './lifecycle.ts';
import { ownDelay } from './ownTimes.ts';
import type { Pod } from './pod.ts';
import { type Serving, servesTraffic } from './serving.ts';
import { DELETION, graceUnder, type StopCause } from './stopCause.ts';

/** The kubelet gives every container at least this long after its signal. */
const LAST_SECONDS = 2;
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
  readonly signalAt: Interval;
  readonly killAt: Interval;
  readonly endAt: Interval;
  readonly drain: Drain | undefined;
  readonly serving: Serving;
}

/** Something that happens, at the earliest and at the latest. */
export interface TimelineEvent {
  readonly kind: 'endpointRemoved' | 'routersFollowed' | 'preStopEnds' | 'signal' | 'ends' | 'kill';
  readonly container: Container | undefined;
  readonly at: Interval;
}

/**
 * Requests that are lost, and why. Each kind belongs to one rule. What is `moot` is lost only once the stop signal gets
 * through, which it does not now.
 */
export type Loss =
  /** The listener closes while routers still send new requests. */
  | { readonly kind: 'newRequests'; readonly row: Row; readonly moot: boolean }
  /** The hook takes the whole grace period; SIGKILL follows the signal at once. */
  | { readonly kind: 'noTimeLeft'; readonly row: Row; readonly hook: Hook; readonly grace: number }
  /** The last requests take longer than what is left. */
  | {
      readonly kind: 'drainCut';
      readonly row: Row;
      readonly drain: Drain;
      readonly needs: number;
      readonly grace: number;
      readonly moot: boolean;
    }
  /** With what a trap waits before it tells the program, the stop takes longer than there is. */
  | { readonly kind: 'toldTooLate'; readonly row: Row; readonly needs: number; readonly grace: number }
  /** The hook asks for a graceful stop and returns; the stop signal makes a fast one of it. */
  | { readonly kind: 'overridden'; readonly row: Row; readonly override: Override }
  /** The container that this one passes requests on to closes its listener while, or just when, it still passes some on. */
  | {
      readonly kind: 'backendGone';
      readonly row: Row;
      readonly backend: Row;
      readonly upstream: Upstream;
      /** When the backend closes, and until when it is asked. */
      readonly closes: number;
      readonly asked: number;
      readonly moot: boolean;
    };

/** How a pod stops. */
export interface StopTimeline {
  readonly lag: Lag;
  /** In the order of the manifest. */
  readonly rows: readonly Row[];
  /** By their earliest time. */
  readonly events: readonly TimelineEvent[];
  readonly losses: readonly Loss[];
}

/** The timeline of a pod's deletion, or of a Compose service's stop; or of what else has it stopped. */
export function timelineOf(project: Project, pod: Pod, cause: StopCause = DELETION): StopTimeline {
  if (cause !== DELETION) return draw(project, pod, cause);
  const drawn = timelines.get(project) ?? new WeakMap<Pod, StopTimeline>();
  timelines.set(project, drawn);
  const timeline = drawn.get(pod) ?? draw(project, pod, cause);
  drawn.set(pod, timeline);
  return timeline;
}

/** Of deletions, by who asks, since every asker's questions are written down: several rules read the same timeline. */
const timelines = new WeakMap<Project, WeakMap<Pod, StopTimeline>>();

function draw(project: Project, pod: Pod, cause: StopCause): StopTimeline {
  const lag = lagOf(pod.workload.services, settingsFor(project, pod.at.path).endpointLagSeconds);
  const grace = graceUnder(pod, cause);
  const rows = rowsOf(project, pod, cause, grace);
  const late = rows.flatMap((row) => lateLosses(pod, row, grace));
  // Only a deletion takes a pod out of its endpoints: how long requests go on after another order nobody knows.
  if (cause.kind !== 'deletion') return { lag, rows, events: rows.flatMap(eventsIn).sort(byTime), losses: late };
  const losses = [
    ...rows.flatMap((row) => earlyLosses(pod, row, lag, grace)),
    ...late,
    ...betweenContainers(project, pod, rows, lag),
  ];
  return { lag, rows, events: [...routed(lag), ...rows.flatMap(eventsIn)].sort(byTime), losses };
}

function rowsOf(project: Project, pod: Pod, cause: StopCause, grace: number | undefined): readonly Row[] {
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
function inOrder(project: Project, pod: Pod): boolean {
  return hasFeature(clusterFor(project, pod.at.path), 'sidecarOrder');
}

function rowOf(project: Project, container: Container, grace: number | undefined, others: Interval): Row {
  const hook = hookOf(container);
  const preStop = hookTime(container, hook);
  const drain = drainOf(project, container);
  const limit = grace ?? Number.POSITIVE_INFINITY;
  const signal = (hookEnds: number, othersEnd: number) => Math.min(Math.max(hookEnds, othersEnd), limit);
  const kill = (at: number) => at + Math.max(limit - Math.floor(at), LAST_SECONDS);
  const signalAt = { min: signal(preStop.min, others.min), max: signal(preStop.max, others.max) };
  const killAt = {
    min: grace === undefined ? signalAt.min + LAST_SECONDS : kill(signalAt.min),
    max: grace === undefined ? ANY_TIME.max : kill(signalAt.max),
  };
  const effect = effectOf(container, drain);
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
function effectOf(container: Container, drain: Drain | undefined): Interval {
  const own = ownDelay(container);
  const delay = { min: own?.seconds ?? 0, max: own ? (own.seconds ?? ANY_TIME.max) : 0 };
  const seen = (value: Stop): Interval => {
    if (value.outcome === 'killedAfterGrace') return exactly(Number.POSITIVE_INFINITY);
    if (value.outcome === 'killedAtOnce' || value.outcome === 'drops') return NO_TIME;
    if (value.outcome === 'cutShort' && value.endsAfter !== undefined) return exactly(value.endsAfter);
    const told = pathSeconds(value);
    return { min: told + delay.min, max: told + delay.max + (drain?.seconds ?? ANY_TIME.max) };
  };
  const ways = alternatives(container.stop).map(({ value }) => together(...seenByAll(value).map(seen)));
  return ways.length > 0 ? either(...ways) : ANY_TIME;
}

/** Without any time there is nothing to plan; that is another story. */
function isHopeless({ source }: Pod, grace: number | undefined): boolean {
  return grace !== undefined && grace <= (source === 'kubernetes' ? 1 : 0);
}

/** What is lost because a container is told too early, or by two at once. */
function earlyLosses(pod: Pod, row: Row, lag: Lag, grace: number | undefined): readonly Loss[] {
  if (isHopeless(pod, grace)) return [];
  const losses: Loss[] = [];
  if (pod.source === 'kubernetes' && losesNewRequests(pod, row, lag)) {
    losses.push({ kind: 'newRequests', row, moot: always(row.container, /^killedAfterGrace$/) });
  }
  const override = overrideOf(row.container);
  if (override) losses.push({ kind: 'overridden', row, override });
  return losses;
}

/** What is lost because a container does not come to its end in time. */
function lateLosses(pod: Pod, row: Row, grace: number | undefined): readonly Loss[] {
  if (grace === undefined || isHopeless(pod, grace)) return [];
  if (row.hook && row.preStop.min >= grace) return [{ kind: 'noTimeLeft', row, hook: row.hook, grace }];
  const { drain, path } = row;
  const needs = row.preStop.min + path + (drain?.seconds ?? 0) + (drain?.spare ?? MARGIN);
  if (path > 0) return needs <= grace ? [] : [{ kind: 'toldTooLate', row, needs, grace }];
  if (!drain || needs <= grace) return [];
  return [{ kind: 'drainCut', row, drain, needs, grace, moot: always(row.container, /^(?:killed|drops)/) }];
}

function losesNewRequests(pod: Pod, { container, serving, hook, preStop, toldByHook, path }: Row, lag: Lag): boolean {
  if (container.role !== 'regular' || pod.workload.development || lag.advised <= 0) return false;
  if (serving.answer !== 'yes' && serving.answer !== 'likely') return false;
  if (hook && !(hook.complete && hook.handlers.length === 1)) return false;
  // How long a router takes is a guess unless the user says it: only a stop without any delay is surely too early.
  const delay = toldByHook?.max ?? preStop.max + path;
  const tooEarly = lag.configured ? delay < lag.advised : delay === 0;
  return tooEarly && !ownDelay(container);
}

/** What is lost because the containers of a pod do not wait for each other. */
function betweenContainers(project: Project, pod: Pod, rows: readonly Row[], lag: Lag): readonly Loss[] {
  if (pod.source !== 'kubernetes' || pod.workload.development) return [];
  return upstreamsIn(project, pod).flatMap((upstream): readonly Loss[] => {
    const row = rows.find(({ container }) => container === upstream.proxy);
    const backend = rows.find(({ container }) => container === upstream.backend);
    if (!row?.container.awaited || !backend) return [];
    // A native sidecar is told when all others have ended, unless its own hook tells it before.
    const isLast = backend.container.role === 'sidecar' && row.container.role !== 'sidecar' && !backend.toldByHook;
    if (isLast && inOrder(project, pod)) return [];
    const moot = always(row.container, /^killedAfterGrace$/);
    const asked = (moot ? row.killAt : closesAt(row)).min;
    const closes = closesAt(backend).max;
    // Equal delays that are long enough: nobody asks any more.
    const tooEarly = lag.configured ? closes < lag.advised : closes === 0;
    if (closes > asked || (closes === asked && !tooEarly)) return [];
    return [{ kind: 'backendGone', row, backend, upstream, closes, asked, moot }];
  });
}

/** When a container closes its listener: told by its hook or its stop signal, after the delay that it makes itself. */
export function closesAt({ container, toldByHook, signalAt, killAt, path }: Row): Interval {
  if (always(container, /^killedAfterGrace$/)) return killAt;
  const own = ownDelay(container);
  const later = own ? (own.seconds ?? ANY_TIME.max) : 0;
  const told = toldByHook ?? signalAt;
  return {
    min: Math.min(told.min, signalAt.min) + path + (own?.seconds ?? 0),
    max: Math.min(told.max, signalAt.max) + path + later,
  };
}

/** Whether the stop ends like this whichever way the launch goes. */
function always({ stop }: Container, outcome: RegExp): boolean {
  const seen = alternatives(stop).flatMap(({ value }) => seenByAll(value));
  return seen.length > 0 && seen.every((one) => outcome.test(one.outcome));
}

function routed(lag: Lag): readonly TimelineEvent[] {
  return [
    { kind: 'endpointRemoved', container: undefined, at: { min: 0, max: 1 } },
    { kind: 'routersFollowed', container: undefined, at: lag.seconds },
  ];
}

function eventsIn({ container, hook, preStop, signalAt, endAt, killAt }: Row): readonly TimelineEvent[] {
  return [
    // The kubelet waits for a hook no longer than the grace period.
    ...(hook ? [{ kind: 'preStopEnds' as const, container, at: earlier(preStop, signalAt) }] : []),
    { kind: 'signal', container, at: signalAt },
    endAt.min >= killAt.max ? { kind: 'kill', container, at: killAt } : { kind: 'ends', container, at: endAt },
  ];
}

function earlier(a: Interval, b: Interval): Interval {
  return { min: Math.min(a.min, b.min), max: Math.min(a.max, b.max) };
}

function byTime(a: TimelineEvent, b: TimelineEvent): number {
  return a.at.min - b.at.min;
}
