// Reading Dockerfiles as the builder does: forms, places, continued lines, heredocs, and files that are half typed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { analyze, Project } from '../shared/index.ts';
import {
  type CommandInstruction,
  type CopyInstruction,
  type Instruction,
  parseDockerfile,
  type Stage,
} from '../shared/sources/dockerfile.ts';
import { expandedHeredoc } from '../shared/sources/substitute.ts';
import { applyEdits } from '../shared/text/edits.ts';
import { Embedded } from '../shared/text/embedded.ts';
import type { Span } from '../shared/text/span.ts';

const PATH = '/w/Dockerfile';

function stageOf(text: string): Stage {
  const stage = parseDockerfile(PATH, text).stages.at(-1);
  assert.ok(stage, 'the file has a stage');
  return stage;
}

function instructionsOf(text: string, keyword: Instruction['keyword']): readonly Instruction[] {
  return stageOf(text).instructions.filter((one) => one.keyword === keyword);
}

/** The last CMD, ENTRYPOINT or SHELL. */
function commandOf(text: string, keyword: CommandInstruction['keyword'] = 'CMD'): CommandInstruction {
  const last = instructionsOf(text, keyword).at(-1);
  assert.ok(last && 'form' in last, `there is a ${keyword}`);
  return last;
}

/** The form, and the words or the text that the shell reads. */
function launchIn(text: string): readonly string[] {
  const { form, words, text: whole } = commandOf(text);
  return [form, ...(form === 'exec' ? words.map((word) => word.text) : [whole.text])];
}

function copiesIn(text: string): readonly CopyInstruction[] {
  return stageOf(text).instructions.filter((one): one is CopyInstruction => 'sources' in one);
}

function written(text: string, { start, end }: Span): string {
  return text.slice(start, end);
}

test('an array of strings is the exec form, everything else is handed to a shell', () => {
  assert.deepEqual(launchIn('FROM a\nCMD ["node", "server.js"]\n'), ['exec', 'node', 'server.js']);
  assert.deepEqual(launchIn('FROM a\nCMD [ "a" ,"b\\"c", "\\u0041\\n" ]'), ['exec', 'a', 'b"c', 'A\n']);
  assert.deepEqual(launchIn('FROM a\nCMD []\n'), ['exec']);
  assert.deepEqual(launchIn('FROM a\nCMD node server.js\n'), ['shell', 'node server.js']);
  for (const text of ["['a']", '["a",]', '["a"', '[a]', '["a" "b"]', '["a", 1]', '["a"] # comment', '{"a": "b"}']) {
    assert.deepEqual(launchIn(`FROM a\nCMD ${text}\n`), ['shell', text]);
  }
  assert.deepEqual(launchIn('FROM a\nCMD\n'), ['shell', '']);
});

test('words and texts know where they stand', () => {
  const text = 'FROM a\nENTRYPOINT [ "/bin/é", "b\\"c" ]\n  CMD   node  server.js  \nUSER x\n';
  const entrypoint = commandOf(text, 'ENTRYPOINT');
  assert.deepEqual(
    entrypoint.words.map((word) => written(text, word.at)),
    ['"/bin/é"', '"b\\"c"'],
  );
  const inside = entrypoint.words[1]?.place(1, 3);
  assert.equal(inside && written(text, inside), '\\"c');
  assert.equal(written(text, entrypoint.at), 'ENTRYPOINT [ "/bin/é", "b\\"c" ]');
  const cmd = commandOf(text);
  assert.equal(written(text, cmd.text.at), 'node  server.js');
  assert.equal(written(text, cmd.text.place(6, 12)), 'server');
  const edit = entrypoint.words[1]?.replace(0, 1, 'a"b');
  assert.equal(edit && applyEdits(text, [edit]), text.replace('"b\\"c"', '"a\\"b\\"c"'));
});

