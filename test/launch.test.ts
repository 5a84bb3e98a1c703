// What the runtime executes: the table of ENTRYPOINT, CMD and SHELL against what Kubernetes and Compose give, row by row,
// and whose ENTRYPOINT and CMD those are: stages, targets, other Dockerfiles, files written in place.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { childrenOf, type Process, treesOf } from '../shared/index.ts';
import type { Container } from '../shared/model/container.ts';
import { knownValue } from '../shared/model/value.ts';
import { analyzed } from './analyzed.ts';

type Files = Readonly<Record<string, string>>;

/** What runs as PID 1, its words with blanks quoted; `nothing` where nobody says. */
function launchOf(container: Container): string {
  const words = knownValue(container.launch)?.words.map(({ text }) => (/\s/.test(text) ? `'${text}'` : text));
  return words?.join(' ') ?? 'nothing';
}

function containerIn(files: Files, source: Container['source'], name?: string): Container {
  const { containers, problems } = analyzed(new Map(Object.entries(files)));
  assert.deepEqual(problems, []);
  const found = containers.find((one) => one.source === source && (name === undefined || one.name === name));
  assert.ok(found, `there is a container of ${source} in\n${Object.values(files).join('\n')}`);
  return found;
}

const DOCKERFILE = 'shop/Dockerfile';

/** What an image starts by itself. */
function started(dockerfile: string): string {
  return launchOf(containerIn({ [DOCKERFILE]: dockerfile }, 'dockerfile'));
}

/** What a pod starts that runs the image, with these fields. */
function inPod(dockerfile: string, fields: string): string {
  const pod = `apiVersion: v1\nkind: Pod\nmetadata: {name: shop}\nspec:\n  containers:\n  - name: shop\n    image: acme/shop\n${fields.replace(/^(?=.)/gm, '    ')}`;
  return launchOf(containerIn({ [DOCKERFILE]: dockerfile, 'pod.yaml': pod }, 'kubernetes'));
}

/** What a Compose service starts that builds the image, with these fields. */
function inCompose(dockerfile: string, fields: string): string {
  const compose = `services:\n  shop:\n    build: shop\n${fields.replace(/^(?=.)/gm, '    ')}`;
  return launchOf(containerIn({ [DOCKERFILE]: dockerfile, 'compose.yaml': compose }, 'compose'));
}

const SH = '/bin/sh -c';

/** The columns: what stands in the pod or in the service. */
const KUBERNETES = ['', 'args: [a]', 'command: [c]', 'command: [c]\nargs: [a]'];
const COMPOSE = ['', 'command: [a]', 'entrypoint: [c]', 'entrypoint: [c]\ncommand: [a]'];

/** ENTRYPOINT, CMD, and what runs: by itself, with arguments, with another command, with both. */
const TABLE: readonly (readonly [entrypoint: string, cmd: string, ...runs: readonly string[]])[] = [
  ['', '', 'nothing', 'a', 'c', 'c a'],
  ['', 'CMD ["C", "1"]', 'C 1', 'a', 'c', 'c a'],
  ['', 'CMD C 1', `${SH} 'C 1'`, 'a', 'c', 'c a'],
  ['', 'CMD []', 'nothing', 'a', 'c', 'c a'],
  ['ENTRYPOINT ["E", "0"]', '', 'E 0', 'E 0 a', 'c', 'c a'],
  ['ENTRYPOINT ["E", "0"]', 'CMD ["C", "1"]', 'E 0 C 1', 'E 0 a', 'c', 'c a'],
  ['ENTRYPOINT ["E", "0"]', 'CMD C 1', `E 0 ${SH} 'C 1'`, 'E 0 a', 'c', 'c a'],
  ['ENTRYPOINT ["E", "0"]', 'CMD []', 'E 0', 'E 0 a', 'c', 'c a'],
  // What follows the text of a shell are its parameters, which the text does not read.
  ['ENTRYPOINT E 0', '', `${SH} 'E 0'`, `${SH} 'E 0' a`, 'c', 'c a'],
  ['ENTRYPOINT E 0', 'CMD ["C", "1"]', `${SH} 'E 0' C 1`, `${SH} 'E 0' a`, 'c', 'c a'],
  ['ENTRYPOINT E 0', 'CMD C 1', `${SH} 'E 0' ${SH} 'C 1'`, `${SH} 'E 0' a`, 'c', 'c a'],
  ['ENTRYPOINT []', 'CMD ["C", "1"]', 'C 1', 'a', 'c', 'c a'],
];

