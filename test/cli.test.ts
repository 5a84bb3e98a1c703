// The command line as users run it: the built program in a process of its own, in folders made for each test.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { applyPatch, parsePatch } from 'diff';
import { asText } from '../server/cli/formats/text.ts';
import { placesIn } from '../server/cli/places.ts';
import { terminalOf } from '../server/cli/terminal.ts';
import { replaceText } from '../server/cli/write.ts';
import { walk } from '../server/disk.ts';
import { type Finding, rules } from '../shared/index.ts';
import { checkout, cli, contents, EXEC_FORM, folderWith, SHELL_FORM, softstop } from './commandLine.ts';

/** Its grace period is zero. */
const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - name: web
          image: registry.example.com/web:1
          ports: [{containerPort: 8080}]
          lifecycle: {preStop: {sleep: {seconds: 15}}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
`;
/** Its fix changes how pods stop, and a person should look at it. */
const NEEDS_A_LOOK = DEPLOYMENT.replace(
  'terminationGracePeriodSeconds: 0',
  'automountServiceAccountToken: false',
).replace(/ +lifecycle: .+\n/, '');

describe('exit codes', () => {
  it('is 0 and silent where nothing is found', async () => {
    const result = await softstop(folderWith({ Dockerfile: EXEC_FORM }), ['check']);
    assert.deepEqual(result, { code: 0, stdout: '', stderr: '' });
  });

  it('is 1 where something is found', async () => {
    const { code, stdout, stderr } = await softstop(folderWith({ Dockerfile: SHELL_FORM }), ['check']);
    assert.equal(code, 1);
    assert.match(stdout, /^Dockerfile:3:5 \w+ .+ \[shell-form-pid1\]$/m);
    assert.equal(stderr, '');
  });

  const wrong: readonly (readonly [readonly string[], RegExp])[] = [
    [['check', 'nowhere'], /^softstop: nowhere: there is no such file or folder; name a file or a folder/],
    [['check', ''], /^softstop: a PATH is empty/],
    [['check', '--fixx'], /^softstop: unknown option '--fixx'; see softstop check --help$/m],
    [['check', '--format'], /^softstop: option '--format <value>' argument missing; see softstop check --help$/m],
    [['check', '--fix=yes'], /^softstop: option '--fix' does not take an argument; see softstop check --help$/m],
    [
      ['check', '--format', 'xml'],
      /^softstop: --format takes one of text, json, sarif, github, gitlab, junit, not "xml"$/m,
    ],
    [
      ['check', '--baseline', 'no.json'],
      /^softstop: --baseline no\.json: there is no such file; --write-baseline makes/m,
    ],
    [['check', '--baseline', 'Dockerfile'], /^softstop: --baseline Dockerfile: it is no baseline of Softstop$/m],
    [['check', '--write-baseline'], /^softstop: --write-baseline needs --baseline FILE/m],
    [['check', '--write-baseline', '--baseline', 'b.json', '--fix'], /^softstop: --write-baseline takes no --fix/m],
    [
      ['check', '--min-severity', 'bad'],
      /^softstop: --min-severity takes one of error, warning, info, hint, not "bad"$/m,
    ],
    [
      ['check', '--kubernetes-version', 'new'],
      /^softstop: --kubernetes-version takes a version such as 1\.34, not "new"$/m,
    ],
    [['check', '--endpoint-lag', '15s'], /^softstop: --endpoint-lag takes a number of seconds such as 15, not "15s"$/m],
    [['check', '--unsafe-fixes'], /^softstop: --unsafe-fixes needs --fix or --diff$/m],
    [['check', '--diff', '--format', 'json'], /^softstop: --diff shows a text; it takes no --format$/m],
    [
      ['check', '-', '--fix', '--format', 'json'],
      /^softstop: check - --fix writes the fixed text; it takes no --format$/m,
    ],
    [['check', '-', '.'], /^softstop: - \(standard input\) stands alone/],
    [['explain'], /^softstop: explain takes one RULE or FILE/],
    [
      ['explain', 'shell-form-pid'],
      /^softstop: there is no rule and no file "shell-form-pid"; did you mean shell-form-pid1/,
    ],
    [
      ['explain', 'qqqqqqqqqqqq'],
      /^softstop: there is no rule and no file "qqqqqqqqqqqq"; softstop rules lists them$/m,
    ],
    [['explain', 'no/Dockerfile:3'], /^softstop: no\/Dockerfile: there is no such file$/m],
    [['explain', '.'], /^softstop: \. is a folder; explain takes one file$/m],
    [['rules', 'x'], /^softstop: rules takes no arguments/],
    [['lsp'], /^softstop: lsp needs one of --stdio, --pipe and --socket/],
    [['chekc'], /^softstop: there is no command "chekc"; did you mean softstop check\?$/m],
    [['--verbose'], /^softstop: there is no option "--verbose"; see softstop --help$/m],
    [[], /^Usage: softstop COMMAND$/m],
  ];
  for (const [args, message] of wrong)
    it(`is 2 for ${['softstop', ...args].join(' ') || 'nothing'}`, async () => {
      const { code, stdout, stderr } = await softstop(folderWith({ Dockerfile: EXEC_FORM }), args);
      assert.equal(code, 2);
      assert.equal(stdout, '');
      assert.match(stderr, message);
    });

  it('is 2 for a wrong configuration, whose place is told, and the findings are shown all the same', async () => {
    const folder = folderWith({ '.softstop.yaml': 'kubernetesVersion: 1.34\nruels: {}\n', Dockerfile: SHELL_FORM });
    const { code, stdout, stderr } = await softstop(folder, ['check']);
    assert.equal(code, 2);
    assert.match(stderr, /^\.softstop\.yaml:2:1: .*ruels/);
    assert.match(stdout, /shell-form-pid1/);
  });

  it('leaves a wrong configuration alone that has nothing to do with what is checked', async () => {
    const folder = folderWith({ 'other/.softstop.yaml': 'ruels: {}\n', 'app/Dockerfile': EXEC_FORM });
    mkdirSync(path.join(folder, '.git'));
    assert.deepEqual(await softstop(folder, ['check', 'app']), { code: 0, stdout: '', stderr: '' });
  });

  it('is 3 where there is nothing to check', async () => {
    const empty = await softstop(folderWith(), ['check']);
    assert.equal(empty.code, 3);
    assert.match(empty.stderr, /^softstop: nothing to check in \.: there is no Dockerfile/);
    const unrelated = folderWith({ 'openapi.yaml': 'openapi: 3.1.0\npaths: {}\n', 'notes.txt': 'CMD node x' });
    for (const args of [['check'], ['check', 'openapi.yaml'], ['check', 'notes.txt'], ['check', '-']]) {
      const { code, stdout, stderr } = await softstop(unrelated, args, 'a: 1\n');
      assert.equal(code, 3);
      assert.equal(stdout, '');
      assert.match(stderr, /^softstop: nothing to check in .+: nothing in 1 file describes a container$/m);
    }
  });

  it('is 0 after --fix if nothing is left, and 1 if something is', async () => {
    const all = await softstop(folderWith({ Dockerfile: SHELL_FORM }), ['check', '--fix']);
    assert.equal(all.code, 0);
    const some = await softstop(folderWith({ 'web.yaml': NEEDS_A_LOOK }), ['check', '--fix']);
    assert.equal(some.code, 1);
  });
});

describe('--format json', () => {
  it('has exactly the documented fields', async () => {
    const folder = folderWith({
      Dockerfile: 'FROM debian:12\nCOPY entry.sh /\nENTRYPOINT ["/entry.sh"]\n',
      'entry.sh': '#!/bin/sh\nset -e\nnode server.js "$@"\n',
    });
    const { code, stdout } = await softstop(folder, ['check', '--format', 'json']);
    assert.equal(code, 1);
    const report = JSON.parse(stdout);
    assert.deepEqual(Object.keys(report), ['version', 'findings', 'summary']);
    assert.equal(report.version, 1);
    assert.deepEqual(Object.keys(report.summary), ['files', 'findings', 'fixable', 'elapsedMs']);
    assert.equal(report.summary.files, 2);
    assert.equal(report.summary.findings, report.findings.length);
    assert.ok(Number.isInteger(report.summary.elapsedMs) && report.summary.elapsedMs >= 0);
    for (const finding of report.findings) {
      assert.deepEqual(Object.keys(finding), ['path', 'range', 'rule', 'severity', 'message', 'related', 'fixes']);
      assertPlace(folder, finding);
      assert.ok(rules.some(({ id }) => id === finding.rule));
      assert.ok(['error', 'warning', 'info'].includes(finding.severity));
      assert.equal(typeof finding.message, 'string');
      for (const related of finding.related) {
        assert.deepEqual(Object.keys(related), ['path', 'range', 'message']);
        assertPlace(folder, related);
      }
      for (const fix of finding.fixes) {
        assert.deepEqual(Object.keys(fix), ['title', 'safety', 'edits']);
        assert.ok(['safe', 'unsafe'].includes(fix.safety));
        for (const edit of fix.edits) {
          assert.deepEqual(Object.keys(edit), ['path', 'range', 'newText']);
          assertPlace(folder, edit);
        }
      }
    }
    const script = report.findings.find(({ rule }: { rule: string }) => rule === 'script-missing-exec');
    assert.equal(script.path, 'entry.sh');
    assert.equal(script.range.start.line, 3);
    assert.ok(script.related.some((fact: { path: string }) => fact.path === 'Dockerfile'));
    assert.equal(report.summary.fixable, 1);
  });

  it('counts columns in UTF-16 units, from 1', async () => {
    const cmd = 'CMD FOO="😀" BAR=a node server.js';
    const folder = folderWith({ Dockerfile: `FROM node:22\n${cmd}\n` });
    const [finding] = JSON.parse((await softstop(folder, ['check', '--format', 'json'])).stdout).findings;
    assert.deepEqual(finding.range.start, { line: 2, column: 'CMD '.length + 1 });
    assert.deepEqual(finding.range.end, { line: 2, column: cmd.length + 1 });
  });

  it('names paths from the working directory, and sorts by path and place', async () => {
    const folder = folderWith({ 'b/Dockerfile': SHELL_FORM, 'a/Dockerfile': SHELL_FORM, 'inner/x': '' });
    const args = ['check', '../b/Dockerfile', '../a', '--format', 'json'];
    const { findings, summary } = JSON.parse((await softstop(path.join(folder, 'inner'), args)).stdout);
    const paths: readonly string[] = findings.map((finding: { path: string }) => finding.path);
    assert.deepEqual(paths, [...paths].sort());
    assert.deepEqual([...new Set(paths)], ['../a/Dockerfile', '../b/Dockerfile']);
    assert.equal(summary.files, 2);
  });

  it('is JSON where nothing is found or there is nothing to check', async () => {
    const nothing = await softstop(folderWith({ Dockerfile: EXEC_FORM }), ['check', '--format', 'json']);
    assert.deepEqual(JSON.parse(nothing.stdout).findings, []);
    const empty = await softstop(folderWith(), ['check', '--format', 'json']);
    assert.equal(empty.code, 3);
    assert.equal(JSON.parse(empty.stdout).summary.files, 0);
  });
});

interface Shown {
  readonly path: string;
  readonly range: Record<'start' | 'end', { readonly line: number; readonly column: number }>;
}

function assertPlace(folder: string, { path: name, range }: Shown): void {
  assert.ok(existsSync(path.join(folder, name)), name);
  assert.deepEqual(Object.keys(range), ['start', 'end']);
  for (const point of [range.start, range.end]) {
    assert.deepEqual(Object.keys(point), ['line', 'column']);
    assert.ok(point.line >= 1 && point.column >= 1);
  }
}

describe('text', () => {
  it('shows the line, the facts with their places, the fixes and the sum', async () => {
    const folder = folderWith({
      Dockerfile: 'FROM debian:12\nCOPY entry.sh /\nENTRYPOINT ["/entry.sh"]\n',
      'entry.sh': '#!/bin/sh\nset -e\n\tnode server.js "$@"\n',
    });
    const { stdout } = await softstop(folder, ['check']);
    assert.match(
      stdout,
      /^entry\.sh:3:2 \w+ .+ \[script-missing-exec\]\n {4}3 \| \tnode server\.js "\$@"\n {6}\| \t\^+\n/m,
    );
    assert.match(stdout, /^ {2}- Dockerfile:3:\d+ \S/m);
    assert.match(stdout, /^ {2}fix: \S/m);
    assert.match(stdout, /\n\n1 finding in 1 file; 1 can be fixed with --fix\n$/);
  });

  it('has no colours where no terminal reads', async () => {
    const { stdout } = await softstop(folderWith({ Dockerfile: SHELL_FORM }), ['check']);
    assert.equal(stdout.includes('\u001b'), false);
  });

  it('has colours on a terminal, unless NO_COLOR is set', () => {
    assert.deepEqual(terminalOf({ isTTY: true }, {}), { interactive: true, colors: true });
    assert.deepEqual(terminalOf({ isTTY: true }, { NO_COLOR: '1' }), { interactive: true, colors: false });
    assert.deepEqual(terminalOf({}, {}), { interactive: false, colors: false });
    const at = { path: '/Dockerfile', start: 17, end: 21 };
    const finding: Finding = { rule: 'a-rule', severity: 'warning', at, message: 'message', related: [], fixes: [] };
    const places = placesIn(
      (name) => name,
      () => 'FROM node:22\nCMD node server.js\n',
    );
    const colored = asText([finding], places, true);
    const plain = asText([finding], places, false);
    assert.notEqual(colored, plain);
    assert.equal(stripVTControlCharacters(colored), plain);
  });

  it('does not pass on what would steer the terminal', async () => {
    const { stdout } = await softstop(folderWith({ Dockerfile: 'FROM node:22\nCMD node \u001b[31mserver.js\n' }), [
      'check',
    ]);
    assert.match(stdout, /CMD node \ufffd\[31mserver\.js/);
  });

  it('cuts a long line around what is meant', async () => {
    const long = `FROM node:22\nCMD node server.js ${'--flag '.repeat(2000)}\n`;
    const { stdout } = await softstop(folderWith({ Dockerfile: long }), ['check']);
    assert.ok(stdout.split('\n').every((line) => line.length < 1000));
  });

  it('ends quietly when nobody reads on', async () => {
    const files = Array.from({ length: 400 }, (_, index) => [`service-${index}/Dockerfile`, SHELL_FORM]);
    const child = spawn(process.execPath, [cli, 'check'], { cwd: folderWith(Object.fromEntries(files)) });
    child.stdout.destroy();
    const [stderr, [code, signal]] = await Promise.all([text(child.stderr), once(child, 'close')]);
    assert.deepEqual({ stderr, code, signal }, { stderr: '', code: 1, signal: null });
  });

  it('writes all of a large output', async () => {
    const files = Array.from({ length: 400 }, (_, index) => [`service-${index}/Dockerfile`, SHELL_FORM]);
    const { stdout } = await softstop(folderWith(Object.fromEntries(files)), ['check']);
    assert.match(stdout, /\n\d+ findings in 400 files; .+\n$/);
  });
});

describe('--min-severity', () => {
  it('neither shows nor counts what is below', async () => {
    const folder = folderWith({ Dockerfile: SHELL_FORM });
    const all = JSON.parse((await softstop(folder, ['check', '--format', 'json', '--min-severity', 'hint'])).stdout);
    const severities: readonly string[] = all.findings.map(({ severity }: { severity: string }) => severity);
    assert.ok(severities.length > 0 && !severities.includes('error'));
    const errors = await softstop(folder, ['check', '--min-severity', 'error']);
    assert.deepEqual(errors, { code: 0, stdout: '', stderr: '' });
  });
});

describe('settings on the command line', () => {
  it('--kubernetes-version: an older cluster knows no sleep action', async () => {
    const folder = folderWith({ 'web.yaml': NEEDS_A_LOOK.replace('registry.example.com/web:1', 'nginx:1.27') });
    const args = ['check', '--diff', '--unsafe-fixes'];
    assert.match((await softstop(folder, args)).stdout, /^\+ +seconds: \d+$/m);
    const older = await softstop(folder, [...args, '--kubernetes-version', '1.28']);
    assert.match(older.stdout, /^\+ +command: \["sleep", "\d+"\]$/m);
  });

  it('--endpoint-lag: slower routers need a longer delay', async () => {
    const folder = folderWith({ 'web.yaml': DEPLOYMENT.replace('Seconds: 0', 'Seconds: 90') });
    assert.equal((await softstop(folder, ['check'])).code, 0);
    const { code, stdout } = await softstop(folder, ['check', '--endpoint-lag', '40']);
    assert.equal(code, 1, stdout);
  });
});

describe('what is checked', () => {
  it('shows the PATHs only, and reads the work tree around them', async () => {
    const folder = folderWith({
      'app/Dockerfile': 'FROM debian:12\nCOPY entry.sh /\nENTRYPOINT ["/entry.sh"]\n',
      'app/worker.Dockerfile': SHELL_FORM,
      'app/entry.sh': '#!/bin/sh\nset -e\nnode server.js "$@"\n',
      'other/Dockerfile': SHELL_FORM,
    });
    mkdirSync(path.join(folder, '.git'));
    const app = await softstop(folder, ['check', 'app']);
    assert.match(app.stdout, /^app\/worker\.Dockerfile:3:5 /m);
    assert.doesNotMatch(app.stdout, /^other/m);
    const script = await softstop(folder, ['check', 'app/entry.sh']);
    assert.match(script.stdout, /^app\/entry\.sh:3:1 .+ \[script-missing-exec\]$/m);
    assert.doesNotMatch(script.stdout, /^app\/worker/m);
    const inside = await softstop(path.join(folder, 'app'), ['check', 'entry.sh']);
    assert.match(inside.stdout, /^entry\.sh:3:1 /m);
  });

  it('skips what git ignores, unless it is named', async () => {
    const folder = folderWith({
      '.gitignore': 'build/\n/secret.Dockerfile\n',
      'node_modules/x/Dockerfile': SHELL_FORM,
      'build/Dockerfile': SHELL_FORM,
      'secret.Dockerfile': SHELL_FORM,
      'src/.gitignore': '*\n!kept/\n',
      'src/Dockerfile': SHELL_FORM,
      Dockerfile: EXEC_FORM,
    });
    assert.deepEqual(await softstop(folder, ['check']), { code: 0, stdout: '', stderr: '' });
    for (const name of ['build', 'build/Dockerfile', 'secret.Dockerfile', 'node_modules/x', 'src/Dockerfile']) {
      assert.equal((await softstop(folder, ['check', name])).code, 1, name);
    }
  });

  it('follows links, and does not run in circles', async () => {
    const outside = folderWith({ 'web/Dockerfile': SHELL_FORM });
    const folder = folderWith({ 'a/b/x': '', 'real/Dockerfile': SHELL_FORM });
    symlinkSync('../..', path.join(folder, 'a/b/loop'));
    symlinkSync('loop2', path.join(folder, 'loop2'));
    symlinkSync('real', path.join(folder, 'alias'));
    symlinkSync(path.join(outside, 'web'), path.join(folder, 'linked'));
    const { findings } = JSON.parse((await softstop(folder, ['check', '--format', 'json'])).stdout);
    const paths = findings.map((finding: { path: string }) => finding.path);
    assert.deepEqual([...new Set(paths)], ['linked/Dockerfile', 'real/Dockerfile']);
  });

  it('looks at the shallowest entries only where there are too many', async () => {
    const folder = folderWith({ Dockerfile: '', 'a/Dockerfile': '', 'a/b/Dockerfile': '', 'a/b/c/Dockerfile': '' });
    const { paths, complete } = await walk(folder, { maxEntries: 4 });
    assert.equal(complete, false);
    assert.deepEqual(
      paths,
      ['Dockerfile', 'a/Dockerfile'].map((name) => path.join(folder, name)),
    );
    assert.equal((await walk(folder)).paths.length, 4);
  });

  it('reads a file of any name that is named', async () => {
    const folder = folderWith({ 'image.txt': SHELL_FORM, 'web.txt': DEPLOYMENT });
    assert.equal((await softstop(folder, ['check', 'image.txt'])).code, 3);
  });
});

describe('files that cannot be read', () => {
  const bad = {
    'binary.Dockerfile': Buffer.concat([Buffer.from(SHELL_FORM), Buffer.from([0, 1, 2])]),
    'latin1.yaml': Buffer.from(`# caf\xe9\n${DEPLOYMENT}`, 'latin1'),
    'huge.yaml': Buffer.alloc(10 * 1024 * 1024, '# a\n'),
  };
  const whys = { 'binary.Dockerfile': 'binary', 'latin1.yaml': 'not UTF-8', 'huge.yaml': 'larger than 2 MB' };

  it('are told, and hide nothing else', async () => {
    const folder = folderWith({ ...bad, Dockerfile: SHELL_FORM, 'data.json': Buffer.alloc(10 * 1024 * 1024, ' ') });
    const before = contents(folder);
    const { code, stdout, stderr } = await softstop(folder, ['check', '--fix']);
    assert.equal(code, 0);
    assert.match(stdout, /^Fixed Dockerfile$/m);
    const lines = Object.entries(whys).map(([name, why]) => `${name}: not checked: ${why}`);
    assert.deepEqual(stderr.trim().split('\n'), lines.sort());
    assert.deepEqual({ ...contents(folder), Dockerfile: '' }, { ...before, Dockerfile: '' });
  });

  it('are nothing to check by themselves', async () => {
    const folder = folderWith(bad);
    for (const [name, why] of Object.entries(whys)) {
      const { code, stdout, stderr } = await softstop(folder, ['check', name]);
      assert.equal(code, 3);
      assert.equal(stdout, '');
      assert.ok(stderr.startsWith(`${name}: not checked: ${why}\nsoftstop: nothing to check in ${name}: `), stderr);
    }
  });

  it('a half-typed file is no fault', async () => {
    const folder = folderWith({
      Dockerfile: 'FROM\nCMD [',
      'a.yaml': 'kind: Deployment\n\tspec: [',
      'compose.yaml': 'services:\n  web:\n',
    });
    assert.equal((await softstop(folder, ['check'])).code, 0);
  });
});