test('continued lines are one, without the comments and empty lines between them', () => {
  const text = 'FROM a\nCMD node \\\n  # why\n\n  server.js \\  \n  --port 80\nUSER x\n';
  assert.deepEqual(launchIn(text), ['shell', 'node   server.js   --port 80']);
  const { text: whole } = commandOf(text);
  assert.equal(written(text, whole.at), 'node \\\n  # why\n\n  server.js \\  \n  --port 80');
  assert.equal(written(text, whole.place(7, 16)), 'server.js');
  assert.equal(written(text, whole.place(0, 16)), 'node \\\n  # why\n\n  server.js');
  assert.deepEqual(launchIn('FROM a\nCMD ["a", \\\n  "b"]\n'), ['exec', 'a', 'b']);
  assert.deepEqual(launchIn('FROM a\nCMD a\\\nb\n'), ['shell', 'ab']);
  assert.deepEqual(launchIn('FROM a\nCMD a \\\n'), ['shell', 'a']);
  assert.equal(whole.replace(0, 4, 'a\nb'), undefined, 'a line break would end the instruction');
});

test('files as they come from Windows', () => {
  const text = '\uFEFFFROM a\r\nCMD node \\\r\n  server.js\r\nUSER x\r\n';
  assert.deepEqual(launchIn(text), ['shell', 'node   server.js']);
  const { text: whole } = commandOf(text);
  assert.equal(written(text, whole.at), 'node \\\r\n  server.js');
  const edit = whole.replace(0, 0, 'exec ');
  assert.equal(edit && applyEdits(text, [edit]), text.replace('CMD node', 'CMD exec node'));
  assert.equal(instructionsOf(text, 'USER').length, 1);
});

test('another escape character continues lines, and the usual one no longer does', () => {
  const text = '# escape=`\nFROM a\nCMD server.exe `\n  C:\\\nUSER x\n';
  assert.deepEqual(launchIn(text), ['shell', 'server.exe   C:\\']);
  assert.deepEqual(launchIn('# syntax=docker/dockerfile:1\n# escape=`\nFROM a\nCMD a `\n b\n'), ['shell', 'a  b']);
  assert.deepEqual(launchIn('# just a comment\n# escape=`\nFROM a\nCMD a `\nUSER x\n'), ['shell', 'a `']);
});

test('instructions in small letters, indented and with tabs', () => {
  const text = 'from a as Web\n\tcmd\tnode server.js\n  stopsignal   SIGTERM  \n';
  assert.deepEqual(launchIn(text), ['shell', 'node server.js']);
  assert.equal(stageOf(text).name, 'Web');
  const [signal] = instructionsOf(text, 'STOPSIGNAL');
  assert.ok(signal && 'text' in signal);
  assert.equal(signal.text.text, 'SIGTERM');
});

test('stages, their names and what they build on', () => {
  const text =
    'ARG VERSION=22\nARG REGISTRY\nFROM --platform=$BUILDPLATFORM node:$VERSION AS build\nARG VERSION\nFROM build\nCMD a\n';
  const { globals, stages } = parseDockerfile(PATH, text);
  assert.deepEqual(
    globals.flatMap(({ pairs }) => pairs.map(({ name, value }) => [name, value])),
    [
      ['VERSION', '22'],
      ['REGISTRY', undefined],
    ],
  );
  assert.deepEqual(
    stages.map(({ index, name, from, fromAt }) => [index, name, from, written(text, fromAt)]),
    [
      [0, 'build', 'node:$VERSION', 'node:$VERSION'],
      [1, undefined, 'build', 'build'],
    ],
  );
});

test('variables, in all the ways to write them', () => {
  const text = 'FROM a\nENV A=1 B="x y" C=\'$z\' D=a\\ b E= F="$A/bin"\nENV OLD some value here\nARG G="a b"\nARG H\n';
  const pairs = stageOf(text).instructions.flatMap((one) => ('pairs' in one ? one.pairs : []));
  assert.deepEqual(
    pairs.map(({ name, value }) => [name, value]),
    [
      ['A', '1'],
      ['B', 'x y'],
      ['C', '$z'],
      ['D', 'a b'],
      ['E', ''],
      ['F', '$A/bin'],
      ['OLD', 'some value here'],
      ['G', 'a b'],
      ['H', undefined],
    ],
  );
});

