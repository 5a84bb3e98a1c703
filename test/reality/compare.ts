// Where a prediction and a measurement differ, in words.
import type { Measured } from './harness.ts';
import type { Course, Fate } from './launch.ts';
import type { Predicted } from './predict.ts';

/** Seconds that an end may come later or earlier than predicted: starting programs takes time, more so side by side. */
export const TOLERANCE = 0.18;

/**
 * The differences; none where they agree. Where the model sees several ways, one of them must be what happened. A launch
 * that the model cannot follow agrees with everything. Ends may come `late` seconds later still.
 */
export function differences(predicted: Predicted, measured: Measured, late = 0): readonly string[] {
  if (predicted.kind === 'unknown') return [];
  if (predicted.kind === 'endsByItself')
    return measured.kind === 'endedByItself' ? [] : ['it was to end by itself, and did not'];
  if (measured.kind === 'endedByItself')
    return [`it ended by itself with status ${measured.status}: ${measured.output.trim()}`];
  const each = predicted.ways.map(({ course }) => between(course, measured.course, late));
  const best = each.find((one) => one.length === 0) ?? each[0] ?? [];
  return [...best, ...ofHook(predicted, measured, late)];
}

/** Its hook by itself: how long it takes. */
function ofHook(
  { hook }: Extract<Predicted, { kind: 'ways' }>,
  measured: Extract<Measured, { kind: 'stopped' }>,
  late: number,
): readonly string[] {
  const took = measured.hook;
  if (!hook || took === undefined || (took > hook.min - TOLERANCE && took < hook.max + TOLERANCE + late)) return [];
  return [`the hook was to take ${hook.min} to ${hook.max} s, not ${took.toFixed(2)} s`];
}

/** Whether the model commits itself: it sees one way, or several that come to the same. */
export function isDefinite(predicted: Predicted): boolean {
  if (predicted.kind !== 'ways') return predicted.kind === 'endsByItself';
  const [first, ...others] = predicted.ways;
  return first !== undefined && others.every(({ course }) => between(first.course, course).length === 0);
}

function between(predicted: Course, measured: Course, late = 0): readonly string[] {
  const found: string[] = [];
  if (predicted.killed !== measured.killed)
    found.push(predicted.killed ? 'SIGKILL was to be needed' : 'SIGKILL was not to be needed');
  if (!predicted.killed && !measured.killed) {
    const delay = measured.at - predicted.at;
    if (delay > TOLERANCE + late || delay < -TOLERANCE)
      found.push(`the end was to come at ${predicted.at.toFixed(2)} s`);
    if (predicted.status !== undefined && predicted.status !== measured.status)
      found.push(`the status was to be ${predicted.status}`);
  }
  const names = new Set([...predicted.fates, ...measured.fates].map(({ name }) => name));
  return [...found, ...[...names].flatMap((name) => ofServer(name, predicted, measured))];
}

function ofServer(name: string, predicted: Course, measured: Course): readonly string[] {
  const of = ({ fates }: Course): Fate =>
    fates.find((fate) => fate.name === name) ?? { name, signals: [], drained: false };
  const [to, did] = [of(predicted), of(measured)];
  const found: string[] = [];
  if (to.drained !== did.drained) found.push(`${name} was ${to.drained ? '' : 'not '}to drain`);
  const missing = to.signals.filter((signal) => !did.signals.includes(signal));
  const others = did.signals.filter((signal) => !to.signals.includes(signal) && !to.raced?.includes(signal));
  if (missing.length > 0) found.push(`${name} was to get ${missing.join(' ')}`);
  if (others.length > 0) found.push(`${name} was not to get ${others.join(' ')}`);
  return found;
}

/** A course in one line. */
export function inOneLine({ fates, at, status, killed }: Course): string {
  const each = fates.map(({ name, signals, raced = [], drained }) => {
    const got = [...signals, ...raced.map((signal) => `${signal}?`)].join(' ') || 'no signal';
    return `${name} got ${got} and ${drained ? 'drained' : 'did not drain'}`;
  });
  return [
    ...each,
    `the end ${killed ? 'by SIGKILL' : 'by itself'} at ${at.toFixed(2)} s with status ${status ?? '?'}`,
  ].join('; ');
}
