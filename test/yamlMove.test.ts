// Items that move from list to list, and documents that are added: every other byte stays as it is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseYaml } from '../shared/sources/yaml/yaml.ts';
import { addDocument, type EditResult } from '../shared/sources/yaml/yamlEdit.ts';
import { moveItem } from '../shared/sources/yaml/yamlMove.ts';
import { lookup, type YamlMap, type YamlNode } from '../shared/sources/yaml/yamlNode.ts';
import { applyEdits } from '../shared/text/edits.ts';

const MOVE = { from: 'containers', to: 'initContainers', with: { line: 'restartPolicy: Always', behind: 'image' } };

function mapOf(node: YamlNode | undefined): YamlMap {
  assert.equal(node?.kind, 'map');
  return node as YamlMap;
}

/** Moves the item of this number; the reason where that is refused. */
function moved(text: string, index: number, ...keys: readonly string[]): string {
  const root = parseYaml('/w/a.yaml', text)[0]?.root;
  const found = keys.length > 0 ? lookup(root, ...keys) : undefined;
  const holder = mapOf(found ? (found.kind === 'node' ? found.node : undefined) : root);
  const list = lookup(holder, 'containers');
  const items = list.kind === 'node' && list.node.kind === 'sequence' ? list.node.items : [];
  return shown(text, moveItem(holder, mapOf(items[index]), MOVE));
}

function shown(text: string, result: EditResult): string {
  if (!result.ok) return result.reason;
  const edited = applyEdits(text, result.edits);
  assert.equal(parseYaml('/w/a.yaml', edited)[0]?.error, undefined, `still YAML:\n${edited}`);
  return edited;
}

test('an item moves line by line, with its comments, to a list of its own', () => {
  const text = `containers:
  # in front
  - name: nginx
    image: nginx # pinned elsewhere
  # behind
  - name: app
    image: app
    args:
      - |
        a
        b
    # no ports

  - name: last
    image: last`;
  assert.equal(
    moved(text, 1),
    `initContainers:
  # behind
  - name: app
    image: app
    restartPolicy: Always
    args:
      - |
        a
        b
    # no ports
containers:
  # in front
  - name: nginx
    image: nginx # pinned elsewhere

  - name: last
    image: last`,
  );
  assert.equal(
    moved(text, 2),
    `initContainers:
  - name: last
    image: last
    restartPolicy: Always
${text.slice(0, text.indexOf('  - name: last'))}`,
  );
});

test('an item moves to the end of a list that is there, with line breaks as they are', () => {
  const text = `spec:
  initContainers:
  - name: wait
    image: wait
  containers:
  - image: app
    name: app
  - name: web
    image: web
`;
  const expected = `spec:
  initContainers:
  - name: wait
    image: wait
  - image: app
    restartPolicy: Always
    name: app
  containers:
  - name: web
    image: web
`;
  assert.equal(moved(text, 0, 'spec'), expected);
  const crlf = (lines: string) => lines.replaceAll('\n', '\r\n');
  assert.equal(moved(crlf(text), 0, 'spec'), crlf(expected));
});

test('what is not written in lines of its own stays where it is', () => {
  const rows: readonly (readonly [string, RegExp])[] = [
    ['containers: [{name: a, image: a}, {name: b, image: b}]', /lines of their own/],
    ['containers:\n- {name: a, image: a}\n- {name: b, image: b}\n', /not written in lines/],
    ['containers:\n- name: a\n  image: a\n', /one of several/],
    ['containers:\n- name: a\n- name: b\n  image: b\n', /not written in lines/],
    ['initContainers: []\ncontainers:\n- name: a\n  image: a\n- name: b\n  image: b\n', /another form/],
    [
      'initContainers:\n    - name: i\n      image: i\ncontainers:\n- name: a\n  image: a\n- name: b\n  image: b\n',
      /indented differently/,
    ],
    ['containers:\n- name: a\n  image: {{ .Values.image }}\n- name: b\n  image: b\n', /not written here alone/],
    ['containers:\n- name: a\n  image: a\n- name: b\n  image: b\nbroken: [', /not written here alone/],
    ['containers: &all\n- name: a\n  image: a\n- name: b\n  image: b\nothers: *all\n', /one of several|here alone/],
  ];
  for (const [text, reason] of rows) assert.match(moved(text, 0), reason, text);
});

test('a document is added behind another, whatever follows', () => {
  const added = (text: string, index = 0) =>
    shown(text, addDocument(mapOf(parseYaml('/w/a.yaml', text)[index]?.root), { kind: 'B', spec: { n: 1 } }));
  const document = 'kind: B\nspec:\n  n: 1\n';
  assert.equal(added('kind: A\n'), `kind: A\n---\n${document}`);
  assert.equal(added('kind: A'), `kind: A\n---\n${document}`);
  assert.equal(added('---\nkind: A\n# end\n---\nkind: C\n'), `---\nkind: A\n# end\n---\n${document}---\nkind: C\n`);
  assert.equal(added('kind: C\n---\nkind: A\n', 1), `kind: C\n---\nkind: A\n---\n${document}`);
  assert.equal(added('kind: A\r\n'), `kind: A\r\n---\r\n${document.replaceAll('\n', '\r\n')}`);
  assert.match(added('{"kind": "A"}\n'), /no document of its own/);
  assert.match(added('kind: A\n...\n'), /an end of its own/);
  assert.match(added('kind: {{ .Values.kind }}\n'), /no document of its own/);
});
