// Compose files: how values are read, what runs in a service, how it is put together from several places, and how long its
// stop may take.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of Compose files, not of templates.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyEdits } from '../shared/index.ts';
import type { Container } from '../shared/model/container.ts';
import { knownValue } from '../shared/model/value.ts';
import { dotenvVariables } from '../shared/sources/dotenv.ts';
import { interpolate } from '../shared/sources/interpolation.ts';
import { splitCommand } from '../shared/sources/shellwords.ts';
import { Embedded } from '../shared/text/embedded.ts';
import { analyzed } from './analyzed.ts';

type Files = Readonly<Record<string, string>>;

/** The services of `compose.yaml`, or of another file. */
function servicesOf(files: Files | string, path = 'compose.yaml'): ReadonlyMap<string, Container> {
  const texts = typeof files === 'string' ? { [path]: files } : files;
  const { containers } = analyzed(new Map(Object.entries(texts)));
  const services = containers.filter(({ source, at }) => source === 'compose' && at.path === `/w/${path}`);
  return new Map(services.map((container) => [container.name, container]));
}

/** The service `web` with this under it, in front of what other services there are. */
function web(lines: string, others = ''): Container {
  const service = servicesOf(`services:\n  web:\n${lines.replace(/^/gm, '    ')}\n${others}`).get('web');
  assert.ok(service, `there is a service in\n${lines}`);
  return service;
}

function words({ launch }: Container): readonly string[] | undefined {
  return knownValue(launch)?.words.map(({ text }) => text);
}

function grace({ pod }: Container): number | undefined {
  return pod && knownValue(pod.grace.value);
}

/** What a command string comes to: its words, and what is dropped. */
function split(text: string): readonly string[] | string | undefined {
  const result = splitCommand(Embedded.verbatim('/x', text));
  if (!result) return undefined;
  const kept = result.words.map((word) => word.text);
  return result.cutAt === undefined ? kept : `${kept.join(' ')} | ${text.slice(result.cutAt)}`;
}

test('a command string is split as go-shellwords does', () => {
  // Compared with the original on 40,000 random texts.
  const cases: readonly (readonly [string, ReturnType<typeof split>])[] = [
    ['node  server.js\t--port 80', ['node', 'server.js', '--port', '80']],
    [`sh -c "a && b" 'c d' ""`, ['sh', '-c', 'a && b', 'c d', '']],
    ['a\\ b "c\\"d" \'e\\f\' g\\nh', ['a b', 'c"d', 'e\\f', 'g\nh']],
    ['a && b', 'a | && b'],
    ['a; b', 'a | ; b'],
    ['a 2>&1', 'a | 2>&1'],
    ['a b2>c', 'a b2 | >c'],
    ['a $(b; c) d', ['a', '$(b; c)', 'd']],
    ['a `b; c d`', ['a', '`b; c d`']],
    ['a\\;b', ['a;b']],
    ['a "b', undefined],
    ['a (b)', undefined],
    ['a ) b', undefined],
    ['a \\', undefined],
    ['', []],
  ];
  for (const [text, expected] of cases) assert.deepEqual(split(text), expected, text);
});

test('words keep their place and can be written to', () => {
  const text = `exec "a b" c\\ d`;
  const found = splitCommand(Embedded.verbatim('/x', text))?.words ?? [];
  assert.deepEqual(
    found.map(({ at }) => text.slice(at.start, at.end)),
    ['exec', '"a b"', 'c\\ d'],
  );
  const edit = found[1]?.replace(0, 0, 'x');
  assert.ok(edit);
  assert.equal(applyEdits(text, [edit]), 'exec "xa b" c\\ d');
  assert.equal(found[0]?.replace(0, 0, 'x y'), undefined, 'a blank would make two words of it');
});

test('variables are replaced as compose-go does', () => {
  const values: Readonly<Record<string, string>> = { A: 'one', EMPTY: '' };
  const read = (text: string) => {
    const { text: result, open, replaced } = interpolate(Embedded.verbatim('/x', text), (name) => values[name]);
    return [result.text, ...(open ? ['open'] : []), ...(replaced ? ['replaced'] : [])].join(' ');
  };
  const cases: readonly (readonly [string, string])[] = [
    ['plain $$HOME $', 'plain $HOME $'],
    ['$A-${A}', 'one-one replaced'],
    ['${B:-two} ${EMPTY:-x} ${EMPTY-x}|', 'two x | replaced'],
    ['${B:-${A}s}', 'ones replaced'],
    ['$B ${B:?it must be; set}', '${B} ${B} open'],
    ['${A:+yes}${EMPTY:+no}', 'yes replaced'],
    ['${B:+yes}', '${B} open'],
    ['${unclosed', '${unclosed'],
  ];
  for (const [text, expected] of cases) assert.equal(read(text), expected, text);
});

