// Edits of YAML and JSON that keep every byte outside: set a key, remove one, replace a value, in the notation that
// stands there already. Refuses with a reason what it cannot do; knows nothing of what the keys mean.
import type { Edit, Span } from '../../text/span.ts';
import type { Holder, Slot } from '../helm/rope.ts';
import { lookup, type YamlMap, type YamlNode, type YamlPair, type YamlSource } from './yamlNode.ts';
import {
  type Data,
  type DataMap,
  isDataMap,
  type Manner,
  writeBlock,
  writeFlow,
  writeItems,
  writePair,
} from './yamlWrite.ts';

/** The edits, or why there are none. */
export type EditResult =
  | { readonly ok: true; readonly edits: readonly Edit[] }
  | { readonly ok: false; readonly reason: string };

/** Where a new key goes: before the first of `before` that is there, else behind the first of `after`, else last. */
export interface Neighbours {
  readonly before?: readonly string[];
  readonly after?: readonly string[];
}

/** Sets the value under a path of keys; maps that are missing are written with it. `near` is for the first key. */
export function setKey(map: YamlMap, path: readonly string[], value: Data, near: Neighbours = {}): EditResult {
  const [key, ...rest] = path;
  if (key === undefined) return refused('no key is named');
  const elsewhere = holderOf(map, key);
  if (elsewhere) return setKey(elsewhere.map, [...elsewhere.keys, ...rest], value);
  if (map.layers) return setInLayers(map, map.layers, path, value, near);
  const obstacle = obstacleIn(map);
  if (obstacle) return refused(obstacle);
  const found = lookup(map, key);
  const whole = rest.reduceRight<Data>((inner, name) => ({ [name]: inner }), value);
  const filled =
    found.kind === 'absent' ? fillSlot(map.slots?.().filter((slot) => slot.key === key) ?? [], whole) : undefined;
  if (filled) return filled;
  if (found.kind === 'unknown') return refused(found.why);
  if (found.kind === 'absent') return insert(map, key, whole, near);
  if (found.merged) {
    // A key of its own would hide all that the merge key brings.
    return rest.length > 0 ? refused(`\`${key}\` comes from a merge key`) : insert(map, key, whole, near);
  }
  const { node } = found;
  if (rest.length === 0 || (node.kind === 'scalar' && node.value === null)) return replaceValue(node, whole, map);
  if (node.kind === 'map') return setKey(node, rest, value);
  return refused(`\`${key}\` holds something else`);
}

/** What gives a key its value in another file. */
function holderOf(map: YamlMap, key: string): Holder | undefined {
  const pairs = map.pairs.filter((pair) => pair.key.text.text === key);
  return pairs.length === 1 ? pairs[0]?.value.holder : undefined;
}

/**
 * A key that a template leaves out now is brought back by the value that it waits for, if that gives what is wanted.
 * Written beside the block, it would stand there twice as soon as the block comes back.
 */
function fillSlot(slots: readonly Slot[], wanted: Data): EditResult | undefined {
  for (const slot of slots) {
    const value = slot.hole && slot.holder && valueFor(slot.shape, slot.hole, wanted);
    if (value !== undefined && slot.holder) return setKey(slot.holder.map, slot.holder.keys, value);
  }
  const [first] = slots;
  if (!first) return undefined;
  const given = first.holder ? ` when \`${first.holder.keys.join('.')}\` is given` : ' in other cases';
  return refused(`a template writes \`${first.key}\`${given}`);
}

/** The value of the hole that makes a shape what is wanted. */
function valueFor(shape: unknown, [key, ...rest]: readonly (string | number)[], wanted: Data): Data | undefined {
  if (key === undefined) return wanted;
  if (typeof shape !== 'object' || shape === null || typeof wanted !== 'object') return undefined;
  const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  const own = Object.entries(shape);
  const other = new Map(Object.entries(wanted));
  if (own.length !== other.size || Array.isArray(shape) !== Array.isArray(wanted)) return undefined;
  let found: Data | undefined;
  for (const [name, inner] of own) {
    const given = other.get(name) as Data | undefined;
    if (given === undefined) return undefined;
    if (name === String(key)) found = valueFor(inner, rest, given);
    else if (!isSame(inner, given)) return undefined;
  }
  return found;
}

