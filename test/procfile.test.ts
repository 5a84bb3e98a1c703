// Procfiles: how lines are read, who runs them on which platform, what that means for their stop, and how long it may take.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Analysis, applyEdits, explainAt, isCandidate } from '../shared/index.ts';
import { PLATFORMS, rubyStartsShell } from '../shared/knowledge/platforms.ts';
import { procfilePods } from '../shared/model/manifests/procfilePods.ts';
import { alternatives, knownValue } from '../shared/model/value.ts';
import { procfileLinesIn } from '../shared/sources/procfile.ts';
import { analyzed, textsIn } from './analyzed.ts';

type Files = Readonly<Record<string, string>>;

const FOLDER = '/w';

/** What is found in some files, on a platform or on whichever. */
function analysisOf(files: Files, platform?: string): Analysis {
  return analyzed(new Map(Object.entries(files)), platform === undefined ? {} : { platform });
}

/** The container of a process type. */
function containerOf(files: Files, name = 'web', platform?: string) {
  const { containers } = analysisOf(files, platform);
  const found = containers.find((container) => container.source === 'procfile' && container.name === name);
  assert.ok(found, `there is a process type ${name}`);
  return found;
}

/** What becomes of the work in flight, way by way. */
function outcomes(files: Files, platform?: string): readonly string[] {
  return alternatives(containerOf(files, 'web', platform).stop).map(({ value }) => value.outcome);
}

function argvOf(files: Files, platform: string): readonly string[] | undefined {
  return knownValue(containerOf(files, 'web', platform).launch)?.words.map(({ text }) => text);
}

test('lines are read as foreman reads them, with their places', () => {
  const text =
    '# start\nweb: node server.js  \nbad line\n  api: indented\nworker:\tnode w.js # why\r\nclock:x\nempty:\n_-1: a\n';
  const lines = procfileLinesIn(`${FOLDER}/Procfile`, text);
  assert.deepEqual(
    lines.map(({ name, command }) => [name, command.text]),
    [
      ['web', 'node server.js'],
      ['worker', 'node w.js # why'],
      ['clock', 'x'],
      ['_-1', 'a'],
    ],
  );
  for (const { name, at, command } of lines) {
    assert.equal(text.slice(at.start, at.end), name);
    assert.equal(text.slice(command.at.start, command.at.end), command.text);
    const edit = command.replace(0, 0, 'exec ');
    assert.ok(edit && applyEdits(text, [edit]).includes(`exec ${command.text}`));
    assert.equal(command.replace(0, 0, 'two\nlines'), undefined, 'a line stays one');
  }
});

test('a BOM, Windows line ends, an empty file and noise do no harm', () => {
  const names = (text: string) => procfileLinesIn(`${FOLDER}/Procfile`, text).map(({ name }) => name);
  assert.deepEqual(names('\uFEFFweb: a\r\nworker: b\r\n'), ['web', 'worker']);
  assert.deepEqual(names(''), []);
  assert.deepEqual(names('\0\0: \n:::\n: x\nweb'), []);
  assert.deepEqual(names('<<<<<<< HEAD\nweb: a\n=======\nweb: b\n>>>>>>> main\n'), ['web', 'web']);
});

test('a Procfile is known by its name', () => {
  for (const name of ['Procfile', 'procfile', 'Procfile.dev']) assert.ok(isCandidate(`/w/${name}`), name);
  for (const name of ['Procfile.md', 'Procfile.j2', 'MyProcfile']) assert.ok(!isCandidate(`/w/${name}`), name);
  assert.deepEqual(procfileLinesIn('/w/notes', 'web: a\n'), []);
});

