// Edits of YAML and JSON that keep every byte outside: set a key, remove one, replace a value, in the notation that
// stands there already. Refuses with a reason what it cannot do; knows nothing of what the keys mean.
import type { Edit } from '../text/span.ts';
import { lookup, type YamlMap, type YamlNode, type YamlPair } from './yaml.ts';
import { type Data, isDataMap, type Manner, writeBlock, writeFlow, writeItems, writePair } from './yamlWrite.ts';

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
  const obstacle = obstacleIn(map);
  if (obstacle) return refused(obstacle);
  const found = lookup(map, key);
  if (found.kind === 'unknown') return refused(found.why);
  const whole = rest.reduceRight<Data>((inner, name) => ({ [name]: inner }), value);
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

/** Replaces a value as a whole; of an alias, the alias. `parent` is the map that holds it. */
export function replaceValue(node: YamlNode, value: Data, parent: YamlMap): EditResult {
  if (node.templated) return refused('a template decides it');
  const obstacle = obstacleIn(parent);
  if (obstacle) return refused(obstacle);
  if (node.shared !== undefined && !node.alias) return refused(sharedReason(node.shared));
  const { path, text } = node.source;
  const manner = mannerOf(parent);
  if (node.alias) return done({ ...node.alias, newText: writeFlow(value, manner) });
  const { start } = node.at;
  if (node.kind === 'scalar') {
    if (node.style.startsWith('BLOCK')) return refused('it is a block of text');
    const indent = indentOf(text, ownPairs(parent)[0]?.key.at.start ?? start) + manner.step;
    const asBlock = node.value === null && !parent.flow && isDataMap(value);
    const written = asBlock ? manner.newline + indent + writeBlock(value, indent, manner) : writeFlow(value, manner);
    const space = start === node.at.end && !asBlock ? ' ' : '';
    return done({ path, start, end: node.at.end, newText: space + written });
  }
  const indent = indentOf(text, start);
  const block = node.flow
    ? undefined
    : isDataMap(value)
      ? writeBlock(value, indent, manner)
      : Array.isArray(value) && node.kind === 'sequence'
        ? writeItems(value, indent, manner)
        : undefined;
  if (!node.flow && block === undefined) return refused('it is written in another form');
  return done({ path, start, end: node.contentEnd, newText: block ?? writeFlow(value, manner) });
}

/** Removes a key with its value, and its line where it has one of its own. */
export function removeKey(map: YamlMap, key: string): EditResult {
  const obstacle = obstacleIn(map);
  if (obstacle) return refused(obstacle);
  const found = lookup(map, key);
  const own = ownPairs(map);
  const index = own.findIndex((pair) => pair.key.text.text === key);
  const pair = own[index];
  if (!pair || found.kind !== 'node') return refused(found.kind === 'unknown' ? found.why : `there is no \`${key}\``);
  if (own.length === 1) return refused(`\`${key}\` is all that is there`);
  const { path, text } = map.source;
  const next = own[index + 1];
  const { start } = pair.key.at;
  if (map.flow) {
    // The comma goes too: the one behind, or, of the last key, the one in front.
    if (next) return done({ path, start, end: next.key.at.start, newText: '' });
    const previous = own[index - 1];
    return done({ path, start: previous?.value.contentEnd ?? start, end: pair.value.contentEnd, newText: '' });
  }
  if (next && !startsLine(text, start)) return done({ path, start, end: next.key.at.start, newText: '' });
  const end = lineEnd(text, pair.value.contentEnd);
  const newline = text.startsWith('\r\n', end) ? 2 : end < text.length ? 1 : 0;
  return done({ path, start: lineStart(text, start), end: end + newline, newText: '' });
}

function insert(map: YamlMap, key: string, value: Data, near: Neighbours): EditResult {
  const own = ownPairs(map);
  const { path } = map.source;
  if (own.length === 0) {
    if (!map.flow) return refused('it holds nothing but a merge key');
    return done({ path, start: map.at.start, end: map.at.end, newText: writeFlow({ [key]: value }, mannerOf(map)) });
  }
  const named = (names: readonly string[] = []) =>
    names.flatMap((name) => own.filter((pair) => pair.key.text.text === name && !pair.conditional))[0];
  const next = named(near.before);
  if (next && (map.flow || startsLine(map.source.text, next.key.at.start))) return insertBefore(map, next, key, value);
  const previous = next ?? named(near.after) ?? own.at(-1);
  return previous ? insertAfter(map, previous, key, value) : refused('there is no place for it');
}

function insertBefore(map: YamlMap, next: YamlPair, key: string, value: Data): EditResult {
  const { text } = map.source;
  const manner = mannerOf(map);
  const at = next.key.at.start;
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
  const at = previous.key.at.start;
  const indent = indentOf(text, at);
  if (map.flow) {
    const own = startsLine(text, at);
    const written = writePair(key, value, manner, own ? indent : undefined);
    return insertAt(map, previous.value.contentEnd, `,${own ? manner.newline + indent : ' '}${written}`);
  }
  const end = endWithComments(text, previous.value, indent.length);
  return insertAt(map, end, manner.newline + indent + writeBlock({ [key]: value }, indent, manner));
}

/** The end of a value's last line, and of comments below it that are deeper, or are items left out of its list. */
function endWithComments(text: string, value: YamlNode, column: number): number {
  let end = lineEnd(text, value.contentEnd);
  for (;;) {
    const comment = /^\r?\n([ \t]*)#([^\n]*)/.exec(text.slice(end, end + 4096));
    const depth = comment?.[1]?.length ?? 0;
    const item = value.kind === 'sequence' && depth === column && /^\s*- /.test(comment?.[2] ?? '');
    if (!comment || !(depth > column || item)) return end;
    end = lineEnd(text, end + comment[0].length - (comment[2]?.length ?? 0));
  }
}

function insertAt(map: YamlMap, offset: number, newText: string): EditResult {
  const { template, path } = map.source;
  if (template?.conditional(map.at, offset)) return refused('a template decides whether it is there');
  if (template?.continues(offset)) return refused('a template writes what follows');
  return done({ path, start: offset, end: offset, newText });
}

function done(edit: Edit): EditResult {
  return { ok: true, edits: [edit] };
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
  const compact = json && map.at.end > map.at.start + 2 && !/":\s/.test(text.slice(map.at.start, map.at.end));
  return { newline: text.includes('\r\n') ? '\r\n' : '\n', step: stepOf(map), json, colon: compact ? ':' : ': ' };
}

/** One step of indentation, as the map or what it holds shows it. */
function stepOf(map: YamlMap): string {
  const { text } = map.source;
  if (map.flow) return /^[ \t]*\t/m.test(text) ? '\t' : (/\n( +)"/.exec(text)?.[1] ?? '  ');
  for (const pair of ownPairs(map)) {
    const { value } = pair;
    if (value.kind !== 'map' || value.flow || value.alias) continue;
    const deeper = indentOf(text, value.at.start).length - indentOf(text, pair.key.at.start).length;
    if (deeper > 0) return ' '.repeat(deeper);
  }
  return '  ';
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** The end of the offset's line, in front of its line break. */
function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  if (end < 0) return text.length;
  return text[end - 1] === '\r' ? end - 1 : end;
}

function startsLine(text: string, offset: number): boolean {
  return /^[ \t]*$/.test(text.slice(lineStart(text, offset), offset));
}

/** What stands in front of the offset on its line, as blanks. */
function indentOf(text: string, offset: number): string {
  return text.slice(lineStart(text, offset), offset).replace(/[^\t]/g, ' ');
}
