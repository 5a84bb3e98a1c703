// Reads YAML, and JSON as the YAML that it is, into a tree with places. The only file that imports yaml. Aliases and
// merge keys are resolved for reading and marked, so that an edit never changes what they share. A text that was put
// together from several files is read the same way, with the way back to them. Never throws.
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  parseAllDocuments,
  type Scalar,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { Embedded } from '../../text/embedded.ts';
import type { Edit, Place, Span } from '../../text/span.ts';
import { readTemplate, type Template } from '../helm/helm.ts';
import type {
  Origin,
  YamlDocument,
  YamlMap,
  YamlNode,
  YamlPair,
  YamlScalar,
  YamlSequence,
  YamlSource,
} from './yamlNode.ts';
import { decodeScalar, type Style } from './yamlScalar.ts';

/** Larger documents are generated data that nobody deploys. */
const MAX_DOCUMENT = 4_000_000;
const MAX_DEPTH = 200;

/**
 * Reads the documents of a file whose text `accept` takes; the others cost nothing. A file with `{{` is read as a
 * template: what its expressions touch is marked.
 */
export function parseYaml(
  path: string,
  text: string,
  accept: (documentText: string) => boolean = () => true,
): readonly YamlDocument[] {
  const template = text.includes('{{') ? readTemplate(text) : undefined;
  return parseAll({ path, text, template, origin: undefined }, accept);
}

/** Reads the documents of a file that is no template, whatever its texts hold: `{{` begins a text or a flow map. */
export function parsePlainYaml(path: string, text: string): readonly YamlDocument[] {
  return parseAll({ path, text, template: undefined, origin: undefined }, () => true);
}

/** Reads the documents of a text that was put together. */
export function parseComposed(
  path: string,
  text: string,
  origin: Origin,
  template: Template | undefined,
  accept: (documentText: string) => boolean,
): readonly YamlDocument[] {
  return parseAll({ path, text, template, origin }, accept);
}

function parseAll(file: File, accept: (documentText: string) => boolean): readonly YamlDocument[] {
  const { text, template } = file;
  const masked = template?.masked ?? text;
  const starts = [...masked.matchAll(/^---(?=[ \t\r\n]|$)/gm)].map((match) => match.index);
  const documents: YamlDocument[] = [];
  for (const [index, start] of [0, ...starts].entries()) {
    const end = starts[index] ?? masked.length;
    const chunk = masked.slice(start, end);
    if (chunk.length > MAX_DOCUMENT || chunk.trim() === '' || !accept(text.slice(start, end))) continue;
    documents.push(...parseChunk(file, chunk, start));
  }
  return documents;
}

/** A source as far as it is the same for all documents. */
type File = Omit<YamlSource, 'error' | 'start'>;

function parseChunk(file: File, chunk: string, base: number): readonly YamlDocument[] {
  try {
    const parsed = parseAllDocuments(chunk, {
      uniqueKeys: false,
      strict: false,
      logLevel: 'silent',
      prettyErrors: false,
    });
    return [...parsed].map((document) => new Reader(file, document, chunk, base).read());
  } catch {
    // Its composer gives up on a few broken texts; there is nothing to say about those.
    return [];
  }
}

/** Turns one parsed document into the positioned tree. */
class Reader {
  #source: YamlSource;
  readonly #document: Document.Parsed;
  readonly #base: number;
  readonly #end: number;
  readonly #used = new Set<string>();
  readonly #anchors = new Map<string, YamlNode>();

