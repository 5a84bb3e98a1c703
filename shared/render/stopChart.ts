// A pod's stop as lanes of a chart: who waits, who still works, who is killed, and what is lost on the way.
import { mannerOf } from '../knowledge/programs.ts';
import type { Lag } from '../model/pod/lag.ts';
import type { Loss } from '../model/pod/losses.ts';
import type { Pod } from '../model/pod/pod.ts';
import type { Row } from '../model/pod/row.ts';
import type { StopTimeline } from '../model/pod/timeline.ts';
import type { Stop } from '../model/stop/stopPath.ts';
import { alternatives, knownValue } from '../model/value.ts';
import type { Bar, Chart, Lane, Mark } from './chart.ts';
import { sayLosses } from './timeline.ts';

/** The chart of a pod's timeline. */
export function stopChart(pod: Pod, timeline: StopTimeline): Chart {
  const grace = knownValue(pod.grace.value);
  const routers = pod.source === 'kubernetes' && pod.containers.some(({ awaited }) => awaited);
  const end = endOf(timeline, grace, routers);
  const lanes = timeline.rows.map((row) => laneOf(row, timeline, end));
  return {
    title: `How ${pod.name} stops`,
    end,
    limit: grace === undefined ? undefined : { at: grace, label: `grace period ${grace} s` },
    lanes: [...(routers ? [routersLane(timeline)] : []), ...lanes],
    notes: sayLosses(timeline).map((loss) => `lost: ${loss.replaceAll('`', '')}`),
  };
}

/** A little behind the last moment that is known; what may take any time ends with the grace period. */
function endOf({ rows, lag, losses }: StopTimeline, grace: number | undefined, routers: boolean): number {
  const moments = [
    grace ?? 0,
    routers ? lag.seconds.max : 0,
    ...rows.flatMap(({ preStop, signalAt, endAt }) => [preStop.min, signalAt.min, endAt.min, endAt.max]),
    ...losses.map((loss) => ('needs' in loss ? loss.needs : 0)),
  ];
  return Math.max(1, ...moments.filter(Number.isFinite)) * 1.06;
}

function routersLane({ lag: { seconds } }: StopTimeline): Lane {
  const bar = {
    tone: 'routers',
    from: 0,
    to: seconds.min,
    latest: seconds.max,
    label: 'new requests still come',
  } as const;
  return { name: 'routers', bars: [bar], losses: [], marks: [] };
}

function laneOf(row: Row, { losses, lag }: StopTimeline, end: number): Lane {
  const { container, hook, preStop, signalAt, endAt, killAt } = row;
  const within = (seconds: number) => Math.min(seconds, end);
  const bars: Bar[] = [];
  if (hook) bars.push(bar('delay', 0, Math.min(preStop.min, signalAt.min), signalAt.max, 'preStop hook'));
  else if (signalAt.max > 0) bars.push(bar('work', 0, signalAt.min, within(signalAt.max), 'serves on'));
  if (endAt.max > signalAt.min) bars.push(bar('work', signalAt.min, endAt.min, within(endAt.max), afterSignal(row)));
  const killed = endAt.min >= killAt.min;
  const signal = knownValue(container.stopSignal.value) ?? 'the stop signal';
  const marks: Mark[] = [{ at: signalAt.min, label: signal }];
  if (killed) marks.push({ at: within(killAt.min), label: 'killed' });
  else if (endAt.min === endAt.max) marks.push({ at: within(endAt.min), label: 'ended' });
  return {
    name: container.name,
    bars: bars.map((one) => ({ ...one, latest: within(one.latest) })),
    losses: losses
      .filter((loss) => loss.row === row && !('moot' in loss && loss.moot))
      .flatMap((loss) => lostIn(loss, lag)),
    marks,
  };
}

function bar(tone: Bar['tone'], from: number, to: number, latest: number, label: string): Bar {
  return { tone, from, to: Math.max(from, to), latest: Math.max(from, to, latest), label };
}

/** What the program does between its signal and its end, if every way of the launch does the same. */
function afterSignal({ container }: Row): string {
  const stops = alternatives(container.stop).map(({ value }) => value);
  const [outcome, ...others] = new Set(stops.map((stop) => stop.outcome));
  if (others.length > 0 || outcome === undefined) return 'may still work';
  if (outcome === 'drains') return stops.some(putsInOrder) ? 'puts its data in order' : 'finishes its requests';
  return outcome === 'killedAfterGrace' ? 'serves on, never told' : 'may still work';
}

function putsInOrder({ server, hops, signal }: Stop): boolean {
  return mannerOf(server?.facts, hops.at(-1)?.signal ?? signal) === 'putsInOrder';
}

function lostIn(loss: Loss, lag: Lag): readonly Bar[] {
  const { row } = loss;
  switch (loss.kind) {
    case 'newRequests':
      return [bar('lost', row.signalAt.min, lag.seconds.min, lag.seconds.max, 'new requests')];
    case 'backendGone':
      return [bar('lost', loss.closes, loss.asked, loss.asked, 'requests that it passes on')];
    case 'drainCut':
    case 'toldTooLate':
      return [bar('lost', loss.grace, loss.needs, loss.needs, 'what it still works on')];
    case 'noTimeLeft':
      return [bar('lost', loss.grace, loss.grace, loss.grace, 'what it works on')];
    case 'overridden':
      return [bar('lost', row.signalAt.min, row.signalAt.min, row.signalAt.min, 'what it is finishing')];
  }
}