test('a .env file is read with its places', () => {
  const text = "# no=1\nA=1\r\nexport B = 'x # y' # z\nC=\"a b\"\nD=a b # c\nE=\nF=${A}\nnot a line\nG='$x'\n";
  const found = dotenvVariables('/.env', text);
  assert.deepEqual(
    found.map(({ name, value }) => [name, value]),
    [
      ['A', '1'],
      ['B', 'x # y'],
      ['C', 'a b'],
      ['D', 'a b'],
      ['E', ''],
      ['F', undefined],
      ['G', '$x'],
    ],
  );
  assert.deepEqual(
    found.map(({ at }) => text.slice(at.start, at.end)),
    ['1', "'x # y'", '"a b"', 'a b', '', '${A}', "'$x'"],
  );
});

test('what runs: entrypoint and command over those of the image', () => {
  const image = 'image: postgres:17\n';
  assert.deepEqual(words(web(image)), ['docker-entrypoint.sh', 'postgres']);
  assert.deepEqual(words(web(`${image}command: postgres -c "max_connections=200"`)), [
    'docker-entrypoint.sh',
    'postgres',
    '-c',
    'max_connections=200',
  ]);
  assert.deepEqual(
    words(web(`${image}entrypoint:\ncommand: null`)),
    ['docker-entrypoint.sh', 'postgres'],
    'null keeps',
  );
  assert.deepEqual(words(web(`${image}entrypoint: /run.sh`)), ['/run.sh'], 'the CMD was not meant for it');
  for (const none of ['[]', "''"]) {
    assert.deepEqual(words(web(`${image}entrypoint: ${none}\ncommand: [a, b]`)), ['a', 'b'], none);
    assert.deepEqual(words(web(`${image}entrypoint: ${none}`)), ['postgres'], 'the CMD alone');
    assert.deepEqual(words(web(`${image}command: ${none}`)), ['docker-entrypoint.sh', 'postgres'], 'none is given');
  }
  assert.deepEqual(words(web(`${image}init: true\nentrypoint: [a]`)), ['docker-init', '--', 'a']);
  assert.deepEqual(words(web(`${image}init: \${INIT:-true}\nentrypoint: [a]`)), ['docker-init', '--', 'a']);
  assert.equal(words(web(`${image}init: \${INIT}\nentrypoint: [a]`)), undefined);
  assert.equal(words(web(`${image}entrypoint: $PROGRAM a`)), undefined, 'whoever runs Compose decides it');
  assert.deepEqual(words(web(`${image}entrypoint: [a, $$B, "\${C}"]`)), ['a', '$B', '${C}']);
  assert.deepEqual(words(web(`${image}entrypoint: cd /app && run`)), ['cd', '/app'], 'what is left of it');
});

test('what is cut: the kept and the dropped, with their place', () => {
  const [cut] = web('image: i\ncommand: "cd /app && run \'x\'"').cut ?? [];
  assert.deepEqual([cut?.field, cut?.kept, cut?.dropped], ['command', 'cd /app', "&& run 'x'"]);
  assert.equal(web('image: i\ncommand: [a, "&&", b]').cut, undefined);
  assert.equal(web('image: i\npre_stop:\n  - command: a | b').cut?.[0]?.field, 'pre_stop');
});

test('the grace period is 10 s, or what a duration says', () => {
  assert.equal(grace(web('image: i')), 10);
  const cases: readonly (readonly [string, number | undefined])[] = [
    ['1m30s', 90],
    ['500ms', 0.5],
    ['2h', 7200],
    ['1.5s', 1.5],
    ['0s', 0],
    ['"45s"', 45],
    ['${GRACE:-20s}', 20],
    ['30', undefined],
    ['"30"', undefined],
    ['soon', undefined],
    ['${GRACE}', undefined],
  ];
  for (const [written, seconds] of cases) {
    assert.equal(grace(web(`image: i\nstop_grace_period: ${written}`)), seconds, written);
  }
  const decided = web('image: i\nstop_grace_period: ${GRACE:-20s}').pod?.grace.set(60);
  assert.deepEqual(decided, { ok: false, reason: 'a variable decides it' });
});