test('ENTRYPOINT × CMD × what Kubernetes gives', () => {
  for (const [entrypoint, cmd, ...runs] of TABLE) {
    const dockerfile = `FROM debian:12\nENTRYPOINT []\nCMD []\n${entrypoint}\n${cmd}\n`;
    assert.deepEqual([started(dockerfile)], runs.slice(0, 1), dockerfile);
    assert.deepEqual(
      KUBERNETES.map((fields) => inPod(dockerfile, fields)),
      runs,
      dockerfile,
    );
  }
});

test('ENTRYPOINT × CMD × what Compose gives', () => {
  for (const [entrypoint, cmd, ...runs] of TABLE) {
    const dockerfile = `FROM debian:12\nENTRYPOINT []\nCMD []\n${entrypoint}\n${cmd}\n`;
    assert.deepEqual(
      COMPOSE.map((fields) => inCompose(dockerfile, fields)),
      runs,
      dockerfile,
    );
  }
});

test('the order of ENTRYPOINT and CMD in a stage makes no difference, the last of each counts', () => {
  for (const lines of [
    'ENTRYPOINT ["E"]\nCMD ["C"]',
    'CMD ["C"]\nENTRYPOINT ["E"]',
    'CMD ["X"]\nENTRYPOINT ["Y"]\nCMD ["C"]\nENTRYPOINT ["E"]',
  ]) {
    assert.equal(started(`FROM debian:12\n${lines}\n`), 'E C', lines);
  }
});

test('SHELL × the two forms', () => {
  const rows: readonly (readonly [lines: string, runs: string])[] = [
    ['SHELL ["/bin/bash", "-c"]\nCMD C 1', "/bin/bash -c 'C 1'"],
    ['SHELL ["/bin/bash", "-o", "pipefail", "-c"]\nCMD C 1', "/bin/bash -o pipefail -c 'C 1'"],
    ['SHELL ["/bin/bash", "-c"]\nENTRYPOINT E\nCMD C', '/bin/bash -c E /bin/bash -c C'],
    ['SHELL ["/bin/bash", "-c"]\nENTRYPOINT E\nSHELL ["/bin/sh", "-ec"]\nCMD C', '/bin/bash -c E /bin/sh -ec C'],
    ['SHELL ["/bin/bash", "-c"]\nCMD ["C", "1"]', 'C 1'],
    ['CMD C\nSHELL ["/bin/bash", "-c"]', `${SH} C`],
  ];
  for (const [lines, runs] of rows) assert.equal(started(`FROM debian:12\n${lines}\n`), runs, lines);
  const bash = 'FROM debian:12\nSHELL ["/bin/bash", "-c"]\nCMD C 1\n';
  assert.equal(inPod(bash, 'command: [c]'), 'c', 'no SHELL for what a manifest gives');
  assert.equal(inCompose(bash, 'command: c d'), 'c d');
});

test('what is empty, null or one string in a manifest', () => {
  const dockerfile = 'FROM debian:12\nENTRYPOINT ["E"]\nCMD ["C"]\n';
  const pods: readonly (readonly [fields: string, runs: string])[] = [
    ['command: null\nargs: null', 'E C'],
    ['command:\nargs:', 'E C'],
    ['command: null\nargs: [a]', 'E a'],
    ['command: []', 'E C'],
    ['args: []', 'E C'],
    ['command: []\nargs: [a]', 'E a'],
    ['command: c d', 'nothing'],
  ];
  for (const [fields, runs] of pods) assert.equal(inPod(dockerfile, fields), runs, fields);
  const services: readonly (readonly [fields: string, runs: string])[] = [
    ['entrypoint: null\ncommand: null', 'E C'],
    ['entrypoint: []', 'C'],
    ["entrypoint: ''", 'C'],
    ['entrypoint: []\ncommand: [a]', 'a'],
    ['command: []', 'E C'],
    ["command: ''", 'E C'],
    ['command: a "b c"', "E a 'b c'"],
    ['entrypoint: c d\ncommand: a', 'c d a'],
    ['command: a && b', 'E a'],
    ['entrypoint: c | d\ncommand: [a]', 'c a'],
    ['init: true', 'docker-init -- E C'],
    ['init: true\nentrypoint: [c]', 'docker-init -- c'],
    ['init: false', 'E C'],
  ];
  for (const [fields, runs] of services) assert.equal(inCompose(dockerfile, fields), runs, fields);
});

