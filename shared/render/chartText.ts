// Draws a chart's lanes with letters, for a terminal. Knows nothing of pods.
import type { Bar, Chart, Lane, Mark, Tone } from './chart.ts';

/** Letters from the beginning of the axis to its end. */
const AXIS = 50;
const LETTERS: { readonly [tone in Tone]: string } = { routers: '░', delay: '▒', work: '█', lost: '×' };
const MAYBE = '·';

/** What the letters mean. */
export const LEGEND = `${LETTERS.routers} new requests  ${LETTERS.delay} preStop hook  ${LETTERS.work} works  ${MAYBE} may be  ${LETTERS.lost} lost`;

/** The chart, line by line. */
export function drawLanes({ title, end, limit, lanes, notes }: Chart): readonly string[] {
  const width = Math.max(4, ...lanes.map(({ name }) => name.length)) + 2;
  const column = (seconds: number) => Math.min(AXIS, Math.round((AXIS * seconds) / end));
  const draw = (bars: readonly Bar[]) => {
    const letters = Array<string>(AXIS).fill(' ');
    for (const { tone, from, to, latest } of bars) {
      // What takes no time is seen all the same.
      const last = Math.max(column(latest), column(from) + 1);
      for (let at = column(from); at < last; at++)
        letters[at] = at < column(to) || latest <= to ? LETTERS[tone] : MAYBE;
    }
    if (limit)
      letters.splice(column(limit.at), 1, letters[column(limit.at)] === ' ' ? '|' : (letters[column(limit.at)] ?? '|'));
    return letters.join('');
  };
  const row = ({ name, bars, losses, marks }: Lane) => [
    `${name.padEnd(width)}${draw(bars)} ${marks.map(sayMark).join(', ')}`,
    ...(losses.length > 0 ? [`${' '.repeat(width)}${draw(losses)}`] : []),
  ];
  const head = limit ? `, ${limit.label}` : '';
  return [`${title}${head}`, ...lanes.flatMap(row), ...notes].map((line) => line.trimEnd());
}

function sayMark({ at, label }: Mark): string {
  return `${label} at ${Math.round(at * 10) / 10} s`;
}
