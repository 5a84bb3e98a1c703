// Makes a Helm template readable as YAML: a mask of equal length, and what the expressions behind it may do to the
// nodes around them. Finds actions, with what their places say; evaluates nothing.
import type { Span } from '../../text/span.ts';

/** One `{{ … }}`. */
export interface Action extends Span {
  /** `open` begins a block that `end` closes; `output` writes text; `quiet` writes none (comments, assignments). */
  readonly kind: 'open' | 'else' | 'end' | 'output' | 'quiet';
  /** Whether nothing but actions stands on its lines. */
  readonly alone: boolean;
  /** The column that the text it writes is indented to. */
  readonly column: number;
}

/** What an expression that nobody here can decide leaves in a text. */
export type Mark = Omit<Action, keyof Span>;

/** An action with what it says. */
export interface WrittenAction extends Action {
  /** Without its braces and dashes. */
  readonly body: string;
}

/** A template whose expressions are hidden. */
export interface Template {
  /** The text with every expression replaced by spaces or by `x`; same length, same lines. */
  readonly masked: string;
  /** Whether an expression stands in this stretch. */
  touches(span: Span): boolean;
  /** Whether the offset lies in a block that begins within the stretch: rendering may leave it out, or repeat it. */
  conditional(within: Span, offset: number): boolean;
  /** Whether the offset lies in any block that begins within the stretch, decided ones included. */
  within(stretch: Span, offset: number): boolean;
  /** Whether an expression that writes text comes next behind an offset: the value before it may go on. */
  continues(offset: number): boolean;
  /**
   * Whether an expression may add entries to a collection: one that stands between its `entries` and writes at its
   * column, or, in flow style, any that stands between them.
   */
  mayAdd(within: Span, column: number | undefined, entries: readonly Span[]): boolean;
}

/** Reads all expressions of a text; an unfinished one ends with its line. */
export function readTemplate(text: string): Template {
  const actions = actionsIn(text);
  return templateOf(mask(text, actions), actions, []);
}

/**
 * A text in which expressions are hidden already. `decided` are the blocks that were rendered because of what is known:
 * what stands in them is there, but what is added to them may not always be.
 */
export function templateOf(masked: string, actions: readonly Action[], decided: readonly Span[]): Template {
  const blocks = pairBlocks(actions, masked.length);
  const all = [...blocks, ...decided].sort((a, b) => a.start - b.start);
  const speaking = actions.filter((action) => action.kind !== 'quiet');
  const writing = actions.filter((action) => action.kind === 'output');
  return {
    masked,
    touches: (span) =>
      startingIn(speaking, span).length > 0 ||
      (before(speaking, span.start)?.end ?? 0) > span.start ||
      // One that takes no room belongs to what it stands behind, unless its line is its own.
      startingIn(speaking, { start: span.end, end: span.end + 1 }).some((one) => one.start === one.end && !one.alone),
    conditional: (within, offset) => inBlock(blocks, within, offset),
    within: (stretch, offset) => inBlock(all, stretch, offset),
    continues: (offset) => {
      const next = masked.slice(offset).search(/\S/);
      return startingIn(writing, { start: offset, end: next < 0 ? masked.length : offset + next }).length > 0;
    },
    mayAdd: (within, column, entries) =>
      startingIn(writing, within).some(
        (action) =>
          action.end <= within.end &&
          (column === undefined || (action.alone && action.column === column)) &&
          !entries.some((entry) => entry.start <= action.start && action.end <= entry.end),
      ),
  };
}

function inBlock(blocks: readonly Span[], within: Span, offset: number): boolean {
  return startingIn(blocks, { start: within.start, end: offset + 1 }).some(
    (block) => offset < block.end && (block.start < offset || block.start > within.start),
  );
}

/** Those of a sorted list that start in a stretch. */
function startingIn<T extends Span>(sorted: readonly T[], { start, end }: Span): readonly T[] {
  return sorted.slice(firstFrom(sorted, start), firstFrom(sorted, end));
}

/** The last of a sorted list that starts in front of an offset. */
function before<T extends Span>(sorted: readonly T[], offset: number): T | undefined {
  return sorted[firstFrom(sorted, offset) - 1];
}

