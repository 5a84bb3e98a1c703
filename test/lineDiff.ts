// Compares two texts line by line, for people: what a fix changes, and how a fixture differs from what was found.

/** A line that both texts have, or only the old one, or only the new one. */
interface DiffLine {
  readonly mark: ' ' | '-' | '+';
  readonly line: string;
}

/** What separates changes that do not follow each other. */
const BETWEEN = '@@';

/**
 * The changed lines. Lines that stay are shown only where the change alone would not say where it belongs: above an
 * insertion, and above a removal whose lines the text holds more than once.
 */
export function changedLines(before: string, after: string): readonly string[] {
  const diff = compare(linesOf(before), linesOf(after));
  const old = `\n${before}\n`;
  const result: string[] = [];
  let shown = 0;
  for (let start = next(diff, 0); start < diff.length; start = next(diff, shown)) {
    let end = start;
    while (end < diff.length && diff[end]?.mark !== ' ') end++;
    let from = start;
    while (from > shown && occurrences(old, oldLines(diff.slice(from, end))) !== 1) from--;
    // An insertion at the top is placed by what comes behind it.
    if (oldLines(diff.slice(from, end)).length === 0 && end < diff.length) end++;
    if (result.length > 0 && from > shown) result.push(BETWEEN);
    result.push(...diff.slice(from, end).map(({ mark, line }) => mark + line));
    shown = end;
  }
  return result;
}

/** All changes with the lines around them; empty when the texts are the same. */
export function readableDiff(before: string, after: string): string {
  const diff = compare(linesOf(before), linesOf(after));
  const near = (index: number) => diff.slice(Math.max(0, index - 2), index + 3).some(({ mark }) => mark !== ' ');
  const lines: string[] = [];
  for (const [index, { mark, line }] of diff.entries()) {
    if (near(index)) lines.push(`${mark} ${line}`);
    else if (lines.length > 0 && lines.at(-1) !== BETWEEN) lines.push(BETWEEN);
  }
  return (lines.at(-1) === BETWEEN ? lines.slice(0, -1) : lines).join('\n');
}

function next(diff: readonly DiffLine[], from: number): number {
  const found = diff.slice(from).findIndex(({ mark }) => mark !== ' ');
  return found < 0 ? diff.length : from + found;
}

function oldLines(diff: readonly DiffLine[]): readonly string[] {
  return diff.filter(({ mark }) => mark !== '+').map(({ line }) => line);
}

/** How often the lines stand in a text; of no lines, no place is known. */
function occurrences(text: string, lines: readonly string[]): number {
  if (lines.length === 0) return 0;
  const wanted = `\n${lines.join('\n')}\n`;
  let count = 0;
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) count++;
  return count;
}

function linesOf(text: string): readonly string[] {
  if (text === '') return [];
  return (text.endsWith('\n') ? text.slice(0, -1) : `${text}\n\\ No newline at end of file`).split('\n');
}

/** The longest common subsequence decides which lines stay. */
function compare(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  const width = after.length + 1;
  const common = new Uint32Array((before.length + 1) * width);
  const at = (i: number, j: number) => common[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      common[i * width + j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const diff: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      diff.push({ mark: ' ', line: before[i] ?? '' });
      i++;
      j++;
    } else if (j >= after.length || (i < before.length && at(i + 1, j) >= at(i, j + 1))) {
      diff.push({ mark: '-', line: before[i++] ?? '' });
    } else {
      diff.push({ mark: '+', line: after[j++] ?? '' });
    }
  }
  return diff;
}
