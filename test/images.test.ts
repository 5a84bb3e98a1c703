// Images as containers inherit them: stages and what they build on, files that COPY brings, and whose Dockerfile a
// reference means.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FileState, Project } from '../shared/index.ts';
import type { Image, ImageCommand } from '../shared/model/image/image.ts';
import { builtImage, imageOf } from '../shared/model/image/images.ts';
import { runnersOf } from '../shared/model/image/runs.ts';
import { knownValue, type Value } from '../shared/model/value.ts';

type Files = Readonly<Record<string, string>>;

/** A workspace in `/w` in which some paths are surely absent. */
function project(files: Files, absent: readonly string[] = []): Project {
  const states = new Map(absent.map((path): [string, FileState] => [`/w/${path}`, { kind: 'absent' }]));
  for (const [path, text] of Object.entries(files)) states.set(`/w/${path}`, { kind: 'present', text });
  return new Project({ roots: ['/w'], files: states });
}

/** The image that the Dockerfile of a workspace builds. */
function built(files: Files, target?: string): Image {
  const image = builtImage(project(files), { dockerfile: '/w/Dockerfile', ...(target !== undefined && { target }) });
  assert.ok(image, 'the Dockerfile builds an image');
  return image;
}

function image(dockerfile: string): Image {
  return built({ Dockerfile: dockerfile });
}

function wordsOf(command: Value<ImageCommand | undefined>): readonly string[] | undefined {
  return knownValue(command)?.words.map(({ text }) => text);
}

/** The text of a file of an image; `undefined` where the project does not tell. */
function fileIn(files: Files, path: string, target?: string): string | undefined {
  const file = built(files, target).file(path);
  return file.kind === 'text' ? file.text.text : undefined;
}

test('a stage inherits what it does not set', () => {
  const { entrypoint, cmd, stopSignal, workdir, env, origin, sh } = image(
    'FROM nginx:1.29 AS base\nENV A=1\nWORKDIR /srv\nFROM base\nWORKDIR app\nENV B=$A$A\n',
  );
  assert.deepEqual(wordsOf(entrypoint), ['/docker-entrypoint.sh']);
  assert.deepEqual(wordsOf(cmd), ['nginx', '-g', 'daemon off;']);
  assert.equal(knownValue(stopSignal.value), 'SIGQUIT');
  assert.equal(knownValue(workdir), '/srv/app');
  assert.deepEqual(
    [...env],
    [
      ['A', '1'],
      ['B', '11'],
    ],
  );
  assert.equal(origin, 'nginx:1.29');
  assert.equal(knownValue(sh), 'dash');
});

test('an ENTRYPOINT takes back the CMD of the base image, but not one of its own stage', () => {
  const child = image('FROM debian:12 AS base\nCMD ["a"]\nFROM base\nENTRYPOINT ["b"]\n');
  assert.deepEqual([wordsOf(child.entrypoint), knownValue(child.cmd)], [['b'], undefined]);
  const own = image('FROM debian:12\nCMD ["a"]\nENTRYPOINT ["b"]\n');
  assert.deepEqual([wordsOf(own.entrypoint), wordsOf(own.cmd)], [['b'], ['a']]);
  const reset = image('FROM nginx:1.29\nENTRYPOINT []\nCMD ["a"]\n');
  assert.deepEqual([knownValue(reset.entrypoint), wordsOf(reset.cmd)], [undefined, ['a']]);
});

test('SHELL reads the shell-form instructions that follow it, in stages that build on this one too', () => {
  const bash = 'SHELL ["/bin/bash", "-o", "pipefail", "-c"]\n';
  const expected = ['/bin/bash', '-o', 'pipefail', '-c', 'a b'];
  assert.deepEqual(wordsOf(image(`FROM debian:12\n${bash}CMD a b\n`).cmd), expected);
  assert.deepEqual(wordsOf(image(`FROM debian:12 AS base\n${bash}FROM base\nCMD a b\n`).cmd), expected);
  assert.deepEqual(wordsOf(image(`FROM debian:12\nCMD a b\n${bash}`).cmd), ['/bin/sh', '-c', 'a b']);
  const given = image('FROM bitnami/node:20\nCMD a b\n');
  assert.equal(wordsOf(given.cmd)?.[0], '/bin/bash');
});

test('bash that is put in the place of dash answers to /bin/sh', () => {
  const runs = ['ln -sf /bin/bash /bin/sh', 'rm /bin/sh && ln -s bash /bin/sh', 'ln -s -f /usr/bin/bash /usr/bin/sh'];
  for (const run of runs) assert.equal(knownValue(image(`FROM debian:12\nRUN ${run}\n`).sh), 'bash', run);
  assert.equal(knownValue(image('FROM debian:12\nRUN ln -s /bin/bash /usr/local/bin/shell\n').sh), 'dash');
});

