// Reads a text that a template rendered to, with the way back to the template and to what it was given; and a manifest
// that stands as text inside another file. Knows no template language.
import type { Embedded } from '../../text/embedded.ts';
import type { Edit, Span } from '../../text/span.ts';
import { parseComposed } from '../yaml/yaml.ts';
import type { Given, Origin, YamlDocument } from '../yaml/yamlNode.ts';
import { type Action, templateOf } from './helm.ts';
import { type PlacedPiece, placed, type Rope, textOf } from './rope.ts';

/** Those documents of what a template rendered to whose text `accept` takes. `path` is the template's. */
export function parseRendered(
  path: string,
  rope: Rope,
  accept: (documentText: string) => boolean,
): readonly YamlDocument[] {
  const pieces = placed(rope);
  // So that nothing ends where the text does: marks belong to what they stand in.
  const text = `${textOf(rope)}\n`;
  const actions = pieces.flatMap((piece): Action[] =>
    piece.kind === 'mark' ? [{ ...piece.mark, start: piece.start, end: piece.end }] : [],
  );
  const open: number[] = [];
  const decided: Span[] = [];
  for (const piece of pieces) {
    if (piece.kind === 'begin') open.push(piece.start);
    if (piece.kind === 'end') decided.push({ start: open.pop() ?? 0, end: piece.end });
  }
  return parseComposed(path, text, originOf(path, pieces, text), templateOf(text, actions, decided), accept);
}

/** The documents of a manifest that stands as a text in another file. */
export function parseEmbedded(embedded: Embedded): readonly YamlDocument[] {
  const { text, at } = embedded;
  const origin: Origin = {
    place: ({ start, end }) => embedded.place(start, end),
    offset: (unit) => {
      const { path, start, end } = embedded.place(unit, unit + 1);
      return end === start + 1 ? { path, offset: start } : undefined;
    },
    edit: ({ start, end }, newText) =>
      embedded.replace(start, end, newText) ?? 'it is written in a way that cannot hold it',
    given: () => undefined,
    slots: () => [],
  };
  return parseComposed(at.path, text, origin, undefined, () => true);
}