  constructor(file: File, document: Document.Parsed, chunk: string, base: number) {
    this.#document = document;
    this.#base = base;
    this.#end = base + chunk.length;
    // A hidden expression is a line of blanks; at the start of a block of text that is no mistake.
    const first = document.errors.find(
      ({ message }) => !(file.template && /more-indented leading empty/.test(message)),
    );
    this.#source = { ...file, start: base, error: undefined };
    const error = first && { at: this.#place(first.pos[0], first.pos[1]), message: first.message };
    this.#source = { ...this.#source, error };
    visit(document, { Alias: (_, alias) => void this.#used.add(alias.source) });
  }

  read(): YamlDocument {
    const contents = this.#document.contents;
    const [start = 0, , end = 0] = contents?.range ?? this.#document.range ?? [];
    return {
      root: contents ? this.#node(contents, this.#base + start, this.#end, undefined, 0) : undefined,
      at: this.#place(start, end),
      error: this.#source.error,
    };
  }

  /** `from` and `to` bound what belongs to the node, templates around it included. */
  #node(node: unknown, from: number, to: number, shared: string | undefined, depth: number): YamlNode {
    if (depth > MAX_DEPTH) return this.#nothing(from, true);
    if (isAlias(node)) return this.#alias(node);
    const whole = this.#whole(node);
    if (whole) return whole;
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    const sharedHere = anchor !== undefined && this.#used.has(anchor) ? anchor : shared;
    const result = this.#own(node, from, to, sharedHere, depth);
    if (anchor !== undefined) this.#anchors.set(anchor, result);
    return result;
  }

  /** The collection of another file that an expression wrote as this one. */
  #whole(node: unknown): YamlNode | undefined {
    if (!this.#source.origin || !(isMap(node) || isSeq(node))) return undefined;
    const given = this.#source.origin.given(this.#range(node));
    if (!given?.node || given.node.kind === 'scalar') return undefined;
    return { ...given.node, holder: given.holder, written: given.node.at };
  }

  #own(node: unknown, from: number, to: number, shared: string | undefined, depth: number): YamlNode {
    if (isScalar(node)) return this.#scalar(node, from, to, shared);
    if (isMap(node)) return this.#map(node, from, to, shared, depth);
    if (isSeq(node)) return this.#sequence(node, from, to, shared, depth);
    return this.#nothing(from, false);
  }

  #alias(alias: Alias): YamlNode {
    const span = this.#range(alias);
    const written = this.#placeOf(span);
    const target = this.#anchors.get(alias.source);
    if (!target) return { ...this.#nothing(span.start, true), alias: span, written };
    return { ...target, contentEnd: span.end, shared: alias.source, alias: span, written };
  }

  #scalar(node: Scalar, from: number, to: number, shared: string | undefined): YamlScalar {
    const source = this.#source;
    const range = this.#range(node);
    const empty = range.start === range.end;
    // Nothing stands right behind the colon, in front of any comment.
    const colon = empty ? /^\s*:/.exec(source.text.slice(from, range.start))?.[0].length : undefined;
    const span = colon === undefined ? range : { start: from + colon, end: from + colon };
    const templated = source.template?.touches(empty ? { start: from, end: to } : span) ?? false;
    const value = node.value;
    const style = (node.type ?? 'PLAIN') as Style;
    const given = source.origin?.given(empty ? { start: from, end: to } : span);
    const written = given?.action ?? this.#placeOf(span);
    const at = given?.node?.kind === 'scalar' ? given.node.at : written;
    let text: Embedded | undefined;
    return {
      kind: 'scalar',
      source,
      at,
      written: given?.node && !given.inline ? at : written,
      span,
      holder: given?.holder,
      contentEnd: style.startsWith('BLOCK') ? blockEnd(source.text, span) : span.end,
      shared,
      alias: undefined,
      templated,
      style,
      value:
        typeof value === 'string' ||
        typeof value === 'number' ||
        typeof value === 'bigint' ||
        typeof value === 'boolean' ||
        value === null
          ? value
          : String(value),
      get text() {
        const own = node.source ?? String(node.value ?? '');
        const giving = given?.node?.kind === 'scalar' ? given.node.text : undefined;
        const editable = shared === undefined && source.error === undefined && !templated;
        text ??=
          giving?.text === own
            ? giving
            : decodeScalar(
                source.text,
                { ...at, ...span },
                style,
                own,
                editable,
                source.origin && { at, offset: source.origin.offset, edit: changeOf(source.text, source.origin) },
              );
        return text;
      },
    };
  }

  #map(node: YAMLMap, from: number, to: number, shared: string | undefined, depth: number): YamlMap {
    const span = this.#range(node);
    const own: YamlPair[] = [];
    const merged: YamlPair[] = [];
    let contentEnd = span.start;
    const column = this.#column(span.start);
    const flow = node.flow === true;
    const inner = flow ? span : { start: from, end: to };
    const { origin } = this.#source;
    for (const [index, item] of node.items.entries()) {
      if (!isPair(item) || !isScalar(item.key)) continue;
      const key = this.#scalar(item.key, 0, 0, shared);
      // After a syntax error the parser may have put a line under the wrong parent.
      if (this.#source.error && !flow && this.#column(key.span.start) !== column) continue;
      const next = node.items[index + 1];
      const nextKey = isPair(next) && isScalar(next.key) ? this.#range(next.key).start : inner.end;
      const value = this.#node(item.value, key.span.end, Math.max(key.span.end, nextKey), shared, depth + 1);
      const end =
        value.source === this.#source
          ? value.contentEnd
          : isNode(item.value)
            ? this.#range(item.value).end
            : key.span.end;
      contentEnd = Math.max(contentEnd, end);
      const conditional = this.#conditional(inner, key.span.start) || key.templated;
      if (key.text.text === '<<' && key.style === 'PLAIN') merged.push(...mergedPairs(value));
      else own.push({ key, value, merged: false, conditional, end });
    }
    return {
      kind: 'map',
      source: this.#source,
      ...this.#places(span),
      ...(!flow && origin && { slots: () => origin.slots(inner, column) }),
      contentEnd: flow ? span.end : contentEnd,
      shared,
      alias: undefined,
      templated: false,
      flow,
      pairs: [...own, ...merged.filter(({ key }) => !own.some((pair) => pair.key.text.text === key.text.text))],
      open: own.some((pair) => pair.key.templated) || this.#open(inner, flow ? undefined : column, own.map(pairSpan)),
    };
  }