test('arguments decide what a stage builds on', () => {
  const parts = 'ARG REGISTRY=docker.io\nARG IMAGE=python\nARG TAG\n';
  assert.equal(
    image(`${parts}FROM \${REGISTRY}/library/$IMAGE:\${TAG:-3.12}-alpine\n`).origin,
    'docker.io/library/python:3.12-alpine',
  );
  assert.equal(knownValue(image('ARG S=INT\nFROM debian:12\nARG S\nSTOPSIGNAL SIG$S\n').stopSignal.value), 'SIGINT');
  const open = image('ARG TAG\nFROM python:$TAG\n');
  assert.equal(open.sh.kind, 'unknown', 'it may be an Alpine tag');
  assert.equal(knownValue(image('ARG TAG\nFROM python:$TAG-slim\n').sh), 'dash');
});

test('a stop signal may come from a variable, and is then not changed in its line', () => {
  const signal = (text: string) => image(`FROM debian:12\n${text}\n`).stopSignal;
  assert.equal(knownValue(signal('ARG S=INT\nSTOPSIGNAL SIG$S').value), 'SIGINT');
  assert.equal(signal('ARG S\nSTOPSIGNAL $S').value.kind, 'unknown');
  assert.equal(signal('ARG S=INT\nSTOPSIGNAL SIG$S').set('SIGTERM').ok, false);
  assert.equal(signal('STOPSIGNAL SIGINT').set('SIGTERM').ok, true);
});

test('a target names a stage by its name or number', () => {
  const files = { Dockerfile: 'FROM debian:12 AS First\nCMD ["a"]\nFROM debian:12\nCMD ["b"]\n' };
  assert.deepEqual(wordsOf(built(files, 'first').cmd), ['a']);
  assert.deepEqual(wordsOf(built(files, '1').cmd), ['b']);
  assert.equal(builtImage(project(files), { dockerfile: '/w/Dockerfile', target: 'third' }), undefined);
  assert.equal(builtImage(project(files), { dockerfile: '/w/other/Dockerfile' }), undefined);
});

test('COPY brings files and folders', () => {
  const copy = (line: string) => `FROM debian:12\nWORKDIR /app\n${line}\n`;
  const cases: readonly (readonly [string, string])[] = [
    ['COPY entry.sh /usr/local/bin/', '/usr/local/bin/entry.sh'],
    ['COPY entry.sh /start', '/start'],
    ['COPY --chmod=755 --chown=app:app entry.sh ./', '/app/entry.sh'],
    ['COPY ["entry.sh", "./run"]', '/app/run'],
    ['COPY . .', '/app/entry.sh'],
    ['COPY . /', '/entry.sh'],
    ['COPY *.sh /', '/entry.sh'],
    ['COPY entry* other /bin/', '/bin/entry.sh'],
    ['ADD ./entry.sh /', '/entry.sh'],
    ['COPY /entry.sh /', '/entry.sh'],
    ['ENV DIR=/opt\nCOPY entry.sh $DIR/bin/', '/opt/bin/entry.sh'],
    ['ARG FILE=entry.sh\nCOPY $FILE /', '/entry.sh'],
  ];
  for (const [line, path] of cases) {
    assert.equal(fileIn({ Dockerfile: copy(line), 'entry.sh': 'x' }, path), 'x', line);
  }
  const folder = { 'docker/bin/entry.sh': 'x' };
  assert.equal(fileIn({ Dockerfile: copy('COPY docker /'), ...folder }, '/bin/entry.sh'), 'x');
  assert.equal(fileIn({ Dockerfile: copy('COPY docker/bin /bin'), ...folder }, '/bin/entry.sh'), 'x');
  assert.equal(fileIn({ Dockerfile: copy('COPY docker/bin/*.sh /bin/'), ...folder }, '/bin/entry.sh'), 'x');
});

test('the last COPY of a path counts', () => {
  const files = { 'a.sh': 'a', 'b.sh': 'b' };
  const dockerfile = 'FROM debian:12\nCOPY a.sh /run.sh\nCOPY b.sh /run.sh\n';
  assert.equal(fileIn({ Dockerfile: dockerfile, ...files }, '/run.sh'), 'b');
});

