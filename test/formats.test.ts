// The formats of `softstop check` that other programs read, and the baseline: checked against what these programs take.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import schema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json';
import Ajv from 'ajv-draft-04';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { Log } from 'sarif';
import { rules } from '../shared/index.ts';
import { checkout, EXEC_FORM, folderWith, SHELL_FORM, softstop } from './commandLine.ts';

/** Names that a format has to escape, and one finding of each severity but hint. */
const AWKWARD = {
  '100%, a:b/Dockerfile': SHELL_FORM,
  'b #1/Dockerfile': 'FROM debian:12\nCOPY entry.sh /\nENTRYPOINT ["/entry.sh"]\n',
  'b #1/entry.sh': '#!/bin/sh\nif [ "$A" = "<x> & 100%" ]; then exec node server.js; fi\nnode server.js "$@"\n',
  'c/Dockerfile': 'FROM node:22\nSTOPSIGNAL SIGKILL\nCMD ["node", "server.js"]\n',
  'd/Dockerfile': EXEC_FORM,
};

async function reportOf(format: string, files: Record<string, string> = AWKWARD): Promise<string> {
  const { code, stdout, stderr } = await softstop(folderWith(files), ['check', '--format', format]);
  assert.deepEqual({ code, stderr }, { code: 1, stderr: '' });
  return stdout;
}

/** The findings as `--format json` has them, which its own tests check. */
async function findingsOf(files: Record<string, string> = AWKWARD) {
  const { findings } = JSON.parse(await reportOf('json', files));
  const severities = findings.map(({ severity }: { severity: string }) => severity);
  if (files === AWKWARD) assert.deepEqual([...new Set(severities)].sort(), ['error', 'info', 'warning']);
  return findings;
}

describe('--format sarif', () => {
  const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(schema);
  const valid = (text: string): Log => {
    const log: Log = JSON.parse(text);
    assert.equal(validate(log), true, JSON.stringify(validate.errors, null, 1));
    return log;
  };

  it('is valid for the examples, with findings, and without', async () => {
    const all = await softstop(checkout, ['check', 'examples', '--min-severity', 'hint', '--format', 'sarif']);
    assert.ok((valid(all.stdout).runs[0]?.results?.length ?? 0) > 10);
    valid(await reportOf('sarif'));
    const none = await softstop(folderWith({ Dockerfile: EXEC_FORM }), ['check', '--format', 'sarif']);
    assert.deepEqual(valid(none.stdout).runs[0]?.results, []);
    const nothing = await softstop(folderWith(), ['check', '--format', 'sarif']);
    assert.equal(nothing.code, 3);
    assert.deepEqual(valid(nothing.stdout).runs[0]?.results, []);
  });

  it('tells the same as --format json', async () => {
    const [run] = valid(await reportOf('sarif')).runs;
    const levels = { error: 'error', warning: 'warning', info: 'note', hint: 'note' };
    const results = run?.results ?? [];
    for (const [index, finding] of (await findingsOf()).entries()) {
      const result = results[index];
      assert.equal(result?.ruleId, finding.rule);
      assert.equal(run?.tool.driver.rules?.[result?.ruleIndex ?? -1]?.id, finding.rule);
      assert.equal(result?.level, levels[finding.severity as keyof typeof levels]);
      assert.equal(result?.message.text, finding.message);
      const place = result?.locations?.[0]?.physicalLocation;
      assert.equal(decodeURIComponent(place?.artifactLocation?.uri ?? ''), finding.path);
      assert.deepEqual(place?.region, {
        startLine: finding.range.start.line,
        startColumn: finding.range.start.column,
        endLine: finding.range.end.line,
        endColumn: finding.range.end.column,
      });
      assert.equal(result?.relatedLocations?.length, finding.related.length);
      assert.equal(result?.fixes?.length, finding.fixes.length);
    }
    assert.equal(results.length, (await findingsOf()).length);
    assert.equal(run?.tool.driver.rules?.length, rules.length);
    const uris = results.map((result) => result.locations?.[0]?.physicalLocation?.artifactLocation?.uri);
    assert.ok(uris.includes('100%25%2C%20a%3Ab/Dockerfile'), uris.join());
  });
});