/** The uppermost layer that gives a key decides it; a new one goes to the lowest, for all that is laid over it. */
function setInLayers(
  map: YamlMap,
  layers: readonly YamlMap[],
  path: readonly string[],
  value: Data,
  near: Neighbours,
): EditResult {
  const [key = '', ...rest] = path;
  const found = lookup(map, key);
  if (rest.length > 0 && found.kind === 'node' && found.node.kind === 'map' && found.node.layers) {
    return setKey(found.node, rest, value);
  }
  const isGiven = (node: YamlNode) => layers.some((layer) => layer.pairs.some(({ value: own }) => own === node));
  if (found.kind === 'node' && found.node.kind === 'scalar' && !isGiven(found.node))
    return refused('it is worked out from what others give');
  const owner = layers.find((layer) => lookup(layer, key).kind !== 'absent') ?? layers.at(-1);
  return owner ? setKey(owner, path, value, near) : refused('there is no place for it');
}

/** Replaces a value as a whole; of an alias, the alias. `parent` is the map that holds it. */
export function replaceValue(node: YamlNode, value: Data, parent: YamlMap): EditResult {
  if (node.holder) return setKey(node.holder.map, node.holder.keys, value);
  if (parent.layers) {
    const layer = parent.layers.find((one) => one.pairs.some((pair) => pair.value === node));
    return layer ? replaceValue(node, value, layer) : refused('several files give it together');
  }
  if (node.templated) return refused('a template decides it');
  const obstacle = obstacleIn(parent);
  if (obstacle) return refused(obstacle);
  if (node.shared !== undefined && !node.alias) return refused(sharedReason(node.shared));
  const { text } = node.source;
  const manner = mannerOf(parent);
  if (node.alias) return done(node.source, node.alias, writeFlow(value, manner));
  const { start } = node.span;
  if (node.kind === 'scalar') {
    if (node.style.startsWith('BLOCK')) {
      if (text.slice(start, lineEnd(text, start)).includes('#')) return refused('a comment stands above its text');
      return done(node.source, { start, end: node.contentEnd }, writeFlow(value, manner));
    }
    const indent = indentOf(text, ownPairs(parent)[0]?.key.span.start ?? start) + manner.step;
    const asBlock = node.value === null && !parent.flow && isDataMap(value);
    const written = asBlock ? manner.newline + indent + writeBlock(value, indent, manner) : writeFlow(value, manner);
    if (asBlock) return done(node.source, { start: beforeBlanks(text, start), end: node.span.end }, written);
    const space = start === node.span.end ? ' ' : '';
    return done(node.source, node.span, space + written);
  }
  if (node.kind === 'map' && node.flow && node.pairs.length === 0 && isDataMap(value)) return fillEmpty(node, value);
  const indent = indentOf(text, start);
  const block = node.flow
    ? undefined
    : isDataMap(value)
      ? writeBlock(value, indent, manner)
      : Array.isArray(value) && node.kind === 'sequence'
        ? writeItems(value, indent, manner)
        : undefined;
  if (!node.flow && block === undefined) return refused('it is written in another form');
  return done(node.source, { start, end: node.contentEnd }, block ?? writeFlow(value, manner));
}

/** Removes a key with its value, and its line where it has one of its own. */
export function removeKey(map: YamlMap, key: string): EditResult {
  if (map.layers) {
    const results = map.layers
      .filter((layer) => lookup(layer, key).kind !== 'absent')
      .map((layer) => removeKey(layer, key));
    const refusal = results.find((result) => !result.ok);
    return refusal ?? { ok: true, edits: results.flatMap((result) => (result.ok ? result.edits : [])) };
  }
  const obstacle = obstacleIn(map);
  if (obstacle) return refused(obstacle);
  const found = lookup(map, key);
  const own = ownPairs(map);
  const index = own.findIndex((pair) => pair.key.text.text === key);
  const pair = own[index];
  if (!pair || found.kind !== 'node') return refused(found.kind === 'unknown' ? found.why : `there is no \`${key}\``);
  // A key that an expression wrote is taken out where it is given.
  if (pair.key.holder) return removeKey(pair.key.holder.map, key);
  if (own.length === 1) return refused(`\`${key}\` is all that is there`);
  const { text } = map.source;
  const next = own[index + 1];
  const { start } = pair.key.span;
  if (map.flow) {
    // The comma goes too: the one behind, or, of the last key, the one in front.
    if (next) return done(map.source, { start, end: next.key.span.start }, '');
    return done(map.source, { start: own[index - 1]?.end ?? start, end: pair.end }, '');
  }
  if (next && !startsLine(text, start)) return done(map.source, { start, end: next.key.span.start }, '');
  const end = lineEnd(text, pair.end);
  const newline = text.startsWith('\r\n', end) ? 2 : end < text.length ? 1 : 0;
  return done(map.source, { start: lineStart(text, start), end: end + newline }, '');
}