test('files come along from other stages', () => {
  const dockerfile =
    'FROM golang:1 AS build\nWORKDIR /src\nCOPY . .\nFROM debian:12 AS base\nCOPY --from=build /src/run.sh /usr/bin/run\nFROM base\nCOPY --from=0 /src/bin /bin\n';
  const files = { Dockerfile: dockerfile, 'run.sh': 'x', 'bin/other': 'y' };
  assert.equal(fileIn(files, '/usr/bin/run'), 'x');
  assert.equal(fileIn(files, '/bin/other'), 'y');
});

test('what does not come from the project is not taken for it', () => {
  const dockerfile = (copy: string) => `FROM registry.example.com/base AS other\nFROM debian:12\n${copy}\n`;
  const files = { 'run.sh': 'x' };
  for (const copy of [
    'COPY --from=other /run.sh /run.sh',
    'COPY --from=registry.example.com/tools /run.sh /run.sh',
    'ADD https://example.com/run.sh /run.sh',
    'RUN curl -o /run.sh https://example.com/run.sh',
    'COPY run.sh /elsewhere/',
  ]) {
    assert.equal(fileIn({ Dockerfile: dockerfile(copy), ...files }, '/run.sh'), undefined, copy);
  }
});

test('a file written in place', () => {
  const dockerfile = 'FROM debian:12\nCOPY <<EOF /run.sh\nexec x\nEOF\nCOPY <<"A" <<"B" /dir/\na\nA\nb\nB\n';
  assert.equal(fileIn({ Dockerfile: dockerfile }, '/run.sh'), 'exec x\n');
  assert.equal(fileIn({ Dockerfile: dockerfile }, '/dir/B'), 'b\n');
});

test('the context is the folder that is given, else the Dockerfile’s own or one above it', () => {
  const dockerfile = 'FROM debian:12\nCOPY scripts/run.sh /run.sh\n';
  const files = { 'deploy/docker/Dockerfile': dockerfile, 'scripts/run.sh': 'x' };
  const absent = ['deploy/docker/scripts/run.sh', 'deploy/scripts/run.sh'];
  const read = (wanted: readonly string[], context?: string) => {
    const where = { dockerfile: '/w/deploy/docker/Dockerfile', ...(context !== undefined && { context }) };
    return builtImage(project(files, wanted), where)?.file('/run.sh').kind;
  };
  assert.equal(read(absent), 'text');
  assert.equal(read([]), 'unknown', 'what is not loaded may be there');
  assert.equal(read([], '/w'), 'text');
  assert.equal(read(absent, '/w/deploy'), 'unknown');
});

/** The Dockerfile that a reference in a file means. */
function meant(files: Files, reference: string, from = 'k8s/web.yaml'): string | undefined {
  return imageOf(project(files), reference, `/w/${from}`).dockerfile?.slice('/w/'.length);
}

test('a reference means the Dockerfile in the folder of its name, or with its name', () => {
  const text = 'FROM debian:12\n';
  const reference = 'registry.example.com:5000/team/shop:1.2@sha256:abc';
  assert.equal(meant({ 'shop/Dockerfile': text, 'api/Dockerfile': text }, reference), 'shop/Dockerfile');
  assert.equal(meant({ 'docker/Dockerfile.shop': text }, reference), 'docker/Dockerfile.shop');
  assert.equal(meant({ 'docker/shop.Dockerfile': text }, reference), 'docker/shop.Dockerfile');
  assert.equal(meant({ 'Containerfile.shop': text }, 'shop'), 'Containerfile.shop');
  assert.equal(meant({ 'shop/Dockerfile.dev': text }, reference), undefined, 'that one has a name of its own');
  assert.equal(meant({ 'workshop/Dockerfile': text }, reference), undefined);
  assert.equal(meant({ Dockerfile: text }, 'w'), 'Dockerfile', 'the workspace folder has a name, too');
});

test('of several the nearest one is meant, and of two equally near ones none', () => {
  const text = 'FROM debian:12\n';
  const both = { 'a/shop/Dockerfile': text, 'b/shop/Dockerfile': text };
  assert.equal(meant(both, 'shop', 'a/k8s/web.yaml'), 'a/shop/Dockerfile');
  assert.equal(meant(both, 'shop', 'k8s/web.yaml'), undefined);
});

test('known images and open references are none of the project', () => {
  const text = 'FROM debian:12\n';
  assert.equal(meant({ 'nginx/Dockerfile': text }, 'nginx:1.29'), undefined);
  assert.equal(meant({ 'shop/Dockerfile': text }, '$REGISTRY/shop'), undefined);
});

