// What is offered while a file is written: `‸` stands where the cursor is. Half-written files are the rule here.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import Ajv from 'ajv-draft-04';
import { parse } from 'yaml';
import { applyEdits, type Completion, completionsAt, rules } from '../shared/index.ts';
import { analyzed } from './analyzed.ts';
import { SCHEMA_FILE } from './settingsSchema.ts';

type Files = Readonly<Record<string, string>>;

/** A script is looked at when something starts it. */
const STARTS_SCRIPT: Files = { 'job/Dockerfile': 'FROM node:22\nCOPY a.sh /\nENTRYPOINT ["/a.sh"]\n' };

/** What is offered where the cursor is, and a way to take one. */
function offered(files: Files, settings: object = {}) {
  const [name = '', marked = ''] = Object.entries(files).find(([, text]) => text.includes('‸')) ?? [];
  const offset = marked.indexOf('‸');
  const text = marked.replace('‸', '');
  const texts = new Map(Object.entries({ ...STARTS_SCRIPT, ...files, [name]: text }));
  const found = completionsAt(analyzed(texts, settings), `/w/${name}`, offset);
  const written = ({ at, newText }: Completion) => applyEdits(text, [{ ...at, newText }]);
  return { found, labels: found.map(({ label }) => label), written };
}

const POD = (spec: string) => `apiVersion: v1
kind: Pod
metadata:
  name: shop
spec:
${spec}`;

const CONTAINER = `  containers:
    - name: web
      image: nginx:1.27
      ports: [{containerPort: 80}]
`;

test('a Dockerfile: signals behind STOPSIGNAL, those first that the program finishes its work on', () => {
  const { found, labels, written } = offered({ Dockerfile: 'FROM nginx:1.27\nSTOPSIGNAL SIG‸\nEXPOSE 80\n' });
  assert.equal(labels[0], 'SIGQUIT');
  assert.match(found[0]?.documentation ?? '', /`nginx` finishes its work/);
  assert.match(found.find(({ label }) => label === 'SIGTERM')?.documentation ?? '', /drops/);
  assert.ok(found[0]);
  assert.equal(written(found[0]), 'FROM nginx:1.27\nSTOPSIGNAL SIGQUIT\nEXPOSE 80\n');
  assert.equal(offered({ Dockerfile: 'FROM scratch\nstopsignal ‸' }).labels.length, labels.length);
  for (const text of ['FROM nginx\n‸', 'FROM nginx\nCMD ‸', '# STOPSIGNAL ‸', 'FROM nginx\nSTOPSIGNAL SIGTERM x‸']) {
    assert.deepEqual(offered({ Dockerfile: text }).labels, [], text);
  }
});

test('a database: the signal on which it puts its data in order, before the one on which it waits for its clients', () => {
  const { found } = offered({ Dockerfile: 'FROM postgres:17\nSTOPSIGNAL SIG‸\n' });
  const said = new Map(found.map(({ label, documentation = '' }) => [label, documentation]));
  assert.equal(found[0]?.label, 'SIGINT');
  assert.match(said.get('SIGINT') ?? '', /`postgres` puts its data in order on it/);
  assert.match(said.get('SIGTERM') ?? '', /`postgres` waits on it until its clients have left/);
  assert.match(said.get('SIGQUIT') ?? '', /`postgres` drops/);
});

test('Compose: signals, and a grace period that is long enough', () => {
  const compose = (line: string) => `services:\n  web:\n    image: nginx:1.27\n    ${line}\n  other:\n    image: x\n`;
  assert.equal(offered({ 'compose.yaml': compose('stop_signal: ‸') }).labels[0], 'SIGQUIT');
  const { labels, found, written } = offered({
    'compose.yaml': `services:\n  web:\n    image: web\n    command: gunicorn --graceful-timeout=60 app\n    stop_grace_period: 1‸\n`,
  });
  assert.equal(labels[0], '65s');
  assert.match(found[0]?.documentation ?? '', /`web` needs 60 s .* by `--graceful-timeout`/);
  assert.ok(found[0]);
  assert.match(written(found[0]), /stop_grace_period: 65s\n$/);
  assert.deepEqual(offered({ 'compose.yaml': compose('image: ‸') }).labels, []);
  assert.deepEqual(offered({ 'compose.yaml': compose('‸') }).labels, []);
  assert.deepEqual(offered({ 'notes.yaml': 'services:\n  web:\n    stop_sign: ‸\n' }).labels, []);
});

