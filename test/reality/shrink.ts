// Makes a launch that the model gets wrong as small as it gets while it is still wrong.
import { type Generated, smaller, written } from './grammar.ts';
import type { Lab } from './harness.ts';
import { type Trial, tryLaunch } from './trial.ts';

/** So many smaller launches are tried at most, and so many at a time. */
const MOST = 96;
const AT_A_TIME = 16;

export async function shrink(lab: Lab, launch: Generated, trial: Trial): Promise<Trial> {
  let now = { launch, trial };
  let left = MOST;
  let next: typeof now | undefined = now;
  while (next && left > 0) {
    now = next;
    next = undefined;
    const candidates = smaller(now.launch);
    while (!next && left > 0) {
      const some = [...take(candidates, AT_A_TIME)];
      if (some.length === 0) return now.trial;
      left -= some.length;
      const tried = await Promise.all(
        some.map(async (one) => ({ launch: one, trial: await tryLaunch(lab, written(one)) })),
      );
      next = tried.find((one) => one.trial.differences.length > 0 && one.trial.measured.kind === trial.measured.kind);
    }
  }
  return (next ?? now).trial;
}

function* take<T>(from: Iterator<T>, count: number): Generator<T> {
  for (let i = 0; i < count; i++) {
    const next = from.next();
    if (next.done) return;
    yield next.value;
  }
}
