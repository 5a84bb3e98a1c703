// Draws a case: lost requests in each second, stage by stage, with the timeline of the pod beneath: predicted behind, measured
// in front.
import { type Done, median, type StageDone } from './judge.ts';
import { BEFORE } from './replay.ts';

const WIDTH = 720;
const LEFT = 150;
const BARS = 60;
const ROW = 18;

export function chart({ case: one, stages }: Done): string {
  const last = Math.max(
    ...stages.flatMap(({ runs }) => runs.flatMap(({ errors }) => errors.length - BEFORE)),
    one.lag + 1,
  );
  const most = Math.max(1, ...stages.flatMap(({ runs }) => errorsOf(runs)));
  const x = (second: number) => LEFT + ((second + BEFORE) / (last + BEFORE)) * (WIDTH - LEFT - 20);
  const parts: string[] = [];
  let top = 40;
  for (const done of stages) {
    parts.push(...stageParts(done, one.lag, top, most, last, x));
    top += 24 + BARS + 8 + (done.plan.containers.length + 1) * ROW + 22;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top}" font-family="sans-serif" font-size="12">`,
    `<title>${escaped(one.title)}</title>`,
    `<rect width="${WIDTH}" height="${top}" fill="#fff"/>`,
    `<text x="12" y="22" font-size="15" font-weight="bold">${escaped(one.title)}</text>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function errorsOf(runs: StageDone['runs']): readonly number[] {
  const length = Math.max(...runs.map(({ errors }) => errors.length));
  return Array.from({ length }, (_, i) => median(runs.map(({ errors }) => errors[i] ?? 0)));
}

function stageParts(
  { stage, runs, plan, prediction }: StageDone,
  lag: number,
  top: number,
  most: number,
  last: number,
  x: (second: number) => number,
): readonly string[] {
  const errors = errorsOf(runs);
  const lost = median(runs.map((run) => run.lost));
  const base = top + 24 + BARS;
  const bars = errors.flatMap((count, i) => {
    const height = (count / most) * BARS;
    return count === 0 ? [] : [rect(x(i - BEFORE) + 1, base - height, x(1) - x(0) - 2, height, '#d33')];
  });
  const rows = plan.containers.flatMap(({ name }, i) => {
    const y = base + 8 + (i + 1) * ROW;
    const predicted = prediction.ends.get(name) ?? { min: 0, max: 0 };
    const ends = runs.flatMap(({ stopped }) => stopped.filter((one) => one.name === name));
    const end = median(ends.map(({ endAt }) => endAt));
    const told = median(ends.map(({ signalAt }) => signalAt));
    return [
      text(12, y + 12, name),
      rect(x(-BEFORE), y + 3, x(predicted.max) - x(-BEFORE), ROW - 6, '#cfe3f7'),
      rect(x(predicted.min), y + 3, Math.max(2, x(predicted.max) - x(predicted.min)), ROW - 6, '#7fb2e5'),
      rect(x(-BEFORE), y + 7, x(end) - x(-BEFORE), ROW - 14, '#0b5394'),
      rect(x(told) - 1, y + 3, 2, ROW - 6, '#e69500'),
    ];
  });
  const y = base + 8;
  const axis = y + (plan.containers.length + 1) * ROW + 12;
  const step = last > 30 ? 10 : last > 12 ? 5 : 1;
  const ticks = Array.from({ length: Math.floor(last / step) + 1 }, (_, i) =>
    text(x(i * step), axis, `${i * step} s`, 'middle'),
  );
  return [
    text(12, top + 12, `${stage.title.replaceAll('`', '')}: ${lost} lost`),
    text(12, base - BARS / 2, `lost per second (of ${most} at most)`.slice(0, 22)),
    `<line x1="${x(-BEFORE)}" x2="${x(last)}" y1="${base}" y2="${base}" stroke="#888"/>`,
    ...bars,
    text(12, y + 12, 'routers'),
    rect(x(-BEFORE), y + 5, x(lag) - x(-BEFORE), ROW - 10, '#999'),
    ...rows,
    `<line x1="${x(0)}" x2="${x(0)}" y1="${top + 18}" y2="${axis - 12}" stroke="#888" stroke-dasharray="3 3"/>`,
    ...ticks,
  ];
}

function rect(x: number, y: number, width: number, height: number, fill: string): string {
  const [a, b, c, d] = [x, y, width, height].map((one) => Math.round(one * 10) / 10);
  return `<rect x="${a}" y="${b}" width="${c}" height="${d}" fill="${fill}"/>`;
}

function text(x: number, y: number, words: string, anchor = 'start'): string {
  return `<text x="${Math.round(x)}" y="${Math.round(y)}" text-anchor="${anchor}">${escaped(words)}</text>`;
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