test('what a .env holds is shown nowhere, unless it is a length of time', () => {
  const files = {
    'compose.yaml':
      'services:\n  web:\n    image: i:${TAG}\n    command: app --password ${PASSWORD} --graceful-timeout ${DRAIN} && x\n    environment: {SECRET: "${PASSWORD}", SHUTDOWN_DELAY: "${DELAY}"}\n',
    '.env': 'PASSWORD=swordfish\nTAG=3\nDRAIN=40\nDELAY=5s\n',
  };
  const service = servicesOf(files).get('web') as Container;
  assert.deepEqual(words(service), ['app', '--password', '${PASSWORD}', '--graceful-timeout', '40']);
  assert.deepEqual(
    service.lifecycle?.environment.map(({ value }) => value),
    [undefined, '5s'],
  );
  assert.equal(service.lifecycle?.image, 'i:3');
  assert.ok(!JSON.stringify(analyzed(new Map(Object.entries(files))).findings).includes('swordfish'));
});

test('stop signals, written here or in the image', () => {
  assert.equal(knownValue(web('image: nginx:1.27').stopSignal.value), 'SIGQUIT');
  const own = web('image: nginx:1.27\nstop_signal: ${SIGNAL:-SIGTERM}');
  assert.equal(knownValue(own.stopSignal.value), 'SIGTERM');
  assert.equal(own.stopSignal.set('SIGQUIT').ok, false, 'the variable would be lost');
  assert.equal(web('image: i\nstop_signal: $SIGNAL').stopSignal.value.kind, 'unknown');
});

test('an image is named, built here, or built elsewhere', () => {
  const files = {
    Dockerfile: 'FROM node:22\nCMD ["a"]\n',
    'api/Api.Dockerfile': 'FROM node:22 AS base\nCMD ["b"]\nFROM base\nCMD ["c"]\n',
  };
  const run = (lines: string) => {
    const text = `services:\n  web:\n${lines.replace(/^/gm, '    ')}\n`;
    return words(servicesOf({ ...files, 'compose.yaml': text }).get('web') as Container);
  };
  const entry = 'docker-entrypoint.sh';
  assert.deepEqual(run('build: .'), [entry, 'a']);
  assert.deepEqual(run('build: {context: ./api, dockerfile: Api.Dockerfile}'), [entry, 'c']);
  assert.deepEqual(run('build: {context: api, dockerfile: Api.Dockerfile, target: base}'), [entry, 'b']);
  assert.deepEqual(run('build: ${FOLDER:-.}'), [entry, 'a']);
  for (const elsewhere of [
    'build: ${FOLDER}',
    'build: https://example.com/x.git',
    'build: {context: ., dockerfile_inline: "FROM x"}',
  ]) {
    assert.equal(run(`${elsewhere}\nimage: nginx`), undefined, 'the name is only what is made of it');
  }
  assert.equal(
    knownValue(web('image: nginx:${TAG:-1.17}').stopSignal.value),
    'SIGTERM',
    'the default tag is an old one',
  );
});

test('services extend others, of the same file and of another', () => {
  const files = {
    'compose.yaml': `services:
  base:
    image: node:22
    stop_grace_period: 40s
    ports: ["1:1"]
    environment: {A: a, B: b}
  same:
    extends: base
    environment: {B: other}
    ports: ["2:2"]
  other:
    extends: {file: common/services.yml, service: app}
    command: [mine]
  twice:
    extends: {service: other}
  lost:
    extends: {file: nowhere.yml, service: app}
    image: i
  loop:
    extends: loop
    image: i
`,
    'common/services.yml':
      'services:\n  app:\n    build: .\n    command: [theirs]\n    stop_signal: SIGINT\n  bare: {}\n',
    'common/Dockerfile': 'FROM scratch\nENTRYPOINT ["/x"]\n',
  };
  const services = servicesOf(files);
  const same = services.get('same');
  assert.equal(same && grace(same), 40);
  assert.deepEqual(
    same?.lifecycle?.ports.map(({ number }) => number),
    [1, 2],
  );
  assert.deepEqual(
    same?.lifecycle?.environment.map(({ name, value }) => `${name}=${value}`),
    ['B=other', 'A=a'],
  );
  const change = same?.pod?.grace.set(60);
  assert.ok(change?.ok);
  const edited = applyEdits(files['compose.yaml'], change.edits);
  assert.match(
    edited,
    /extends: base\n {4}environment: \{B: other\}\n {4}ports: \["2:2"\]\n {4}stop_grace_period: 60s\n {2}other/,
  );
  assert.deepEqual(words(services.get('other') as Container), ['/x', 'mine'], 'built where the other file stands');
  assert.deepEqual(words(services.get('twice') as Container), ['/x', 'mine']);
  assert.equal(knownValue(services.get('twice')?.stopSignal.value ?? { kind: 'unknown', why: '' }), 'SIGINT');
  for (const name of ['lost', 'loop']) assert.equal(grace(services.get(name) as Container), undefined, name);
});

