// Compares what was measured with what was expected and what was predicted.
import type { Case, Stage } from './case.ts';
import type { PodPlan } from './plan.ts';
import { isNarrow, type Prediction } from './predict.ts';
import type { Run } from './replay.ts';

/** A stage that was run. */
export interface StageDone {
  readonly stage: Stage;
  readonly applied: readonly string[];
  readonly plan: PodPlan;
  readonly prediction: Prediction;
  readonly runs: readonly Run[];
}

/** A case that was run. */
export interface Done {
  readonly case: Case;
  readonly stages: readonly StageDone[];
}

/** A case that could not be run. */
export interface Left {
  readonly case: Case;
  readonly why: string;
}

/** How far a figure may be from the expected one: a share of it, and so many requests or seconds in any case. */
const TOLERANCE = 0.25;
const REQUESTS = 5;
const SECONDS = 0.5;

/** The middle one of some figures. */
export function median(figures: readonly number[]): number {
  return [...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)] ?? 0;
}

export function secondsOf({ stopped }: Run): number {
  return Math.max(...stopped.map(({ endAt }) => endAt));
}

/** What did not come out as it should; nothing where all is well. */
export function problemsOf({ case: one, stages }: Done): readonly string[] {
  const found: string[] = [];
  for (const [i, { stage, applied, runs, prediction }] of stages.entries()) {
    const where = `${one.id}, ${stage.title}`;
    if (stage.fixes && String(applied) === String(stages[i - 1]?.applied ?? []))
      found.push(`${where}: no fix was applied`);
    const { expected } = stage;
    for (const run of runs) {
      if (expected.lost === 0 ? run.lost > 0 : !near(run.lost, expected.lost, REQUESTS))
        found.push(`${where}: ${run.lost} lost, expected ${expected.lost}`);
      const seconds = secondsOf(run);
      if (!near(seconds, expected.seconds, SECONDS))
        found.push(`${where}: it took ${seconds.toFixed(2)} s, expected ${expected.seconds}`);
      if (!(prediction.lost.min <= run.lost && run.lost <= prediction.lost.max))
        found.push(`${where}: ${run.lost} lost, predicted ${prediction.lost.min}–${prediction.lost.max}`);
      for (const { name, endAt } of run.stopped) {
        const end = prediction.ends.get(name);
        if (!end || endAt < end.min || endAt > end.max)
          found.push(`${where}: ${name} ended after ${endAt.toFixed(2)} s, predicted ${end?.min}–${end?.max}`);
      }
    }
    for (const [name, end] of prediction.ends)
      if (!isNarrow(end)) found.push(`${where}: the prediction for ${name} is too wide: ${end.min}–${end.max}`);
  }
  const lost = stages.map(({ runs }) => median(runs.map((run) => run.lost)));
  if ((lost.at(-1) ?? 0) >= (lost[0] ?? 0)) found.push(`${one.id}: ${lost[0]} lost before, ${lost.at(-1)} after`);
  return found;
}

function near(figure: number, expected: number, least: number): boolean {
  return Math.abs(figure - expected) <= Math.max(least, expected * TOLERANCE);
}