test('the kubelet replaces $(VAR) in command and args, as far as the container says what it is', () => {
  const dockerfile = 'FROM debian:12\nENTRYPOINT ["E"]\nENV IMAGE=image\n';
  const env = 'env:\n- {name: BIN, value: node}\n- {name: SECRET, valueFrom: {secretKeyRef: {name: s, key: k}}}\n';
  const rows: readonly (readonly [fields: string, runs: string])[] = [
    ['command: ["$(BIN)", "--x=$(BIN)s"]', 'node --x=nodes'],
    ['args: ["$$(BIN)", "$(NONE)", "$BIN", "$()"]', 'E $(BIN) $(NONE) $BIN $()'],
    ['args: ["$(SECRET)"]', 'E $(SECRET)'],
    ['args: ["$(IMAGE)"]', 'E $(IMAGE)'],
  ];
  for (const [fields, runs] of rows) assert.equal(inPod(dockerfile, `${env}${fields}`), runs, fields);
});

test('a stage inherits what runs, and its child’s ENTRYPOINT takes the CMD back', () => {
  const base = 'FROM debian:12 AS base\nENTRYPOINT ["E"]\nCMD ["C"]\n';
  const rows: readonly (readonly [dockerfile: string, runs: string])[] = [
    [`${base}FROM base\n`, 'E C'],
    [`${base}FROM base AS x\nFROM x\nCMD ["D"]\n`, 'E D'],
    [`${base}FROM base\nENTRYPOINT ["F"]\n`, 'F'],
    [`${base}FROM base\nENTRYPOINT ["F"]\nCMD ["D"]\n`, 'F D'],
    [`${base}FROM base\nCMD ["D"]\nENTRYPOINT ["F"]\n`, 'F D'],
    [`${base}FROM base\nENTRYPOINT []\n`, 'nothing'],
    [`${base}FROM base\nENTRYPOINT []\nCMD ["D"]\n`, 'D'],
    [`${base}FROM debian:12\nCOPY --from=base /x /x\nCMD ["D"]\n`, 'D'],
    ['FROM nginx:1.29\n', "/docker-entrypoint.sh nginx -g 'daemon off;'"],
    ['FROM nginx:1.29\nCMD ["nginx-debug"]\n', '/docker-entrypoint.sh nginx-debug'],
    ['FROM nginx:1.29\nENTRYPOINT ["/mine.sh"]\n', '/mine.sh'],
    ['FROM scratch\nCOPY app /app\nENTRYPOINT ["/app"]\n', '/app'],
  ];
  for (const [dockerfile, runs] of rows) assert.equal(started(dockerfile), runs, dockerfile);
});

test('a Dockerfile builds on others of the project, through as many as there are', () => {
  const files: Files = {
    'base/Dockerfile': 'FROM node:22-slim\nENTRYPOINT ["tini", "--"]\nCMD ["node"]\nSTOPSIGNAL SIGINT\n',
    'runtime/Dockerfile': 'ARG TAG=1\nFROM registry.example.com/base:$TAG\nCMD ["node", "server.js"]\n',
    [DOCKERFILE]: 'FROM registry.example.com/runtime:3 AS app\nFROM app\n',
  };
  const shop = containerIn(files, 'dockerfile', `${DOCKERFILE}`);
  assert.equal(launchOf(shop), 'tini -- node server.js');
  assert.equal(knownValue(shop.stopSignal.value), 'SIGINT');
  const image = knownValue(shop.image);
  assert.equal(image?.origin, 'node:22-slim');
  assert.equal(image && knownValue(image.sh), 'dash');
});

