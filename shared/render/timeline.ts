// Says a pod's stop in words, event by event, with the seconds from the stop order.

import type { Container } from '../model/container.ts';
import type { Interval } from '../model/interval.ts';
import type { Lag } from '../model/pod/lag.ts';
import type { Loss } from '../model/pod/losses.ts';
import type { Pod } from '../model/pod/pod.ts';
import { otherCauses, type StopCause } from '../model/pod/stopCause.ts';
import { type StopTimeline, type TimelineEvent, timelineOf } from '../model/pod/timeline.ts';
import type { Project } from '../model/project.ts';
import { knownValue } from '../model/value.ts';

/** One line for every event, in their order. */
export function sayTimeline(pod: Pod, timeline: StopTimeline): readonly string[] {
  const lines = timeline.events.filter(({ container }) => container || pod.source === 'kubernetes').map(sayEvent);
  return [...lines, ...sayLosses(timeline).map((loss) => `**lost**: ${loss}`)];
}

/** What is lost, unless something worse makes it moot. */
export function sayLosses({ losses, lag }: StopTimeline): readonly string[] {
  return losses.filter((loss) => !('moot' in loss && loss.moot)).map((loss) => sayLoss(loss, lag));
}

/** One line for everything else that may stop a container, with the seconds that differ. */
export function sayOtherStops(project: Project, pod: Pod, container: Container): readonly string[] {
  return otherCauses(pod, container).flatMap((cause) => {
    const row = timelineOf(project, pod, cause).rows.find((one) => one.container === container);
    if (!row) return [];
    const signal = knownValue(container.stopSignal.value) ?? 'its stop signal';
    const times = `${signal} after ${seconds(row.signalAt)}, SIGKILL after ${seconds(row.killAt)}`;
    return [`${whenOf(cause)}: ${times}`];
  });
}

function whenOf(cause: StopCause): string {
  switch (cause.kind) {
    case 'deletion':
      return 'when its pod is deleted';
    case 'probe':
      return `when its ${cause.probe.name} fails, alone`;
    case 'nodeShutdown':
      return `when its node shuts down ${cause.notice.why}, with its endpoints still there`;
    case 'softEviction':
      return 'when its node gets short of memory or disk, with its endpoints still there';
    case 'eviction':
      return 'when its node runs out of memory or disk, with its endpoints still there';
  }
}

/** `5 s`, `0.1–2 s`, `from 5 s`. */
function seconds({ min, max }: Interval): string {
  if (min === max) return `${round(min)} s`;
  return Number.isFinite(max) ? `${round(min)}–${round(max)} s` : `from ${round(min)} s on`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function sayEvent({ kind, container, at }: TimelineEvent): string {
  const name = `\`${container?.name}\``;
  switch (kind) {
    case 'endpointRemoved':
      return `${seconds(at)}: the endpoint is removed`;
    case 'routersFollowed':
      return `${seconds(at)}: routers have stopped opening connections; on those that they keep alive, requests go on until the server closes them`;
    case 'preStopEnds':
      return `${seconds(at)}: the preStop hook of ${name} has ended`;
    case 'signal':
      return `${seconds(at)}: ${name} gets ${container ? (knownValue(container.stopSignal.value) ?? 'its stop signal') : ''}`;
    case 'ends':
      return `${seconds(at)}: ${name} has ended`;
    case 'kill':
      return `${seconds(at)}: ${name} is killed`;
  }
}

function sayLoss(loss: Loss, lag: Lag): string {
  const name = `\`${loss.row.container.name}\``;
  switch (loss.kind) {
    case 'newRequests':
      return `requests that reach ${name} between ${round(loss.row.signalAt.min)} s and ${round(lag.seconds.max)} s`;
    case 'noTimeLeft':
      return `what ${name} works on when its hook has used up the ${loss.grace} s`;
    case 'toldTooLate':
      return `what ${name} works on: it is told so late that it needs ${loss.needs} s of ${loss.grace} s`;
    case 'overridden':
      return `what ${name} is finishing when ${loss.override.arriving} follows the ${loss.override.asked} of its hook`;
    case 'backendGone': {
      const gone = `\`${loss.backend.container.name}\` is gone`;
      return `what ${name} passes on when ${gone}, ${loss.closes < loss.asked ? `from ${round(loss.closes)} s to ${round(loss.asked)} s` : 'in no certain order'}`;
    }
    case 'drainCut':
      return `what ${name} still works on after ${loss.grace} s (it needs ${loss.needs} s)`;
  }
}
