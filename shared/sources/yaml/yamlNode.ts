// The tree that YAML is read into: nodes with their places, what is marked on them, and how to find something in it. Knows
// nothing of how it is read or written.
import type { Embedded } from '../../text/embedded.ts';
import type { Edit, Place, Span } from '../../text/span.ts';
import type { Template } from '../helm/helm.ts';
import type { Holder, Slot } from '../helm/rope.ts';
import type { Style } from './yamlScalar.ts';

/** The document that a node stands in: what an edit must know. */
export interface YamlSource {
  readonly path: string;
  /** The whole text that was read: a file as it is, or what `origin` was put together to. */
  readonly text: string;
  /** Absent: the text is the file's own. */
  readonly origin: Origin | undefined;
  /** Where the document begins. */
  readonly start: number;
  /** The first syntax error of the document; a document with one is read, never edited. */
  readonly error: YamlError | undefined;
  readonly template: Template | undefined;
}

/** The way from a text that was put together back to where its parts come from. */
export interface Origin {
  /** Where a stretch of the text stands in a file. */
  place(span: Span): Place;
  /** The file's offset of a unit; absent where an expression or an encoding wrote it. */
  offset(at: number): { readonly path: string; readonly offset: number } | undefined;
  /** The edit that changes the text like this, or why there is none. */
  edit(span: Span, newText: string): Edit | string;
  /** The value that an expression wrote as just this stretch. */
  given(span: Span): Given | undefined;
  /** Keys that could be given elsewhere, in this stretch at this column. */
  slots(within: Span, column: number): readonly Slot[];
}

/** A value that stands in a text because of what is given elsewhere. */
export interface Given {
  /** The node that gives it; absent where nothing is given, or it was computed. */
  readonly node: YamlNode | undefined;
  /** Where an edit of the value goes; absent where it is computed. */
  readonly holder: Holder | undefined;
  /** The expression that wrote it. */
  readonly action: Place;
  /** Whether the expression stands for this value alone, and not for what holds it. */
  readonly inline: boolean;
}

/** What a parser finds wrong. */
export interface YamlError {
  readonly at: Place;
  readonly message: string;
}

interface Common {
  readonly source: YamlSource;
  /** Where it was given: the node's text; of a node reached by an alias, the text of its anchor. */
  readonly at: Place;
  /** Where it counts: the alias, the expression that writes it, else where it was given. */
  readonly written: Place;
  /** Its stretch of the text that was read. */
  readonly span: Span;
  /** Where what is written ends in that text: without the comments and line breaks behind it. */
  readonly contentEnd: number;
  /** The anchor that other places use too: changing the node changes them. */
  readonly shared: string | undefined;
  /** The alias that led here, in the text that was read; replacing it changes this place alone. */
  readonly alias: Span | undefined;
  /** An edit of this value is one of this key instead. */
  readonly holder?: Holder | undefined;
  /** Whether a template expression decides this value, wholly or in part. */
  readonly templated: boolean;
}

/** A single value. */
export interface YamlScalar extends Common {
  readonly kind: 'scalar';
  readonly value: string | number | bigint | boolean | null;
  readonly style: Style;
  /** The text with the way back; nothing can be replaced in it where that would change other places. */
  readonly text: Embedded;
}

/** A list. */
export interface YamlSequence extends Common {
  readonly kind: 'sequence';
  readonly flow: boolean;
  readonly items: readonly YamlNode[];
  /** Whether there may be more items than are seen. */
  readonly open: boolean;
}

/** A map. */
export interface YamlMap extends Common {
  readonly kind: 'map';
  readonly flow: boolean;
  /** In file order, those that merge keys bring last; a key may stand there twice. */
  readonly pairs: readonly YamlPair[];
  /** Whether there may be more keys than are seen. */
  readonly open: boolean;
  /** Keys that blocks of a template would write if they were not left out. */
  readonly slots?: () => readonly Slot[];
  /** The maps that were laid over one another to this one, the uppermost first. */
  readonly layers?: readonly YamlMap[];
}

/** A key with its value. */
export interface YamlPair {
  readonly key: YamlScalar;
  /** A null scalar where nothing is written. */
  readonly value: YamlNode;
  /** Whether a merge key brought it. */
  readonly merged: boolean;
  /** Whether a template may leave it out. */
  readonly conditional: boolean;
  /** Where it ends in the text that its key was read from. */
  readonly end: number;
}

/** Anything that a document holds. */
export type YamlNode = YamlScalar | YamlSequence | YamlMap;

/** One document of a file. */
export interface YamlDocument {
  readonly root: YamlNode | undefined;
  readonly at: Place;
  readonly error: YamlError | undefined;
}

/** What stands under a key. `unknown`: a template decides, or it is given twice. */
export type Lookup =
  | { readonly kind: 'node'; readonly node: YamlNode; readonly key: YamlScalar; readonly merged: boolean }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unknown'; readonly why: string };

const ABSENT: Lookup = { kind: 'absent' };

/** What stands under a key of a map; of anything else, nothing is known. */
export function lookup(node: YamlNode | undefined, ...keys: readonly string[]): Lookup {
  let found: Lookup = ABSENT;
  let current = node;
  for (const key of keys) {
    if (!current || (current.kind === 'scalar' && current.value === null && !current.templated)) return ABSENT;
    if (current.kind !== 'map' || current.templated) return { kind: 'unknown', why: templatedOr(current, 'not a map') };
    found = lookupKey(current, key);
    if (found.kind !== 'node') return found;
    current = found.node;
  }
  return found;
}

function lookupKey(map: YamlMap, key: string): Lookup {
  const all = map.pairs.filter((pair) => pair.key.text.text === key);
  const own = all.filter((pair) => !pair.merged);
  const [pair, second] = own.length > 0 ? own : all.slice(0, 1);
  if (second) return { kind: 'unknown', why: `\`${key}\` is given twice` };
  if (!pair) return map.open ? { kind: 'unknown', why: openReason(map) } : ABSENT;
  if (pair.conditional) return { kind: 'unknown', why: 'a template decides whether it is there' };
  if (pair.value.templated) return { kind: 'unknown', why: 'a template decides it' };
  return { kind: 'node', node: pair.value, key: pair.key, merged: pair.merged };
}

function templatedOr(node: YamlNode, otherwise: string): string {
  return node.templated ? 'a template decides it' : otherwise;
}

function openReason(map: YamlMap): string {
  return map.source.error ? 'the document has a syntax error' : 'a template may add it';
}