test('who runs a line differs by platform', () => {
  const files: Files = { Procfile: 'web: node server.js --port $PORT\n' };
  assert.deepEqual(argvOf(files, 'hephy'), ['/bin/bash', '-c', 'node server.js --port $PORT']);
  assert.deepEqual(argvOf(files, 'heroku'), ['/bin/bash', '-c', 'node server.js --port $PORT']);
  assert.deepEqual(argvOf(files, 'dokku'), ['docker-init', '--', 'node', 'server.js', '--port', '$PORT']);
  assert.deepEqual(argvOf(files, 'foreman'), ['node', 'server.js', '--port', '$PORT']);
  const commented: Files = { Procfile: 'web: node server.js # why | not\n' };
  assert.deepEqual(argvOf(commented, 'dokku'), ['docker-init', '--', 'node', 'server.js']);
  const variable: Files = { Procfile: 'web: node server.js --host $HOST\n' };
  assert.deepEqual(argvOf(variable, 'foreman'), ['/bin/sh', '-c', 'node server.js --host $HOST']);
  assert.equal(containerOf({ Procfile: 'web: cd x && node y\n' }, 'web', 'dokku').launch.kind, 'unknown');
});

test('a Dockerfile beside the Procfile builds the image, for those who use it', () => {
  const files: Files = {
    Procfile: 'web: ./run.sh\n',
    Dockerfile:
      'FROM node:22-slim\nWORKDIR /srv\nCOPY bin/run.sh ./run.sh\nENTRYPOINT ["tini", "--"]\nSTOPSIGNAL SIGQUIT\n',
    'bin/run.sh': '#!/bin/sh\nnode server.js\n',
    'run.sh': '#!/bin/sh\nexec node server.js\n',
  };
  assert.deepEqual(
    outcomes(files, 'hephy'),
    ['killedAfterGrace'],
    'the ENTRYPOINT is left out, the script comes by COPY',
  );
  assert.deepEqual(argvOf(files, 'dokku'), ['docker-init', '--', 'tini', '--', './run.sh']);
  assert.deepEqual(outcomes(files, 'heroku'), ['reaches'], 'Heroku runs the folder, not the image');
  assert.equal(knownValue(containerOf(files, 'web', 'hephy').stopSignal.value), 'SIGQUIT');
  assert.equal(knownValue(containerOf(files, 'web', 'heroku').stopSignal.value), 'SIGTERM');
});

test('scripts are found from the folder of the app', () => {
  const script = '#!/bin/bash\nbundle exec puma\n';
  for (const line of ['bin/web', './bin/web', '/app/bin/web', 'bash bin/web', 'exec ./bin/web --loud']) {
    assert.deepEqual(outcomes({ Procfile: `web: ${line}\n`, 'bin/web': script }, 'hephy'), ['killedAfterGrace'], line);
  }
});

test('who gets the signal differs by platform', () => {
  const untold: Files = { Procfile: 'web: bin/web\n', 'bin/web': '#!/bin/sh\nbundle exec puma\n' };
  assert.deepEqual(outcomes(untold, 'hephy'), ['killedAfterGrace'], 'PID 1 alone, which does nothing with it');
  assert.deepEqual(outcomes(untold, 'heroku'), ['killedAtOnce'], 'all, and the dyno ends with the script');
  assert.deepEqual(outcomes(untold, 'dokku'), ['killedAtOnce'], 'an init, which ends with the script');
  assert.deepEqual(outcomes(untold, 'foreman'), ['killedAtOnce'], 'the script, which is no PID 1');
  const dropping: Files = { Procfile: 'web: dumb-init --rewrite 15:0 -- bundle exec puma\n' };
  assert.deepEqual(outcomes(dropping, 'hephy'), ['killedAfterGrace']);
  assert.deepEqual(outcomes(dropping, 'heroku'), ['drains'], 'the program is told by Heroku itself');
});

test('on no platform in particular, what holds on all of them is said', () => {
  const rulesOf = (files: Files, platform?: string) =>
    analysisOf(files, platform).findings.map(({ rule, severity }) => `${severity} ${rule}`);
  const piped = 'web: bundle exec puma | cat\n';
  assert.deepEqual(rulesOf({ Procfile: piped }), ['warning procfile-line-not-execd']);
  const chained = 'web: cd server && node server.js\n';
  assert.deepEqual(rulesOf({ Procfile: chained }), [], 'bash becomes the last command');
  assert.deepEqual(rulesOf({ Procfile: chained }, 'foreman'), ['hint procfile-line-not-execd']);
  assert.deepEqual(rulesOf({ Procfile: piped }, 'none'), [], 'nobody runs it');
});

