// Reads and writes fixtures: Markdown files whose `##` sections are cases, small projects with what is expected of them
// drawn into their files. Knows the format only; what is found in a case is somebody else's business.
import type { Place, Span } from '../shared/text/span.ts';

/** A fixture file. */
export interface Fixture {
  /** The file's name without `.md`: the id of the rule that it is about. */
  readonly name: string;
  /** The lines above the first case. */
  readonly head: readonly string[];
  readonly cases: readonly Case[];
}

/** One small project. */
export interface Case {
  readonly title: string;
  /** The whole section as it stands in the fixture, without the empty lines around it. */
  readonly written: string;
  /** What the case says, in order, up to its last file; prose stands as its lines. */
  readonly parts: readonly (string | CaseFile)[];
  readonly files: readonly CaseFile[];
  /** The prose behind the last file. */
  readonly tail: readonly string[];
  /** Written in place of the characters that they name; only those that the case announces. */
  readonly escapes: readonly Escape[];
}

/** A file of a case. */
interface CaseFile {
  /** Relative to the case. */
  readonly path: string;
  /** The file's content: notes taken out, escapes replaced. */
  readonly text: string;
  readonly lines: readonly CodeLine[];
  /** The lines from the file's name to the opening fence. */
  readonly opening: readonly string[];
  readonly closing: string;
}

/** A line of a file, with the notes drawn under it. */
interface CodeLine {
  readonly written: string;
  /** The column, as written, of every unit of the line's text, and of its end. */
  readonly columns: readonly number[];
  /** Where the line starts in the file's text. */
  readonly start: number;
  readonly notes: readonly Note[];
}

/** A line of spaces, carets and a remark. */
interface Note {
  readonly written: string;
  /** Where the carets stand, in the file's text. */
  readonly at: Span;
  readonly kind: 'error' | 'warning' | 'info' | 'hint' | 'related' | 'hover';
  /** The rule that says it; none for a hover. */
  readonly rule: string | undefined;
}

interface Escape {
  readonly written: string;
  readonly means: string;
}

/** What belongs into a case: notes for its files, and what stands behind them. */
export interface Drawing {
  /** By path; a file that is not named keeps the notes it has. */
  readonly notes: ReadonlyMap<string, readonly Remark[]>;
  readonly fixes: readonly DrawnFix[];
  /** In the order of the hover notes; `undefined` where nothing is shown. */
  readonly hovers: readonly (string | undefined)[];
}

/** Something said about a place of a file. */
export interface Remark {
  readonly at: Place;
  /** `warning rule-id: message`. */
  readonly text: string;
}

/** A fix, as it changes the files of a case. */
export interface DrawnFix {
  readonly rule: string;
  readonly title: string;
  readonly safety: 'safe' | 'unsafe';
  readonly changes: readonly { readonly path: string; readonly lines: readonly string[] }[];
}

/** What is wrong with a fixture: for whoever writes it. */
class FixtureError extends Error {}

const ESCAPES: readonly Escape[] = [
  { written: '\\r', means: '\r' },
  { written: '\\t', means: '\t' },
  { written: '\\uFEFF', means: '\uFEFF' },
];

const PATH = /^`([^`]+)`$/;
const FENCE = /^(`{3,}|~{3,})/;
const FIX = /^Fix for `[a-z0-9-]+`: .+ \((?:safe|unsafe)\)$/;
const HOVER = /^Hover:( none)?$/;
const NOTE = /^ *(\^+) (?:(error|warning|info|hint|related) ([a-z0-9-]+): .+|(hover))$/;

/** Reads a fixture; `path` is for messages. Throws when something in it cannot be meant. */
export function readFixture(path: string, text: string): Fixture {
  return new Reader(path, text.split('\n')).fixture();
}

/** The fixture as text, with the sections that `write` gives. */
export function writeFixture(fixture: Fixture, write: (one: Case) => string): string {
  const sections = fixture.cases.map(write);
  return `${[trimmed(fixture.head).join('\n'), ...sections].filter((section) => section !== '').join('\n\n')}\n`;
}

/** The section of a case with this drawn into it. */
export function writeCase(one: Case, drawing: Drawing): string {
  const parts = one.parts.flatMap((part) =>
    typeof part === 'string' ? [part] : writeFile(part, drawing.notes.get(part.path)),
  );
  const behind = [...drawing.fixes.flatMap((fix) => writeFix(fix, one.escapes)), ...drawing.hovers.flatMap(writeHover)];
  const tail = trimmed(one.tail);
  return trimmed([`## ${one.title}`, ...parts, ...behind, ...(tail.length > 0 ? ['', ...tail] : [])]).join('\n');
}

/** The notes of a case that name findings. */
export function findingNotes(one: Case): readonly Note[] {
  const notes = one.files.flatMap(({ lines }) => lines.flatMap((line) => line.notes));
  return notes.filter(({ kind }) => kind !== 'related' && kind !== 'hover');
}