/** Gives a key another name; its value stays as it is. */
export function renameKey(map: YamlMap, key: string, name: string): EditResult {
  const obstacle = map.layers ? 'several files give it together' : obstacleIn(map);
  if (obstacle) return refused(obstacle);
  const pair = ownPairs(map).find((one) => one.key.text.text === key);
  if (!pair || pair.conditional || pair.key.holder) return refused(`\`${key}\` is not written here`);
  if (lookup(map, name).kind !== 'absent') return refused(`\`${name}\` is there already`);
  const edit = pair.key.text.replace(0, key.length, name);
  return edit ? { ok: true, edits: [edit] } : refused('a template writes it');
}

/** Adds a document right behind the one that a map is the whole of. */
export function addDocument(map: YamlMap, value: DataMap): EditResult {
  const obstacle = map.layers || map.source.origin ? 'it is put together from several files' : obstacleIn(map);
  if (obstacle) return refused(obstacle);
  const { text, template } = map.source;
  const manner = mannerOf(map);
  const [first] = ownPairs(map);
  if (template || map.flow || !first || indentOf(text, first.key.span.start) !== '')
    return refused('it is no document of its own');
  const rest = text.slice(map.contentEnd);
  const next = /^(?:---|\.\.\.)(?=\s|$)/m.exec(rest);
  if (next?.[0] === '...') return refused('the document has an end of its own');
  const written = writeBlock(value, '', manner) + manner.newline;
  if (next) {
    const at = map.contentEnd + next.index;
    return done(map.source, { start: at, end: at }, `---${manner.newline}${written}`);
  }
  const newline = text.endsWith('\n') ? '' : manner.newline;
  return done(map.source, { start: text.length, end: text.length }, `${newline}---${manner.newline}${written}`);
}

function insert(map: YamlMap, key: string, value: Data, near: Neighbours): EditResult {
  const own = ownPairs(map);
  if (own.length === 0) {
    if (!map.flow) return refused('it holds nothing but a merge key');
    return fillEmpty(map, { [key]: value });
  }
  // A map that an expression wrote as a whole grows where it is given.
  const home = own[0]?.key.holder?.map;
  if (home && own.every((pair) => pair.key.holder?.map === home)) return setKey(home, [key], value, near);
  const steady = own.filter((pair) => isSteady(map, pair));
  const named = (names: readonly string[] = []) =>
    names.flatMap((name) => steady.filter((pair) => pair.key.text.text === name))[0];
  const next = named(near.before);
  if (next && (map.flow || startsLine(map.source.text, next.key.span.start)))
    return insertBefore(map, next, key, value);
  const previous = next ?? named(near.after) ?? steady.at(-1);
  return previous ? insertAfter(map, previous, key, value) : refused('a template decides what stands around it');
}

/** Writes the first pairs of `{}`: below its key where it is all that its line gives, else in place. */
function fillEmpty(map: YamlMap, value: DataMap): EditResult {
  const { text } = map.source;
  const manner = mannerOf(map);
  const { start, end } = map.span;
  const key = /^( *)[\w./-]+: +$/.exec(text.slice(lineStart(text, start), start));
  const alone = key && /^[ \t]*\r?$/.test(text.slice(end, lineEnd(text, end)));
  const deep = Object.values(value).some((inner) => isDataMap(inner));
  if (!alone || manner.json || !deep) return done(map.source, map.span, writeFlow(value, manner));
  const indent = `${key[1] ?? ''}${manner.step}`;
  return done(
    map.source,
    { start: beforeBlanks(text, start), end },
    manner.newline + indent + writeBlock(value, indent, manner),
  );
}

/** Whether a pair stands there whatever else is given, and its last line too, so that another may stand beside it. */
function isSteady(map: YamlMap, pair: YamlPair): boolean {
  const { template, origin } = map.source;
  if (pair.conditional || pair.key.holder) return false;
  return !origin || ![pair.key.span.start, pair.end - 1].some((at) => template?.within(map.span, at));
}

function insertBefore(map: YamlMap, next: YamlPair, key: string, value: Data): EditResult {
  const { text } = map.source;
  const manner = mannerOf(map);
  const at = next.key.span.start;
  const indent = indentOf(text, at);
  if (map.flow) {
    const own = startsLine(text, at);
    const written = writePair(key, value, manner, own ? indent : undefined);
    return insertAt(map, at, `${written},${own ? manner.newline + indent : ' '}`);
  }
  // Comments right above the next key belong to it.
  let start = lineStart(text, at);
  while (start > map.source.start && text.slice(lineStart(text, start - 1), start).startsWith(`${indent}#`)) {
    start = lineStart(text, start - 1);
  }
  return insertAt(map, start, indent + writeBlock({ [key]: value }, indent, manner) + manner.newline);
}

