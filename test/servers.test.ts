// The files of servers: what is read in them, and that bad ones are no harm.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseIni } from '../shared/sources/iniFile.ts';
import { linesOf } from '../shared/sources/keywordLines.ts';
import { literalOf, statementsOf } from '../shared/sources/literalStatements.ts';
import { type Directive, nginxSeconds, parseNginx } from '../shared/sources/nginxConf.ts';

/** Directives as text: blocks in braces. */
function shape(directives: readonly Directive[] | undefined): string | undefined {
  return directives
    ?.map(({ name, args, block }) => {
      const words = [name, ...args.map(({ text }) => text)].join(' ');
      return block ? `${words} {${shape(block)}}` : words;
    })
    .join('; ');
}

test('reads the directives of nginx', () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['worker_processes auto;\nevents {}\n', 'worker_processes auto; events {}'],
    ['# worker_shutdown_timeout 1s;\nuser nginx; # why\n', 'user nginx'],
    [
      'log_format main \'$remote_addr - "$request" ;{}\'\n  "#not";',
      'log_format main $remote_addr - "$request" ;{} #not',
    ],
    [
      'http { server { location ~ \\.php$ { fastcgi_pass php; } } }',
      'http {server {location ~ \\.php$ {fastcgi_pass php}}}',
    ],
    [`set $x \${host}_a;`, `set $x \${host}_a`],
    ['location ~ "^/a{2}$" { return 200 ok; }', 'location ~ ^/a{2}$ {return 200 ok}'],
    ['content_by_lua_block { if x then y = { a = 1; } end }\nroot /x;', 'content_by_lua_block {}; root /x'],
    ["map $a $b { default 1; '' close; }", 'map $a $b {default 1;  close}'],
    ['listen 80', undefined],
    ['http { server {', undefined],
    ['}', undefined],
    ['worker_shutdown_timeout {{ .Values.x }};', undefined],
    ['', ''],
  ];
  for (const [text, expected] of cases) assert.equal(shape(parseNginx(text)), expected, text);
});

test('reads the places of directives', () => {
  const text = 'events {}\r\nworker_shutdown_timeout  "20s" ;\r\n';
  const [, found] = parseNginx(text) ?? [];
  assert.equal(text.slice(found?.span.start, found?.span.end), 'worker_shutdown_timeout  "20s" ;');
  const [argument] = found?.args ?? [];
  assert.equal(text.slice(argument?.span.start, argument?.span.end), '"20s"');
  assert.equal(argument?.text, '20s');
});

test('reads times as nginx does', () => {
  const times = ['60', '1m30s', '500ms', '1h', '1d', '2w', '', 'auto', '$timeout', '1.5s'];
  const seconds = [60, 90, 0.5, 3600, 86_400, 1_209_600, undefined, undefined, undefined, undefined];
  assert.deepEqual(times.map(nginxSeconds), seconds);
});

test('reads sections and entries', () => {
  const text = [
    '; [no]',
    'top = 1',
    '[global]',
    'error_log = /proc/self/fd/2',
    '  process_control_timeout="20s" ; why',
    '#x = 1',
    '[www]\r',
    'env[PATH] = /bin:/usr/bin\r',
    'php_admin_value[error_log] = a;b',
    'master',
    'empty =',
    'url: http://x/?a=1',
  ].join('\n');
  const { sections, entries } = parseIni(text);
  assert.deepEqual(
    sections.map(({ name, at }) => [name, text.slice(at.start, at.end)]),
    [
      ['global', '[global]'],
      ['www', '[www]'],
    ],
  );
  assert.deepEqual(
    entries.map(({ section, name, value, at }) => [section, name, value, text.slice(at.start, at.end)]),
    [
      ['', 'top', '1', '1'],
      ['global', 'error_log', '/proc/self/fd/2', '/proc/self/fd/2'],
      ['global', 'process_control_timeout', '20s', '"20s"'],
      ['www', 'env[PATH]', '/bin:/usr/bin', '/bin:/usr/bin'],
      ['www', 'php_admin_value[error_log]', 'a;b', 'a;b'],
      ['www', 'master', '', ''],
      ['www', 'empty', '', ''],
      ['www', 'url', 'http://x/?a=1', 'http://x/?a=1'],
    ],
  );
});