/** A Dockerfile whose stages start themselves, so that it shows which one is meant. */
const STAGES = 'FROM debian:12 AS one\nCMD ["1"]\nFROM debian:12 AS two\nCMD ["2"]\nFROM one AS three\nCMD ["3"]\n';

test('a target names the stage, wherever it is given', () => {
  const service = (target: string) => inCompose(STAGES, target).replace('build: shop\n', '');
  assert.equal(service(''), '3');
  const composed = (build: string) =>
    launchOf(containerIn({ [DOCKERFILE]: STAGES, 'compose.yaml': `services: {shop: {build: ${build}}}\n` }, 'compose'));
  assert.equal(composed('{context: shop, target: one}'), '1');
  assert.equal(composed('{context: shop, target: Two}'), '2');
  assert.equal(composed('{context: shop, target: "0"}'), '1');
  assert.equal(composed('{context: shop, target: none}'), 'nothing', 'there is no such stage');
  const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: p, image: acme/web}]}\n';
  const inFile = (name: string, text: string) =>
    launchOf(containerIn({ [DOCKERFILE]: STAGES, 'pod.yaml': pod, [name]: text }, 'kubernetes'));
  const tools: readonly (readonly [name: string, text: (target: string) => string])[] = [
    [
      'skaffold.yaml',
      (target) =>
        `apiVersion: skaffold/v4beta11\nkind: Config\nbuild:\n  artifacts:\n  - image: acme/web\n    context: shop\n    docker: {dockerfile: Dockerfile${target && `, target: ${target}`}}\n`,
    ],
    [
      'docker-bake.hcl',
      (target) =>
        `target "web" {\n  context = "shop"\n  tags = ["acme/web:1"]\n${target && `  target = "${target}"\n`}}\n`,
    ],
    [
      'docker-bake.json',
      (target) =>
        JSON.stringify({ target: { web: { context: 'shop', tags: ['acme/web:1'], ...(target && { target }) } } }),
    ],
    ['Tiltfile', (target) => `docker_build("acme/web", "shop"${target && `, target="${target}"`})\n`],
    [
      'compose.yaml',
      (target) =>
        `services:\n  web:\n    image: acme/web\n    build: {context: shop${target && `, target: ${target}`}}\n`,
    ],
  ];
  for (const [name, text] of tools) {
    assert.equal(inFile(name, text('')), '3', name);
    assert.equal(inFile(name, text('two')), '2', name);
  }
});

test('ARG and ENV, where the builder replaces them and where it does not', () => {
  const dockerfile =
    'ARG BASE=base\nFROM debian:12 AS base\nENTRYPOINT ["E"]\nFROM $BASE\nARG P=prog\nENV Q=$P\nCMD ["$Q", "x"]\n';
  assert.equal(started(dockerfile), 'E $Q x', 'an array is taken as it stands');
  assert.equal(started('FROM debian:12\nENV Q=prog\nCMD exec $Q\n'), "/bin/sh -c 'exec $Q'", 'the shell replaces them');
  const shell = containerIn({ [DOCKERFILE]: 'FROM debian:12\nENV Q=node\nCMD exec $Q server.js\n' }, 'dockerfile');
  assert.deepEqual(treeOf(shell), ['node server.js']);
});

test('a script that the Dockerfile writes itself is followed', () => {
  const ways = [
    'COPY --chmod=755 <<"EOF" /run.sh\n#!/bin/sh\nexec node server.js\nEOF\n',
    'COPY --chmod=755 <<EOF /run.sh\n#!/bin/sh\nexec node server.js\nEOF\n',
    "RUN printf '#!/bin/sh\\nexec node server.js\\n' > /run.sh && chmod +x /run.sh\n",
    'RUN <<EOF cat > /run.sh\n#!/bin/sh\nexec node server.js\nEOF\n',
    'RUN echo "#!/bin/sh" > /run.sh && echo "exec node server.js" >> /run.sh\n',
  ];
  for (const way of ways) {
    const container = containerIn({ [DOCKERFILE]: `FROM node:22\n${way}ENTRYPOINT ["/run.sh"]\n` }, 'dockerfile');
    assert.deepEqual(treeOf(container), ['node server.js'], way);
  }
});

