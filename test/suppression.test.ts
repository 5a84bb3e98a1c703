// Comments that silence findings: how they are written, what they are about, and what becomes of them.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { applyEdits } from '../shared/index.ts';
import { ignoreCommentsIn } from '../shared/sources/ignoreComments.ts';
import { analyzed } from './analyzed.ts';

/** The comments of a text, in short: rule, reason, and the text that it is about. */
function read(
  text: string,
  path = '/w/Dockerfile',
): readonly (readonly [string, string | undefined, string | undefined])[] {
  return ignoreCommentsIn(path, text).map(({ rule, reason, at, whole, covers }) => {
    assert.equal(text.slice(at.start, at.end), rule === '' ? ':' : rule);
    assert.match(text.slice(whole.start, whole.end), /^#.*$/);
    return [rule, reason, covers && text.slice(covers.start, covers.end)];
  });
}

describe('what a comment says', () => {
  const cases: readonly (readonly [string, readonly (readonly [string, string | undefined])[]])[] = [
    ['# softstop-ignore: a-b -- the reason', [['a-b', 'the reason']]],
    ['# softstop-ignore: a-b', [['a-b', undefined]]],
    ['#softstop-ignore:a-b--c -- d -- e', [['a-b--c', 'd -- e']]],
    ['  \t## softstop-ignore:   a-b  --   the reason  ', [['a-b', 'the reason']]],
    ['# softstop-ignore: a-b --', [['a-b', undefined]]],
    [
      '# softstop-ignore: a, b-c ,d -- e, f',
      [
        ['a', 'e, f'],
        ['b-c', 'e, f'],
        ['d', 'e, f'],
      ],
    ],
    [
      '# softstop-ignore: a,, b,',
      [
        ['a', undefined],
        ['b', undefined],
      ],
    ],
    ['# softstop-ignore: a b -- c', [['a b', 'c']]],
    ['# softstop-ignore:', [['', undefined]]],
    ['# softstop-ignore: -- a reason', [['', 'a reason']]],
    ['# softstop-ignore: ,', [['', undefined]]],
    ['\uFEFF# softstop-ignore: a', [['a', undefined]]],
    ['# softstop-ignore a', []],
    ['# softstop-ignored: a', []],
    ['# softstop-ignore-line: a', []],
    ['// softstop-ignore: a', []],
    ['# one may write softstop-ignore: a', []],
    ['CMD a # softstop-ignore: a', []],
    ['softstop-ignore: a', []],
  ];
  for (const [line, expected] of cases) {
    test(JSON.stringify(line), () => {
      assert.deepEqual(
        read(`${line}\nCMD x\n`),
        expected.map((one) => [...one, 'CMD x']),
      );
    });
  }
});

describe('what a comment is about', () => {
  const ignore = '# softstop-ignore: a';
  const cases: readonly (readonly [string, string, readonly (string | undefined)[]])[] = [
    ['the line below', `FROM x\n${ignore}\nCMD x\nCMD y`, ['CMD x']],
    ['line breaks of Windows', `FROM x\r\n${ignore}\r\nCMD x\r\nCMD y\r\n`, ['CMD x']],
    ['an instruction of several lines', `${ignore}\nRUN a && \\\n  b \\ \n  c\nCMD y`, ['RUN a && \\\n  b \\ \n  c']],
    ['one with a backquote', `# escape=\`\n${ignore}\nRUN a \`\n  b\nCMD y`, ['RUN a `\n  b']],
    ['one with comments in it', `${ignore}\nRUN a \\\n# why\n  b\nCMD y`, ['RUN a \\\n# why\n  b']],
    ['the rest of an instruction', `RUN a \\\n  ${ignore}\n  b \\\n  c\nCMD y`, ['  b \\\n  c']],
    ['what never ends', `${ignore}\nRUN a \\`, ['RUN a \\']],
    ['what ends in a comment', `${ignore}\nRUN a \\\n# b`, ['RUN a \\']],
    ['below other comments', `${ignore}\n# why\n${ignore}\nCMD x`, ['CMD x', 'CMD x']],
    ['an empty line', `${ignore}\n\nCMD x`, [undefined]],
    ['a blank line', `${ignore}\n# why\n  \t\nCMD x`, [undefined]],
    ['the end', `CMD x\n${ignore}\n`, [undefined]],
    ['the end without a line break', `CMD x\n${ignore}`, [undefined]],
    ['the whole file', 'CMD x\n# softstop-ignore-file: a\n', ['CMD x\n# softstop-ignore-file: a\n']],
  ];
  for (const [name, text, expected] of cases) {
    test(name, () =>
      assert.deepEqual(
        read(text).map(([, , covers]) => covers),
        expected,
      ),
    );
  }

  test('in a script, no blank may follow the backslash', () => {
    assert.deepEqual(read(`${ignore}\na \\ \nb`, '/w/run.sh'), [['a', undefined, 'a \\ ']]);
    assert.deepEqual(read(`${ignore}\na \\\nb`, '/w/run.sh'), [['a', undefined, 'a \\\nb']]);
  });
  for (const path of ['/w/Procfile', '/w/gunicorn.conf', '/w/fly.toml', '/w/run', '/w/a.yml']) {
    test(`the line below, in ${path}`, () =>
      assert.deepEqual(read(`x: y\n${ignore} -- b\nz`, path), [['a', 'b', 'z']]));
  }
  test('in YAML, a comment may stand behind what it is about', () => {
    assert.deepEqual(read(`a: 1\nb: 2 ${ignore}, c -- d\ne: 3\n`, '/w/a.yaml'), [
      ['a', 'd', `b: 2 ${ignore}, c -- d`],
      ['c', 'd', `b: 2 ${ignore}, c -- d`],
    ]);
    assert.deepEqual(read(`a: b#softstop-ignore: c\n`, '/w/a.yaml'), []);
    assert.deepEqual(read(`a: 1 # softstop-ignore-file: b\n`, '/w/a.yaml').length, 1);
    assert.deepEqual(read(`# see # softstop-ignore: b\n`, '/w/a.yaml'), []);
  });
  test('a long file of comments', () => {
    assert.equal(read(`${'# x\n'.repeat(200_000)}${ignore}\n${'# y\n'.repeat(200_000)}CMD x`)[0]?.[2], 'CMD x');
  });
});

describe('what is left when a comment is removed', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['a: 1\n  # softstop-ignore: b -- c\nd: 2\n', ['a: 1\nd: 2\n']],
    ['a: 1\r\n# softstop-ignore: b\r\nd: 2\r\n', ['a: 1\r\nd: 2\r\n']],
    ['a: 1\n# softstop-ignore: b', ['a: 1\n']],
    ['\uFEFF# softstop-ignore-file: b\na: 1\n', ['\uFEFFa: 1\n']],
    ['a: 1  # softstop-ignore: b -- c\nd: 2\n', ['a: 1\nd: 2\n']],
    [
      '# softstop-ignore: b,  c , d -- e\n',
      ['# softstop-ignore: c , d -- e\n', '# softstop-ignore: b , d -- e\n', '# softstop-ignore: b,  c -- e\n'],
    ],
  ];
  for (const [text, expected] of cases) {
    test(JSON.stringify(text), () => {
      const left = ignoreCommentsIn('/w/a.yaml', text).map(({ removal }) =>
        applyEdits(text, [{ ...removal, newText: '' }]),
      );
      assert.deepEqual(left, expected);
    });
  }
});

