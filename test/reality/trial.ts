// Tries launches: what is predicted against what happens, several at a time.
import { differences, inOneLine, isDefinite } from './compare.ts';
import type { Lab, Measured } from './harness.ts';
import { GRACE, type RealLaunch } from './launch.ts';
import { type Predicted, predict } from './predict.ts';

export interface Trial {
  readonly launch: RealLaunch;
  readonly predicted: Predicted;
  readonly measured: Measured;
  readonly definite: boolean;
  /** None where they agree. */
  readonly differences: readonly string[];
  /** Whether the kernel itself has done now this and now that. */
  readonly unsteady: boolean;
}

/** Launches at a time: they sleep nearly all of it. */
export const AT_A_TIME = 16;

/** A difference counts when it has been seen so often: a machine that is busy with other things is late at times. */
export const MEASUREMENTS = 3;

export async function tryLaunch(lab: Lab, asked: RealLaunch): Promise<Trial> {
  const launch = { ...asked, grace: asked.grace ?? quietGrace(asked) };
  const predicted = predict(launch);
  let measured = await lab.run(launch);
  let found = differences(predicted, measured, launch.late);
  const first = found;
  for (let again = 1; found.length > 0 && again < MEASUREMENTS; again++) {
    measured = await lab.run(launch);
    found = differences(predicted, measured, launch.late);
  }
  return {
    launch,
    predicted,
    measured,
    definite: isDefinite(predicted),
    differences: found,
    unsteady: first.length > 0 && found.length === 0,
  };
}

/** Seconds around the end of the grace period in which nothing may be predicted: nobody could tell which came first. */
const QUIET = 0.17;

/** A grace period whose end is nowhere near a predicted one. */
function quietGrace(launch: RealLaunch): number {
  const candidates = Array.from({ length: 6 }, (_, i) => GRACE + i * 0.1);
  const killed = (grace: number) => {
    const predicted = predict({ ...launch, grace });
    return predicted.kind === 'ways' ? predicted.ways.map(({ course }) => course.killed).join() : predicted.kind;
  };
  return candidates.find((grace) => killed(grace - QUIET) === killed(grace + QUIET)) ?? GRACE;
}

/** Tries all launches, so many at a time, and tells of each as it is done. */
export async function tryAll<T>(
  lab: Lab,
  all: Iterable<T>,
  launchOf: (one: T) => RealLaunch,
  atATime: number,
  tell: (one: T, trial: Trial) => void,
): Promise<void> {
  const waiting = all[Symbol.iterator]();
  const worker = async () => {
    for (let next = waiting.next(); !next.done; next = waiting.next())
      tell(next.value, await tryLaunch(lab, launchOf(next.value)));
  };
  await Promise.all(Array.from({ length: atATime }, worker));
}

/** What a person needs to see a difference with own eyes. */
export function report({ launch, predicted, measured, differences: found }: Trial): string {
  const { words, files = {}, hook = [], sh = 'dash', signal = 'SIGTERM', grace } = launch;
  const predictions =
    predicted.kind === 'ways'
      ? predicted.ways.map(({ course, tree }) => `${inOneLine(course)}\n             ${tree.join(' | ')}`)
      : [predicted.kind];
  const happened =
    measured.kind === 'stopped'
      ? `${inOneLine(measured.course)}\n             ${measured.tree.join(' | ')}`
      : `it ended by itself with status ${measured.status}`;
  return [
    `  ${found.join('; ')}`,
    `  words      ${words.map((word) => JSON.stringify(word)).join(' ')}   (sh is ${sh}, ${signal}, ${grace} s)`,
    ...(hook.length > 0 ? [`  hook       ${hook.map((word) => JSON.stringify(word)).join(' ')}`] : []),
    ...Object.entries(files).map(([name, text]) => `  /srv/${name}\n${text.replace(/^/gm, '    ').trimEnd()}`),
    ...predictions.map((one, i) => `  ${i === 0 ? 'predicted ' : '       or '} ${one}`),
    `  measured   ${happened}`,
    `  said       ${measured.output.trim().replace(/\n/g, '\n             ')}`,
  ].join('\n');
}
