// Templates read as YAML: the mask keeps every offset, and what an expression may decide is unknown, never a guess.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTemplate } from '../shared/sources/helm/helm.ts';
import { parseYaml } from '../shared/sources/yaml/yaml.ts';
import { setKey } from '../shared/sources/yaml/yamlEdit.ts';
import { lookup, type YamlNode } from '../shared/sources/yaml/yamlNode.ts';
import { applyEdits } from '../shared/text/edits.ts';

/** Awkward, and all of them seen in charts. */
const AWKWARD = [
  'a: {{ .Values.a | quote }}\nb: 1\n',
  'a: {{ "}}" }}\nb: {{ `}} "` }}\n',
  'a: {{ printf "%s}}" \'}\' }}\n',
  'a: {{- /* a comment with }} and "quotes */ -}}\nb: 1\n',
  '{{- /* alone */ -}}\na: 1\n',
  'a:\n{{- with .Values.a }}\n{{ toYaml . | indent 2 }}\n{{- end }}\nb: 1\n',
  'a:\n  {{- range $k, $v := .Values.a }}\n  {{ $k }}: {{ $v | quote }}\n  {{- end }}\nb: 1\n',
  'a: {{ include "x" (dict\n  "b" 1\n  "c" .Values.c) }}\nb: 1\n',
  '{{ include "x" (dict\n  "b" 1\n) }}\na: 1\n',
  'a: "{{ .Values.a | default "x" }}:{{ .Chart.AppVersion }}"\n',
  "a: '{{ .Values.a }}'\n",
  'a: [{{ .Values.a }}, b]\n',
  'a: |\n  {{ .Files.Get "x" | nindent 2 }}\n  text\nb: 1\n',
  'a: {{ if .Values.a }}x{{ else }}y{{ end }}\n',
  '{{ if .Values.a }}\na: 1\n{{ else }}\na: 2\n{{ end }}\nb: 1\n',
  '{{- $x := .Values.a -}}\na: {{ $x }}\n',
  'a-{{ .Release.Name }}: 1\nb: 2\n',
  '- {{ .Values.a }}\n- b\n',
  'a: {{ .Values.a }} # {{ comment }}\n',
  'a: {{ tpl .Values.a . }}\r\nb:\r\n  {{- toYaml .Values.b | nindent 2 }}\r\nc: 1\r\n',
  '{{- define "x" -}}\na: 1\n{{- end }}\n',
];

test('the mask has the length and the lines of the text, and is YAML', () => {
  for (const text of AWKWARD) {
    const { masked } = readTemplate(text);
    assert.equal(masked.length, text.length, text);
    assert.equal(masked.replace(/[^\r\n]/g, ''), text.replace(/[^\r\n]/g, ''), text);
    assert.ok(!masked.includes('{{'), masked);
    for (const { error } of parseYaml('/w/a.yaml', text))
      assert.equal(error, undefined, `${error?.message}\n${masked}`);
  }
});

test('an unfinished expression ends with its line', () => {
  const text = 'a: {{ .Values.a\nb: 1\n';
  const { masked } = readTemplate(text);
  assert.equal(masked, 'a: xxxxxxxxxxxx\nb: 1\n');
});

function kindAt(text: string, ...keys: readonly string[]): string {
  return lookup(parseYaml('/w/a.yaml', text)[0]?.root, ...keys).kind;
}

test('what an expression writes is unknown', () => {
  assert.equal(kindAt('a: {{ .Values.a }}\n', 'a'), 'unknown');
  assert.equal(kindAt('a: x-{{ .Values.a }}\n', 'a'), 'unknown');
  assert.equal(kindAt('a:\n  {{- toYaml .Values.a | nindent 2 }}\nb: 1\n', 'a'), 'unknown');
  assert.equal(kindAt('a:\n  b: 1\n  {{- toYaml .Values.a | nindent 2 }}\n', 'a', 'c'), 'unknown');
  assert.equal(kindAt('a:\n  b: 1\n  {{- include "x" . | nindent 2 }}\n', 'a', 'b'), 'node');
  assert.equal(kindAt('a-{{ .Values.a }}: 1\nb: 2\n', 'c'), 'unknown');
  assert.equal(kindAt('{{- $x := 1 }}\na: 1\n', 'c'), 'absent');
});