test('a pod: the grace period that its containers need', () => {
  const web = `  containers:
    - name: web
      image: web
      command: ["gunicorn", "--graceful-timeout=60", "app:app"]
      lifecycle: {preStop: {exec: {command: ["sleep", "20"]}}}
`;
  for (const spec of [`  terminationGracePeriodSeconds: ‸\n${web}`, `${web}  terminationGracePeriodSeconds: ‸\n`]) {
    const { labels, found, written } = offered({ 'pod.yaml': POD(spec) });
    assert.deepEqual(labels, ['85', '30', '60']);
    assert.match(found[0]?.documentation ?? '', /waits 20 s in its preStop hook and needs 60 s/);
    assert.ok(found[0]);
    assert.equal(parse(written(found[0])).spec.terminationGracePeriodSeconds, 85);
  }
  const elsewhere = `  containers:\n    - name: web\n      image: x\n      livenessProbe:\n        periodSeconds: ‸\n`;
  assert.deepEqual(offered({ 'pod.yaml': POD(elsewhere) }).labels, []);
});

test('a pod: hooks that wait until routers have followed', () => {
  const sleeps = { sleep: { seconds: 5 } };
  const execs = { exec: { command: ['sleep', '5'] } };
  const preStop = (text: string) => parse(text).spec.containers[0].lifecycle.preStop;
  for (const spec of [
    `${CONTAINER}      lifecycle:\n        ‸\n`,
    `${CONTAINER}      lifecycle:\n        pre‸\n`,
    `${CONTAINER}      lifecycle:\n        preStop:\n          ‸\n`,
    `  containers:\n  - lifecycle:\n      preStop:\n        sl‸\n    name: web\n    image: nginx:1.27\n`,
  ]) {
    const { found, written } = offered({ 'pod.yaml': POD(spec) });
    assert.deepEqual(
      found.map((one) => preStop(written(one))),
      [sleeps, execs],
      spec,
    );
  }
  const lifecycle = `${CONTAINER}      lifecycle:\n        ‸\n`;
  const old = offered({ 'pod.yaml': POD(lifecycle) }, { kubernetesVersion: '1.28' });
  assert.deepEqual(
    old.found.map((one) => preStop(old.written(one))),
    [execs],
    'no native sleep on 1.28',
  );
  assert.deepEqual(
    offered({
      'pod.yaml': POD(`${CONTAINER}      lifecycle:\n        preStop:\n          sleep:\n            seconds: ‸\n`),
    }).labels,
    ['5'],
  );
});

test('a pod: a stop signal of its own where the cluster knows the field', () => {
  const pod = POD(`${CONTAINER}      lifecycle:\n        stopSignal: ‸\n`);
  assert.deepEqual(offered({ 'pod.yaml': pod }).labels, []);
  assert.equal(offered({ 'pod.yaml': pod }, { featureGates: ['ContainerStopSignals'] }).labels[0], 'SIGQUIT');
});

test('other YAML is left to others', () => {
  for (const text of [
    'lifecycle:\n  ‸\n',
    'spec:\n  terminationGracePeriodSeconds: ‸\n',
    POD(`${CONTAINER}      ‸\n`),
    POD(`${CONTAINER}      # lifecycle: ‸\n`),
    POD(`${CONTAINER}      image: "‸`),
    POD(`${CONTAINER}      lifecycle: {‸`),
    '‸',
    ': ‸\n- - -',
  ]) {
    assert.deepEqual(offered({ 'some.yaml': text }).labels, [], text);
  }
});