test('one story: the script tells it, and names the Procfile', () => {
  const files: Files = {
    Procfile: 'web: bin/web\nworker: bin/web --jobs\n',
    'bin/web': '#!/bin/sh\nbundle exec puma\n',
  };
  const { findings } = analysisOf(files);
  assert.deepEqual(
    findings.map(({ rule, at }) => [rule, at.path]),
    [['script-missing-exec', `${FOLDER}/bin/web`]],
  );
  const facts = findings[0]?.related.map(({ message }) => message);
  assert.ok(
    facts?.some((fact) => fact.includes('process type `web`')),
    facts?.join('\n'),
  );
  assert.deepEqual(
    findings[0]?.fixes.map(({ title, safety }) => [title, safety]),
    [['Replace the shell with `exec`', 'safe']],
  );
  const onHephy = analysisOf(files, 'hephy').findings;
  assert.deepEqual(
    onHephy.map(({ rule, at }) => [rule, at.path.slice(FOLDER.length + 1)]),
    [
      ['signal-never-reaches-app', 'Procfile'],
      ['signal-never-reaches-app', 'Procfile'],
      ['script-missing-exec', 'bin/web'],
    ],
  );
});

test('one-off types and files for development are waited for by nobody', () => {
  const line = 'node x.js | cat';
  const names = ['release', 'console', 'rake', 'migrate', 'db-migrations'];
  const files: Files = { Procfile: [...names, 'worker'].map((name) => `${name}: ${line}\n`).join('') };
  for (const name of names) assert.equal(containerOf(files, name).awaited, false, name);
  assert.equal(containerOf(files, 'worker').awaited, true);
  assert.deepEqual(analysisOf({ 'Procfile.dev': `web: ${line}\n` }).findings, []);
});

test('the Passenger recipe works from the Procfile on every platform, and nobody asks for `exec` in it', () => {
  const files = Object.fromEntries(textsIn('examples/passenger-procfile'));
  for (const platform of [undefined, ...PLATFORMS.map(({ id }) => id)]) {
    for (const given of [
      { '.env': 'KUBERNETES_POD_TERMINATION_GRACE_PERIOD_SECONDS=60\n' },
      { 'app.json': '{"env": {"KUBERNETES_POD_TERMINATION_GRACE_PERIOD_SECONDS": "60"}}\n' },
    ]) {
      const { findings } = analysisOf({ ...files, ...given }, platform);
      const elsewhere = findings.filter(({ at }) => !at.path.endsWith('/Dockerfile'));
      // The variable is Hephy's: on others the sleep may take all the time there is, which is another story.
      const ownTime = platform === undefined || platform === 'hephy';
      const others = elsewhere.filter(({ rule }) => ownTime || rule !== 'drain-longer-than-grace');
      assert.deepEqual(
        others.map(({ rule, message }) => `${rule}: ${message}`),
        [],
        platform,
      );
      const edits = findings.flatMap(({ fixes }) => fixes.flatMap((fix) => fix.edits));
      assert.ok(
        edits.every(({ path }) => path.endsWith('/Dockerfile')),
        'only the Dockerfile is repaired',
      );
    }
  }
  const [stop] = alternatives(containerOf(files, 'web', 'hephy').stop);
  assert.equal(stop?.value.toldAfter, 30, 'the trap runs, and tells Passenger after 30 s');
  assert.deepEqual(stop?.value.breaks, []);
});

test('a hover on a line shows what each platform makes of it', () => {
  const analysis = analysisOf({ Procfile: 'web: bin/web\n', 'bin/web': '#!/bin/sh\nbundle exec puma\n' });
  const shown = explainAt(analysis, `${FOLDER}/Procfile`, 7)?.markdown ?? '';
  for (const { name } of PLATFORMS) assert.ok(shown.includes(name), `${name} is named in\n${shown}`);
  const plain = analysisOf({ Procfile: 'web: bundle exec puma\n' }, 'heroku');
  assert.match(explainAt(plain, `${FOLDER}/Procfile`, 1)?.markdown ?? '', /grace period of 30 s/);
});

