// Decodes one YAML scalar with the way back to its file, unit by unit, for every style that has one. Knows no tree.
import { Embedded, type Encode, type Way } from '../../text/embedded.ts';
import type { Edit, Place, Span } from '../../text/span.ts';

/** How a scalar is written. */
export type Style = 'PLAIN' | 'QUOTE_SINGLE' | 'QUOTE_DOUBLE' | 'BLOCK_LITERAL' | 'BLOCK_FOLDED';

/** A decoded text with its way back, unit by unit. */
class Decoded {
  text = '';
  readonly starts: number[] = [];
  readonly ends: number[] = [];

  /** Adds units that one stretch of the file stands for. */
  add(units: string, start: number, end: number): void {
    for (let i = 0; i < units.length; i++) {
      this.starts.push(start);
      this.ends.push(end);
    }
    this.text += units;
  }

  /** Shortens the text to `length` units and says where it ends. */
  finish(length: number, end: number): this {
    this.text = this.text.slice(0, length);
    this.ends.length = length;
    this.starts[length] ??= end;
    this.starts.length = length + 1;
    return this;
  }
}

/** Where the units of a text that was put together stand in a file, and where the scalar as a whole does. */
export interface Elsewhere {
  readonly at: Place;
  offset(at: number): { readonly path: string; readonly offset: number } | undefined;
  /** The edit of a file that changes a stretch of that text like this; absent where there is none. */
  edit(span: Span, newText: string): Edit | undefined;
}

/**
 * The text of a scalar that the parser decoded to `value`. Where this reading and the parser's differ, the places are
 * those of the whole scalar and nothing can be replaced.
 */
export function decodeScalar(
  source: string,
  at: Place,
  style: Style,
  value: string,
  editable: boolean,
  elsewhere?: Elsewhere,
): Embedded {
  const raw = source.slice(at.start, at.end);
  const decoded = decode(raw, at.start, style);
  const whole = elsewhere?.at ?? at;
  if (decoded?.text !== value) return new Embedded(value, whole);
  const encode = editable ? encoder(source, style, raw) : undefined;
  if (!elsewhere) return new Embedded(value, at, decoded, encode);
  const way = moved(decoded, elsewhere);
  const edit = (start: number, end: number, newText: string) => {
    const from = decoded.starts[start];
    const to = end > start ? decoded.ends[end - 1] : from;
    const encoded = encode?.(newText);
    return from === undefined || to === undefined || encoded === undefined
      ? undefined
      : elsewhere.edit({ start: from, end: to }, encoded);
  };
  return new Embedded(value, whole, way && { ...way, edit }, way && encode);
}

/**
 * The way back into one file, if the first and the last unit stand there. What an expression writes between others stands
 * where the expression does.
 */
function moved({ starts, ends }: Decoded, { at, offset }: Elsewhere): Way | undefined {
  const inFile = (unit: number) => {
    const found = offset(unit);
    return found?.path === at.path ? found.offset : undefined;
  };
  const before = (unit: number) => {
    const found = inFile(unit - 1);
    return found === undefined ? undefined : found + 1;
  };
  const newStarts = ends.map((_, i) => inFile(starts[i] ?? 0));
  const newEnds = ends.map(before);
  const end = before(starts.at(-1) ?? 0);
  if (end === undefined || (ends.length > 0 && (newStarts[0] === undefined || newEnds.at(-1) === undefined)))
    return undefined;
  const made = new Set<number>();
  for (const i of newStarts.keys()) {
    if (newStarts[i] !== undefined && newEnds[i] !== undefined) continue;
    made.add(i);
    newStarts[i] = made.has(i - 1) ? newStarts[i - 1] : newEnds[i - 1];
  }
  for (let i = newEnds.length - 1; i >= 0; i--)
    if (made.has(i)) newEnds[i] = made.has(i + 1) ? newEnds[i + 1] : newStarts[i + 1];
  const known = (units: readonly (number | undefined)[]): units is readonly number[] => !units.includes(undefined);
  const all = [...newStarts, end];
  return known(all) && known(newEnds) ? { starts: all, ends: newEnds, ...(made.size > 0 && { made }) } : undefined;
}

function decode(raw: string, start: number, style: Style): Decoded | undefined {
  if (style === 'BLOCK_LITERAL') return literal(raw, start);
  if (style === 'BLOCK_FOLDED') return foldedBlock(raw, start);
  if (style === 'PLAIN') return flowLines(raw, start, () => undefined);
  const inner = raw.slice(1, -1);
  return flowLines(inner, start + 1, style === 'QUOTE_SINGLE' ? singleEscape : doubleEscape);
}

/** An escape at the start of the text: its length in the file, and what it stands for. */
type Escape = (rest: string) => { readonly length: number; readonly text: string } | undefined;

const singleEscape: Escape = (rest) => (rest.startsWith("''") ? { length: 2, text: "'" } : undefined);

const NAMED = new Map(
  Object.entries({
    '0': '\0',
    a: '\x07',
    b: '\b',
    e: '\x1b',
    f: '\f',
    n: '\n',
    r: '\r',
    t: '\t',
    v: '\v',
    N: '\u0085',
    _: '\u00a0',
    L: '\u2028',
    P: '\u2029',
    ' ': ' ',
    '"': '"',
    '/': '/',
    '\\': '\\',
    '\t': '\t',
  }),
);