test('a script: the names of signals, as every shell knows them', () => {
  const { labels, found, written } = offered({ 'job/a.sh': "#!/bin/sh\ntrap 'kill $pid' T‸\n" });
  assert.deepEqual(labels.slice(0, 2), ['TERM', 'INT']);
  assert.ok(found[0]);
  assert.equal(written(found[0]), "#!/bin/sh\ntrap 'kill $pid' TERM\n");
  assert.ok(offered({ 'job/a.sh': 'trap stop TERM ‸' }).labels.includes('EXIT'));
  assert.ok(!offered({ 'job/a.sh': 'kill -‸' }).labels.includes('EXIT'));
  assert.ok(offered({ 'job/a.sh': 'kill -s ‸' }).labels.includes('QUIT'));
  for (const text of ['# trap x ‸', 'trap ‸', 'echo a trap x ‸', 'kill ‸', 'skill -‸', "trap 'x ‸"]) {
    assert.deepEqual(offered({ 'job/a.sh': text }).labels, [], text);
  }
});

test('.softstop.yaml: its keys, the rules, what they may be set to', () => {
  const settings = (text: string) => offered({ '.softstop.yaml': text });
  const keys = settings('‸');
  assert.ok(['rules', 'kubernetesVersion', 'exclude'].every((key) => keys.labels.includes(key)));
  assert.ok(keys.found.every(({ documentation }) => documentation !== ''));
  assert.equal(settings('rules:\n  ‸').labels.length, rules.length);
  assert.deepEqual(settings('rules:\n  grace-zero: ‸').labels, ['off', 'on', 'error', 'warning', 'info', 'hint']);
  assert.ok(settings('platform: ‸').labels.includes('heroku'));
  assert.ok(settings('featureGates:\n  - ‸').labels.includes('ContainerStopSignals'));
  for (const text of ['# ‸', 'images:\n  ‸', 'drainSeconds:\n  puma: ‸', 'kubernetesVersion: ‸', 'nonsense:\n  ‸']) {
    assert.deepEqual(settings(text).labels, [], text);
  }
});

test('a comment that ignores: the rules, those first that report below it', () => {
  const dockerfile = (comment: string) => `FROM debian:12-slim\n${comment}\nCMD /srv/server --port 80\n`;
  const one = offered({ Dockerfile: dockerfile('# softstop-ignore: ‸') });
  assert.equal(one.labels[0], 'shell-form-pid1');
  assert.equal(one.found[0]?.detail, 'reported below');
  assert.equal(one.labels.length, rules.length);
  assert.ok(offered({ Dockerfile: dockerfile('# softstop-ignore-file: grace-zero, sh‸') }).labels.length > 0);
  assert.deepEqual(offered({ Dockerfile: dockerfile('# softstop-ignore: grace-zero -- ‸') }).labels, []);
});

test('nothing that is half written ends anything', () => {
  const texts: Files = {
    Dockerfile: 'FROM nginx:1.27\nSTOPSIGNAL SIGQUIT\nCMD ["x"]\n',
    'pod.yaml': POD(
      `  terminationGracePeriodSeconds: 30\n${CONTAINER}      lifecycle: {preStop: {sleep: {seconds: 5}}}\n`,
    ),
    'compose.yaml': 'services:\n  web:\n    image: nginx\n    stop_signal: SIGTERM\n',
    'job/a.sh': "#!/bin/sh\ntrap 'kill -TERM $pid' TERM INT\n",
    '.softstop.yaml': 'rules:\n  grace-zero: off\nexclude:\n  - x/\n',
  };
  for (const [name, text] of Object.entries(texts)) {
    for (let end = 0; end <= text.length; end += 3) offered({ [name]: `${text.slice(0, end)}‸` });
  }
});

test('the schema takes what the settings take', () => {
  const { $schema: _, ...schema } = JSON.parse(readFileSync(SCHEMA_FILE, 'utf8'));
  const valid = new Ajv().compile(schema);
  const right = `rules: {grace-zero: off, no-spread: "on", webhook-slow-timeout: hint}
kubernetesVersion: "1.30"
featureGates: [ContainerStopSignals]
endpointLagSeconds: 5
drainSeconds: {puma: 30}
platform: heroku
images: {shop/api: api/Dockerfile}
exclude: [legacy/]
`;
  assert.ok(valid(parse(right)), JSON.stringify(valid.errors));
  for (const wrong of [
    'ruels: {}',
    'rules: {no-spread: never}',
    'rules: {grace-zero: 3}',
    'endpointLagSeconds: -1',
    'exclude: x',
  ]) {
    assert.ok(!valid(parse(wrong)), wrong);
  }
});
