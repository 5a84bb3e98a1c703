// Draws lanes over an axis of seconds as SVG. Knows nothing of pods: whoever has spans of time to show may use it.

/** What a span of time is about; decides how it is painted. */
export type Tone = 'delay' | 'work' | 'routers' | 'lost';

/** A span of time in a lane; seconds. */
export interface Bar {
  readonly tone: Tone;
  readonly from: number;
  /** Until when it surely lasts. */
  readonly to: number;
  /** Until when it may last. */
  readonly latest: number;
  readonly label: string;
}

/** Something that happens in a lane at one moment. */
export interface Mark {
  readonly at: number;
  readonly label: string;
}

/** One row of a chart. */
export interface Lane {
  readonly name: string;
  readonly bars: readonly Bar[];
  /** What is lost; drawn beneath the bars. */
  readonly losses: readonly Bar[];
  readonly marks: readonly Mark[];
}

/** Lanes that share an axis. */
export interface Chart {
  readonly title: string;
  /** Where the axis ends, in seconds. */
  readonly end: number;
  /** A moment that counts for all lanes. */
  readonly limit: Mark | undefined;
  readonly lanes: readonly Lane[];
  /** Sentences below the lanes. */
  readonly notes: readonly string[];
}

const WIDTH = 800;
const NAMES = 150;
const RIGHT = 24;
/** Where the axis lies in a picture: for what is drawn over the same seconds. */
export const AXIS = { from: NAMES, to: WIDTH - RIGHT, width: WIDTH } as const;
const HEAD = 58;
const LANE = 52;
const BAR = 18;
const NOTE = 18;
const GAP = 24;
/** Pixels of a letter at most, at the size that labels have. */
const LETTER = 6.4;

/** Colours that stand out from a light and from a dark ground. */
const STYLE = `text{font:12px system-ui,sans-serif;fill:#24292f}
.ground{fill:#fff}.title{font-weight:600;font-size:14px}.quiet{fill:#656d76}
.line{stroke:#d0d7de}.limit{stroke:#cf222e;stroke-dasharray:4 3}.mark{stroke:#24292f;stroke-width:1.5}
.delay{fill:#bf8700}.work{fill:#2da44e}.routers{fill:#6e7781}.lost{fill:#cf222e}
.maybe{opacity:.35}text.on{fill:#fff}
@media (prefers-color-scheme:dark){text{fill:#e6edf3}.ground{fill:#0d1117}.quiet{fill:#8d96a0}.line{stroke:#30363d}.mark{stroke:#e6edf3}}`;

