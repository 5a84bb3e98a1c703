// supervisord: how its configuration is read, which files that is, and what comes of its programs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linksIn } from '../shared/index.ts';
import { seenByAll } from '../shared/model/stop/stopPath.ts';
import { alternatives } from '../shared/model/value.ts';
import { iniSections } from '../shared/sources/ini.ts';
import { splitWords } from '../shared/sources/shlex.ts';
import { Embedded } from '../shared/text/embedded.ts';
import { analyzed } from './analyzed.ts';

const PATH = '/w/supervisord.conf';

function sections(text: string) {
  return iniSections(Embedded.verbatim(PATH, text)).map(({ name, entries }) => [
    name,
    Object.fromEntries(entries.map(({ key, value }) => [key, value.text])),
  ]);
}

// As `configparser.RawConfigParser(inline_comment_prefixes=(';', '#'))` of Python reads the same.
test('sections, keys and values are read as ConfigParser does', () => {
  const text = `; a comment
[supervisord]
NoDaemon = true ; stays
[program:a b]
command=nginx -g 'daemon off;' # why
environment: A="1",
  B="2"
  C="3"
# not a value
  ; nor this
user =
path=/a;b#c
line without anything
[program:a b]
user=www
`;
  assert.deepEqual(sections(text), [
    ['supervisord', { nodaemon: 'true' }],
    [
      'program:a b',
      { command: "nginx -g 'daemon off;'", environment: 'A="1",\nB="2"\nC="3"', user: '', path: '/a;b#c' },
    ],
    ['program:a b', { user: 'www' }],
  ]);
});

test('a line is put behind an entry with the line breaks of the file, behind its comment', () => {
  const text = '[program:a]\r\ncommand=a ; why\r\nuser=b\r\n';
  const [command] = iniSections(Embedded.verbatim(PATH, text))[0]?.entries ?? [];
  const edit = command?.behind('stopsignal=QUIT');
  assert.equal(
    edit && text.slice(0, edit.start) + edit.newText + text.slice(edit.end),
    '[program:a]\r\ncommand=a ; why\r\nstopsignal=QUIT\r\nuser=b\r\n',
  );
});

// As `shlex.split` of Python splits the same.
test('command lines are split as shlex does', () => {
  const words = (line: string) => splitWords(Embedded.verbatim(PATH, line))?.map(({ text }) => text);
  assert.deepEqual(words(`nginx -g "daemon off;" 'a "b"' a\\ b "c\\"d\\e" '' x"y"z # no`), [
    'nginx',
    '-g',
    'daemon off;',
    'a "b"',
    'a b',
    'c"d\\e',
    '',
    'xyz',
    '#',
    'no',
  ]);
  assert.deepEqual(words('a && b | c > $D'), ['a', '&&', 'b', '|', 'c', '>', '$D']);
  assert.equal(words('a "b'), undefined);
  assert.equal(words('a \\'), undefined);
});

type Files = Readonly<Record<string, string>>;

/** What each program of the last stage gets, by its supervisor's name for it, in the order in which they are told. */
function told(files: Files): readonly string[] {
  const { containers } = analyzed(new Map(Object.entries(files)));
  const value = alternatives(containers[0]?.stop ?? assert.fail())[0]?.value ?? assert.fail();
  return seenByAll(value)
    .map(({ hops, outcome, toldAfter }) => {
      const { process, signal } = hops.find((hop) => hop.process.supervision) ?? hops[0] ?? assert.fail();
      return { at: toldAfter ?? 0, text: `${process.supervision?.name ?? process.program} ${signal} ${outcome}` };
    })
    .sort((a, b) => a.at - b.at)
    .map(({ text }) => text);
}

const PROGRAMS = `[program:nginx]
command=nginx -g "daemon off;"
stopsignal=QUIT
[program:app]
command=gunicorn app:app
`;
const NGINX_LAST = ['app SIGTERM drains', 'nginx SIGQUIT drains'];

test('its configuration is found where it looks for it', () => {
  const launched = (words: string, ...copies: readonly string[]) => ({
    Dockerfile: `FROM debian:12\n${copies.map((copy) => `COPY ${copy}\n`).join('')}CMD ${words}\n`,
    'docker/supervisord.conf': PROGRAMS,
    'docker/supervisor/conf.d/app.conf': PROGRAMS,
    'docker/supervisor/supervisord.conf': '[include]\nfiles = conf.d/*.conf extra.conf\n',
  });
  const found = [
    launched('["supervisord", "-n"]', 'docker/supervisord.conf /etc/supervisor/supervisord.conf'),
    launched('["supervisord", "-n"]', 'docker/supervisord.conf /etc/'),
    launched('["supervisord", "-nc", "/app.conf"]', 'docker/supervisord.conf /app.conf'),
    launched('["supervisord", "-n", "-c", "app.conf"]', 'docker/supervisord.conf app.conf'),
    launched('["supervisord", "--nodaemon", "--configuration=/app.conf"]', 'docker/supervisord.conf /app.conf'),
    launched('["supervisord", "-n"]', 'docker/supervisord.conf /etc/supervisor/conf.d/x.conf'),
    launched('["supervisord", "-n"]', 'docker/supervisor/conf.d/ /etc/supervisor/conf.d/'),
    launched('["supervisord", "-n"]', 'docker/supervisor/conf.d/*.conf /etc/supervisor/conf.d/'),
    launched('["supervisord", "-n"]', 'docker/supervisor /etc/supervisor'),
    launched('["supervisord", "-n"]', 'docker/supervisor /etc/supervisor/'),
    launched('["supervisord"]', 'docker/supervisord.conf /etc/supervisord.d/app.ini'),
    launched('exec supervisord -n -c /app.conf', 'docker/supervisord.conf /app.conf'),
    {
      Dockerfile: `FROM debian:12\nCOPY <<EOF /etc/supervisord.conf\n${PROGRAMS}EOF\nCMD ["supervisord", "-n"]\n`,
    },
  ];
  for (const files of found) assert.deepEqual([files.Dockerfile, ...told(files)], [files.Dockerfile, ...NGINX_LAST]);
});