test('what ONBUILD says is done by the next build, before its own instructions', () => {
  const trigger = (lines: string) => `FROM debian:12 AS base\nCMD ["C"]\n${lines.replace(/^/gm, 'ONBUILD ')}\n`;
  const rows: readonly (readonly [dockerfile: string, runs: string])[] = [
    [trigger('CMD ["T"]'), 'C'],
    [`${trigger('CMD ["T"]')}FROM base\n`, 'T'],
    [`${trigger('CMD T 1')}FROM base\n`, "/bin/sh -c 'T 1'"],
    [`${trigger('CMD ["T"]')}FROM base\nCMD ["D"]\n`, 'D'],
    [`${trigger('ENTRYPOINT ["T"]')}FROM base\n`, 'T'],
    [`${trigger('ENTRYPOINT ["T"]')}FROM base\nCMD ["D"]\n`, 'T D'],
    [`${trigger('SHELL ["/bin/bash", "-c"]')}FROM base\nCMD D 1\n`, "/bin/bash -c 'D 1'"],
    [`${trigger('CMD ["T"]')}FROM base AS next\nCMD ["D"]\nFROM next\n`, 'D'],
  ];
  for (const [dockerfile, runs] of rows) assert.equal(started(dockerfile), runs, dockerfile);
  const files: Files = {
    'base/Dockerfile':
      'FROM node:22-slim\nENTRYPOINT ["/docker-entrypoint.sh"]\nONBUILD WORKDIR /srv\nONBUILD COPY . .\nONBUILD STOPSIGNAL SIGINT\nONBUILD ENTRYPOINT ["./run.sh"]\n',
    [DOCKERFILE]: 'FROM acme/base:2\nCMD ["x"]\n',
    'shop/run.sh': '#!/bin/sh\nexec node server.js\n',
  };
  const shop = containerIn(files, 'dockerfile', DOCKERFILE);
  assert.equal(launchOf(shop), './run.sh x');
  assert.equal(knownValue(shop.stopSignal.value), 'SIGINT');
  assert.deepEqual(treeOf(shop), ['node server.js'], 'what it copies comes from the folder of the next build');
});

test('images for Windows have no signals, and nothing is said of them', () => {
  const compose = (service: string) => `services:\n  shop:\n    build: shop\n${service}`;
  for (const dockerfile of [
    'FROM mcr.microsoft.com/windows/servercore:ltsc2022\nCMD node server.js\n',
    'FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nENTRYPOINT C:\\app\\server.exe\nCMD ["--port", "80"]\n',
    '# escape=`\nFROM mcr.microsoft.com/dotnet/framework/aspnet:4.8\nSHELL ["powershell", "-Command"]\nENTRYPOINT .\\start.ps1\n',
    'FROM golang:1.22-nanoserver\nCMD ["C:\\\\Program Files\\\\app\\\\server.exe"]\nSTOPSIGNAL SIGKILL\n',
    'FROM mcr.microsoft.com/windows/servercore:ltsc2022 AS base\nFROM base\nCMD ["npm", "start"]\n',
  ]) {
    const { findings, containers } = analyzed(
      new Map([
        [DOCKERFILE, dockerfile],
        ['compose.yaml', compose('    stop_grace_period: 5s\n    command: server.exe --loud\n')],
      ]),
    );
    assert.deepEqual(
      findings.map(({ rule, message }) => `${rule}: ${message}`),
      [],
      dockerfile,
    );
    assert.ok(
      containers.every(({ stop }) => stop.kind === 'unknown'),
      dockerfile,
    );
  }
});

/** The processes that are there in the end, from PID 1 down. */
function treeOf(container: Container): readonly string[] {
  const [tree] = treesOf(container);
  const lines = (process: Process, depth: number): readonly string[] => [
    `${'  '.repeat(depth)}${process.argv.join(' ')}`,
    ...childrenOf(process).flatMap((child) => lines(child, depth + 1)),
  ];
  return tree ? lines(tree, 0) : [];
}
