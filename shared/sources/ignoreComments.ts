// Finds the comments that silence rules, in any file that has `#` comments, or `;` comments as those of php-fpm and uWSGI.
// Knows neither rules nor what they find.
import type { Place, Span } from '../text/span.ts';
import { isDockerfile } from './fileKind.ts';

/** One rule that a comment names; a comment with several makes several. */
export interface IgnoreComment {
  /** The rule's id as written; empty where the comment names none. */
  readonly rule: string;
  readonly reason: string | undefined;
  readonly scope: 'nextLine' | 'file';
  /** The rule's id. */
  readonly at: Place;
  /** The comment, from its `#` on. */
  readonly whole: Place;
  /** Whether it names no other rule. */
  readonly alone: boolean;
  /**
   * Where it silences the rule: whole lines, without the last one's line break. A statement that goes on over several
   * lines is one. Absent where the comment stands above nothing.
   */
  readonly covers: Span | undefined;
  /** What to take out of the file so that it names the rule no more. */
  readonly removal: Span;
}

interface Line extends Span {
  readonly text: string;
}

/** In front of a comment stays what does not belong to it: a byte order mark, the code that it stands behind. */
const WHOLE_LINE = /^(\uFEFF?)([ \t]*)([#;]+[ \t]*softstop-ignore(-file)?:)/;
const TRAILING = /^(.*?)([ \t]+)(#[ \t]*softstop-ignore(-file)?:)/;

/** The comments, in file order. */
export function ignoreCommentsIn(path: string, text: string): readonly IgnoreComment[] {
  if (!text.includes('softstop-ignore')) return [];
  const lines = linesOf(text);
  return lines.flatMap((line, index) =>
    line.text.includes('softstop-ignore') ? commentsOn(path, text, lines, index) : [],
  );
}

function commentsOn(path: string, text: string, lines: readonly Line[], index: number): readonly IgnoreComment[] {
  const line = lines[index];
  if (!line) return [];
  const wholeLine = isComment(line);
  // Behind an instruction of a Dockerfile, or a line of a Procfile, there is no comment.
  const match = wholeLine ? WHOLE_LINE.exec(line.text) : /\.ya?ml$/i.test(path) ? TRAILING.exec(line.text) : null;
  if (!match) return [];
  const [, before = '', blanks = '', mark = '', ofFile] = match;
  const start = line.start + before.length + blanks.length;
  const inFile = { start: 0, end: text.length };
  const covers = ofFile ? inFile : statementAt(lines, wholeLine ? index + 1 : index, continuationIn(path));
  const removal = {
    start: line.start + before.length,
    end: wholeLine ? (lines[index + 1]?.start ?? line.end) : line.end,
  };
  const { rules, reason } = read(text.slice(start + mark.length, line.end), start + mark.length);
  return rules.map(({ rule, at, withComma }) => ({
    rule,
    reason,
    scope: ofFile ? 'file' : 'nextLine',
    at: { path, ...at },
    whole: { path, start, end: line.end },
    alone: rules.length === 1,
    covers,
    removal: withComma ?? removal,
  }));
}

interface Named {
  readonly rule: string;
  readonly at: Span;
  /** The id with the comma between it and another; absent where there is no other. */
  readonly withComma: Span | undefined;
}

/** Reads what stands behind the colon, at `base`: ids with commas between them, and a reason behind ` -- `. */
function read(text: string, base: number): { readonly rules: readonly Named[]; readonly reason: string | undefined } {
  const dashes = /(?:^|\s)--(?=\s|$)/.exec(text);
  const reason = dashes ? text.slice(dashes.index + dashes[0].length).trim() || undefined : undefined;
  const ids = [...text.slice(0, dashes?.index).matchAll(/[^\s,](?:[^,]*[^\s,])?/g)];
  const spans = ids.map(({ 0: id, index }) => ({ start: base + index, end: base + index + id.length }));
  const rules = spans.map((at, i): Named => {
    const before = spans[i - 1];
    const after = spans[i + 1];
    const withComma = before ? { start: before.end, end: at.end } : after && { start: at.start, end: after.start };
    return { rule: text.slice(at.start - base, at.end - base), at, withComma };
  });
  return {
    rules: rules.length > 0 ? rules : [{ rule: '', at: { start: base - 1, end: base }, withComma: undefined }],
    reason,
  };
}

/** The end of a line that goes on in the next. A Dockerfile may say that it uses a backquote. */
function continuationIn(path: string): RegExp {
  return isDockerfile(path) ? /[\\`][ \t]*$/ : /\\$/;
}

/** The first line from `from` on that is no comment, and those that it goes on in. */
function statementAt(lines: readonly Line[], from: number, continuation: RegExp): Span | undefined {
  let at = skipComments(lines, from);
  const first = lines[at];
  if (!first || first.text.trim() === '') return undefined;
  let last = first;
  while (continuation.test(last.text)) {
    at = skipComments(lines, at + 1);
    const next = lines[at];
    if (!next) break;
    last = next;
  }
  return { start: first.start, end: last.end };
}

function skipComments(lines: readonly Line[], from: number): number {
  let at = from;
  while (isComment(lines[at])) at++;
  return at;
}

function isComment(line: Line | undefined): boolean {
  return line !== undefined && /^\uFEFF?[ \t]*(?:#|;+[ \t]*softstop-ignore)/.test(line.text);
}

function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const { 0: lineBreak, index } of text.matchAll(/\r\n|\n|\r/g)) {
    lines.push({ start, end: index, text: text.slice(start, index) });
    start = index + lineBreak.length;
  }
  return [...lines, { start, end: text.length, text: text.slice(start) }];
}