test('COPY and ADD: sources, destination, other stages', () => {
  const text =
    'FROM a\nCOPY a b /c/\nCOPY --from=build --chmod=755 ["a b", "/c d/"]\nADD https://example.com/x /y\nCOPY alone\n';
  assert.deepEqual(
    copiesIn(text).map(({ keyword, from, sources, destination }) => [keyword, from, sources, destination]),
    [
      ['COPY', undefined, ['a', 'b'], '/c/'],
      ['COPY', 'build', ['a b'], '/c d/'],
      ['ADD', undefined, ['https://example.com/x'], '/y'],
    ],
  );
});

test('files written in place', () => {
  const text = `FROM a
COPY <<EOF <<"QUOTED" <<-'TABS' <<OPEN /d/
first
EOF
second $X
QUOTED
\t\tthird
\tTABS
fourth $X
OPEN
CMD ["/d/EOF"]
`;
  const [copy] = copiesIn(text);
  assert.ok(copy);
  assert.deepEqual(
    copy.heredocs.map((one) => [one.name, one.text.text, one.expands]),
    [
      ['EOF', 'first\n', true],
      ['QUOTED', 'second $X\n', false],
      ['TABS', 'third\n', false],
      ['OPEN', 'fourth $X\n', true],
    ],
  );
  const [first, second, third] = copy.heredocs.map((one) => one.text);
  assert.equal(first && written(text, first.at), 'first\n');
  const edit = second?.replace(0, 6, 'last');
  assert.equal(edit && applyEdits(text, [edit]), text.replace('second', 'last'));
  const behindTabs = third?.replace(0, 5, 'x');
  assert.equal(behindTabs && applyEdits(text, [behindTabs]), text.replace('third', 'x'));
  assert.deepEqual(launchIn(text), ['exec', '/d/EOF']);
});

test('variables of a file written in place', () => {
  const values = new Map([
    ['X', 'x'],
    ['OPEN', undefined],
  ]);
  const cases: readonly (readonly [string, string | undefined])[] = [
    [`a $X \${X} \${X:-y} \${Y:-y} \${X:+z}`, 'a x x x y z'],
    ['"\\$X" \\n \\\\ \\\n', '"$X" n \\ \n'],
    ['$(date) `date` 5$ $', '$(date) `date` 5$ $'],
    ["'$X'", "'x'"],
    ['$Y', undefined],
    ['$OPEN', undefined],
    ['$1', undefined],
    ['"$@"', undefined],
    ['$$', undefined],
    [`\${1:-x}`, undefined],
  ];
  for (const [text, expected] of cases)
    assert.equal(expandedHeredoc(Embedded.verbatim(PATH, text), values)?.text, expected, text);
  const text = '\\$X-$X app';
  const edit = expandedHeredoc(Embedded.verbatim(PATH, text), values)?.replace(5, 5, '$Z ');
  assert.equal(edit && applyEdits(text, [edit]), '\\$X-$X \\$Z app');
});

test('what stands in a heredoc is no instruction', () => {
  assert.deepEqual(launchIn('FROM a\nCMD yes\nRUN <<EOF\nCMD no\nEOF\nUSER x\n'), ['shell', 'yes']);
  assert.deepEqual(launchIn('FROM a\nRUN cat <<EOF > /x && true\nCMD no\nEOF\nCMD yes\n'), ['shell', 'yes']);
  assert.deepEqual(launchIn('FROM a\nRUN echo "<<EOF"\nCMD yes\n'), ['shell', 'yes']);
});

test('HEALTHCHECK and ONBUILD start nothing', () => {
  const text =
    'FROM a\nHEALTHCHECK --interval=5s CMD curl localhost || exit 1\nONBUILD CMD x\nONBUILD STOPSIGNAL SIGINT\n';
  assert.deepEqual(stageOf(text).instructions, []);
});