function originOf(path: string, pieces: readonly PlacedPiece[], text: string): Origin {
  const wide = pieces.filter(({ start, end }) => start < end);
  const silent = pieces.filter(({ kind, text: own }) => (kind === 'made' || kind === 'mark') && own === '');
  const asides = pieces.flatMap((piece) => (piece.kind === 'aside' ? [piece] : []));
  const indexAt = (at: number): number => {
    let low = 0;
    let high = wide.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((wide[middle]?.start ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  const pieceAt = (at: number): PlacedPiece | undefined => {
    const found = wide[indexAt(at)];
    return found && found.start <= at && at < found.end ? found : undefined;
  };
  const offset = (at: number) => {
    const piece = pieceAt(at);
    if (piece?.kind !== 'file' || piece.at.path === '') return undefined;
    return { path: piece.at.path, offset: piece.at.start + (at - piece.start) };
  };
  const place = ({ start, end }: Span) => {
    const first = pieceAt(Math.min(start, Math.max(0, text.length - 2)));
    const from = offset(start);
    const to = end > start ? offset(end - 1) : undefined;
    // Both ends stand in the template, and what expressions wrote lies between them.
    if (from && (end === start || (to && to.path === from.path && to.offset >= from.offset))) {
      return { path: from.path, start: from.offset, end: to ? to.offset + 1 : from.offset };
    }
    const written = [...inside({ start, end: Math.max(end, start + 1) })].find(
      (piece) => piece.kind === 'made' || piece.kind === 'mark',
    );
    if (written && (written.kind === 'made' || written.kind === 'mark')) return written.action;
    if (from) return { path: from.path, start: from.offset, end: from.offset };
    return first && (first.kind === 'made' || first.kind === 'mark') ? first.action : { path, start: 0, end: 0 };
  };
  const inside = ({ start, end }: Span) => {
    const found: PlacedPiece[] = [];
    for (let i = indexAt(start); i < wide.length; i++) {
      const piece = wide[i];
      if (!piece || piece.start >= end) break;
      found.push(piece);
    }
    return found;
  };
  const given = (span: Span): Given | undefined => {
    if (span.start >= span.end) return emptyGiven(span);
    const piece = pieceAt(span.start);
    if (piece?.kind !== 'made' && piece?.kind !== 'mark') return undefined;
    if (piece.end > span.end || piece.start !== span.start) {
      // Quotes around it, as in `"{{ … }}"`, or written by it.
      return undefined;
    }
    if (piece.end !== span.end) return undefined;
    const beside = [pieceAt(piece.start - 1), pieceAt(piece.end)];
    const inline = !beside.some((other) => other?.kind === 'made' && other.action === piece.action);
    return { node: piece.node, holder: piece.holder, action: piece.action, inline };
  };
  // An expression that wrote nothing may stand where nothing is given.
  const emptyGiven = (span: Span): Given | undefined => {
    const piece = silent.find((one) => one.start >= span.start && one.start <= span.end);
    return piece && (piece.kind === 'made' || piece.kind === 'mark')
      ? { node: piece.node, holder: piece.holder, action: piece.action, inline: true }
      : undefined;
  };
  const quoted = (span: Span): Given | undefined => {
    const own = given(span);
    if (own) return own;
    const mark = text.charAt(span.start);
    if (!/["']/.test(mark) || text.charAt(span.end - 1) !== mark || span.end - span.start < 3) return undefined;
    const inner = given({ start: span.start + 1, end: span.end - 1 });
    // What stands in the quotes is always a text: the way to change it is the same.
    return inner && offset(span.start) ? inner : undefined;
  };
  return {
    place,
    offset,
    edit: (span, newText) => editOf(span, newText, text, offset, pieceAt),
    given: quoted,
    slots: (within, column) =>
      asides
        .filter(({ start }) => within.start <= start && start <= within.end)
        .flatMap(({ slots }) => slots())
        .filter((slot) => slot.column === column),
  };
}

/** A change of the rendered text as one of the template, if only what the template says itself is touched. */
function editOf(
  { start, end }: Span,
  newText: string,
  text: string,
  offset: Origin['offset'],
  pieceAt: (at: number) => PlacedPiece | undefined,
): Edit | string {
  if (start === end && text.charAt(start - 1) === '\n') return lineInsert(start, newText, text, offset);
  if (start === end) {
    const before = offset(start - 1);
    // Behind an expression's output is behind the expression.
    const piece = before ? undefined : pieceAt(start - 1);
    const behind = piece?.kind === 'made' && piece.action.path !== '' ? piece.action : undefined;
    const at = before
      ? { path: before.path, offset: before.offset + 1 }
      : behind && { path: behind.path, offset: behind.end };
    if (!at) return 'a template expression writes it';
    const written = aligned(newText, start - 1, text, offset);
    return written === undefined
      ? 'a template expression indents it'
      : { path: at.path, start: at.offset, end: at.offset, newText: written };
  }
  const first = offset(start);
  const last = offset(end - 1);
  if (!first || !last || first.path !== last.path || last.offset - first.offset !== end - 1 - start) {
    return 'a template expression writes it';
  }
  for (let at = start; at < end; at++) if (!offset(at)) return 'a template expression writes it';
  const written = aligned(newText, start, text, offset);
  return written === undefined
    ? 'a template expression indents it'
    : { path: first.path, start: first.offset, end: last.offset + 1, newText: written };
}

/** Whole lines in front of a line: there, what a `nindent` adds later is left out. */
function lineInsert(start: number, newText: string, text: string, offset: Origin['offset']): Edit | string {
  let at = start;
  while (text.charAt(at) === ' ' && !offset(at)) at++;
  const own = offset(at);
  const blanks = ' '.repeat(at - start);
  const lines = newText.split('\n');
  if (!own || lines.some((line) => line !== '' && !line.startsWith(blanks))) return 'a template expression writes it';
  return {
    path: own.path,
    start: own.offset,
    end: own.offset,
    newText: lines.map((line) => line.slice(blanks.length)).join('\n'),
  };
}

/** New lines behind a line, indented as that one is where it stands. */
function aligned(newText: string, near: number, text: string, offset: Origin['offset']): string | undefined {
  if (!newText.includes('\n')) return newText;
  const lineStart = text.lastIndexOf('\n', near) + 1;
  let at = lineStart;
  while (text.charAt(at) === ' ' && !offset(at)) at++;
  const blanks = ' '.repeat(at - lineStart);
  const [first, ...lines] = newText.split('\n');
  if (lines.some((line) => line !== '' && !line.startsWith(blanks))) return undefined;
  return [first, ...lines.map((line) => line.slice(blanks.length))].join('\n');
}