/** The index of the first that starts at an offset or behind it. */
function firstFrom(sorted: readonly Span[], offset: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.start ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What may stand in an action: strings, raw strings, character constants, comments; they may hold `}}`. */
const TOKEN = /"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)*'|\/\*[\s\S]*?\*\/|-?\}\}|[\s\S]/y;

/** All actions of a text, in order. */
export function actionsIn(text: string): readonly WrittenAction[] {
  const spans: Span[] = [];
  for (let start = text.indexOf('{{'); start >= 0; ) {
    const end = actionEnd(text, start + 2);
    spans.push({ start, end });
    start = text.indexOf('{{', end);
  }
  return spans.map((span, index) => {
    const body = text
      .slice(span.start + 2, span.end)
      .replace(/^-?\s*/, '')
      .replace(/\s*-?\}\}$/, '');
    return { ...span, body, kind: kindOf(body), alone: alone(text, spans, index), column: columnOf(text, span, body) };
  });
}

function actionEnd(text: string, from: number): number {
  TOKEN.lastIndex = from;
  for (let token = TOKEN.exec(text); token; token = TOKEN.exec(text)) {
    if (token[0].endsWith('}}') && token[0].length <= 3) return TOKEN.lastIndex;
  }
  const line = text.indexOf('\n', from);
  return line < 0 ? text.length : line;
}

function kindOf(body: string): Action['kind'] {
  const word = /^[a-z]+/.exec(body)?.[0];
  if (word === 'if' || word === 'with' || word === 'range' || word === 'define' || word === 'block') return 'open';
  if (word === 'else' || word === 'end') return word;
  if (word === 'break' || word === 'continue') return 'quiet';
  return body.startsWith('/*') || /^\$\w*\s*(?:,\s*\$\w+\s*)?:?=/.test(body) ? 'quiet' : 'output';
}

/** Whether the lines of an action hold nothing but actions and blanks. */
function alone(text: string, spans: readonly Span[], index: number): boolean {
  let first = index;
  let last = index;
  const blank = (from: number, to: number) => /^[ \t\r]*$/.test(text.slice(from, to));
  const start = (i: number) => spans[i]?.start ?? 0;
  const end = (i: number) => spans[i]?.end ?? 0;
  while (first > 0 && blank(end(first - 1), start(first))) first--;
  while (last < spans.length - 1 && blank(end(last), start(last + 1))) last++;
  const lineEnd = text.indexOf('\n', end(last));
  return (
    blank(text.lastIndexOf('\n', start(first) - 1) + 1, start(first)) &&
    blank(end(last), lineEnd < 0 ? text.length : lineEnd)
  );
}

function columnOf(text: string, span: Span, body: string): number {
  const indent = /\bn?indent\s+(\d+)/.exec(body)?.[1];
  return indent === undefined ? span.start - (text.lastIndexOf('\n', span.start - 1) + 1) : Number(indent);
}

function pairBlocks(actions: readonly Action[], length: number): readonly Span[] {
  const blocks: Span[] = [];
  const open: Action[] = [];
  for (const action of actions) {
    if (action.kind === 'open') open.push(action);
    const begun = action.kind === 'end' ? open.pop() : undefined;
    if (begun) blocks.push({ start: begun.start, end: action.end });
  }
  return [...blocks, ...open.map((begun) => ({ start: begun.start, end: length }))].sort((a, b) => a.start - b.start);
}

function mask(text: string, actions: readonly Action[]): string {
  let masked = '';
  let at = 0;
  for (const action of actions) {
    const hidden = text.slice(action.start, action.end);
    const breakAt = action.alone ? 0 : hidden.search(/\r?\n/);
    const inline = action.alone ? '' : breakAt < 0 ? hidden : hidden.slice(0, breakAt);
    masked += text.slice(at, action.start) + 'x'.repeat(inline.length);
    masked += hidden.slice(inline.length).replace(/[^\r\n]/g, ' ');
    at = action.end;
  }
  return masked + text.slice(at);
}