function insertAfter(map: YamlMap, previous: YamlPair, key: string, value: Data): EditResult {
  const { text } = map.source;
  const manner = mannerOf(map);
  const at = previous.key.span.start;
  const indent = indentOf(text, at);
  if (map.flow) {
    const own = startsLine(text, at);
    const written = writePair(key, value, manner, own ? indent : undefined);
    return insertAt(map, previous.end, `,${own ? manner.newline + indent : ' '}${written}`);
  }
  const end = endWithComments(text, previous, indent.length);
  return insertAt(map, end, manner.newline + indent + writeBlock({ [key]: value }, indent, manner));
}

/** The end of a value's last line, and of comments below it that are deeper, or are items left out of its list. */
function endWithComments(text: string, { value, end: from }: YamlPair, column: number): number {
  let end = lineEnd(text, from);
  for (;;) {
    const comment = /^\r?\n([ \t]*)#([^\n]*)/.exec(text.slice(end, end + 4096));
    const depth = comment?.[1]?.length ?? 0;
    const item = value.kind === 'sequence' && depth === column && /^\s*- /.test(comment?.[2] ?? '');
    if (!comment || !(depth > column || item)) return end;
    end = lineEnd(text, end + comment[0].length - (comment[2]?.length ?? 0));
  }
}

function insertAt(map: YamlMap, offset: number, newText: string): EditResult {
  const { template } = map.source;
  if (template?.conditional(map.span, offset)) return refused('a template decides whether it is there');
  if (template?.continues(offset)) return refused('a template writes what follows');
  return done(map.source, { start: offset, end: offset }, newText);
}

/** A change of the text that was read, made in the file that it comes from. */
function done({ path, origin }: YamlSource, span: Span, newText: string): EditResult {
  const edit = origin ? origin.edit(span, newText) : { path, start: span.start, end: span.end, newText };
  return typeof edit === 'string' ? refused(edit) : { ok: true, edits: [edit] };
}

function refused(reason: string): EditResult {
  return { ok: false, reason };
}

function obstacleIn(map: YamlMap): string | undefined {
  if (map.source.error) return 'the document has a syntax error';
  return map.shared === undefined ? undefined : sharedReason(map.shared);
}

function sharedReason(anchor: string): string {
  return `other places use it too, by the anchor \`${anchor}\``;
}

function ownPairs(map: YamlMap): readonly YamlPair[] {
  return map.pairs.filter((pair) => !pair.merged);
}

function mannerOf(map: YamlMap): Manner {
  const { text } = map.source;
  const json = /^\uFEFF?\s*[[{](?!\{)/.test(text);
  const compact = json && map.span.end > map.span.start + 2 && !/":\s/.test(text.slice(map.span.start, map.span.end));
  return { newline: text.includes('\r\n') ? '\r\n' : '\n', step: stepOf(map), json, colon: compact ? ':' : ': ' };
}

/** One step of indentation, as the map or what it holds shows it. */
function stepOf(map: YamlMap): string {
  const { text } = map.source;
  if (map.flow) return /^[ \t]*\t/m.test(text) ? '\t' : (/\n( +)"/.exec(text)?.[1] ?? '  ');
  for (const pair of ownPairs(map)) {
    const { value } = pair;
    if (value.kind !== 'map' || value.flow || value.alias || value.source !== map.source) continue;
    const deeper = indentOf(text, value.span.start).length - indentOf(text, pair.key.span.start).length;
    if (deeper > 0) return ' '.repeat(deeper);
  }
  return '  ';
}

/** The start of the offset's line. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** The end of the offset's line, in front of its line break. */
export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  if (end < 0) return text.length;
  return text[end - 1] === '\r' ? end - 1 : end;
}

/** The offset in front of the blanks that stand before another. */
function beforeBlanks(text: string, offset: number): number {
  let at = offset;
  while (/[ \t]/.test(text.charAt(at - 1))) at--;
  return at;
}

/** Whether only blanks stand in front of the offset on its line. */
export function startsLine(text: string, offset: number): boolean {
  return /^[ \t]*$/.test(text.slice(lineStart(text, offset), offset));
}

/** What stands in front of the offset on its line, as blanks. */
export function indentOf(text: string, offset: number): string {
  return text.slice(lineStart(text, offset), offset).replace(/[^\t]/g, ' ');
}