const HALF_TYPED = [
  '',
  'F',
  'FROM',
  'FROM ',
  'FROM  AS',
  'CMD x',
  'FROM a\nCMD',
  'FROM a\nCMD [',
  'FROM a\nCMD ["',
  'FROM a\nENV',
  'FROM a\nCOPY <<',
  'FROM a\nCOPY <<EOF',
  'FROM a\nCOPY <<EOF /x\nhalf',
  'FROM a\nCMD \\',
  'FROM a AS',
  '#',
  '# escape=',
  '# escape=`',
  '\uFEFF',
  '\0\0',
  'FROM a\nSTOPSIGNAL',
  '\r\n\r\n',
  'FROM a\nCMD "',
  'FROM a\nONBUILD',
  'FROM a\nONBUILD ONBUILD',
  'FROM a\nHEALTHCHECK',
  'FROM a\nSHELL',
];

test('a file that is half typed is read as far as it goes', () => {
  for (const text of HALF_TYPED) checkPlaces(text);
  assert.deepEqual(parseDockerfile(PATH, 'CMD x').stages, []);
});

/** Whole files in which every construct occurs. */
const WHOLE = [
  '# escape=`\r\nARG V=1\r\nFROM a:$V AS b\r\nCMD x `\r\n  y\r\n',
  'FROM a\nCOPY --chmod=755 <<"EOF" /a.sh\n#!/bin/sh\nexec "$@"\nEOF\nENTRYPOINT ["/a.sh"]\nCMD node \\\n # c\n  server.js\n',
  'FROM a AS b\nENV A="x y" B=\'c\'\nSHELL ["/bin/bash", "-c"]\nSTOPSIGNAL $A\nFROM b\nCMD [\'a\', "b",]\nHEALTHCHECK CMD x || y\n',
];
const PIECES = [
  '\n',
  '\r\n',
  '\\',
  '`',
  '"',
  "'",
  '[',
  ']',
  ',',
  '<<EOF',
  '<<-"',
  'EOF',
  '$',
  '{',
  '#',
  ' ',
  '\t',
  'CMD ',
  'FROM ',
  'COPY ',
  '\uFEFF',
  '\0',
  '\ud83d',
  '=',
  '--from=',
];

test('2,000 random mutations are read without a failure, and every place lies in the file', () => {
  const random = randomNumbers(20_261_125);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  for (let i = 0; i < 2000; i++) {
    let text = pick(WHOLE);
    for (let edits = Math.ceil(random() * 4); edits > 0; edits--) {
      const start = Math.floor(random() * (text.length + 1));
      const end = Math.min(text.length, start + Math.floor(random() * 6));
      text = text.slice(0, start) + (random() < 0.6 ? pick(PIECES) : '') + text.slice(end);
    }
    checkPlaces(text);
    if (i % 10 === 0) checkAnalysis(text);
  }
});

/** The same numbers on every run, by Marsaglia's xorshift. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

function checkPlaces(text: string): void {
  const inside = ({ start, end }: Span) => {
    assert.ok(0 <= start && start <= end && end <= text.length, `${start}–${end} lies in ${JSON.stringify(text)}`);
  };
  for (const { at, fromAt, instructions } of parseDockerfile(PATH, text).stages) {
    inside(at);
    inside(fromAt);
    for (const one of instructions) {
      if ('at' in one) inside(one.at);
      const texts = 'form' in one ? [one.text, ...one.words] : 'text' in one ? [one.text] : [];
      const written = 'heredocs' in one ? one.heredocs.map((heredoc) => heredoc.text) : [];
      for (const embedded of [...texts, ...written]) {
        inside(embedded.at);
        for (let i = 0; i <= embedded.text.length; i++) inside(embedded.place(0, i));
      }
    }
  }
}

function checkAnalysis(text: string): void {
  const { problems } = analyze(new Project({ roots: ['/w'], files: new Map([[PATH, { kind: 'present', text }]]) }));
  assert.deepEqual(problems, [], JSON.stringify(text));
}