describe('--format github', () => {
  /** As the runner reads a command: properties end at commas, the data at the end of the line. */
  const parse = (line: string) => {
    const [, command, properties = '', data = ''] = /^::(\w+) ([^:]*)::(.*)$/.exec(line) ?? [];
    const unescaped = (text: string) =>
      text
        .replaceAll('%0D', '\r')
        .replaceAll('%0A', '\n')
        .replaceAll('%3A', ':')
        .replaceAll('%2C', ',')
        .replaceAll('%25', '%');
    const pairs = properties.split(',').map((one) => one.split('='));
    return {
      command,
      properties: Object.fromEntries(pairs.map(([name, value = '']) => [name, unescaped(value)])),
      data: unescaped(data),
    };
  };

  it('is one command for each finding, and escapes what would end it', async () => {
    const lines = (await reportOf('github')).trimEnd().split('\n');
    const findings = await findingsOf();
    assert.equal(lines.length, findings.length);
    const commands = { error: 'error', warning: 'warning', info: 'notice', hint: 'notice' };
    for (const [index, { path: file, range, rule, severity, message, related }] of findings.entries()) {
      const { command, properties, data } = parse(lines[index] ?? '');
      assert.equal(command, commands[severity as keyof typeof commands]);
      assert.deepEqual(properties, {
        file,
        line: String(range.start.line),
        endLine: String(range.end.line),
        col: String(range.start.column),
        endColumn: String(range.end.column),
        title: `Softstop: ${rule}`,
      });
      const [first, ...facts] = data.split('\n');
      assert.equal(first, message);
      assert.equal(facts.length, related.length);
    }
  });

  it('is empty where nothing is found', async () => {
    const result = await softstop(folderWith({ Dockerfile: EXEC_FORM }), ['check', '--format', 'github']);
    assert.deepEqual(result, { code: 0, stdout: '', stderr: '' });
  });
});

/** What GitLab asks of each entry of a code quality report. */
interface Quality {
  readonly description: string;
  readonly check_name: string;
  readonly fingerprint: string;
  readonly severity: string;
  readonly location: { readonly path: string; readonly lines: { readonly begin: number; readonly end: number } };
}

describe('--format gitlab', () => {
  it('has what a code quality report has to have', async () => {
    const report: readonly Quality[] = JSON.parse(await reportOf('gitlab'));
    const findings = await findingsOf();
    assert.deepEqual(
      report.map(({ description, check_name, location }) => ({ description, check_name, location })),
      findings.map((one: { message: string; rule: string; path: string; range: Record<string, { line: number }> }) => ({
        description: one.message,
        check_name: one.rule,
        location: { path: one.path, lines: { begin: one.range.start?.line, end: one.range.end?.line } },
      })),
    );
    for (const { severity, fingerprint } of report) {
      assert.ok(['info', 'minor', 'major', 'critical', 'blocker'].includes(severity));
      assert.match(fingerprint, /^[0-9a-f]{32}$/);
    }
    assert.equal(new Set(report.map(({ fingerprint }) => fingerprint)).size, report.length);
  });

  it('is an empty list where nothing is found', async () => {
    const { stdout } = await softstop(folderWith({ Dockerfile: EXEC_FORM }), ['check', '--format', 'gitlab']);
    assert.deepEqual(JSON.parse(stdout), []);
  });

  it('knows a finding again after the lines around it have changed', async () => {
    const services = (first: string) => `${first}services:
  web: {image: nginx, command: sh -c "node a.js; node b.js"}
  api: {image: node:22, command: sh -c "node a.js; node b.js"}
`;
    const fingerprints = async (files: Record<string, string>) => {
      const report: readonly Quality[] = JSON.parse(await reportOf('gitlab', files));
      return report.map(({ fingerprint }) => fingerprint);
    };
    const before = await fingerprints({ Dockerfile: SHELL_FORM, 'compose.yaml': services('') });
    const after = await fingerprints({
      Dockerfile: `# A comment.\n\n${SHELL_FORM.replace('CMD', '  CMD')}`,
      'compose.yaml': services('name: shop\n'),
    });
    assert.deepEqual(after, before);
    const other = await fingerprints({
      Dockerfile: SHELL_FORM.replace('server', 'main'),
      'compose.yaml': services(''),
    });
    assert.equal(other.filter((one) => before.includes(one)).length, before.length - 1);
  });

  it('tells findings on lines of the same text apart', async () => {
    const twice = 'FROM node:22 AS a\nCMD node server.js\nFROM node:22\nCMD node server.js\n';
    const report: readonly Quality[] = JSON.parse(
      await reportOf('gitlab', {
        Dockerfile: twice,
        'compose.yaml': 'services: {a: {build: {context: ., target: a}}}\n',
      }),
    );
    const shellForms = report.filter(({ check_name }) => check_name === 'shell-form-pid1');
    assert.deepEqual(
      shellForms.map(({ location }) => location.lines.begin),
      [2, 4],
    );
    assert.equal(new Set(shellForms.map(({ fingerprint }) => fingerprint)).size, 2);
  });
});