describe('standard input', () => {
  it('is read as what it is, and called -', async () => {
    const folder = folderWith();
    const image = await softstop(folder, ['check', '-'], `# syntax=docker/dockerfile:1\n\n${SHELL_FORM}`);
    assert.equal(image.code, 1);
    assert.match(image.stdout, /^-:5:5 .+ \[shell-form-pid1\]$/m);
    const manifest = await softstop(folder, ['check', '-'], `---\n# Source: web/templates/web.yaml\n${DEPLOYMENT}`);
    assert.equal(manifest.code, 1);
    assert.match(manifest.stdout, /^-:12:\d+ /m);
    const { findings } = JSON.parse((await softstop(folder, ['check', '-', '--format', 'json'], SHELL_FORM)).stdout);
    assert.ok(findings.length > 0 && findings.every((finding: { path: string }) => finding.path === '-'));
  });

  it('finds the scripts and the configuration of the working directory', async () => {
    const folder = folderWith({ 'entry.sh': '#!/bin/sh\nexec node server.js\n' });
    const { code } = await softstop(
      folder,
      ['check', '-'],
      'FROM debian:12\nCOPY entry.sh /\nENTRYPOINT ["/entry.sh"]\n',
    );
    assert.equal(code, 0);
  });

  it('with --fix, the fixed text goes to standard output, and what is left to the error stream', async () => {
    const folder = folderWith();
    const fixed = await softstop(folder, ['check', '-', '--fix'], SHELL_FORM.replaceAll('\n', '\r\n'));
    assert.deepEqual(fixed, { code: 0, stdout: EXEC_FORM.replaceAll('\n', '\r\n'), stderr: '' });
    const left = await softstop(folder, ['check', '-', '--fix'], NEEDS_A_LOOK);
    assert.equal(left.code, 1);
    assert.match(left.stderr, /^-:12:\d+ .+ \[missing-prestop-delay\]$/m);
    const unrelated = await softstop(folder, ['check', '-', '--fix'], 'a: 1\n');
    assert.equal(unrelated.code, 3);
    assert.equal(unrelated.stdout, 'a: 1\n');
    assert.deepEqual(contents(folder), {});
  });

  it('with --fix, what is no text is passed through as it came', async () => {
    const child = spawn(process.execPath, [cli, 'check', '-', '--fix'], { cwd: folderWith() });
    child.stdin.end(Buffer.from([0, 0xff, 0xfe, 10]));
    const [stdout, stderr, [code]] = await Promise.all([
      buffer(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    assert.deepEqual([...stdout], [0, 0xff, 0xfe, 10]);
    assert.match(stderr, /^-: not checked: binary$/m);
    assert.equal(code, 3);
  });
});

describe('--fix', () => {
  it('says what it did, and does nothing the second time', async () => {
    const folder = folderWith({ 'a/Dockerfile': SHELL_FORM, 'b/Dockerfile': SHELL_FORM });
    const first = await softstop(folder, ['check', '--fix']);
    assert.match(first.stdout, /^Fixed a\/Dockerfile\n {2}\S.+ \[shell-form-pid1\]\n\nFixed b\/Dockerfile\n/);
    assert.deepEqual(contents(folder), { 'a/Dockerfile': EXEC_FORM, 'b/Dockerfile': EXEC_FORM });
    const times = ['a', 'b'].map((name) => statSync(path.join(folder, name, 'Dockerfile')).mtimeMs);
    assert.deepEqual(await softstop(folder, ['check', '--fix']), { code: 0, stdout: '', stderr: '' });
    assert.deepEqual(
      times,
      ['a', 'b'].map((name) => statSync(path.join(folder, name, 'Dockerfile')).mtimeMs),
    );
  });

  it('keeps every other byte: line ends, byte order mark, no newline at the end', async () => {
    const crlf = '\ufeffFROM node:22\r\n\r\n# Grüße\r\nCMD node server.js';
    const folder = folderWith({ Dockerfile: crlf });
    await softstop(folder, ['check', '--fix']);
    const fixed = readFileSync(path.join(folder, 'Dockerfile'), 'utf8');
    assert.equal(fixed, crlf.replace('node server.js', '["node", "server.js"]'));
  });

  it('keeps the mode, keeps a link a link, and leaves no file behind', async () => {
    const folder = folderWith({
      Dockerfile: 'FROM debian:12\nCOPY entry.sh /\nENTRYPOINT ["/entry.sh"]\n',
      'entry.sh': '#!/bin/sh\nset -e\nnode server.js "$@"\n',
    });
    chmodSync(path.join(folder, 'entry.sh'), 0o750);
    const elsewhere = folderWith({ 'image/real': SHELL_FORM });
    symlinkSync(path.join(elsewhere, 'image/real'), path.join(folder, 'web.Dockerfile'));
    assert.equal((await softstop(folder, ['check', '--fix'])).code, 0);
    assert.equal(statSync(path.join(folder, 'entry.sh')).mode & 0o777, 0o750);
    assert.match(readFileSync(path.join(folder, 'entry.sh'), 'utf8'), /^exec node server\.js "\$@"$/m);
    assert.ok(lstatSync(path.join(folder, 'web.Dockerfile')).isSymbolicLink());
    assert.deepEqual(contents(elsewhere), { 'image/real': EXEC_FORM });
    assert.deepEqual(readdirSync(folder).sort(), ['Dockerfile', 'entry.sh', 'web.Dockerfile']);
  });

  it('does not overwrite what somebody else wrote meanwhile', async () => {
    const folder = folderWith({ Dockerfile: 'FROM node:22\n' });
    const file = path.join(folder, 'Dockerfile');
    assert.match((await replaceText(file, SHELL_FORM, EXEC_FORM)) ?? '', /it has changed/);
    assert.deepEqual(contents(folder), { Dockerfile: 'FROM node:22\n' });
  });

  it('changes only what is checked', async () => {
    const folder = folderWith({ 'a/Dockerfile': SHELL_FORM, 'b/Dockerfile': SHELL_FORM });
    mkdirSync(path.join(folder, '.git'));
    assert.equal((await softstop(folder, ['check', 'a', '--fix'])).code, 0);
    assert.equal(readFileSync(path.join(folder, 'b/Dockerfile'), 'utf8'), SHELL_FORM);
  });

  it('leaves alone what a person should look at, unless told so', async () => {
    const folder = folderWith({ 'web.yaml': NEEDS_A_LOOK });
    const safe = await softstop(folder, ['check', '--fix']);
    assert.equal(safe.code, 1);
    assert.match(safe.stdout, / can be fixed with --fix --unsafe-fixes\n$/);
    assert.equal(readFileSync(path.join(folder, 'web.yaml'), 'utf8'), NEEDS_A_LOOK);
    const unsafe = await softstop(folder, ['check', '--fix', '--unsafe-fixes']);
    assert.equal(unsafe.code, 0, unsafe.stdout);
    assert.notEqual(readFileSync(path.join(folder, 'web.yaml'), 'utf8'), NEEDS_A_LOOK);
  });

  it('with --format json, what was done goes to the error stream', async () => {
    const { code, stdout, stderr } = await softstop(folderWith({ Dockerfile: SHELL_FORM }), [
      'check',
      '--fix',
      '--format',
      'json',
    ]);
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(stdout).findings, []);
    assert.match(stderr, /^Fixed Dockerfile$/m);
  });
});

describe('--diff', () => {
  it('shows what --fix would do and writes nothing', async () => {
    const files = { 'a/Dockerfile': SHELL_FORM.replaceAll('\n', '\r\n'), 'b/Dockerfile': SHELL_FORM.trimEnd() };
    const folder = folderWith(files);
    const { code, stdout, stderr } = await softstop(folder, ['check', '--diff']);
    assert.equal(code, 1);
    assert.equal(stderr, '2 findings would be fixed in 2 files, 0 left\n');
    assert.deepEqual(contents(folder), files);
    await softstop(folder, ['check', '--fix', '--diff']);
    assert.deepEqual(contents(folder), files);
    const patched = parsePatch(stdout).map((patch) => {
      const name = patch.newFileName?.replace('b/', '') ?? '';
      return [name, applyPatch(files[name as keyof typeof files], patch)];
    });
    await softstop(folder, ['check', '--fix']);
    assert.deepEqual(Object.fromEntries(patched), contents(folder));
  });

  it('is empty where there is nothing to fix', async () => {
    assert.deepEqual(await softstop(folderWith({ Dockerfile: EXEC_FORM }), ['check', '--diff']), {
      code: 0,
      stdout: '',
      stderr: '',
    });
  });
});

describe('explain', () => {
  it('explains every rule', async () => {
    for (const { id, summary, references } of rules) {
      const { code, stdout } = await softstop(checkout, ['explain', id]);
      assert.equal(code, 0);
      for (const part of [id, summary, ...references]) assert.ok(stdout.includes(part), `${id}: ${part}`);
    }
  });

  it('explains how the containers of a file stop', async () => {
    const folder = folderWith({ Dockerfile: SHELL_FORM, 'notes.txt': 'x' });
    for (const subject of ['Dockerfile', 'Dockerfile:3', 'Dockerfile:3:1']) {
      const { code, stdout } = await softstop(folder, ['explain', subject]);
      assert.equal(code, 0, subject);
      assert.match(stdout, /SIGTERM/);
    }
    assert.equal((await softstop(folder, ['explain', 'notes.txt'])).code, 3);
  });
});

describe('rules', () => {
  it('lists all of them, as a table and as JSON', async () => {
    const table = await softstop(checkout, ['rules']);
    assert.equal(table.stdout.trim().split('\n').length, rules.length + 1);
    const listed = JSON.parse((await softstop(checkout, ['rules', '--format', 'json'])).stdout);
    assert.deepEqual(listed, JSON.parse(JSON.stringify(rules)));
  });
});

describe('help and version', () => {
  it('are there', async () => {
    for (const args of [
      ['--help'],
      ['-h'],
      ['check', '--help'],
      ['explain', '-h'],
      ['timeline', '-h'],
      ['rules', '--help'],
      ['lsp', '--help'],
    ]) {
      const { code, stdout, stderr } = await softstop(checkout, args);
      assert.equal(code, 0);
      assert.match(stdout, /^Usage: softstop /);
      assert.equal(stderr, '');
      assert.ok(stdout.split('\n').every((line) => line.length <= 120));
    }
    const { stdout } = await softstop(checkout, ['--version']);
    assert.equal(stdout.trim(), JSON.parse(readFileSync('package.json', 'utf8')).version);
  });
});

describe('entrypoints as official images have them', () => {
  // Outside of the checkout, so that nothing else is read with them.
  const folder = folderWith();
  cpSync(path.join(checkout, 'test', 'projects', 'official-entrypoints'), folder, { recursive: true });
  const programs: Readonly<Record<string, string>> = {
    adminer: 'php -S \\[::\\]:8080 -t /var/www/html',
    cassandra: 'cassandra -f',
    clickhouse: 'clickhouse-server --config-file=.+',
    consul: '└ consul agent .+',
    couchdb: '└ /opt/couchdb/bin/couchdb',
    elasticsearch: '└ (?:elasticsearch eswrapper|eswrapper|/usr/share/elasticsearch/bin/elasticsearch)',
    gitea: '/usr/bin/s6-svscan /etc/s6',
    grafana: 'grafana server .+',
    haproxy: 'haproxy -W -db -f /usr/local/etc/haproxy/haproxy.cfg',
    httpd: 'httpd -DFOREGROUND',
    jenkins: '└ java .+',
    kong: '(?:kong docker-start|/usr/local/openresty/nginx/sbin/nginx .+)',
    mariadb: 'mariadbd',
    memcached: 'memcached',
    minio: 'minio server /data',
    mosquitto: '/usr/sbin/mosquitto -c /mosquitto/config/mosquitto.conf',
    nextcloud: 'php-fpm',
    odoo: 'odoo.*',
    'php-apache': 'apache2 -DFOREGROUND',
    redmine: 'rails server -b 0.0.0.0',
    registry: 'registry serve /etc/docker/registry/config.yml',
    telegraf: 'telegraf',
    traefik: 'traefik(?: traefik)?',
    varnish: 'varnishd -F .+',
    zookeeper: 'zkServer.sh start-foreground',
    ghost: 'node current/index.js',
    'ghost/alpine': 'node current/index.js',
    mongo: 'mongod --bind_ip_all',
    mysql: 'mysqld',
    'mysql/debian': 'mysqld',
    nginx: 'nginx -g daemon off;',
    'nginx/alpine': 'nginx -g daemon off;',
    postgres: 'postgres',
    'postgres/alpine': 'postgres',
    rabbitmq: 'rabbitmq-server',
    redis: 'redis-server',
    'redis/alpine': 'redis-server',
    wordpress: 'php-fpm',
    'wordpress/alpine': 'php-fpm',
  };

  for (const [name, program] of Object.entries(programs)) {
    it(`${name}: the way to the program is known, on each way through the script`, async () => {
      const { stdout } = await softstop(folder, ['explain', path.join(name, 'Dockerfile')]);
      const ways = stdout.split('\n').filter((line) => / {2}(?:gets )?SIG[A-Z]+/.test(line));
      assert.notEqual(ways.length, 0, stdout);
      for (const way of ways) assert.match(way, new RegExp(`^${program} \\(was .+\\) +(?:gets )?SIG`));
    });
  }
});

describe('whole projects', () => {
  const projects = path.join(checkout, 'test', 'projects');
  const examples = readdirSync(path.join(checkout, 'examples')).map((name) => path.join('examples', name));
  const copyOf = (source: string) => {
    // Outside of the checkout, so that nothing else is around them.
    const folder = folderWith();
    cpSync(source, folder, { recursive: true, filter: (file) => !file.endsWith('expected.txt') });
    return folder;
  };

  for (const name of readdirSync(projects)) {
    it(name, async () => {
      const { code, stdout, stderr } = await softstop(copyOf(path.join(projects, name)), ['check', '.']);
      const expected = path.join(projects, name, 'expected.txt');
      if (process.env.UPDATE) writeFileSync(expected, stdout);
      assert.equal(stdout, readFileSync(expected, 'utf8'));
      if (stdout !== '') assert.deepEqual({ code, stderr }, { code: 1, stderr: '' });
      else if (code === 3) assert.match(stderr, /^softstop: nothing to check in .+\n$/);
      else assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    });
  }

  for (const source of [
    'examples',
    ...examples,
    ...readdirSync(projects).map((name) => path.join('test', 'projects', name)),
  ]) {
    it(`${source}: fixed once is fixed`, async () => {
      const folder = copyOf(source);
      const first = await softstop(folder, ['check', '--fix']);
      assert.notEqual(first.code, 2, first.stderr);
      const fixed = contents(folder);
      const second = await softstop(folder, ['check', '--fix']);
      assert.doesNotMatch(second.stdout, /^Fixed /m);
      assert.deepEqual(contents(folder), fixed);
      assert.doesNotMatch(second.stdout, / can be fixed with --fix[;\n]/);
    });
  }
});