test('of files that are laid over one another, what is missing in one is not missing', () => {
  const base = 'services:\n  web:\n    image: i\n    command: [a]\n  api:\n    image: i\n';
  const override =
    'services:\n  web:\n    stop_grace_period: 1m\n    command: [dev]\n  api:\n    command: [dev]\n  extra:\n    image: i\n';
  const files = { 'docker-compose.yml': base, 'docker-compose.override.yml': override };
  const below = servicesOf(files, 'docker-compose.yml');
  assert.equal(grace(below.get('web') as Container), undefined, 'the override gives it');
  assert.deepEqual(words(below.get('web') as Container), ['a']);
  assert.equal(grace(below.get('api') as Container), 10);
  const above = servicesOf(files, 'docker-compose.override.yml');
  assert.equal(grace(above.get('web') as Container), 60);
  assert.equal(grace(above.get('api') as Container), undefined, 'it has no image, so it is only a part');
  assert.equal(grace(above.get('extra') as Container), 10);
  const alone = { 'docker-compose.mysql.yml': base, 'docker-compose.postgres.yml': override };
  assert.equal(grace(servicesOf(alone, 'docker-compose.mysql.yml').get('web') as Container), 10, 'two of a kind');
});

test('anchors, merge keys and extension fields', () => {
  const services = servicesOf(`x-app: &app
  image: node:22
  init: true
  stop_grace_period: 1m
services:
  web:
    <<: *app
    command: [node, a.js]
  api: &api
    image: node:22
    command: [node, b.js]
  worker:
    <<: [*api, *app]
    stop_grace_period: 5s
`);
  const seen = [...services.values()].map((service) => [service.name, grace(service), words(service)?.at(-1)]);
  assert.deepEqual(seen, [
    ['web', 60, 'a.js'],
    ['api', 10, 'b.js'],
    ['worker', 5, 'b.js'],
  ]);
});

test('what ends by itself, and what is for a developer', () => {
  const services = servicesOf(`services:
  migrate:
    image: i
  web:
    image: i
    depends_on: {migrate: {condition: service_completed_successfully}, db: {condition: service_healthy}}
    deploy: {replicas: 3}
  db: {image: postgres}
  job: {image: i, deploy: {mode: replicated-job}}
  debug: {image: i, profiles: [debug]}
`);
  const awaited = [...services.values()].filter((service) => service.awaited).map(({ name }) => name);
  assert.deepEqual(awaited, ['web', 'db']);
});

test('hooks before the stop are no part of the grace period', () => {
  const service = web(
    'image: i\npre_stop:\n  - command: sleep 20\n  - command: ["sh", "-c", "sleep 5"]\n    user: root',
  );
  const hook = service.lifecycle && knownValue(service.lifecycle.preStop);
  assert.deepEqual([hook?.handlers.length, hook?.duration], [2, { min: 25, max: 25 }]);
  const { findings } = analyzed(
    new Map([
      ['compose.yaml', 'services:\n  web:\n    image: i\n    ports: [80]\n    pre_stop: [{command: sleep 20}]\n'],
    ]),
  );
  assert.deepEqual(findings, [], '20 s of a hook do not count against 10 s');
});

test('ports are ports with variables in them', () => {
  const ports = web(
    'image: i\nports: ["80", "8080:81", "127.0.0.1:1:82/udp", "8:${P:-83}", "8:${P}", {target: 84}]\nexpose: [85]',
  );
  assert.deepEqual(
    ports.lifecycle?.ports.map(({ number }) => number),
    [80, 81, 82, 83, undefined, 84, 85],
  );
});

test('broken and odd files are read without an exception', () => {
  const odd = [
    'services:',
    'services: []',
    'services:\n  web:',
    'services:\n  web: [a]',
    'services:\n  web: {image: , command: {a: b}, build: 3, init: [], stop_grace_period: {}, pre_stop: x, ports: 80}',
    'services:\n  web:\n    extends: []\n    image: i',
    'services:\n  web:\n    image: "${"\n    command: "${A:-${B:-}"',
    'services:\n  web: &a\n    image: i\n    extends: *a\n',
    'services:\n  web:\n    pre_stop: [a, {command: }, {command: "("}]\n    image: i',
    'services: {web: {image: i, command: "a \'b"}}',
  ];
  for (const text of odd) assert.deepEqual(analyzed(new Map([['compose.yaml', text]])).problems, [], text);
});