test('reads what Ruby says of a name, as far as it is literal', () => {
  const said = (text: string) => {
    const named = statementsOf('ruby', text, 'workers');
    return named.kind === 'given' ? named.statement.value : named.kind;
  };
  const cases: readonly (readonly [string, string])[] = [
    ['workers 2\n', '2'],
    ['  workers(4) # four\r\n', '4'],
    ['workers ENV.fetch("WEB_CONCURRENCY") { 2 }\n', 'ENV.fetch("WEB_CONCURRENCY") { 2 }'],
    ['workers 2\nworkers 3\n', '3'],
    ['# workers 2\nport 3000\n', 'absent'],
    ['=begin\nworkers 2\n=end\n', 'absent'],
    ['log "workers 2"\n', 'absent'],
    ['worker_timeout 60\n', 'absent'],
    ['workers 2 if ENV["X"]\n', 'open'],
    ['if production\n  workers 2\nend\n', 'open'],
    ['on_restart do\n  puts 1\nend\nworkers 2\n', '2'],
    ['x = if a then 1 else 2 end\nworkers 2\n', '2'],
    ['workers count > 1 ? count : 0 unless dev\n', 'open'],
    ['load "other.rb"\n', 'open'],
    ['puts workers\n', 'open'],
  ];
  for (const [text, expected] of cases) assert.equal(said(text), expected, text);
});

test('reads what Python says of a name, as far as it is literal', () => {
  const said = (text: string) => {
    const named = statementsOf('python', text, 'graceful_timeout');
    return named.kind === 'given' ? named.statement.value : named.kind;
  };
  const cases: readonly (readonly [string, string])[] = [
    ['graceful_timeout = 30\n', '30'],
    ['graceful_timeout=60  # why\r\n', '60'],
    ['"""\ngraceful_timeout = 30\n"""\nbind = ":80"\n', 'absent'],
    ["text = 'graceful_timeout = 30'\n", 'absent'],
    ['if x:\n    graceful_timeout = 30\n', 'open'],
    ['graceful_timeout = 30\nprint(graceful_timeout)\n', 'open'],
    ['graceful_timeout: int = 30\n', 'open'],
    ['from base import *\n', 'open'],
    ['settings.graceful_timeout = 3\n', 'absent'],
    ['graceful_timeout = (\n  30\n)\n', 'open'],
  ];
  for (const [text, expected] of cases) assert.equal(said(text), expected, text);
});

test('reads literals', () => {
  assert.deepEqual(literalOf('1_000'), { kind: 'number', value: 1000 });
  assert.deepEqual(literalOf(':forever'), { kind: 'word', value: 'forever' });
  assert.deepEqual(literalOf('false'), { kind: 'word', value: 'false' });
  assert.equal(literalOf('count'), undefined);
  assert.equal(literalOf('2 * 3'), undefined);
  const variables: readonly (readonly [string, number | undefined])[] = [
    ['ENV.fetch("X") { 2 }', 2],
    ["ENV.fetch('X', 3)", 3],
    ['Integer(ENV["X"] || 4)', 4],
    ['ENV["X"].to_i', undefined],
    ['ENV.fetch("X")', undefined],
    ['int(os.environ.get("X", "30"))', 30],
    ['int(os.getenv("X", 40))', 40],
    ['os.environ["X"]', undefined],
  ];
  for (const [text, fallback] of variables)
    assert.deepEqual(literalOf(text), { kind: 'environment', name: 'X', fallback }, text);
});

test('reads lines of keywords', () => {
  const text = 'global\n  hard-stop-after 30s # why\r\n# no\n\n';
  const lines = linesOf(text);
  assert.deepEqual(
    lines.map(({ words }) => words.map(({ text: word, span }) => [word, text.slice(span.start, span.end)])),
    [
      [['global', 'global']],
      [
        ['hard-stop-after', 'hard-stop-after'],
        ['30s', '30s'],
      ],
    ],
  );
});

test('what is no such file is no harm, however large', () => {
  const texts = [
    '{'.repeat(50_000),
    '"'.repeat(50_000),
    `${'[a\n'.repeat(20_000)}`,
    '\0\uFFFD'.repeat(10_000),
    '\\'.repeat(50_000),
  ];
  for (const text of texts) {
    parseNginx(text);
    parseIni(text);
    linesOf(text);
    statementsOf('ruby', text, 'workers');
    statementsOf('python', text, 'graceful_timeout');
  }
});