class Reader {
  readonly #path: string;
  readonly #lines: readonly string[];
  #at = 0;

  constructor(path: string, lines: readonly string[]) {
    this.#path = path;
    this.#lines = lines;
  }

  fixture(): Fixture {
    const name = this.#path.slice(this.#path.lastIndexOf('/') + 1).replace(/\.md$/, '');
    const head: string[] = [];
    while (this.#more() && !this.#startsCase()) head.push(this.#take());
    const cases: Case[] = [];
    while (this.#more()) {
      const line = this.#at;
      const one = this.#case();
      if (cases.some(({ title }) => title === one.title)) this.#fail(line, `there is another case \`${one.title}\``);
      cases.push(one);
    }
    return { name, head, cases };
  }

  #case(): Case {
    const start = this.#at;
    const title = this.#take().slice(3).trim();
    const escapes = this.#escapes();
    const parts: (string | CaseFile)[] = [];
    while (this.#more() && !this.#startsCase()) {
      const line = this.#peek();
      if (FIX.test(line)) this.#skipFix();
      else if (HOVER.test(line)) this.#skipHover();
      else if (PATH.test(line)) parts.push(this.#file(escapes, parts));
      else if (FENCE.test(line)) this.#fail(this.#at, 'a code block needs the name of its file above it');
      else parts.push(this.#take());
    }
    const last = parts.findLastIndex((part) => typeof part !== 'string');
    return {
      title,
      written: trimmed(this.#lines.slice(start, this.#at)).join('\n'),
      parts: parts.slice(0, last + 1),
      files: parts.filter((part) => typeof part !== 'string'),
      tail: parts.slice(last + 1).filter((part) => typeof part === 'string'),
      escapes,
    };
  }

  /** The escapes that a line such as ``Escapes: `\r` `` announces, above the first file. */
  #escapes(): readonly Escape[] {
    for (let i = this.#at; i < this.#lines.length && !this.#startsCase(i); i++) {
      const line = this.#lines[i] ?? '';
      if (PATH.test(line)) break;
      if (line.startsWith('Escapes: ')) {
        const names = [...line.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
        const unheard = names.find((name) => !ESCAPES.some(({ written }) => written === name));
        if (unheard !== undefined || names.length === 0) this.#fail(i, 'escapes are `\\r`, `\\t` and `\\uFEFF`');
        return ESCAPES.filter(({ written }) => names.includes(written));
      }
    }
    return [];
  }

  #file(escapes: readonly Escape[], before: readonly (string | CaseFile)[]): CaseFile {
    const start = this.#at;
    const path = PATH.exec(this.#take())?.[1] ?? '';
    const opening = [this.#lines[start] ?? ''];
    while (this.#more() && this.#peek().trim() === '') opening.push(this.#take());
    const fence = this.#more() ? FENCE.exec(this.#peek())?.[1] : undefined;
    if (fence === undefined) this.#fail(start, `\`${path}\` names a file, so a code block has to follow`);
    if (path.startsWith('/') || path.split('/').includes('..')) this.#fail(start, `\`${path}\` lies outside the case`);
    if (before.some((part) => typeof part !== 'string' && part.path === path))
      this.#fail(start, `\`${path}\` is there already`);
    opening.push(this.#take());
    const lines: (CodeLine & { readonly notes: Note[] })[] = [];
    let text = '';
    while (this.#more() && this.#peek() !== fence) {
      const note = this.#note(lines.at(-1));
      if (note) {
        lines.at(-1)?.notes.push(note);
        this.#at++;
        continue;
      }
      const written = this.#take();
      const decoded = decode(written, escapes);
      lines.push({ written, columns: decoded.columns, start: text.length, notes: [] });
      text += `${decoded.text}\n`;
    }
    if (!this.#more()) this.#fail(start, `the code block of \`${path}\` is not closed`);
    return { path, text, lines, opening, closing: this.#take() };
  }

  #note(above: CodeLine | undefined): Note | undefined {
    const written = this.#peek();
    if (!/^ *\^+ [a-z]/.test(written)) return undefined;
    const match = NOTE.exec(written);
    if (!match || !above) {
      return this.#fail(
        this.#at,
        'a note is carets and `severity rule-id: message`, `related rule-id: message` or `hover`',
      );
    }
    const [, carets = '', finding, rule, hover] = match;
    const column = written.indexOf('^');
    const at = { start: offsetIn(above, column), end: offsetIn(above, column + carets.length) };
    return { written, at, kind: (finding ?? hover) as Note['kind'], rule };
  }

  #skipFix(): void {
    this.#at++;
    for (;;) {
      const start = this.#at;
      while (this.#more() && this.#peek() === '') this.#at++;
      const named = this.#more() && PATH.test(this.#peek());
      if (!named || !/^`{3,}diff$/.test(this.#lines[this.#at + 1] ?? '')) {
        this.#at = start;
        break;
      }
      this.#at++;
      this.#skipBlock();
    }
    this.#skipEmpty();
  }

  #skipHover(): void {
    if (this.#take() === 'Hover:') {
      if (!FENCE.test(this.#more() ? this.#peek() : ''))
        this.#fail(this.#at - 1, 'a code block has to follow, or write `Hover: none`');
      this.#skipBlock();
    }
    this.#skipEmpty();
  }

  #skipBlock(): void {
    const start = this.#at;
    const fence = FENCE.exec(this.#take())?.[1];
    while (this.#more() && this.#peek() !== fence) this.#at++;
    if (!this.#more()) this.#fail(start, 'the code block is not closed');
    this.#at++;
  }

  /** Empty lines behind what is written anew would pile up. */
  #skipEmpty(): void {
    while (this.#more() && this.#peek() === '') this.#at++;
  }

  #more(): boolean {
    return this.#at < this.#lines.length;
  }

  #peek(): string {
    return this.#lines[this.#at] ?? '';
  }

  #take(): string {
    return this.#lines[this.#at++] ?? '';
  }

  #startsCase(at = this.#at): boolean {
    return this.#lines[at]?.startsWith('## ') === true;
  }

  #fail(line: number, message: string): never {
    throw new FixtureError(`${this.#path}:${line + 1}: ${message}`);
  }
}

function decode(
  written: string,
  escapes: readonly Escape[],
): { readonly text: string; readonly columns: readonly number[] } {
  let text = '';
  const columns: number[] = [];
  for (let column = 0; column < written.length; ) {
    const found = escapes.find((one) => written.startsWith(one.written, column));
    columns.push(column);
    text += found?.means ?? written[column];
    column += found?.written.length ?? 1;
  }
  return { text, columns: [...columns, written.length] };
}

function encode(text: string, escapes: readonly Escape[]): string {
  return escapes.reduce((line, { written, means }) => line.replaceAll(means, written), text);
}

function offsetIn({ start, columns }: CodeLine, column: number): number {
  const index = columns.findIndex((one) => one >= column);
  return start + (index < 0 ? columns.length - 1 : index);
}

function writeFile(file: CaseFile, remarks: readonly Remark[] | undefined): readonly string[] {
  const drawn = remarks && drawRemarks(file, remarks);
  const lines = file.lines.flatMap((line) => [
    line.written,
    ...(drawn?.get(line) ?? (drawn ? [] : line.notes.map(({ written }) => written))),
  ]);
  return [...file.opening, ...lines, file.closing];
}

/** Draws remarks under the lines that they are about, from left to right; the same remark once. */
function drawRemarks(file: CaseFile, remarks: readonly Remark[]): ReadonlyMap<CodeLine, readonly string[]> {
  const order = (a: Remark, b: Remark) => a.at.start - b.at.start || a.at.end - b.at.end || (a.text < b.text ? -1 : 1);
  const drawn = new Map<CodeLine, string[]>();
  for (const remark of [...remarks].sort(order)) {
    const { start, end } = remark.at;
    const line = file.lines.findLast((one) => one.start <= start);
    const from = line?.columns[start - line.start];
    const to = line?.columns[end - line.start];
    if (!line || from === undefined || to === undefined || end < start || /[\r\n]/.test(file.text.slice(start, end))) {
      throw new FixtureError(`${file.path}: a place lies within one line; this one does not: ${remark.text}`);
    }
    const written = `${' '.repeat(from)}${'^'.repeat(Math.max(1, to - from))} ${remark.text}`;
    const above = drawn.get(line) ?? [];
    if (!above.includes(written)) drawn.set(line, [...above, written]);
  }
  return drawn;
}

function writeFix({ rule, title, safety, changes }: DrawnFix, escapes: readonly Escape[]): readonly string[] {
  return [
    `Fix for \`${rule}\`: ${title} (${safety})`,
    ...changes.flatMap(({ path, lines }) => {
      const written = lines.map((line) => encode(line, escapes));
      const fence = fenceFor(written);
      return [`\`${path}\``, `${fence}diff`, ...written, fence];
    }),
  ];
}

function writeHover(markdown: string | undefined): readonly string[] {
  if (markdown === undefined) return ['Hover: none'];
  const lines = markdown.split('\n');
  const fence = fenceFor(lines);
  return ['Hover:', `${fence}markdown`, ...lines, fence];
}

/** A fence that none of the lines can be taken for. */
function fenceFor(lines: readonly string[]): string {
  const longest = Math.max(2, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)));
  return '`'.repeat(longest + 1);
}

/** Without empty lines at both ends. */
function trimmed(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((line) => line !== '');
  return first < 0 ? [] : lines.slice(first, lines.findLastIndex((line) => line !== '') + 1);
}
