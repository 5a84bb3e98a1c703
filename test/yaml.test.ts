// Reading YAML and JSON with places, and edits that keep every byte outside of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseYaml } from '../shared/sources/yaml/yaml.ts';
import { type EditResult, type Neighbours, removeKey, replaceValue, setKey } from '../shared/sources/yaml/yamlEdit.ts';
import { lookup, type YamlMap, type YamlNode } from '../shared/sources/yaml/yamlNode.ts';
import type { Data } from '../shared/sources/yaml/yamlWrite.ts';
import { applyEdits } from '../shared/text/edits.ts';

const PATH = '/w/a.yaml';

function rootOf(text: string): YamlNode {
  const root = parseYaml(PATH, text)[0]?.root;
  assert.ok(root, 'the text has a document');
  return root;
}

function nodeAt(text: string, ...keys: readonly string[]): YamlNode {
  let node = rootOf(text);
  for (const key of keys) {
    const found = node.kind === 'sequence' ? node.items[Number(key)] : undefined;
    const inner = lookup(node, key);
    const next = found ?? (inner.kind === 'node' ? inner.node : undefined);
    assert.ok(next, `${key} is there`);
    node = next;
  }
  return node;
}

function mapAt(text: string, ...keys: readonly string[]): YamlMap {
  const node = nodeAt(text, ...keys);
  assert.equal(node.kind, 'map');
  return node as YamlMap;
}

function applied(text: string, result: EditResult): string {
  assert.ok(result.ok, result.ok ? '' : result.reason);
  const edited = applyEdits(text, result.edits);
  assert.equal(parseYaml(PATH, edited)[0]?.error, undefined, `still YAML:\n${edited}`);
  return edited;
}

/** The text after setting `keys[…]` under the map at `at`. */
function withKey(text: string, at: readonly string[], keys: readonly string[], value: Data, near?: Neighbours): string {
  return applied(text, setKey(mapAt(text, ...at), keys, value, near));
}

function refusal(result: EditResult): string {
  assert.equal(result.ok, false);
  return result.ok ? '' : result.reason;
}

test('scalars of every style know the way back to their text', () => {
  const text = `plain: sleep 5\nsingle: 'it''s'\ndouble: "a\\"b\\u0041\\\n  c"\nliteral: |\n  one\n    two\n\n  three\nfolded: >\n  a\n  b\n`;
  const places = (key: string, part: string) => {
    const node = nodeAt(text, key);
    assert.equal(node.kind, 'scalar');
    if (node.kind !== 'scalar') return '';
    const start = node.text.text.indexOf(part);
    assert.ok(start >= 0, `${part} is in ${node.text.text}`);
    const place = node.text.place(start, start + part.length);
    return text.slice(place.start, place.end);
  };
  assert.equal(places('plain', 'leep'), 'leep');
  assert.equal(places('single', "t's"), "t''s");
  assert.equal(places('double', 'bA'), 'b\\u0041');
  assert.equal(places('double', 'A'), '\\u0041');
  assert.equal(places('double', 'c'), 'c');
  assert.equal(places('literal', '  two'), '  two');
  assert.equal(places('literal', 'three'), 'three');
  assert.equal(places('folded', 'a b'), 'a\n  b');
});

