// The fixture format and the checks of fixes, tried on a rule core that finds the word `bad` in every file.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Analysis, Edit, Finding, Project } from '../shared/index.ts';
import { type Analyze, analyzeCase, checkFixes, drawFindings } from './checkCase.ts';
import { type Case, findingNotes, readFixture, writeCase, writeFixture } from './fixture.ts';
import { changedLines, readableDiff } from './lineDiff.ts';

/** Finds `pattern` in all files; `fix` gives the edits that repair one occurrence. */
function core(pattern: RegExp, fix?: (at: Finding['at'], text: string) => readonly Edit[]): Analyze {
  return (project) => {
    const findings = project.paths().flatMap((path): readonly Finding[] =>
      [...(project.text(path) ?? '').matchAll(pattern)].map((match) => {
        const at = { path, start: match.index, end: match.index + match[0].length };
        const edits = fix?.(at, project.text(path) ?? '');
        return {
          rule: 'bad-word',
          severity: 'warning',
          at,
          message: `\`${match[0]}\` is bad`,
          related: [],
          fixes: edits ? [{ title: 'Use `good`', safety: 'safe', edits }] : [],
        };
      }),
    );
    return analysisOf(project, findings);
  };
}

function analysisOf(project: Project, findings: readonly Finding[]): Analysis {
  return { project, findings, masked: [], problems: [], wants: [], containers: [], pods: [] };
}

const repaired = core(/\bbad\b/g, (at) => [{ ...at, newText: 'good' }]);

function onlyCase(section: string): Case {
  const [one] = readFixture('test/rules/bad-word.md', section).cases;
  assert.ok(one);
  return one;
}

function redrawn(section: string, run: Analyze): string {
  const one = onlyCase(section);
  return writeCase(one, drawFindings(one, analyzeCase(one, run), 'bad-word'));
}

function check(section: string, run: Analyze): void {
  checkFixes(analyzeCase(onlyCase(section), run), run);
}

const DRAWN = `## A bad word is replaced
Some prose.
\`a.txt\`
\`\`\`text
one
a bad word
  ^^^ warning bad-word: \`bad\` is bad
\`\`\`

More prose.
\`b/b.txt\`
\`\`\`
bad
^^^ warning bad-word: \`bad\` is bad
fine
\`\`\`
Fix for \`bad-word\`: Use \`good\` (safe)
\`a.txt\`
\`\`\`diff
-a bad word
+a good word
\`\`\`
Fix for \`bad-word\`: Use \`good\` (safe)
\`b/b.txt\`
\`\`\`diff
-bad
+good
\`\`\`

Prose at the end.`;

