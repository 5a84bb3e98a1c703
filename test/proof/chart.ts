// Draws a case, stage by stage: lost requests in each second, and beneath the product's own picture of the pod's stop, with
// a lane for what was measured under each that is predicted.
import { AXIS, type Chart, drawCharts, heightOf, type Lane } from '../../shared/render/chart.ts';
import { type Done, median, type StageDone } from './judge.ts';
import type { Stopped } from './kubelet.ts';
import { BEFORE } from './replay.ts';

const HEAD = 44;
const TITLE = 22;
const BARS = 60;
const GAP = 30;

export function chart({ case: one, stages }: Done): string {
  const end = Math.max(...stages.map(({ plan, runs }) => Math.max(plan.chart.end, ...runs.map(lastOf))));
  const most = Math.max(1, ...stages.flatMap(errorsOf));
  const parts: string[] = [];
  let top = HEAD;
  for (const done of stages) {
    const picture = pictureOf(done, end);
    parts.push(...bars(done, top, most, end), ...placed(drawCharts([picture]), top + TITLE + BARS + 8));
    top += TITLE + BARS + 8 + heightOf(picture) + GAP;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${AXIS.width} ${top}" role="img">`,
    `<title>${escaped(one.title)}</title>`,
    `<rect class="ground" width="${AXIS.width}" height="${top}"/>`,
    text(12, 24, 'title', one.title.replaceAll('`', '')),
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function lastOf({ errors }: StageDone['runs'][number]): number {
  return errors.length - BEFORE;
}

/** Lost requests by the second after the stop order: the middle one of the runs. */
function errorsOf({ runs }: StageDone): readonly number[] {
  return Array.from({ length: Math.max(...runs.map(lastOf)) }, (_, i) =>
    median(runs.map(({ errors }) => errors[i + BEFORE] ?? 0)),
  );
}

function bars(done: StageDone, top: number, most: number, end: number): readonly string[] {
  const x = (second: number) => AXIS.from + ((AXIS.to - AXIS.from) * second) / end;
  const base = top + TITLE + BARS;
  const lost = median(done.runs.map((run) => run.lost));
  return [
    text(12, top + 12, 'title', `${done.stage.title.replaceAll('`', '')}: ${lost} lost`),
    text(12, base - BARS / 2, 'quiet', 'lost per second'),
    text(12, base - BARS / 2 + 16, 'quiet', `at most ${most}`),
    `<line class="line" x1="${AXIS.from}" x2="${AXIS.to}" y1="${base}" y2="${base}"/>`,
    ...errorsOf(done).flatMap((count, second) => {
      const height = (count / most) * BARS;
      const [left, width] = [x(second) + 1, Math.max(1, x(1) - x(0) - 2)];
      const label = `<title>${count} lost</title>`;
      return count === 0 ? [] : [`<rect class="lost" ${sized(left, base - height, width, height)}>${label}</rect>`];
    }),
  ];
}

/** The product's picture, over the measured. */
function pictureOf({ plan, runs }: StageDone, end: number): Chart {
  const lanes = plan.chart.lanes.flatMap((lane) => {
    const stops = runs.flatMap(({ stopped }) => stopped.filter(({ name }) => name === lane.name));
    return stops.length > 0 ? [lane, measured(stops)] : [lane];
  });
  return { ...plan.chart, end, lanes };
}

function measured(stops: readonly Stopped[]): Lane {
  const told = median(stops.map(({ signalAt }) => signalAt));
  const ended = median(stops.map(({ endAt }) => endAt));
  const killed = stops.some(({ killedAt }) => killedAt !== undefined);
  const span = (tone: 'delay' | 'work', from: number, to: number) => ({ tone, from, to, latest: to, label: '' });
  return {
    name: 'measured',
    bars: [...(told > 0.1 ? [span('delay', 0, told)] : []), span('work', told, ended)],
    losses: [],
    marks: [{ at: ended, label: `${killed ? 'killed' : 'ended'} after ${ended.toFixed(2)} s` }],
  };
}

/** A picture within another. */
function placed(picture: string, top: number): readonly string[] {
  return picture.replace('<svg ', `<svg y="${top}" `).trimEnd().split('\n');
}

function sized(x: number, y: number, width: number, height: number): string {
  const [a, b, c, d] = [x, y, width, height].map((one) => Math.round(one * 10) / 10);
  return `x="${a}" y="${b}" width="${c}" height="${d}"`;
}

function text(x: number, y: number, tone: string, words: string): string {
  return `<text class="${tone}" x="${x}" y="${y}">${escaped(words)}</text>`;
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