test('a part of a scalar is replaced in its own notation', () => {
  const replaced = (text: string, part: string, by: string) => {
    const node = nodeAt(text, 'a');
    if (node.kind !== 'scalar') return undefined;
    const start = node.text.text.indexOf(part);
    const edit = node.text.replace(start, start + part.length, by);
    return edit && applyEdits(text, [edit]);
  };
  assert.equal(replaced('a: "x \\"y\\""\n', 'y', 'a"b'), 'a: "x \\"a\\"b\\""\n');
  assert.equal(replaced("a: 'x y'\n", 'y', "it's"), "a: 'x it''s'\n");
  assert.equal(replaced('a: |\r\n    x\r\n    y\r\n', 'y', 'y\nz'), 'a: |\r\n    x\r\n    y\r\n    z\r\n');
  assert.equal(replaced('a: node x\n', 'node', 'exec node'), 'a: exec node x\n');
  assert.equal(replaced('a: node x\n', 'x', 'y: z # no'), undefined, 'a plain scalar cannot hold it');
  assert.equal(replaced('a: >-\n  x\n  y\n\n  z\n', 'y', 'exec y'), 'a: >-\n  x\n  exec y\n\n  z\n');
  assert.equal(replaced('a: >\n  x\n', 'x', 'y\nz'), undefined, 'a break would be folded');
  assert.equal(replaced('a: >\n  x\n    y\n', 'x', 'z'), undefined, 'an edit could change which breaks are kept');
});

test('a new key goes behind the named one, with the comments and blank lines kept', () => {
  const text = 'a:\n  b: 1 # one\n  c:\n  - x\n  # - y\n    # deeper\n\n  # about d\n  d: 4\n';
  assert.equal(
    withKey(text, ['a'], ['n'], 5, { after: ['c'] }),
    'a:\n  b: 1 # one\n  c:\n  - x\n  # - y\n    # deeper\n  n: 5\n\n  # about d\n  d: 4\n',
  );
  assert.equal(
    withKey(text, ['a'], ['n'], 5, { before: ['d'] }),
    'a:\n  b: 1 # one\n  c:\n  - x\n  # - y\n    # deeper\n\n  n: 5\n  # about d\n  d: 4\n',
  );
  assert.equal(withKey(text, ['a'], ['n'], 5, { after: ['missing'] }), `${text}  n: 5\n`);
  assert.equal(
    withKey('a:\n  b: |+\n    text\n\n  c: 1\n', ['a'], ['n'], 5, { after: ['b'] }),
    'a:\n  b: |+\n    text\n\n  n: 5\n  c: 1\n',
    'the empty lines of a block belong to it',
  );
});

test('a text without a line break at its end, or with CRLF, stays as it is', () => {
  assert.equal(withKey('a:\n  b: 1', ['a'], ['n'], 5), 'a:\n  b: 1\n  n: 5');
  assert.equal(
    withKey('a:\r\n    b: 1\r\nc: 2\r\n', ['a'], ['n', 'm'], 5),
    'a:\r\n    b: 1\r\n    n:\r\n      m: 5\r\nc: 2\r\n',
  );
  assert.equal(withKey('\uFEFFa:\n  b: 1\n', ['a'], ['n'], 5), '\uFEFFa:\n  b: 1\n  n: 5\n');
});

test('nested keys are written in the indentation of the text', () => {
  assert.equal(
    withKey('a:\n    b:\n        c: 1\n', ['a'], ['n', 'm', 's'], 5),
    'a:\n    b:\n        c: 1\n    n:\n        m:\n            s: 5\n',
  );
  assert.equal(
    withKey('- name: x\n  image: y\n- name: z\n', ['0'], ['l', 'p'], ['sleep', '5'], { after: ['image'] }),
    '- name: x\n  image: y\n  l:\n    p: ["sleep", "5"]\n- name: z\n',
  );
  assert.equal(
    withKey('- name: x\n- name: z\n', ['0'], ['l'], 1, { before: ['name'] }),
    '- name: x\n  l: 1\n- name: z\n',
  );
});

test('a key that is there already is changed in place', () => {
  assert.equal(withKey('a:\n  b: 1 # why\n', ['a'], ['b'], 5), 'a:\n  b: 5 # why\n');
  assert.equal(withKey('a:\n  b: # later\n  c: 1\n', ['a'], ['b'], 5), 'a:\n  b: 5 # later\n  c: 1\n');
  assert.equal(withKey('a:\n  b:\n  c: 1\n', ['a'], ['b', 'd'], 5), 'a:\n  b:\n    d: 5\n  c: 1\n');
  assert.equal(withKey('a:\n  b: {}\n', ['a'], ['b', 'd'], 5), 'a:\n  b: {d: 5}\n');
  assert.equal(withKey('a: {b: ~}\n', ['a'], ['b'], 5), 'a: {b: 5}\n');
  assert.equal(withKey('a:\n  b:\n    c: 1\n', ['a'], ['b', 'd'], 5), 'a:\n  b:\n    c: 1\n    d: 5\n');
});

