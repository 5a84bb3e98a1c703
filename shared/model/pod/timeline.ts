// What happens in a pod from the stop order on, whoever gives it: when each container gets its signal, when it is killed, and which
// requests are lost on the way.

import { settingsFor } from '../../settings/settings.ts';
import type { Container } from '../container.ts';
import type { Interval } from '../interval.ts';
import type { Project } from '../project.ts';
import { type Lag, lagOf } from './lag.ts';
import { earlyLosses, type Loss, lateLosses, lossesBetween } from './losses.ts';
import type { Pod } from './pod.ts';
import { type Row, rowsOf } from './row.ts';
import { DELETION, graceUnder, type StopCause } from './stopCause.ts';

/** Something that happens, at the earliest and at the latest. */
export interface TimelineEvent {
  readonly kind: 'endpointRemoved' | 'routersFollowed' | 'preStopEnds' | 'signal' | 'ends' | 'kill';
  readonly container: Container | undefined;
  readonly at: Interval;
}

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
    ...lossesBetween(project, pod, rows, lag),
  ];
  return { lag, rows, events: [...routed(lag), ...rows.flatMap(eventsIn)].sort(byTime), losses };
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
