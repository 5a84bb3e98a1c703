// Kustomizations as they are read and edited: each value keeps the place that gives it, a fact is told once with the
// overlays that it concerns, and a patch alone says nothing. What the real kustomize makes of them is compared elsewhere.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Analysis, applyEdits } from '../shared/index.ts';
import type { Pod } from '../shared/model/pod/pod.ts';
import { podsOf } from '../shared/model/pod/pods.ts';
import type { Change } from '../shared/model/setting.ts';
import { knownValue } from '../shared/model/value.ts';
import { analyzed, projectOf } from './analyzed.ts';

type Files = { readonly [name: string]: string };

const WEB = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 40
      containers:
        - name: web
          image: registry:5000/shop/web:1
          ports: [{containerPort: 80}]
`;
const SERVICE =
  'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n';
const BASE: Files = {
  'base/kustomization.yaml': 'resources: [web.yaml, service.yaml]\n',
  'base/web.yaml': WEB,
  'base/service.yaml': SERVICE,
};

function podsIn(files: Files): readonly Pod[] {
  const project = projectOf(files);
  return Object.keys(files).flatMap((name) => podsOf(project, `/w/${name}`));
}

/** The pod of the base with one overlay over it. */
function overlaid(overlay: string, more: Files = {}): Pod {
  const files = { ...BASE, 'prod/kustomization.yaml': `resources: [../base]\n${overlay}`, ...more };
  const [pod, ...others] = podsIn(files);
  assert.ok(pod && others.length === 0, `one pod, not ${others.length + 1}`);
  return pod;
}

function changed(files: Files, change: Change): Files {
  assert.ok(change.ok, change.ok ? '' : change.reason);
  return Object.fromEntries(
    change.edits.map((edit) => {
      const name = edit.path.slice('/w/'.length);
      return [name, applyEdits(files[name] ?? '', [edit])];
    }),
  );
}

function told({ findings }: Analysis): readonly string[] {
  return findings.map(({ severity, rule, at, message }) => `${severity} ${rule} ${at.path.slice(3)}: ${message}`);
}

const patch = (body: string) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n${body}`;

describe('an overlay', () => {
  it('changes what its patches say, and nothing else', () => {
    const pod = overlaid('patches: [{path: p.yaml}]\n', {
      'prod/p.yaml': patch(`      containers:
        - name: web
          command: [node, server.js]
        - name: logs
          image: fluent/fluent-bit
`),
    });
    assert.equal(knownValue(pod.grace.value), 40);
    assert.deepEqual(
      pod.containers.map(({ name, lifecycle }) => [name, lifecycle?.image]),
      [
        ['web', 'registry:5000/shop/web:1'],
        ['logs', 'fluent/fluent-bit'],
      ],
    );
    assert.equal(pod.workload.services.length, 1);
  });

  it('renames images, and only those that it means', () => {
    const image = (change: string) => overlaid(`images:\n  - ${change}\n`).containers[0]?.lifecycle?.image;
    assert.equal(image('{name: "registry:5000/shop/web", newTag: v2}'), 'registry:5000/shop/web:v2');
    assert.equal(image('{name: "registry:5000/shop/web", newName: nginx}'), 'nginx:1');
    assert.equal(image('{name: "registry:5000/shop/web", digest: "sha256:abc"}'), 'registry:5000/shop/web@sha256:abc');
    assert.equal(image('{name: shop/web, newTag: v2}'), 'registry:5000/shop/web:1');
  });

  it('has a value for every place in a value: an edit goes to where it was given', () => {
    const overlay = `patches:
  - target: {kind: Deployment}
    patch: |-
      - op: replace
        path: /spec/template/spec/terminationGracePeriodSeconds
        value: 10 # quick
`;
    const files: Files = { ...BASE, 'prod/kustomization.yaml': `resources: [../base]\n${overlay}` };
    const inline = overlaid(overlay);
    assert.equal(knownValue(inline.grace.value), 10);
    assert.deepEqual(changed(files, inline.grace.set(60)), {
      'prod/kustomization.yaml': files['prod/kustomization.yaml']?.replace('value: 10 #', 'value: 60 #'),
    });
    const text = patch('      terminationGracePeriodSeconds: 10\n');
    const inFile = overlaid('patches: [{path: p.yaml}]\n', { 'prod/p.yaml': text });
    assert.deepEqual(changed({ 'prod/p.yaml': text }, inFile.grace.set(60)), {
      'prod/p.yaml': text.replace('10', '60'),
    });
    const json = '[{"op":"add","path":"/spec/template/spec/terminationGracePeriodSeconds","value":10}]\n';
    const inJson = overlaid('patches: [{path: p.json, target: {kind: Deployment}}]\n', { 'prod/p.json': json });
    assert.deepEqual(changed({ 'prod/p.json': json }, inJson.grace.set(60)), {
      'prod/p.json': json.replace('10', '60'),
    });
    const hook = overlaid('namePrefix: prod-\n').containers[0]?.lifecycle?.addDelay({ seconds: 5, by: 'sleep' });
    assert.ok(hook);
    assert.match(changed(BASE, hook)['base/web.yaml'] ?? '', /ports: .*\n {10}lifecycle:\n {12}preStop:\n/);
  });

  it('knows the names that it gives', () => {
    const pod = overlaid('namePrefix: prod-\nnameSuffix: "-1"\nnamespace: shop\ncommonLabels: {team: a}\n');
    assert.equal(pod.name, 'prod-web-1');
    assert.deepEqual(
      pod.workload.services.map(({ name }) => name),
      ['prod-web-1'],
    );
  });

  it('leaves open what it changes in ways that nobody reads here', () => {
    assert.equal(overlaid('').containers[0]?.lifecycle?.preStop.kind, 'known');
    for (const more of [
      'transformers: [t.yaml]\n',
      'replacements: [{path: r.yaml}]\n',
      'vars: [{name: A, objref: {kind: Service, name: web, apiVersion: v1}}]\n',
      'openapi: {path: schema.json}\n',
      'patches: [{path: gone.yaml, target: {kind: Deployment}}]\n',
    ]) {
      assert.equal(overlaid(more).containers[0]?.lifecycle?.preStop.kind, 'unknown', more);
    }
    const others = 'patches: [{path: gone.yaml, target: {kind: StatefulSet}}]\n';
    assert.equal(overlaid(others).containers[0]?.lifecycle?.preStop.kind, 'known');
    const suffix = overlaid('images: [{name: "registry:5000/shop/web", tagSuffix: -slim}]\n');
    assert.equal(suffix.containers[0]?.lifecycle?.image, undefined);
  });

  it('copies values from one resource to another, as far as they are known', () => {
    const graceFrom = (source: string, options = '') => {
      const overlay = `replacements:
  - source: ${source}
    targets:
      - select: {kind: Deployment}
        fieldPaths: [spec.template.spec.terminationGracePeriodSeconds]
        ${options}
`;
      return overlaid(overlay, {
        'base/kustomization.yaml': `resources: [web.yaml, service.yaml, ${'settings.yaml'}]\n`,
        ...settings,
      }).grace;
    };
    const settings = {
      'base/settings.yaml': `apiVersion: example.org/v1
kind: Settings
metadata: {name: s, annotations: {times: "10/20/30"}}
spec: {grace: 50, list: [{name: a, value: 70}], text: '{"grace": 80}'}
`,
    };
    const value = (source: string, options?: string) => graceFrom(source, options).value;
    const at = (path: string) => `{kind: Settings, name: s, fieldPath: "${path}"}`;
    assert.equal(knownValue(value(at('spec.grace'))), 50);
    assert.equal(knownValue(value(at('spec.list.[name=a].value'))), 70);
    assert.equal(knownValue(value(at('spec.list.0.value'))), 70);
    assert.equal(
      knownValue(value(`{kind: Settings, fieldPath: metadata.annotations.times, options: {delimiter: /, index: 1}}`)),
      20,
    );
    for (const unknown of [
      at('spec.gone'),
      at('spec.text.grace'),
      '{kind: Settings, name: other, fieldPath: spec.grace}',
    ]) {
      assert.equal(value(unknown).kind, 'unknown', unknown);
    }
    const change = graceFrom(at('spec.grace')).set(75);
    assert.deepEqual(
      changed(settings, change)['base/settings.yaml'],
      settings['base/settings.yaml'].replace('50', '75'),
    );
    // Of a text, only a person knows what else reads it.
    const part = graceFrom('{kind: Settings, fieldPath: metadata.annotations.times, options: {delimiter: /}}').set(75);
    assert.equal(part.ok, false);
  });

  it('takes from elsewhere what is not here', () => {
    const files: Files = {
      'prod/kustomization.yaml':
        'resources: ["https://github.com/shop/base?ref=v1", "../gone"]\npatches: [{path: p.yaml}]\n',
      'prod/p.yaml': patch('      containers: [{name: web, lifecycle: null}]\n'),
    };
    assert.deepEqual(podsIn(files), []);
    assert.deepEqual(told(analyzed(new Map(Object.entries({ ...files, 'service.yaml': SERVICE })))), []);
  });
});