test('flow maps and JSON keep their manner', () => {
  assert.equal(withKey('a: {b: 1, c: 2}\n', ['a'], ['n'], 5, { after: ['b'] }), 'a: {b: 1, n: 5, c: 2}\n');
  assert.equal(withKey('a: { b: 1, }\n', ['a'], ['n'], 5), 'a: { b: 1, n: 5, }\n');
  assert.equal(withKey('a: {b: 1}\n', ['a'], ['n'], 'x y', { before: ['b'] }), 'a: {n: "x y", b: 1}\n');
  assert.equal(
    withKey('{\n  "a": {\n    "b": 1\n  }\n}\n', ['a'], ['n', 'm'], 5),
    '{\n  "a": {\n    "b": 1,\n    "n": {\n      "m": 5\n    }\n  }\n}\n',
  );
  assert.equal(
    withKey('{\n\t"a": {\n\t\t"b": 1\n\t}\n}', ['a'], ['n'], 5, { before: ['b'] }),
    '{\n\t"a": {\n\t\t"n": 5,\n\t\t"b": 1\n\t}\n}',
  );
  assert.equal(withKey('{"a":{"b":1}}', ['a'], ['n'], 'x'), '{"a":{"b":1, "n":"x"}}');
});

test('a key is removed with its line, or with its comma', () => {
  const without = (text: string, at: readonly string[], key: string) =>
    applied(text, removeKey(mapAt(text, ...at), key));
  assert.equal(without('a:\n  b: 1\n  c: 2 # gone\n  d: 3\n', ['a'], 'c'), 'a:\n  b: 1\n  d: 3\n');
  assert.equal(without('a:\r\n  b: 1\r\n  c:\r\n    - 2', ['a'], 'c'), 'a:\r\n  b: 1\r\n');
  assert.equal(without('- a: 1\n  b: 2\n', ['0'], 'a'), '- b: 2\n');
  assert.equal(without('a: {b: 1, c: 2}\n', ['a'], 'b'), 'a: {c: 2}\n');
  assert.equal(without('a: {b: 1, c: 2}\n', ['a'], 'c'), 'a: {b: 1}\n');
  assert.match(refusal(removeKey(mapAt('a: {b: 1}\n', 'a'), 'b')), /all that is there/);
});

test('a whole value is replaced in its place', () => {
  const replaced = (text: string, key: string, value: Data) =>
    applied(text, replaceValue(nodeAt(text, 'a', key), value, mapAt(text, 'a')));
  assert.equal(
    replaced('a:\n  b:\n  - x\n  - y # why\n  c: 1\n', 'b', ['p', '5']),
    'a:\n  b:\n  - p\n  - "5" # why\n  c: 1\n',
  );
  assert.equal(replaced('a:\n  b: [x, y] # why\n', 'b', ['p']), 'a:\n  b: ["p"] # why\n');
  assert.equal(replaced('a:\n  b:\n    x: 1\n    y: 2\n', 'b', { s: { n: 1 } }), 'a:\n  b:\n    s:\n      n: 1\n');
  assert.equal(replaced('a:\n  b: >-\n    x\n    y\n\n  c: 1\n', 'b', ['p', 'q']), 'a:\n  b: ["p", "q"]\n\n  c: 1\n');
  const commented = 'a:\n  b: | # why\n    x\n';
  assert.match(refusal(replaceValue(nodeAt(commented, 'a', 'b'), 'y', mapAt(commented, 'a'))), /comment/);
});