const doubleEscape: Escape = (rest) => {
  const continued = /^\\\r?\n[ \t]*/.exec(rest);
  if (continued) return { length: continued[0].length, text: '' };
  const code = /^\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8}))/.exec(rest);
  if (code) {
    const point = Number.parseInt(code[1] ?? code[2] ?? code[3] ?? '', 16);
    return point <= 0x10ffff ? { length: code[0].length, text: String.fromCodePoint(point) } : undefined;
  }
  const named = rest.startsWith('\\') ? NAMED.get(rest.charAt(1)) : undefined;
  return named === undefined ? undefined : { length: 2, text: named };
};

/** Flow scalars: escapes, and line breaks folded into a space, or into as many breaks as there are empty lines. */
function flowLines(raw: string, start: number, escapeAt: Escape): Decoded {
  const decoded = new Decoded();
  const fold = /[ \t]*\r?\n(?:[ \t]*\r?\n)*[ \t]*/y;
  for (let i = 0; i < raw.length; ) {
    fold.lastIndex = i;
    const broken = /\s/.test(raw.charAt(i)) ? fold.exec(raw)?.[0] : undefined;
    const escaped = /[\\']/.test(raw.charAt(i)) ? escapeAt(raw.slice(i, i + 1024)) : undefined;
    const length = broken?.length ?? escaped?.length ?? 1;
    decoded.add(broken ? folded(broken) : (escaped?.text ?? raw.charAt(i)), start + i, start + i + length);
    i += length;
  }
  return decoded.finish(decoded.text.length, start + raw.length);
}

function folded(breaks: string): string {
  const count = breaks.split('\n').length - 1;
  return count === 1 ? ' ' : '\n'.repeat(count - 1);
}

/** A literal block: its header, then lines without their indentation. */
function literal(raw: string, start: number): Decoded | undefined {
  // An indentation given in the header counts from the parent, which is not known here.
  const header = /^\|([-+]?)[ \t]*(?:#[^\n]*)?\r?\n/.exec(raw);
  if (!header) return undefined;
  const indent = blockIndent(raw.slice(header[0].length));
  const decoded = new Decoded();
  let at = start + header[0].length;
  for (const line of raw.slice(header[0].length).match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    const content = line.replace(/\r?\n$/, '');
    for (let i = indent; i < content.length; i++) decoded.add(content.charAt(i), at + i, at + i + 1);
    if (line.endsWith('\n')) decoded.add('\n', at + content.length, at + line.length);
    at += line.length;
  }
  const content = decoded.text.replace(/\n+$/, '').length;
  const clipped = content === 0 ? 0 : Math.min(content + 1, decoded.text.length);
  const length = header[1] === '+' ? decoded.text.length : header[1] === '-' ? content : clipped;
  return decoded.finish(length, at);
}

/**
 * A folded block of plain lines: joined by blanks, or by as many breaks as there are empty lines between them. Others keep
 * some of their breaks, and an edit could change which.
 */
function foldedBlock(raw: string, start: number): Decoded | undefined {
  const header = /^>([-+]?)[ \t]*(?:#[^\n]*)?\r?\n/.exec(raw);
  if (!header) return undefined;
  const body = raw.slice(header[0].length);
  const indent = blockIndent(body);
  const decoded = new Decoded();
  let at = start + header[0].length;
  let from = at;
  let breaks = 0;
  for (const line of body.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    const content = line.replace(/\r?\n$/, '');
    if (content.length > indent) {
      const first = decoded.text === '';
      if (/[ \t]/.test(content.charAt(indent)) || (first && breaks > 0)) return undefined;
      decoded.add(first ? '' : breaks === 1 ? ' ' : '\n'.repeat(breaks - 1), from, at + indent);
      for (let i = indent; i < content.length; i++) decoded.add(content.charAt(i), at + i, at + i + 1);
      breaks = 0;
      from = at + content.length;
    }
    if (line.endsWith('\n')) breaks++;
    at += line.length;
  }
  const content = decoded.text.length;
  if (content === 0) return undefined;
  decoded.add('\n'.repeat(breaks), from, at);
  const kept = header[1] === '+' ? breaks : header[1] === '-' ? 0 : Math.min(breaks, 1);
  return decoded.finish(content + kept, at);
}

function blockIndent(body: string): number {
  const first = /^( *)[^ \r\n]/m.exec(body);
  return first?.[1]?.length ?? 0;
}

function encoder(source: string, style: Style, raw: string): Encode {
  switch (style) {
    case 'QUOTE_DOUBLE':
      return (text) => JSON.stringify(text).slice(1, -1);
    case 'QUOTE_SINGLE':
      return (text) => (/[\n\r]/.test(text) ? undefined : text.replaceAll("'", "''"));
    case 'BLOCK_LITERAL': {
      const lineStart =
        (source.includes('\r\n') ? '\r\n' : '\n') + ' '.repeat(blockIndent(raw.slice(raw.indexOf('\n') + 1)));
      return (text) => text.replaceAll('\n', lineStart);
    }
    case 'BLOCK_FOLDED':
      return (text) => (/[\n\r]/.test(text) ? undefined : text);
    default:
      // Nothing that could start a comment, a key or another type; quotes and the like only behind something else.
      return (text) => (/^(?:[\w./=+$@; -][\w./=+$@;'"|&()<>! -]*)?$/.test(text) ? text : undefined);
  }
}
