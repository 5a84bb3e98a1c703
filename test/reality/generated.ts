// Tries launches by chance and tells what came of it.
import { Coverage } from './coverage.ts';
import { allConstructs, constructsOf, type Generated, generate, written } from './grammar.ts';
import type { Lab } from './harness.ts';
import { shrink } from './shrink.ts';
import { AT_A_TIME, report, type Trial, tryAll } from './trial.ts';

export interface Outcome {
  /** The launches that the model gets wrong, made small; as a person reads them. */
  readonly wrong: readonly string[];
  /** What is not as promised of how much is covered. */
  readonly lacking: readonly string[];
  /** Launches in which the kernel did now this, now that. */
  readonly unsteady: number;
  readonly table: string;
}

/** The seed of a launch in a run of many; given alone, it gives that launch again. */
export function seedOf(seed: number, index: number): number {
  return seed * 1_000_003 + index;
}

export async function tryGenerated(lab: Lab, seeds: readonly number[]): Promise<Outcome> {
  const coverage = new Coverage();
  const failed: { readonly seed: number; readonly launch: Generated; readonly trial: Trial }[] = [];
  let unsteady = 0;
  const launches = seeds.map((seed) => ({ seed, launch: generate(seed) }));
  await tryAll(
    lab,
    launches,
    ({ launch }) => written(launch),
    AT_A_TIME,
    ({ seed, launch }, trial) => {
      coverage.add(constructsOf(launch), trial.definite ? undefined : whyUnknown(trial));
      if (trial.unsteady) unsteady++;
      if (trial.differences.length > 0) failed.push({ seed, launch, trial });
    },
  );
  const wrong: string[] = [];
  for (const { seed, launch, trial } of failed)
    wrong.push(`The launch of seed ${seed}:\n${report(await shrink(lab, launch, trial))}`);
  return { wrong, lacking: coverage.broken(allConstructs()), unsteady, table: coverage.table() };
}

/** Why the model does not commit itself. */
export function whyUnknown({ predicted }: Trial): string {
  return predicted.kind === 'unknown' ? predicted.why.replace(/`[^`]*`/g, '`…`') : 'it may go several ways';
}
