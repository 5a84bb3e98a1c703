// Charts as they are read and edited: what a template says with its values, where an edit of it goes, and what stays
// unknown. What the real Helm makes of charts is compared elsewhere.
import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { applyEdits } from '../shared/index.ts';
import type { Pod } from '../shared/model/pod/pod.ts';
import { podsOf } from '../shared/model/pod/pods.ts';
import type { Project } from '../shared/model/project.ts';
import type { Change } from '../shared/model/setting.ts';
import { parseTemplate } from '../shared/sources/helm/helmSyntax.ts';
import { analyzed, projectOf, textsIn } from './analyzed.ts';

const CHART = 'apiVersion: v2\nname: shop\nversion: 1.0.0\nappVersion: "2.0"\n';

type Files = { readonly [name: string]: string };

function project(files: Files): Project {
  return projectOf({ 'Chart.yaml': CHART, ...files });
}

/** A chart with one Deployment; `spec` is its pod spec, indented by nothing. */
function chart(spec: string, values: string, more: Files = {}): Files {
  const indented = spec.replace(/^(?=.)/gm, '      ');
  const template = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
${indented}`;
  return { 'templates/web.yaml': template, 'values.yaml': values, ...more };
}

function podsIn(files: Files): readonly Pod[] {
  return podsOf(project(files), '/w/templates/web.yaml');
}

function onlyPod(files: Files): Pod {
  const [pod, ...others] = podsIn(files);
  assert.ok(pod && others.length === 0, `one pod, not ${others.length + 1}`);
  return pod;
}

/** The files that a change touches, as they are then; or why it cannot be made. */
function changed(files: Files, change: Change): Files | string {
  if (!change.ok) return change.reason;
  const texts = new Map<string, string>();
  for (const edit of change.edits) {
    const name = edit.path.slice('/w/'.length);
    texts.set(name, applyEdits(texts.get(name) ?? files[name] ?? '', [edit]));
  }
  return Object.fromEntries(texts);
}

const WEB = 'containers:\n  - name: web\n    image: shop/web\n    ports: [{containerPort: 80}]\n';
const graceIn = (files: Files) => onlyPod(files).grace.value;
const known = (value: number) => ({ kind: 'known', value });

describe('a value of a template', () => {
  const grace = (expression: string, values: string) =>
    graceIn(chart(`terminationGracePeriodSeconds: ${expression}\n${WEB}`, values));

  it('is what the values file gives', () => {
    assert.deepEqual(grace('{{ .Values.grace }}', 'grace: 45\n'), known(45));
    assert.deepEqual(grace('{{ .Values.a.b | default 30 }}', 'a: {b: 45}\n'), known(45));
    assert.deepEqual(grace('{{ .Values.a.b | default 30 }}', 'a: {}\n'), known(30));
    assert.deepEqual(grace('{{ $.Values.a.b | default (add 20 5) | int }}', '{}\n'), known(25));
    assert.deepEqual(grace('{{ if .Values.slow }}90{{ else }}10{{ end }}', 'slow: true\n'), known(90));
    assert.deepEqual(grace('{{ ternary 1 2 (eq .Values.track "x") }}', 'track: y\n'), known(2));
    assert.deepEqual(grace('{{ index .Values.list 1 }}', 'list: [5, 6]\n'), known(6));
    assert.deepEqual(grace('{{ tpl "{{ .Values.n }}0" . }}', 'n: 7\n'), known(70));
  });

  it('is the default of the field where nothing is written', () => {
    const spec = `{{- if .Values.grace }}\nterminationGracePeriodSeconds: {{ .Values.grace }}\n{{- end }}\n${WEB}`;
    assert.deepEqual(graceIn(chart(spec, 'grace: ""\n')), known(30));
    assert.deepEqual(graceIn(chart(spec, 'grace: 5\n')), known(5));
  });

  it('is unknown where only the cluster, a dice or another file can tell', () => {
    for (const expression of [
      '{{ (lookup "v1" "ConfigMap" "a" "b").data.grace }}',
      '{{ randNumeric 2 }}',
      '{{ if .Release.IsUpgrade }}1{{ else }}2{{ end }}',
      '{{ include "nobody.defines" . }}',
      '{{ .Values.grace | someFunction }}',
      '{{ eq .Release.Namespace "prod" | ternary 1 2 }}',
      '{{ required "it is needed" .Values.grace }}',
    ]) {
      assert.equal(grace(expression, 'a: 1\n').kind, 'unknown', expression);
    }
  });

  it('is unknown where the chart has no values file', () => {
    const { 'values.yaml': _, ...files } = chart(
      `terminationGracePeriodSeconds: {{ .Values.grace | default 0 }}\n${WEB}`,
      '',
    );
    assert.equal(graceIn(files).kind, 'unknown');
  });

  it('that one of several values files gives is known for each', () => {
    const files = chart(`terminationGracePeriodSeconds: {{ .Values.grace }}\n${WEB}`, 'grace: 30\n', {
      'values-prod.yaml': 'grace: 90\n',
      'values-dev.yaml': 'other: 1\n',
    });
    assert.deepEqual(
      podsIn(files).map(({ when, grace: { value } }) => [when?.text, value]),
      [
        ['with `values.yaml` alone', known(30)],
        ['with `values-dev.yaml`', known(30)],
        ['with `values-prod.yaml`', known(90)],
      ],
    );
  });

  it('is unknown where more than eight values files differ in it', () => {
    const more = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`values-${i}.yaml`, `grace: ${i}\n`]));
    const spec = `terminationGracePeriodSeconds: {{ .Values.grace }}\nhostNetwork: {{ .Values.host }}\n${WEB}`;
    assert.equal(graceIn(chart(spec, 'grace: 30\nhost: false\n', more)).kind, 'unknown');
  });
});

describe('an edit in a chart', () => {
  const setGrace = (spec: string, values: string, more: Files = {}) => {
    const files = chart(spec + WEB, values, more);
    return changed(files, onlyPod(files).grace.set(60));
  };

  it('goes to the values file, and keeps what stands around it', () => {
    const spec = 'terminationGracePeriodSeconds: {{ .Values.pod.grace }}\n';
    assert.deepEqual(setGrace(spec, '# how long\npod:\n  grace: 30 # seconds\n  x: "1"\n'), {
      'values.yaml': '# how long\npod:\n  grace: 60 # seconds\n  x: "1"\n',
    });
    assert.deepEqual(setGrace(spec, 'pod: {grace: 30, x: 1}\r\n'), { 'values.yaml': 'pod: {grace: 60, x: 1}\r\n' });
    assert.deepEqual(setGrace(spec.replace(' }}', ' | quote | int }}'), 'pod: {grace: "30"}\n'), {
      'values.yaml': 'pod: {grace: 60}\n',
    });
  });

  it('adds the key that a default stands for', () => {
    const spec = 'terminationGracePeriodSeconds: {{ .Values.grace | default 30 }}\n';
    assert.deepEqual(setGrace(spec, 'a: 1\n'), { 'values.yaml': 'a: 1\ngrace: 60\n' });
    const deep = 'terminationGracePeriodSeconds: {{ default 30 .Values.pod.grace }}\n';
    assert.deepEqual(setGrace(deep, 'pod:\n  a: 1\nb: 2\n'), { 'values.yaml': 'pod:\n  a: 1\n  grace: 60\nb: 2\n' });
    assert.deepEqual(setGrace(deep, 'b: 2\n'), { 'values.yaml': 'b: 2\npod:\n  grace: 60\n' });
  });

  it('gives the value that a block waits for', () => {
    const block = '{{- with .Values.grace }}\nterminationGracePeriodSeconds: {{ . }}\n{{- end }}\n';
    assert.deepEqual(setGrace(block, 'grace: null\n'), { 'values.yaml': 'grace: 60\n' });
    assert.deepEqual(setGrace(block, 'a: 1\n'), { 'values.yaml': 'a: 1\ngrace: 60\n' });
  });

  it('is made in the template where that says it itself', () => {
    assert.deepEqual(setGrace('terminationGracePeriodSeconds: 30 # {{ "x" }}\n', 'a: 1\n'), {
      'templates/web.yaml': chart(`terminationGracePeriodSeconds: 60 # {{ "x" }}\n${WEB}`, '')['templates/web.yaml'],
    });
    assert.deepEqual(setGrace('serviceAccountName: {{ .Values.a }}\n', 'a: x\n'), {
      'templates/web.yaml': chart(`serviceAccountName: {{ .Values.a }}\nterminationGracePeriodSeconds: 60\n${WEB}`, '')[
        'templates/web.yaml'
      ],
    });
  });

  it('never goes into an expression', () => {
    const refused = (spec: string, values = 'grace: 10\n', more: Files = {}) => {
      const result = setGrace(spec, values, more);
      assert.equal(typeof result, 'string', JSON.stringify(result));
      return String(result);
    };
    assert.match(refused('terminationGracePeriodSeconds: {{ add .Values.grace 5 }}\n'), /template expression/);
    assert.match(refused('terminationGracePeriodSeconds: {{ randNumeric 2 }}\n'), /template/);
    assert.match(refused('terminationGracePeriodSeconds: {{ printf "%v" .Values.grace }}\n'), /template expression/);
    assert.match(refused('terminationGracePeriodSeconds: 1{{ .Values.grace }}\n'), /template expression/);
    assert.match(
      refused('{{- if eq .Values.mode "slow" }}\nterminationGracePeriodSeconds: 90\n{{- end }}\n'),
      /in other cases/,
    );
  });

  it('leaves what an anchor shares as it is', () => {
    const spec = 'terminationGracePeriodSeconds: {{ .Values.web.grace }}\n';
    assert.match(String(setGrace(spec, 'base: &base\n  grace: 30\nweb: *base\n')), /anchor `base`/);
    assert.deepEqual(setGrace(spec, 'base: &base\n  grace: 30\nweb:\n  <<: *base\n  x: 1\n'), {
      'values.yaml': 'base: &base\n  grace: 30\nweb:\n  <<: *base\n  x: 1\n  grace: 60\n',
    });
  });

  const addHook = (spec: string, values: string, more: Files = {}) => {
    const files = chart(spec, values, more);
    const [container] = onlyPod(files).containers;
    assert.ok(container?.lifecycle);
    return changed(files, container.lifecycle.addDelay({ seconds: 5, by: 'sleep' }));
  };
  const HOOKED = `containers:
  - name: web
    image: shop/web
    {{- with .Values.lifecycle }}
    lifecycle:
      {{- toYaml . | nindent 12 }}
    {{- end }}
    ports: [{containerPort: 80}]
`;

  it('puts a hook into a block that is empty by default', () => {
    const hook = 'lifecycle:\n  preStop:\n    sleep:\n      seconds: 5\n';
    assert.deepEqual(addHook(HOOKED, 'lifecycle: {}\n'), { 'values.yaml': hook });
    assert.deepEqual(addHook(HOOKED, 'lifecycle: {} # none\n'), {
      'values.yaml': 'lifecycle: {preStop: {sleep: {seconds: 5}}} # none\n',
    });
    assert.deepEqual(addHook(HOOKED, 'lifecycle: null\n'), { 'values.yaml': hook });
    assert.deepEqual(addHook(HOOKED, 'a: 1\n'), { 'values.yaml': `a: 1\n${hook}` });
    const always = HOOKED.replace(/ *\{\{- with.*\n/, '')
      .replace(/ *\{\{- end.*\n/, '')
      .replace('toYaml .', 'toYaml .Values.lifecycle');
    assert.deepEqual(addHook(always, 'lifecycle: {}\n'), { 'values.yaml': hook });
    const postStart = 'lifecycle:\n  postStart:\n    exec: {command: [a]}\n';
    assert.deepEqual(addHook(HOOKED, postStart), {
      'values.yaml': `${postStart}${hook.slice(hook.indexOf('\n') + 1)}`,
    });
  });

  it('puts a hook into a pod spec that the values give as a whole', () => {
    const values = 'podSpec:\n  containers:\n  - name: web\n    image: shop/web\n';
    assert.deepEqual(addHook('{{- toYaml .Values.podSpec | nindent 6 }}\n', values), {
      'values.yaml': `${values}    lifecycle:\n      preStop:\n        sleep:\n          seconds: 5\n`,
    });
  });

  it('fills in the number that a block waits for', () => {
    const spec = `containers:
  - name: web
    image: shop/web
    {{- if .Values.wait }}
    lifecycle:
      preStop:
        sleep:
          seconds: {{ .Values.wait }}
    {{- end }}
`;
    assert.deepEqual(addHook(spec, 'wait: 0\n'), { 'values.yaml': 'wait: 5\n' });
    assert.match(String(addHook(spec.replace('sleep:', 'httpGet:'), 'wait: 0\n')), /when `wait` is given/);
  });

  it('follows a named template to where it is written', () => {
    const helpers = `{{- define "web.container" -}}
- name: web
  image: shop/web
  ports:
  - containerPort: {{ .Values.port }}
{{- end }}
`;
    const spec = 'containers:\n  {{- include "web.container" . | nindent 8 }}\n';
    const files = { 'templates/_helpers.tpl': helpers };
    assert.deepEqual(addHook(spec, 'port: 80\n', files), {
      'templates/_helpers.tpl': helpers.replace(
        '{{ .Values.port }}\n',
        '{{ .Values.port }}\n  lifecycle:\n    preStop:\n      sleep:\n        seconds: 5\n',
      ),
    });
  });

  it('goes to the values file that gives the value', () => {
    const files = chart(`terminationGracePeriodSeconds: {{ .Values.grace }}\n${WEB}`, 'grace: 30\n', {
      'values-prod.yaml': 'grace: 0\n',
    });
    assert.deepEqual(
      podsIn(files).map(({ grace }) => changed(files, grace.set(60))),
      [{ 'values.yaml': 'grace: 60\n' }, { 'values-prod.yaml': 'grace: 60\n' }],
    );
  });
});

describe('a chart that somebody is typing', () => {
  it('never fails, wherever the text ends', () => {
    for (const [name, file] of [
      ['bitnami-style', 'templates/deployment.yaml'],
      ['trims', 'templates/deployment.yaml'],
      ['bitnami-style', 'templates/_common.tpl'],
      ['anchors', 'values.yaml'],
    ] as const) {
      const texts = textsIn(path.join('test', 'charts', name));
      const whole = texts.get(file) ?? '';
      for (let end = 0; end < whole.length; end += 37) {
        const { problems } = analyzed(new Map([...texts, [file, whole.slice(0, end)]]));
        assert.deepEqual(problems, [], `${name}/${file} up to ${end}`);
      }
    }
  });

  it('is read as it stands where it does not render', () => {
    const files = chart(`terminationGracePeriodSeconds: 10\n${WEB}{{ if`, 'a: 1\n');
    assert.deepEqual(graceIn(files), known(10));
    assert.equal(parseTemplate('/w/a.yaml', '{{ if .a }}x'), undefined);
    assert.equal(parseTemplate('/w/a.yaml', '{{ end }}'), undefined);
    assert.equal(parseTemplate('/w/a.yaml', '{{ .a | }}'), undefined);
  });

  it('ends, whatever its helpers include', () => {
    // It does not render, and is read as it stands.
    const helpers =
      '{{ define "a" }}{{ include "b" . }}{{ end }}{{ define "b" }}{{ include "a" . }}{{ include "a" . }}{{ end }}';
    const files = chart(`terminationGracePeriodSeconds: {{ include "a" . }}\n${WEB}`, 'a: 1\n', {
      'templates/_helpers.tpl': helpers,
    });
    assert.equal(graceIn(files).kind, 'unknown');
  });
});