test('an alias is replaced alone, what other places share is not touched', () => {
  const text = 'x: &n 30\na:\n  g: *n\nb: &m\n  c: 1\nd: *m\ne:\n  <<: *m\n  f: 2\nh: &alone\n  i: 1\n';
  assert.equal(withKey(text, ['a'], ['g'], 60), text.replace('g: *n', 'g: 60'));
  assert.match(refusal(setKey(mapAt(text), ['x'], 60)), /anchor `n`/);
  assert.match(refusal(setKey(mapAt(text, 'b'), ['c'], 60)), /anchor `m`/);
  assert.match(refusal(setKey(mapAt(text, 'd'), ['n'], 60)), /anchor `m`/);
  assert.match(refusal(setKey(mapAt(text), ['d', 'n'], 60)), /anchor `m`/);
  assert.equal(
    withKey(text, ['e'], ['c'], 60),
    text.replace('  f: 2\n', '  f: 2\n  c: 60\n'),
    'an own key wins over a merged one',
  );
  assert.equal(
    withKey(text, ['h'], ['i'], 60),
    text.replace('i: 1', 'i: 60'),
    'an anchor that nobody uses binds nothing',
  );
});

test('merge keys are read, own keys win, the first of several wins', () => {
  const text = 'a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  <<: [*a, *b]\n  x: 3\n';
  const value = (key: string) => {
    const found = lookup(mapAt(text, 'c'), key);
    return found.kind === 'node' && found.node.kind === 'scalar' ? [found.node.value, found.merged] : found.kind;
  };
  assert.deepEqual([value('x'), value('y'), value('z'), value('q')], [[3, false], [1, true], [2, true], 'absent']);
});

test('a key that is given twice is unknown; the rest is read', () => {
  const map = mapAt('a: 1\nb: 2\na: 3\n');
  assert.equal(lookup(map, 'a').kind, 'unknown');
  assert.equal(lookup(map, 'b').kind, 'node');
  assert.match(refusal(setKey(map, ['a'], 5)), /twice/);
});

test('after a syntax error nothing is edited and nothing counts as missing', () => {
  for (const text of ['a: 1\nb:\n\tc: 2\nd: 3\n', 'a: 1\nb: c: d\ne: 1\n', 'a: [1\nb: 2\n', 'a: "x\nb: 1\n']) {
    const [document] = parseYaml(PATH, text);
    assert.ok(document?.error, text);
    assert.equal(lookup(document.root, 'nothing').kind, 'unknown', text);
    if (document.root?.kind === 'map') assert.equal(setKey(document.root, ['n'], 1).ok, false, text);
  }
});

test('an error in one document leaves the others alone', () => {
  const documents = parseYaml(PATH, '---\na: [\n---\nb: 1\n--- # last\nc: 2\n');
  assert.deepEqual(
    documents.map(({ error }) => error !== undefined),
    [true, false, false],
  );
  assert.equal(lookup(documents[1]?.root, 'b').kind, 'node');
});

test('aliases cannot make reading endless', () => {
  const bomb = [
    'a0: &a0 [x]',
    ...Array.from({ length: 40 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}]`),
  ].join('\n');
  const started = performance.now();
  assert.equal(rootOf(bomb).kind, 'map');
  assert.equal(rootOf('a: &a\n  b: *a\n').kind, 'map');
  assert.equal(rootOf(`${'['.repeat(5000)}`).kind === undefined, false);
  assert.ok(performance.now() - started < 2000);
});

test('the same text is read the same with CRLF', () => {
  const text = 'a:\n  b: "x\n    y"\n  c: |\n    one\n    two\n';
  const crlf = text.replaceAll('\n', '\r\n');
  for (const key of ['b', 'c']) {
    const [one, other] = [text, crlf].map((each) => nodeAt(each, 'a', key));
    assert.equal(one?.kind === 'scalar' && one.text.text, other?.kind === 'scalar' && other.text.text);
  }
});