describe('what is found in spite of comments', () => {
  const SHELL_FORM = 'FROM node:22\nCMD node server.js\n';

  const found = (files: Readonly<Record<string, string>>) => analyzed(new Map(Object.entries(files))).findings;
  const rulesIn = (files: Readonly<Record<string, string>>) => found(files).map(({ rule }) => rule);

  test('without a comment, the fault is found', () => {
    assert.deepEqual(rulesIn({ Dockerfile: SHELL_FORM }), ['shell-form-pid1']);
  });
  const silent: readonly (readonly [string, string])[] = [
    ['above it', 'FROM node:22\n# softstop-ignore: shell-form-pid1 -- a demo\nCMD node server.js\n'],
    [
      'among others',
      'FROM node:22\n# softstop-ignore: shell-form-pid1 -- a demo\n# It only says hello.\nCMD node server.js\n',
    ],
    ['for the whole file', '# softstop-ignore-file: shell-form-pid1 -- a demo\nFROM node:22\nCMD node server.js\n'],
    [
      'for the whole file, at its end',
      'FROM node:22\nCMD node server.js\n# softstop-ignore-file: shell-form-pid1 -- a demo',
    ],
    [
      'in an instruction of several lines',
      'FROM node:22\n# softstop-ignore: shell-form-pid1 -- a demo\nCMD \\\n  node server.js\n',
    ],
    [
      'inside an instruction',
      'FROM node:22\nCMD \\\n# softstop-ignore-file: shell-form-pid1 -- a demo\n  node server.js\n',
    ],
  ];
  for (const [where, text] of silent) {
    test(`nothing, with a comment ${where}`, () => assert.deepEqual(rulesIn({ Dockerfile: text }), []));
  }
  test('what is found in another file, or by another rule', () => {
    const comment = '# softstop-ignore: grace-zero -- a demo\n';
    assert.deepEqual(
      rulesIn({ 'a.Dockerfile': SHELL_FORM, 'b.Dockerfile': `FROM node:22\n${comment}CMD node server.js\n` }),
      ['shell-form-pid1', 'unused-ignore', 'shell-form-pid1'],
    );
  });
  test('one of two faults', () => {
    const files = {
      Dockerfile: 'FROM node:22\nCOPY entry.sh /\nENTRYPOINT ["/entry.sh"]\n',
      'entry.sh':
        '#!/bin/sh\n# softstop-ignore: script-missing-exec -- the program is gone in a second\nnode server.js\n',
    };
    assert.deepEqual(rulesIn(files), []);
    assert.deepEqual(rulesIn({ ...files, 'entry.sh': files['entry.sh'].replace(/#.*-- .*\n/, '') }), [
      'script-missing-exec',
    ]);
  });
  test('the faults of comments are as severe as the settings say', () => {
    const comment = 'FROM node:22\n# softstop-ignore: shell-form-pid1\nCMD ["node", "server.js"]\n';
    const severities = (settings: string) =>
      found({ Dockerfile: comment, '.softstop.yaml': settings }).map(({ severity }) => severity);
    assert.deepEqual(severities(''), ['warning']);
    assert.deepEqual(severities('rules: {unused-ignore: error}'), ['error']);
    assert.deepEqual(severities('rules: {unused-ignore: off}'), []);
    assert.deepEqual(severities('rules: {shell-form-pid1: off}'), []);
    assert.deepEqual(severities('exclude: [Dockerfile]'), []);
  });
  test('a reason that is missing is told once for a comment', () => {
    const pod =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  # softstop-ignore: grace-zero, lifecycle-invalid\n  terminationGracePeriodSeconds: 0\n  containers: [{name: a, image: a}]\n';
    assert.deepEqual(rulesIn({ 'pod.yaml': pod }), ['ignore-without-reason', 'unused-ignore']);
  });
});