test('what the project does not hold leaves it as it is', () => {
  const bare = ['supervisord SIGTERM reaches'];
  assert.deepEqual(told({ Dockerfile: 'FROM debian:12\nCMD ["supervisord", "-n"]\n' }), bare);
  const files = { 'supervisord.conf': PROGRAMS };
  const elsewhere = 'FROM debian:12\nCOPY supervisord.conf /etc/\nCMD ["supervisord", "-n", "-c", "/other.conf"]\n';
  assert.deepEqual(told({ ...files, Dockerfile: elsewhere }), bare);
  const asked = 'FROM debian:12\nCOPY supervisord.conf /etc/\nCMD exec supervisord -n -c "$CONFIG"\n';
  assert.deepEqual(told({ ...files, Dockerfile: asked }), bare);
});

const image = (conf: string): Files => ({
  Dockerfile: 'FROM debian:12\nCOPY supervisord.conf /etc/\nCMD ["supervisord", "-n"]\n',
  'supervisord.conf': conf,
});

test('groups are stopped one after the other, the highest priority first', () => {
  const one = (name: string, more: string) => `[program:${name}]\ncommand=gunicorn ${name}\nstopwaitsecs=5\n${more}`;
  assert.deepEqual(told(image(one('a', '') + one('b', 'priority=1\n') + one('c', ''))), [
    'c SIGTERM drains',
    'a SIGTERM drains',
    'b SIGTERM drains',
  ]);
  const grouped = `${one('a', '')}${one('b', '')}${one('c', '')}[group:g]\nprograms=a,c\npriority=1000\n`;
  assert.deepEqual(new Set(told(image(grouped)).slice(0, 2)), new Set(['a SIGTERM drains', 'c SIGTERM drains']));
  assert.equal(told(image(grouped))[2], 'b SIGTERM drains');
});

test('variables are filled in as far as they are known', () => {
  const { containers } = analyzed(
    new Map(
      Object.entries({
        Dockerfile: 'FROM debian:12\nENV PORT=8000\nCOPY supervisord.conf /etc/\nCMD ["supervisord", "-n"]\n',
        'supervisord.conf':
          '[program:web]\nnumprocs=2\nprocess_name=%(program_name)s_%(process_num)02d\nenvironment=A="x y",B=%(ENV_HOME)s\ncommand=gunicorn -b :%(ENV_PORT)s --name %(program_name)s --a %(ENV_A)s --b %(ENV_B)s --n %(process_num)02d --p 100%%\n',
      }),
    ),
  );
  const stop = alternatives(containers[0]?.stop ?? assert.fail())[0]?.value ?? assert.fail();
  const argv = ['gunicorn', '-b', ':8000', '--name', 'web', '--a', 'x', 'y', '--b', '…', '--n', '…', '--p', '100%'];
  assert.deepEqual(
    seenByAll(stop).map(({ server }) => server?.argv),
    [argv, argv],
  );
});

test('words lead to the configuration, to what it includes, and to its scripts', () => {
  const files = {
    Dockerfile:
      'FROM debian:12\nCOPY supervisor/ /etc/supervisor/\nCOPY run.sh /\nCMD ["supervisord", "-n", "-c", "/etc/supervisor/supervisord.conf"]\n',
    'supervisor/supervisord.conf': '[include]\nfiles = conf.d/*.conf\n',
    'supervisor/conf.d/app.conf': '[program:app]\ncommand=/run.sh\n',
    'run.sh': '#!/bin/sh\nexec gunicorn app\n',
  };
  const { containers, project } = analyzed(new Map(Object.entries(files)));
  const links = Object.keys(files).flatMap((name) =>
    linksIn(project, containers, `/w/${name}`).map(({ at, path }) => [
      project.text(at.path)?.slice(at.start, at.end),
      path,
    ]),
  );
  assert.deepEqual(links, [
    ['"/etc/supervisor/supervisord.conf"', '/w/supervisor/supervisord.conf'],
    ['conf.d/*.conf', '/w/supervisor/conf.d/app.conf'],
    ['/run.sh', '/w/run.sh'],
  ]);
});