/** A test of a JUnit report. */
interface Case {
  readonly '@_name': string;
  readonly '@_classname': string;
  readonly failure?: { readonly '@_message': string; readonly '#text': string };
}

describe('--format junit', () => {
  const parser = new XMLParser({ ignoreAttributes: false, isArray: (name) => /^test(?:suite|case)$/.test(name) });
  const parsed = (xml: string) => {
    assert.equal(XMLValidator.validate(xml), true);
    // What XML 1.0 calls a character; no escape lets in any other.
    assert.doesNotMatch(xml, /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
    return parser.parse(xml).testsuites;
  };

  it('has a suite for each file and a failed test for each finding', async () => {
    const report = parsed(await reportOf('junit'));
    const findings = await findingsOf();
    const suites: readonly { readonly '@_name': string; readonly testcase: readonly Case[] }[] = report.testsuite;
    assert.deepEqual(
      suites.map((suite) => suite['@_name']),
      Object.keys(AWKWARD),
    );
    assert.equal(report['@_failures'], String(findings.length));
    const cases = suites.flatMap(({ testcase }) => testcase);
    assert.equal(report['@_tests'], String(cases.length));
    const failures = cases.filter(({ failure }) => failure !== undefined);
    for (const [index, { rule, path: file, message, range }] of findings.entries()) {
      const failed = failures[index];
      assert.equal(failed?.['@_classname'], file);
      assert.equal(failed?.['@_name'], `${rule} at ${range.start.line}:${range.start.column}`);
      assert.equal(failed?.failure?.['@_message'], message);
      assert.ok(String(failed?.failure?.['#text']).includes(message));
    }
    assert.equal(failures.length, findings.length);
  });

  it('is valid XML whatever stands in a file, and where nothing is found', async () => {
    const odd = 'FROM node:22\nCMD node "\u001b[31m</failure>]]>&amp;\ufffe" server.js\n';
    parsed(await reportOf('junit', { Dockerfile: odd }));
    const { stdout } = await softstop(folderWith({ Dockerfile: EXEC_FORM }), ['check', '--format', 'junit']);
    const { testsuite } = parsed(stdout);
    assert.equal(testsuite[0]['@_failures'], '0');
    assert.equal(testsuite[0].testcase.length, 1);
  });
});

describe('--baseline', () => {
  const args = (...more: readonly string[]) => ['check', '--baseline', 'softstop-baseline.json', ...more];

  it('leaves out what it holds, and tells what is new', async () => {
    const folder = folderWith({ 'a/Dockerfile': SHELL_FORM, 'b/Dockerfile': SHELL_FORM });
    const written = await softstop(folder, args('--write-baseline'));
    assert.deepEqual(written, { code: 0, stdout: '', stderr: '2 findings written to softstop-baseline.json\n' });
    assert.deepEqual(await softstop(folder, args()), { code: 0, stdout: '', stderr: '' });
    // Seen from elsewhere, it holds the same.
    const fromA = ['check', '..', '--baseline', '../softstop-baseline.json'];
    assert.equal((await softstop(path.join(folder, 'a'), fromA)).code, 0);
    mkdirSync(path.join(folder, 'c'));
    writeFileSync(path.join(folder, 'c/Dockerfile'), SHELL_FORM);
    writeFileSync(path.join(folder, 'a/Dockerfile'), `# Moved.\n${SHELL_FORM}`);
    const { code, stdout } = await softstop(folder, args());
    assert.equal(code, 1);
    assert.match(stdout, /^c\/Dockerfile:3:5 /);
    assert.match(stdout, /\n\n1 finding in 1 file;/);
  });

  it('is made of plain entries, sorted', async () => {
    const folder = folderWith({ 'b/Dockerfile': SHELL_FORM, 'a/Dockerfile': SHELL_FORM });
    await softstop(folder, args('--write-baseline'));
    const { version, findings } = JSON.parse(readFileSync(path.join(folder, 'softstop-baseline.json'), 'utf8'));
    assert.equal(version, 1);
    assert.deepEqual(
      findings.map(({ fingerprint: _, ...rest }: { fingerprint: string }) => rest),
      ['a/Dockerfile', 'b/Dockerfile'].map((file) => ({ path: file, rule: 'shell-form-pid1' })),
    );
  });

  it('says what is gone, and leaves it out when it is written anew; other files are none of its business', async () => {
    const folder = folderWith({ 'a/Dockerfile': SHELL_FORM, 'b/Dockerfile': SHELL_FORM });
    await softstop(folder, args('--write-baseline'));
    writeFileSync(path.join(folder, 'a/Dockerfile'), EXEC_FORM);
    rmSync(path.join(folder, 'b'), { recursive: true });
    const ofA = await softstop(folder, args('a'));
    assert.equal(ofA.code, 0);
    assert.equal(ofA.stderr, '1 finding of softstop-baseline.json is gone; --write-baseline leaves it out\n');
    await softstop(folder, args('a', '--write-baseline'));
    const { findings } = JSON.parse(readFileSync(path.join(folder, 'softstop-baseline.json'), 'utf8'));
    assert.deepEqual(
      findings.map((one: { path: string }) => one.path),
      ['b/Dockerfile'],
    );
  });

  it('holds for --fix, --diff and every format', async () => {
    const folder = folderWith({ 'a/Dockerfile': SHELL_FORM });
    await softstop(folder, args('--write-baseline'));
    mkdirSync(path.join(folder, 'b'));
    writeFileSync(path.join(folder, 'b/Dockerfile'), SHELL_FORM);
    const diff = await softstop(folder, args('--diff'));
    assert.equal(diff.stderr, '1 finding would be fixed in 1 file, 0 left\n');
    const report = JSON.parse((await softstop(folder, args('--format', 'json'))).stdout);
    assert.equal(report.summary.findings, 1);
    assert.equal((await softstop(folder, args('--fix'))).code, 0);
    assert.equal(readFileSync(path.join(folder, 'a/Dockerfile'), 'utf8'), SHELL_FORM);
    assert.equal(readFileSync(path.join(folder, 'b/Dockerfile'), 'utf8'), EXEC_FORM);
  });

  it('is not written while the configuration is wrong', async () => {
    const folder = folderWith({ Dockerfile: SHELL_FORM, '.softstop.yaml': 'ruels: {}\n' });
    const { code, stderr } = await softstop(folder, args('--write-baseline'));
    assert.equal(code, 2);
    assert.match(stderr, /^softstop: the baseline is not written$/m);
    assert.equal((await softstop(folder, args())).code, 2);
  });
});
