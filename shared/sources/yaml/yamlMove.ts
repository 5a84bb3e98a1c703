// Moves an item of one list of YAML to the end of another, line by line as it stands. Refuses with a reason what is not
// written in lines of its own; knows nothing of what the lists mean.

import { type EditResult, indentOf, lineEnd, lineStart, startsLine } from './yamlEdit.ts';
import { lookup, type YamlMap, type YamlSequence } from './yamlNode.ts';

/** From where to where an item moves: keys of the same map. */
export interface Move {
  readonly from: string;
  readonly to: string;
  /** A line that the item gets, behind that of one of its keys. */
  readonly with: { readonly line: string; readonly behind: string };
}

/** Moves an item of a list to the end of another list, which is written in front of the first where there is none. */
export function moveItem(holder: YamlMap, item: YamlMap, move: Move): EditResult {
  const { text, origin, template, path, error } = holder.source;
  const from = lookup(holder, move.from);
  const to = lookup(holder, move.to);
  if (holder.layers || origin || template || error || holder.shared || item.source !== holder.source)
    return refused('it is not written here alone');
  if (from.kind !== 'node' || !isLines(from.node) || from.node.items.length < 2 || !from.node.items.includes(item))
    return refused('it is not one of several items on lines of their own');
  if (to.kind === 'unknown' || (to.kind === 'node' && !isLines(to.node)))
    return refused(`\`${move.to}\` is written in another form`);
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const dash = lineStart(text, item.span.start);
  const start = aboveComments(text, dash);
  const end = Math.min(belowComments(text, item) + newline.length, text.length);
  const behind = item.pairs.find(({ key }) => key.text.text === move.with.behind);
  const first = item.pairs[0]?.key.span.start ?? start;
  if (!behind || !startsAsItem(text, dash, first)) return refused('it is not written in lines');
  const column = indentOf(text, first);
  const cut = lineEnd(text, behind.end);
  const lines = `${text.slice(start, cut)}${newline}${column}${move.with.line}${text.slice(cut, end)}`;
  const whole = lines.endsWith('\n') ? lines : lines + newline;
  const last = to.kind === 'node' && to.node.kind === 'sequence' ? to.node.items.at(-1) : undefined;
  const removal = { path, start, end, newText: '' };
  if (!last) {
    const { start: key } = from.key.span;
    if (!startsLine(text, key)) return refused('its list does not begin a line');
    const at = lineStart(text, key);
    return {
      ok: true,
      edits: [{ path, start: at, end: at, newText: `${indentOf(text, key)}${move.to}:${newline}${whole}` }, removal],
    };
  }
  const at = lineEnd(text, last.contentEnd);
  const [own, other] = [item, last].map((one) => text.slice(lineStart(text, one.span.start)).search(/[^ ]/));
  if (own !== other) return refused('the two lists are indented differently');
  return { ok: true, edits: [{ path, start: at, end: at, newText: newline + whole.replace(/\r?\n$/, '') }, removal] };
}

function isLines(node: { readonly kind: string }): node is YamlSequence {
  const list = node as YamlSequence;
  return node.kind === 'sequence' && !list.flow && !list.open && !list.alias && !list.shared;
}

/** Comments right above an item belong to it. */
function aboveComments(text: string, dash: number): number {
  let start = dash;
  while (start > 0 && /^ *#/.test(text.slice(lineStart(text, start - 1), start))) start = lineStart(text, start - 1);
  return start;
}

/** Where an item's last line ends; comments below it that are as deep belong to it. */
function belowComments(text: string, item: YamlMap): number {
  const column = indentOf(text, item.pairs[0]?.key.span.start ?? item.span.start).length;
  let end = lineEnd(text, item.contentEnd);
  for (;;) {
    const [comment, blanks = ''] = /^\r?\n( *)#[^\r\n]*/.exec(text.slice(end, end + 4096)) ?? [];
    if (comment === undefined || blanks.length < column) return end;
    end += comment.length;
  }
}

/** Whether a line is a dash and the item's first key. */
function startsAsItem(text: string, start: number, first: number): boolean {
  return /^ *- +$/.test(text.slice(start, first));
}

function refused(reason: string): EditResult {
  return { ok: false, reason };
}