describe('what is found', () => {
  const overlays = (...names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [`overlays/${name}/kustomization.yaml`, 'resources: [../../base]\n']));

  it('in a base is told once, with the overlays', () => {
    const { findings } = analyzed(new Map(Object.entries({ ...BASE, ...overlays('a', 'b', 'c') })));
    const [finding, ...others] = findings;
    assert.ok(finding && others.length === 0);
    assert.equal(finding.severity, 'warning');
    assert.equal(finding.at.path, '/w/base/web.yaml');
    assert.deepEqual(
      finding.related.map(({ message }) => message).filter((message) => message.startsWith('so it is')),
      ['so it is in `overlays/a`', 'so it is in `overlays/b`', 'so it is in `overlays/c`'],
    );
  });

  it('in some overlays only is an info that names them', () => {
    const files = {
      ...BASE,
      ...overlays('a', 'b'),
      'overlays/a/kustomization.yaml': `resources: [../../base]\npatches:\n  - patch: |-\n${patch(
        '      containers: [{name: web, lifecycle: {preStop: {sleep: {seconds: 5}}}}]\n',
      ).replace(/^(?=.)/gm, '      ')}`,
    };
    assert.deepEqual(told(analyzed(new Map(Object.entries(files)))), [
      'info missing-prestop-delay base/web.yaml: `web` is told to stop while the Service `web` may still send it requests, in `overlays/b`',
    ]);
  });

  it('is repaired by one edit where each overlay needs it', () => {
    const files = { ...BASE, ...overlays('a', 'b') };
    const [finding] = analyzed(new Map(Object.entries(files))).findings;
    assert.deepEqual(
      finding?.fixes.map(({ edits }) => edits.map(({ path }) => path)),
      [['/w/base/web.yaml']],
    );
  });

  it('follows every letter that is typed in a patch', () => {
    const whole = patch(
      '      terminationGracePeriodSeconds: 0\n      containers:\n        - {name: web, $patch: delete}\n',
    );
    for (let end = 0; end <= whole.length; end += 7) {
      const files = {
        ...BASE,
        'prod/kustomization.yaml': 'resources: [../base]\npatches: [{path: p.yaml}]\n',
        'prod/p.yaml': whole.slice(0, end),
      };
      assert.deepEqual(analyzed(new Map(Object.entries(files))).problems, [], `up to ${end}`);
    }
  });
});