test('a case is drawn as it is written, whatever was drawn before', () => {
  assert.equal(redrawn(DRAWN, repaired), DRAWN);
  const bare = DRAWN.replace(/^ *\^+ .*\n/gm, '').replace(/^Fix for[\s\S]*?```\n(?=\n)/gm, '');
  assert.ok(!bare.includes('^') && !bare.includes('Fix for'));
  assert.equal(redrawn(bare, repaired), DRAWN);
  const wrong = DRAWN.replaceAll('^^^ warning', '^ hint').replaceAll('+good', '+better');
  assert.equal(redrawn(wrong, repaired), DRAWN);
  check(DRAWN, repaired);
});

test('a fixture keeps its cases and its prose', () => {
  const text = `# bad-word\n\nAbout it.\n\n${DRAWN}\n\n## Nothing to say\nNot even a file.\n\n## A file that is fine\n\`a\`\n\n~~~\n## no heading\n\n~~~\n`;
  const fixture = readFixture('test/rules/bad-word.md', text);
  assert.equal(fixture.name, 'bad-word');
  assert.deepEqual(
    fixture.cases.map(({ title }) => title),
    ['A bad word is replaced', 'Nothing to say', 'A file that is fine'],
  );
  assert.equal(fixture.cases[2]?.files[0]?.text, '## no heading\n\n');
  assert.equal(
    writeFixture(fixture, ({ written }) => written),
    text,
  );
  const none = { notes: new Map(), fixes: [], hovers: [] };
  assert.equal(
    writeFixture(
      readFixture(
        'a.md',
        writeFixture(fixture, (one) => writeCase(one, none)),
      ),
      ({ written }) => written,
    ).match(/^## /gm)?.length,
    4,
  );
});

test('notes are removed before a file is read, and know where they point', () => {
  const one = onlyCase(
    '## x\n`a`\n```\nab cd\n   ^^ error some-rule: one\n^ related some-rule: two\n     ^ hover\nef\n  ^ info other: at the end\n```\n',
  );
  assert.equal(one.files[0]?.text, 'ab cd\nef\n');
  const notes = one.files[0]?.lines.flatMap((line) =>
    line.notes.map(({ kind, rule, at }) => [kind, rule, at.start, at.end]),
  );
  assert.deepEqual(notes, [
    ['error', 'some-rule', 3, 5],
    ['related', 'some-rule', 0, 1],
    ['hover', undefined, 5, 5],
    ['info', 'other', 8, 8],
  ]);
  assert.deepEqual(
    findingNotes(one).map(({ kind }) => kind),
    ['error', 'info'],
  );
});

test('carets count UTF-16 units and stand under what is written', () => {
  const section =
    '## x\n`a`\n```\n💡 bad é bad\n   ^^^ warning bad-word: `bad` is bad\n         ^^^ warning bad-word: `bad` is bad\n```';
  assert.equal(redrawn(section, core(/bad/g)), section);
});

test('escapes are read where the case announces them', () => {
  const section = `## Windows
Escapes: \`\\r\`, \`\\uFEFF\`.
\`a\`
\`\`\`
\\uFEFFbad \\t\\r
      ^^^ warning bad-word: \`bad\` is bad
next\\r
\`\`\`
Fix for \`bad-word\`: Use \`good\` (safe)
\`a\`
\`\`\`diff
-\\uFEFFbad \\t\\r
+\\uFEFFgood \\t\\r
\`\`\``;
  assert.equal(onlyCase(section).files[0]?.text, '\uFEFFbad \\t\r\nnext\r\n');
  assert.equal(redrawn(section, repaired), section);
  check(section, repaired);
  assert.equal(onlyCase(section.replace('Escapes', 'No escapes')).files[0]?.text, '\\uFEFFbad \\t\\r\nnext\\r\n');
});

test('what cannot be meant is told with its line', () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['## a\n## a\n', /^f\.md:2: there is another case `a`$/],
    ['## a\n```\nx\n```\n', /^f\.md:2: a code block needs the name of its file/],
    ['## a\n`x`\n\nno block\n', /^f\.md:2: `x` names a file, so a code block has to follow$/],
    ['## a\n`x`\n```\nx\n', /^f\.md:2: the code block of `x` is not closed$/],
    ['## a\n`x`\n```\nx\n```\n`x`\n```\n```\n', /^f\.md:6: `x` is there already$/],
    ['## a\n`../x`\n```\n```\n', /^f\.md:2: `\.\.\/x` lies outside the case$/],
    ['## a\n`x`\n```\nx\n^ waring some-rule: x\n```\n', /^f\.md:5: a note is carets and/],
    ['## a\n`x`\n```\n^ hover\n```\n', /^f\.md:4: a note is carets and/],
    ['## a\nEscapes: `\\n`.\n', /^f\.md:2: escapes are/],
    ['## a\nHover:\nnothing\n', /^f\.md:2: a code block has to follow/],
  ];
  for (const [text, message] of wrong) assert.throws(() => readFixture('test/f.md'.slice(5), text), { message }, text);
});

test('a finding is drawn within one line of a file of its case', () => {
  const section = '## x\n`a`\n```\none\ntwo\n```\n';
  assert.throws(() => redrawn(section, core(/e\nt/g)), /a place lies within one line/);
  const elsewhere: Analyze = (project) => {
    const { findings } = core(/one/g)(project);
    return analysisOf(
      project,
      findings.map((one) => ({ ...one, related: [{ at: { ...one.at, path: '/case/b' }, message: 'here' }] })),
    );
  };
  assert.throws(() => redrawn(section, elsewhere), /the case has no file \/case\/b/);
});

test('what is wanted and not there is absent', () => {
  const asking: Analyze = (project) => {
    const loaded = ['/case/a', '/case/b', '/elsewhere', '/case/c'].map((path) => project.file(path).kind);
    const wants = loaded[1] === 'notLoaded' ? ['/case/b'] : loaded[3] === 'notLoaded' ? ['/case/c'] : [];
    const problems = loaded.map((kind) => ({ kind: 'internal' as const, at: undefined, message: kind }));
    return { ...analysisOf(project, []), problems, wants };
  };
  const { problems } = analyzeCase(onlyCase('## x\n`a`\n```\n```\n'), asking);
  assert.deepEqual(
    problems.map(({ message }) => message),
    ['present', 'absent', 'unreadable', 'absent'],
  );
});

test('hovers stand behind the files, in a fence that holds them', () => {
  const section =
    '## x\n`a`\n```\nx\n^ hover\ny\n^ hover\n```\nHover:\n````markdown\n```\ncode\n```\n````\nHover: none';
  const one = onlyCase(section);
  const drawing = { notes: new Map(), fixes: [], hovers: ['```\ncode\n```', undefined] };
  assert.equal(writeCase(one, drawing), section);
});