  #sequence(node: YAMLSeq, from: number, to: number, shared: string | undefined, depth: number): YamlSequence {
    const span = this.#range(node);
    const flow = node.flow === true;
    const inner = flow ? span : { start: from, end: to };
    const starts = node.items.map((item) => (isNode(item) ? this.#range(item).start : span.start));
    const items = node.items.map((item, index) =>
      this.#node(item, starts[index] ?? from, starts[index + 1] ?? inner.end, shared, depth + 1),
    );
    const spans = node.items.map((item) => (isNode(item) ? this.#range(item) : span));
    const ends = items.map((item, i) => (item.source === this.#source ? item.contentEnd : (spans[i]?.end ?? 0)));
    return {
      kind: 'sequence',
      source: this.#source,
      ...this.#places(span),
      contentEnd: flow ? span.end : Math.max(span.start, ...ends),
      shared,
      alias: undefined,
      templated: false,
      flow,
      items,
      open:
        starts.some((start) => this.#conditional(inner, start)) ||
        this.#open(inner, flow ? undefined : this.#column(span.start), spans),
    };
  }

  #nothing(offset: number, templated: boolean): YamlScalar {
    const places = this.#places({ start: offset, end: offset });
    const text = new Embedded('', places.at);
    const common = {
      source: this.#source,
      contentEnd: offset,
      shared: undefined,
      alias: undefined,
      templated,
      ...places,
    };
    return { kind: 'scalar', ...common, value: null, style: 'PLAIN', text };
  }

  /** Whether a template block begins inside the collection and holds this offset: it may be left out. */
  #conditional(inner: Span, offset: number): boolean {
    return this.#source.template?.conditional(inner, offset) ?? false;
  }

  /** Whether a collection may hold more than is seen. */
  #open(inner: Span, column: number | undefined, entries: readonly Span[]): boolean {
    return this.#source.error !== undefined || (this.#source.template?.mayAdd(inner, column, entries) ?? false);
  }

  #range(node: Node): Span {
    const [start = 0, end = 0] = node.range ?? [];
    return { start: this.#base + start, end: this.#base + end };
  }

  #place(start: number, end: number): Place {
    return this.#placeOf({ start: this.#base + start, end: this.#base + end });
  }

  #placeOf(span: Span): Place {
    return this.#source.origin?.place(span) ?? { path: this.#source.path, ...span };
  }

  #places(span: Span) {
    const at = this.#placeOf(span);
    return { at, written: at, span };
  }

  #column(offset: number): number {
    const { text } = this.#source;
    return offset - (text.lastIndexOf('\n', offset - 1) + 1);
  }
}

/** The edit of a stretch of a text that was put together: of the value that it is, or of what wrote it. */
function changeOf(text: string, origin: Origin): (span: Span, newText: string) => Edit | undefined {
  return (span, newText) => {
    const node = origin.given(span)?.node;
    if (node?.kind === 'scalar' && node.text.text === text.slice(span.start, span.end))
      return node.text.replace(0, node.text.text.length, newText);
    const edit = origin.edit(span, newText);
    return typeof edit === 'string' ? undefined : edit;
  };
}

function pairSpan({ key, value }: YamlPair): Span {
  const end = value.source === key.source ? (value.alias?.end ?? value.span.end) : key.span.end;
  return { start: key.span.start, end: Math.max(key.span.end, end) };
}

/** Where the last line of a block scalar ends; its header says whether empty lines at its end belong to it. */
function blockEnd(text: string, at: Span): number {
  const raw = text.slice(at.start, at.end);
  const keeps = /^[|>][\d-]*\+/.test(raw);
  return at.start + (keeps ? raw.replace(/\r?\n$/, '') : raw.trimEnd()).length;
}

function isNode(item: unknown): item is Node {
  return isScalar(item) || isMap(item) || isSeq(item) || isAlias(item);
}

/** What a merge key brings: the pairs of one map, or of several, the first of which wins. */
function mergedPairs(value: YamlNode): readonly YamlPair[] {
  const maps = value.kind === 'sequence' ? value.items : [value];
  const pairs = maps.flatMap((map) => (map.kind === 'map' ? map.pairs : []));
  const first = new Map<string, YamlPair>();
  for (const pair of pairs) if (!first.has(pair.key.text.text)) first.set(pair.key.text.text, pair);
  return [...first.values()].map((pair) => ({ ...pair, merged: true }));
}
