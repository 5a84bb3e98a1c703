// `--format text`: for a person, who may just have been woken up. What is wrong, where, why, and what to do, in that order.
import type { Finding, Problem } from '../../../shared/index.ts';
import type { Places } from '../places.ts';

const RESET = '\u001b[0m';
const STYLES = {
  error: '\u001b[1;31m',
  warning: '\u001b[1;33m',
  info: '\u001b[1;36m',
  hint: '\u001b[1;34m',
  bold: '\u001b[1m',
  dim: '\u001b[2m',
  fix: '\u001b[32m',
};

/** What a line of an excerpt may take; more is cut away around the place that is meant. */
const EXCERPT_WIDTH = 110;

/** One finding per paragraph: the place, the message, the line itself, the facts that led to it, the fixes. */
export function asText(findings: readonly Finding[], places: Places, colors: boolean): string {
  return findings.map((finding) => `${paragraph(finding, places, colors)}\n`).join('\n');
}

/** `4 findings in 3 files; 2 can be fixed with --fix`. */
export function summaryLine(findings: readonly Finding[], left = false): string {
  const files = new Set(findings.map(({ at }) => at.path)).size;
  const has = (safety: string) => (finding: Finding) => finding.fixes.some((fix) => fix.safety === safety);
  const safe = findings.filter(has('safe')).length;
  const unsafe = findings.filter((finding) => !has('safe')(finding) && has('unsafe')(finding)).length;
  const rest = [
    ...(safe > 0 ? [`${safe} can be fixed with --fix`] : []),
    ...(unsafe > 0 ? [`${unsafe} ${safe > 0 ? 'more ' : 'can be fixed '}with --fix --unsafe-fixes`] : []),
  ];
  const found = `${count(findings.length, 'finding')}${left ? ' left' : ''} in ${count(files, 'file')}`;
  return `${found}${rest.length > 0 ? `; ${rest.join(', ')}` : ''}\n`;
}

/** A problem in one line, for the error stream. */
export function problemLine({ kind, at, message }: Problem, places: Places): string {
  const where = at ? (at.end > at.start ? places.link(at) : places.show(at).path) : 'softstop';
  const what = kind === 'internal' ? `a fault in Softstop itself, please report it: ${message}` : message;
  return `${printable(`${where}: ${what}`)}\n`;
}

/** `1 file`, `2 files`. */
export function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}

function paragraph({ at, severity, message, rule, related, fixes }: Finding, places: Places, colors: boolean): string {
  const style = (name: keyof typeof STYLES, text: string) => (colors ? `${STYLES[name]}${text}${RESET}` : text);
  const place = printable(places.link(at));
  return [
    `${style('bold', place)} ${style(severity, severity)} ${printable(message)} ${style('dim', `[${rule}]`)}`,
    ...excerpt(
      at,
      places,
      (text) => style('dim', text),
      (text) => style(severity, text),
    ),
    ...related.map((fact) => `  - ${printable(`${places.link(fact.at)} ${fact.message}`)}`),
    ...fixes.map(({ title, safety }) =>
      style('fix', `  fix${safety === 'unsafe' ? ' (unsafe)' : ''}: ${printable(title)}`),
    ),
  ].join('\n');
}

/** The line of a place with carets under it. */
function excerpt(
  at: Finding['at'],
  places: Places,
  dim: (text: string) => string,
  mark: (text: string) => string,
): readonly string[] {
  const { start, end } = places.show(at).range;
  const whole = places.line(at.path, start.line);
  const from = start.column - 1;
  const to = Math.max(from + 1, end.line === start.line ? end.column - 1 : whole.length);
  const shown = cut(whole, from, to);
  const gutter = String(start.line).padStart(5);
  const before = shown.text.slice(0, shown.from);
  const under = shown.text.slice(shown.from, shown.to);
  return [
    `${dim(`${gutter} |`)} ${printable(shown.text)}`.trimEnd(),
    // A tab stays a tab, so that the carets stand under what they mean whatever its width.
    `${dim(`${' '.repeat(gutter.length)} |`)} ${blank(before)}${mark('^'.repeat(Math.max(1, width(under))))}`,
  ];
}

/** The part of a long line around from–to, and where these are in it. */
function cut(line: string, from: number, to: number): { text: string; from: number; to: number } {
  if (line.length <= EXCERPT_WIDTH) return { text: line, from, to: Math.min(to, Math.max(line.length, from + 1)) };
  const start = Math.max(0, Math.min(from - EXCERPT_WIDTH / 4, line.length - EXCERPT_WIDTH));
  const head = start > 0 ? '…' : '';
  const end = start + EXCERPT_WIDTH;
  const tail = end < line.length ? '…' : '';
  const shift = start - head.length;
  return {
    text: `${head}${line.slice(start, end)}${tail}`,
    from: from - shift,
    to: Math.max(from + 1, Math.min(to, end)) - shift,
  };
}

/** As many blanks as a text is wide. */
function blank(text: string): string {
  return [...text].map((letter) => (letter === '\t' ? '\t' : ' '.repeat(width(letter)))).join('');
}

/** How many cells of a terminal a text takes: East Asian letters and pictures take two, combining marks none. */
function width(text: string): number {
  let cells = 0;
  for (const letter of text) {
    if (/\p{M}|\u200d|\ufe0f|\ufeff/u.test(letter)) continue;
    cells +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
        letter,
      )
        ? 2
        : 1;
  }
  return cells;
}

/** Text from a file as it may go to a terminal: what would steer it, or turn the writing round, is shown as a box. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}