const SECTION = '## x\n`a`\n```\na bad word\n```\n';

test('a fix that leaves its finding, or brings another, fails', () => {
  check(SECTION, repaired);
  assert.throws(
    () =>
      check(
        SECTION,
        core(/bad/g, (at) => [{ ...at, newText: 'not bad' }]),
      ),
    /the finding is gone/,
  );
  const elsewhere = core(/bad|worse/g, (at, text) => [
    { ...at, newText: 'good' },
    { path: at.path, start: text.length, end: text.length, newText: '\n\nworse' },
  ]);
  assert.throws(() => check(SECTION, elsewhere), /nothing new is found/);
});

test('edits that overlap, change nothing or lie outside fail', () => {
  const failing: readonly (readonly [(at: Finding['at']) => readonly Edit[], RegExp])[] = [
    [() => [], /a fix has edits/],
    [(at) => [{ ...at, newText: 'bad' }], /changes \/case\/a/],
    [
      (at) => [
        { ...at, newText: 'good' },
        { ...at, start: at.start + 1, newText: '' },
      ],
      /do not overlap/,
    ],
    [(at) => [{ ...at, end: 1000, newText: '' }], /lies in/],
    [(at) => [{ ...at, path: '/case/b', newText: '' }], /is a file that can be edited/],
    [(at) => [{ ...at, newText: 'good\r\n' }], /keeps the line ends/],
  ];
  for (const [fix, message] of failing) assert.throws(() => check(SECTION, core(/\bbad\b/g, fix)), { message });
});

test('a fix leaves what its file was: readable', () => {
  const broken = (text: string) => core(/\bbad\b/g, (at) => [{ ...at, newText: text }]);
  const files: readonly (readonly [string, string, string])[] = [
    ['a.yaml', 'key: bad', '{'],
    ['a.json', '["bad"]', '"'],
    ['Dockerfile', 'FROM x\nCMD bad', "['x']"],
    ['entry', '#!/bin/sh\nbad', 'if x'],
  ];
  for (const [path, text, newText] of files) {
    const section = `## x\n\`${path}\`\n\`\`\`\n${text}\n\`\`\`\n`;
    check(section, repaired);
    assert.throws(() => check(section, broken(newText)), /can be read as before/, path);
  }
});

test('safe fixes that never come to an end fail', () => {
  // Only the first is repaired, so every round leaves the next one.
  const slow: Analyze = (project) => {
    const analysis = repaired(project);
    return analysisOf(
      project,
      analysis.findings.map((one, i) => (i === 0 ? one : { ...one, fixes: [] })),
    );
  };
  check(`## x\n\`a\`\n\`\`\`\n${'bad\n'.repeat(10)}\`\`\`\n`, slow);
  assert.throws(() => check(`## x\n\`a\`\n\`\`\`\n${'bad\n'.repeat(11)}\`\`\`\n`, slow), /there are still safe fixes/);
});

test('what is kept from the last analysis may make no difference', () => {
  const stale: Analyze = (project, previous) => previous ?? repaired(project);
  assert.throws(() => check(SECTION, stale), /what is kept from before makes no difference/);
});

test('changed lines are shown, with what stays only where they need it', () => {
  const text = 'a:\n  x: 1\n  y: 2\nb:\n  x: 1\n  y: 2\n';
  assert.deepEqual(changedLines(text, text.replace('a:', 'c:')), ['-a:', '+c:']);
  assert.deepEqual(changedLines(text, text.replace('b:\n', 'b:\n  z: 3\n')), [' b:', '+  z: 3']);
  assert.deepEqual(changedLines(text, text.replace(/1\n {2}y: 2\n$/, '3\n  y: 2\n')), [' b:', '-  x: 1', '+  x: 3']);
  assert.deepEqual(changedLines(text, `# top\n${text}`), ['+# top', ' a:']);
  assert.deepEqual(changedLines(text, text.replace('a:', 'c:').replace('b:', 'd:')), [
    '-a:',
    '+c:',
    '@@',
    '-b:',
    '+d:',
  ]);
  assert.deepEqual(changedLines('a', 'a\nb\n'), [' a', '-\\ No newline at end of file', '+b']);
  assert.deepEqual(changedLines('', 'a\n'), ['+a']);
});

test('two texts are compared for people', () => {
  assert.equal(readableDiff('a\nb\n', 'a\nb\n'), '');
  assert.equal(readableDiff('a\nb\nc\nd\ne\nf\n', 'a\nb\nc\nd\ne\ng\n'), '  d\n  e\n- f\n+ g');
});