test('an expression counts for the map that it writes into, not for those around it', () => {
  const text = 'a:\n  b:\n    c: 1\n    {{- toYaml .Values.x | nindent 4 }}\n  d: 1\n';
  assert.equal(kindAt(text, 'a', 'b', 'z'), 'unknown');
  assert.equal(kindAt(text, 'a', 'z'), 'absent');
  const under = 'a:\n  b: 1\n  {{- with .Values.r }}\n  r:\n    {{- toYaml . | nindent 4 }}\n  {{- end }}\nc: 1\n';
  assert.equal(kindAt(under, 'a', 'z'), 'absent');
  assert.equal(kindAt(under, 'a', 'r'), 'unknown');
  assert.equal(kindAt(under, 'a', 'b'), 'node');
});

test('what a condition may leave out is unknown; what stands in one as a whole is not', () => {
  assert.equal(kindAt('a:\n  b: 1\n  {{- if .Values.c }}\n  c: 1\n  {{- end }}\n', 'a', 'c'), 'unknown');
  assert.equal(kindAt('a:\n  {{- if .Values.c }}\n  c: 1\n  {{- end }}\n  b: 1\n', 'a', 'c'), 'unknown');
  assert.equal(kindAt('a:\n  {{- if .Values.c }}\n  c: 1\n  {{- else }}\n  c: 2\n  {{- end }}\n', 'a', 'c'), 'unknown');
  assert.equal(kindAt('{{- if .Values.on }}\na:\n  c: 1\n{{- end }}\n', 'a', 'c'), 'node');
});

function set(text: string, at: readonly string[], key: string, after: string): string {
  const found = lookup(parseYaml('/w/a.yaml', text)[0]?.root, ...at);
  assert.ok(found.kind === 'node' && found.node.kind === 'map');
  const result = setKey(found.node, [key], 5, { after: [after] });
  return result.ok ? applyEdits(text, result.edits) : result.reason;
}

test('edits keep out of expressions and of what they decide', () => {
  assert.equal(
    set('a:\n  b: {{ .Values.b }}\n  c: 1\n', ['a'], 'n', 'b'),
    'a:\n  b: {{ .Values.b }}\n  n: 5\n  c: 1\n',
  );
  assert.equal(set('a:\n  b: {{ .Values.b }}\n', ['a'], 'b', 'b'), 'a template decides it');
  assert.match(set('a:\n  b: 1\n  {{- toYaml .Values.x | nindent 2 }}\n', ['a'], 'n', 'b'), /template/);
  assert.match(
    set('a:\n  p:\n    {{- range .Values.p }}\n    - {{ . }}\n    {{- end }}\n  c: 1\n', ['a'], 'n', 'p'),
    /template/,
  );
  assert.equal(
    set('a:\n  b: 1\n  {{- if .Values.c }}\n  c: 1\n  {{- end }}\n', ['a'], 'n', 'b'),
    'a:\n  b: 1\n  n: 5\n  {{- if .Values.c }}\n  c: 1\n  {{- end }}\n',
  );
});

test('double braces in a file that is no template do no harm', () => {
  const [document] = parseYaml('/w/a.yaml', 'a: ["--format", "{{ .Names }}"]\nb: 1\n');
  const items = (node: YamlNode | undefined) =>
    node?.kind === 'sequence' ? node.items.map(({ templated }) => templated) : [];
  const a = lookup(document?.root, 'a');
  assert.deepEqual(items(a.kind === 'node' ? a.node : undefined), [false, true]);
  assert.equal(kindAt('{"a":{"b":{"c":{}}}}', 'a', 'b', 'c'), 'node');
});