/** What a process type is given, where, and what raising it to 90 s comes to. */
function graceOf(files: Files, platform?: string) {
  const all = { ...files, Procfile: 'web: node server.js\n' };
  const { project } = analysisOf(all, platform);
  const [pod] = procfilePods(project, `${FOLDER}/Procfile`);
  assert.ok(pod);
  const change = pod.grace.set(90);
  const { given, value } = pod.grace;
  const edited = change.ok
    ? change.edits.map((edit) => applyEdits(all[edit.path.slice(FOLDER.length + 1) as keyof typeof all] ?? '', [edit]))
    : change.reason;
  return { seconds: knownValue(value), given: given.kind === 'default' ? given.whose : given.kind, edited };
}

test('the grace period is the platform’s, or a variable of the app that can be set', () => {
  const name = 'KUBERNETES_POD_TERMINATION_GRACE_PERIOD_SECONDS';
  assert.deepEqual(graceOf({}, 'heroku'), { seconds: 30, given: 'Heroku', edited: 'Heroku gives every app the same' });
  assert.equal(graceOf({}, 'foreman').seconds, 5);
  assert.deepEqual(graceOf({}), {
    seconds: 30,
    given: 'Heroku, Hephy, Dokku',
    edited: 'who runs the Procfile is not known',
  });
  assert.match(String(graceOf({}, 'hephy').edited), /neither an app\.json nor a \.env/);
  assert.deepEqual(graceOf({ '.env': `A=1\nexport ${name}='45' # why\r\n` }), {
    seconds: 45,
    given: 'here',
    edited: [`A=1\nexport ${name}=90 # why\r\n`],
  });
  assert.deepEqual(graceOf({ '.env': 'A=1' }, 'hephy'), { seconds: 30, given: 'Hephy', edited: [`A=1\n${name}=90\n`] });
  assert.deepEqual(graceOf({ 'app.json': `{"env": {"${name}": "45"}}` }), {
    seconds: 45,
    given: 'here',
    edited: [`{"env": {"${name}": "90"}}`],
  });
  assert.deepEqual(graceOf({ 'app.json': `{"env": {"${name}": {"value": "45", "required": true}}}` }).edited, [
    `{"env": {"${name}": {"value": "90", "required": true}}}`,
  ]);
  const added = graceOf({ 'app.json': '{\n  "name": "shop"\n}\n', '.env': 'A=1\n' }, 'hephy');
  assert.deepEqual(added.edited, [`{\n  "name": "shop",\n  "env": {\n    "${name}": "90"\n  }\n}\n`]);
  assert.equal(graceOf({ '.env': `${name}=soon\n` }).seconds, undefined);
  assert.equal(graceOf({ 'app.json': 'no json {', '.env': `${name}=20` }).seconds, 20);
});

test('the time that a Dockerfile gives foreman counts', () => {
  for (const command of ['CMD ["foreman", "start", "-t", "20"]', 'CMD exec foreman start --timeout=20']) {
    assert.equal(graceOf({ Dockerfile: `FROM ruby:3.4\n${command}\n` }, 'foreman').seconds, 20, command);
  }
});

test('Ruby starts a shell for what only a shell understands', () => {
  // What Ruby 3.1 does, found out by the parent of what it starts.
  for (const line of [
    'S -p $PORT',
    'X=1 S',
    "S 'a b'",
    'S a#b',
    'S *.rb',
    'S ~',
    'S; true',
    'S 2>&1',
    'S [a]',
    'exec S',
  ])
    assert.ok(rubyStartsShell(line), line);
  for (const line of [
    'S a b',
    'S -p 5000',
    'S a=b',
    'S a%b',
    'S a!b',
    'S a^b',
    './s a=b',
    'S a@b:c,d+e-f_g.h/i',
    ' S x',
  ])
    assert.ok(!rubyStartsShell(line), line);
});