/** One picture of all charts, one below the other. */
export function drawCharts(charts: readonly Chart[]): string {
  const parts: string[] = [];
  let top = 0;
  for (const chart of charts) {
    parts.push(`<g transform="translate(0 ${top})">`, ...drawChart(chart), '</g>');
    top += heightOf(chart) + GAP;
  }
  const height = Math.max(0, top - GAP) + 12;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">`,
    `<title>${xml(charts.map(({ title }) => title).join('; '))}</title>`,
    `<style>${STYLE}</style>`,
    `<rect class="ground" width="${WIDTH}" height="${height}"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

/** How high a picture of one chart is. */
export function heightOf({ lanes, notes }: Chart): number {
  return HEAD + lanes.length * LANE + notes.length * NOTE;
}

function drawChart(chart: Chart): readonly string[] {
  const { title, end, limit, lanes, notes } = chart;
  const x = (seconds: number) => round(NAMES + ((WIDTH - NAMES - RIGHT) * Math.min(seconds, end)) / end);
  const bottom = HEAD + lanes.length * LANE;
  const ticks = ticksTo(end).flatMap((seconds) => [
    `<line class="line" x1="${x(seconds)}" x2="${x(seconds)}" y1="${HEAD - 6}" y2="${bottom}"/>`,
    `<text class="quiet" x="${x(seconds)}" y="${HEAD - 12}" text-anchor="middle">${seconds} s</text>`,
  ]);
  return [
    `<text class="title" x="12" y="22">${xml(title)}</text>`,
    ...ticks,
    ...lanes.flatMap((lane, i) => drawLane(lane, HEAD + i * LANE, x)),
    ...(limit ? drawLimit(limit, x(limit.at), bottom) : []),
    ...notes.map((note, i) => `<text x="12" y="${bottom + 14 + i * NOTE}">${xml(note)}</text>`),
  ];
}

function drawLimit({ label }: Mark, at: number, bottom: number): readonly string[] {
  const side = at > WIDTH / 2 ? 'end' : 'start';
  return [
    `<line class="limit" x1="${at}" x2="${at}" y1="${HEAD - 26}" y2="${bottom}"/>`,
    `<text x="${at + (side === 'end' ? -4 : 4)}" y="${HEAD - 28}" text-anchor="${side}">${xml(label)}</text>`,
  ];
}

function drawLane({ name, bars, losses, marks }: Lane, top: number, x: (seconds: number) => number): readonly string[] {
  const fits = Math.floor((NAMES - 16) / LETTER);
  const short = name.length > fits ? `${name.slice(0, fits - 1)}…` : name;
  const y = top + 18;
  return [
    `<line class="line" x1="12" x2="${WIDTH - RIGHT}" y1="${top}" y2="${top}"/>`,
    `<text x="12" y="${y + 13}">${xml(short)}<title>${xml(name)}</title></text>`,
    ...bars.flatMap((bar) => drawBar(bar, y, BAR, x)),
    ...losses.flatMap((bar) => drawBar(bar, y + BAR + 2, 8, x)),
    ...drawMarks(marks, top, x),
  ];
}

function drawBar({ tone, from, to, latest, label }: Bar, y: number, height: number, x: (seconds: number) => number) {
  const told = `<title>${xml(label)}</title>`;
  const piece = (start: number, end: number, more = '') => {
    // What takes no time is seen all the same.
    const width = round(Math.max(x(end) - x(start), 2));
    return `<rect class="${tone}${more}" x="${x(start)}" y="${y}" width="${width}" height="${height}" rx="2">${told}</rect>`;
  };
  const room = x(latest) - x(from);
  const shown = height === BAR && label.length * LETTER < room - 8;
  const on = to > from && label.length * LETTER < x(to) - x(from) - 8 ? 'on' : '';
  return [
    ...(to > from || latest <= to ? [piece(from, to)] : []),
    ...(latest > to ? [piece(to, latest, ' maybe')] : []),
    ...(shown ? [`<text class="${on}" x="${x(from) + 5}" y="${y + 13}">${xml(label)}</text>`] : []),
  ];
}

/** Marks whose labels would cover each other share one. */
function drawMarks(marks: readonly Mark[], top: number, x: (seconds: number) => number): readonly string[] {
  const groups: { at: number; label: string }[] = [];
  for (const { at, label } of [...marks].sort((a, b) => a.at - b.at)) {
    const last = groups.at(-1);
    if (last && x(at) < last.at + last.label.length * LETTER + 8) last.label += `, ${label}`;
    else groups.push({ at: x(at), label });
  }
  const lines = [...new Set(marks.map(({ at }) => x(at)))];
  return [
    ...lines.map((at) => `<line class="mark" x1="${at}" x2="${at}" y1="${top + 4}" y2="${top + 38}"/>`),
    ...groups.map(({ at, label }) => {
      const over = at + label.length * LETTER > WIDTH - RIGHT;
      const place = over ? `x="${at - 4}" text-anchor="end"` : `x="${at + 4}"`;
      return `<text class="quiet" ${place} y="${top + 14}">${xml(label)}</text>`;
    }),
  ];
}

/** At most seven round numbers. */
function ticksTo(end: number): readonly number[] {
  const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600];
  const step = steps.find((one) => end / one <= 7) ?? 7200;
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, i) => round(i * step)).slice(0, 40);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

const ENTITIES: { readonly [letter: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** As XML takes it: letters that it forbids are left out. */
function xml(text: string): string {
  return [...text]
    .filter((letter) => /[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(letter))
    .join('')
    .replace(/[&<>"]/g, (letter) => ENTITIES[letter] ?? letter);
}