test('the settings say which Dockerfile is meant', () => {
  const files = {
    '.softstop.yaml':
      'images:\n  registry.example.com/shop: build/Dockerfile\n  api: api.Dockerfile\n  worker:2: w/Dockerfile\n',
    'build/Dockerfile': 'FROM debian:12\n',
    'api.Dockerfile': 'FROM debian:12\n',
    'w/Dockerfile': 'FROM debian:12\n',
  };
  assert.equal(meant(files, 'registry.example.com/shop:7'), 'build/Dockerfile');
  assert.equal(meant(files, 'registry.example.com/team/api'), 'api.Dockerfile');
  assert.equal(meant(files, 'worker:2'), 'w/Dockerfile');
  assert.equal(meant(files, 'worker:3'), undefined);
});

test('a Dockerfile may build on another one, but not on itself', () => {
  const files = {
    'base/Dockerfile': 'FROM debian:12\nCMD ["a"]\n',
    'shop/Dockerfile': 'FROM registry.example.com/base:1\n',
    'loop/Dockerfile': 'FROM loop\nCMD ["b"]\n',
    'x/Dockerfile': 'FROM y\n',
    'y/Dockerfile': 'FROM x\n',
  };
  const imageIn = (path: string) => builtImage(project(files), { dockerfile: `/w/${path}` });
  assert.deepEqual(wordsOf(imageIn('shop/Dockerfile')?.cmd ?? { kind: 'unknown', why: '' }), ['a']);
  assert.equal(imageIn('shop/Dockerfile')?.origin, 'debian:12');
  assert.equal(imageIn('loop/Dockerfile')?.origin, 'loop');
  assert.equal(imageIn('x/Dockerfile')?.entrypoint.kind, 'unknown');
});

/** Whether anybody waits for what the Dockerfile `shop/Dockerfile` starts by itself. */
function awaited(files: Files, dockerfile = 'shop/Dockerfile'): boolean {
  const all = { [dockerfile]: 'FROM debian:12\nCMD /srv/server\n', ...files };
  return runnersOf(project(all), `/w/${dockerfile}`, (target) => target === 'last') !== 'nobody';
}

const workload = (kind: string, container: string, path = 'spec.template.spec') =>
  path
    .split('.')
    .reduceRight((inner, key) => `{${key}: ${inner}}`, `{restartPolicy: Always, containers: [{name: a, ${container}}]}`)
    .replace(/^\{/, `{apiVersion: v1, kind: ${kind}, metadata: {name: a}, `);

test('an image is awaited unless all that runs it starts something else, or does one job', () => {
  assert.equal(awaited({}), true);
  assert.equal(awaited({ 'a.yaml': workload('Deployment', 'image: shop') }), true);
  assert.equal(awaited({ 'a.yaml': workload('Deployment', 'image: shop, command: [x]') }), false);
  assert.equal(awaited({ 'a.yaml': workload('Deployment', 'image: shop, args: [x]') }), false);
  assert.equal(awaited({ 'a.yaml': workload('Job', 'image: shop') }), false);
  assert.equal(awaited({ 'a.yaml': workload('Deployment', 'image: other, command: [x]') }), true);
  const both = { 'a.yaml': workload('Job', 'image: shop'), 'b.yaml': workload('Deployment', 'image: shop') };
  assert.equal(awaited(both), true);
});

test('Compose services run what they build', () => {
  const compose = (service: string) => ({ 'compose.yaml': `services: {a: {${service}}}\n` });
  assert.equal(awaited(compose('build: ./shop')), true);
  assert.equal(awaited(compose('build: ./shop, command: x')), false);
  assert.equal(awaited(compose('build: ./other, command: x')), true);
  assert.equal(awaited(compose('build: {context: ./shop, target: last}, command: x')), false);
  assert.equal(awaited(compose('build: {context: ./shop, target: first}, command: x')), true, 'another stage');
  assert.equal(
    awaited(compose('build: ./shop, command: x, volumes: ["./shop:/app"]')),
    true,
    'that is for development',
  );
  assert.equal(awaited(compose('build: ./shop, command: x, profiles: [debug]')), true);
});

test('nobody waits on a developer’s machine', () => {
  assert.equal(awaited({}, '.devcontainer/Dockerfile'), false);
  assert.equal(awaited({}, 'shop/Dockerfile.dev'), false);
  assert.equal(awaited({}, 'local.Dockerfile'), false);
  assert.equal(awaited({}, 'shop/Dockerfile.alpine'), true);
  assert.equal(awaited({ 'k8s/dev/a.yaml': workload('Deployment', 'image: shop, command: [x]') }), true);
  assert.equal(awaited({ 'docker-compose.override.yml': 'services: {a: {build: ./shop, command: x}}' }), true);
});
