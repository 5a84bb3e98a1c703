// What the model predicts of a replay: when each container ends, and how many requests are lost: rate × share × window,
// and what is in flight where work is cut. Reads it off the timeline; adds nothing of its own but the traffic.

import type { Interval } from '../../shared/model/interval.ts';
import { closesAt, type Row } from '../../shared/model/pod/row.ts';
import type { StopTimeline } from '../../shared/model/pod/timeline.ts';
import type { Outcome } from '../../shared/model/stop/outcome.ts';
import { alternatives } from '../../shared/model/value.ts';
import type { Case, Stage } from './case.ts';
import type { PodPlan } from './plan.ts';

/** What no interval need be narrower than: seconds, and a share. */
const LEAST_SECONDS = 0.5;
const LEAST_SHARE = 0.2;
/** Two pods take turns. */
const SHARE = 1 / 2;

/** What a prediction needs to know of the traffic. */
type Traffic = Pick<Case, 'load' | 'lag'>;

export interface Prediction {
  /** Seconds from the stop order to the end of each container, by its name. */
  readonly ends: ReadonlyMap<string, Interval>;
  readonly lost: Interval;
  /** The seconds in which new requests are lost. */
  readonly window: Interval | undefined;
}

export function predict(one: Case, stage: Stage, { timeline }: PodPlan): Prediction {
  const late = stage.late?.seconds ?? 0;
  const ends = new Map(timeline.rows.map((row) => [row.container.name, endIn(one, row, timeline, late)] as const));
  const spans = timeline.losses.flatMap((loss): readonly Interval[] => {
    if (loss.kind === 'newRequests' && !loss.moot) return [{ min: closesAt(loss.row).min + late, max: one.lag }];
    if (loss.kind !== 'backendGone') return [];
    const until = one.load.balances === 'connections' ? loss.asked : Math.min(loss.asked, one.lag);
    return [{ min: loss.closes, max: until }];
  });
  // Of what routes to a Procfile's processes the model says nothing; here it is the replay's own router.
  const routed = timeline.rows.filter(({ container }) => container.source === 'procfile');
  const unsaid = routed.map((row) => ({ min: closesAt(row).min, max: one.lag }));
  const real = [...spans, ...unsaid].filter(({ min, max }) => max > min);
  const window =
    real.length > 0
      ? { min: Math.min(...real.map(({ min }) => min)), max: Math.max(...real.map(({ max }) => max)) }
      : undefined;
  const perSecond = one.load.rate * SHARE;
  const missed = window ? perSecond * (window.max - window.min) : 0;
  const all = missed + Math.max(0, ...timeline.rows.map((row) => cutIn(one, row)));
  const slack = Math.max((LEAST_SECONDS / 2) * perSecond, (LEAST_SHARE / 2) * all);
  const lost =
    all === 0 ? { min: 0, max: 0 } : { min: Math.max(0, Math.floor(all - slack)), max: Math.ceil(all + slack) };
  return { ends, lost, window };
}

/** What a proxy works on is over once its backend has cut it. */
function endIn(one: Traffic, row: Row, { losses }: StopTimeline, late: number): Interval {
  const own = endOf(one, row, late);
  const cut = losses.find((loss) => loss.kind === 'backendGone' && loss.row === row && isAbrupt(loss.backend));
  if (cut?.kind !== 'backendGone' || isAbrupt(row)) return own;
  const { min, max } = endOf(one, cut.backend, late);
  return { min: Math.max(min, row.signalAt.min), max: Math.max(max, row.signalAt.max) };
}

/** A point in time of the model stands for half a second of the clock. */
function endOf({ load, lag }: Traffic, row: Row, late: number): Interval {
  const killed = row.endAt.max >= row.killAt.min && cutIn({ load, lag }, row) > 0;
  const { min, max } = killed ? row.killAt : row.endAt;
  // Work is done when the last slow request is, which has begun not long before the end of the traffic.
  const slow = load.slowMs / 1000;
  const apart = (1.5 * load.slowEvery) / (load.rate * SHARE);
  const last = load.balances === 'connections' ? min : Math.min(min, lag);
  const waits = !killed && !isAbrupt(row);
  const from = waits ? Math.max(min, last + slow - apart) : min;
  const told = waits && !isNarrow({ min: from, max }) ? last + Math.max(slow, max - min) : max;
  return { min: from + late, max: Math.max(told, from + LEAST_SECONDS) + late };
}

/** Whether an interval is as narrow as it has to be. */
export function isNarrow({ min, max }: Interval): boolean {
  return max - min <= Math.max(LEAST_SECONDS, LEAST_SHARE * max) + 1e-9;
}

function outcomesOf({ container }: Row): readonly Outcome[] {
  return alternatives(container.stop).map(({ value }) => value.outcome);
}

function isAbrupt(row: Row): boolean {
  return outcomesOf(row).some((outcome) => /^(?:drops|killed|cutShort)/.test(outcome));
}

/** Whether its server starts its workers anew on its signal, and goes on. */
function reloads({ container }: Row): boolean {
  return alternatives(container.stop).every(
    ({ value: { settings, signal } }) => settings?.onSignal?.get(signal ?? '') === 'stays',
  );
}

/** The slow requests that are in flight when a container ends without waiting for them. */
function cutIn({ load, lag }: Traffic, row: Row): number {
  const slow = load.slowMs / 1000;
  const perSecond = (load.rate * SHARE) / load.slowEvery;
  const { signalAt, endAt, killAt } = row;
  // What its reload cuts is all that it works on.
  if (reloads(row)) return slow * perSecond;
  const killed = endAt.max >= killAt.min;
  if (!isAbrupt(row) && !killed) return 0;
  // A program that is never told takes requests to its end.
  const deaf = outcomesOf(row).every((outcome) => outcome === 'killedAfterGrace');
  const took = deaf || load.balances === 'connections' ? Number.POSITIVE_INFINITY : lag;
  const last = Math.min(deaf ? endAt.max : signalAt.max, deaf && load.balances === 'requests' ? lag : took);
  const cutAt = outcomesOf(row).every((outcome) => outcome === 'drops') ? signalAt.max : endAt.max;
  return Math.max(0, slow - (cutAt - last)) * perSecond;
}
