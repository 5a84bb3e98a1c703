// Runs a case of a fixture as a host would, draws what is found, and checks everything that is promised of fixes.
import assert from 'node:assert/strict';
import {
  type Analysis,
  analyze,
  applyEdits,
  type Edit,
  editsByPath,
  type FileState,
  type Finding,
  type Fix,
  type Place,
  Project,
  SEVERITIES,
} from '../shared/index.ts';
import { parseDockerfile } from '../shared/sources/dockerfile.ts';
import { parseShell } from '../shared/sources/shell.ts';
import { parseYaml } from '../shared/sources/yaml/yaml.ts';
import { overlap } from '../shared/text/edits.ts';
import type { Span } from '../shared/text/span.ts';
import { safeEdits } from './analyzed.ts';
import type { Case, Drawing, DrawnFix, Remark } from './fixture.ts';
import { changedLines } from './lineDiff.ts';

/** The core's `analyze`, or what a test puts in its place. */
export type Analyze = (project: Project, previous?: Analysis) => Analysis;

/** The workspace folder that a case is put into. */
const ROOT = '/case';
/** More rounds of loading or fixing than any project needs. */
const MOST_ROUNDS = 10;

/** Analyses a case until nothing is wanted; what it does not hold is absent. */
export function analyzeCase(one: Case, run: Analyze = analyze): Analysis {
  const files = new Map(
    one.files.map(({ path, text }): [string, FileState] => [absolute(path), { kind: 'present', text }]),
  );
  return settle(new Project({ roots: [ROOT], files }), undefined, run);
}

/** The findings of a case as they are drawn, with the fixes of one rule. */
export function drawFindings(one: Case, { findings, project }: Analysis, rule: string): Drawing {
  const notes = new Map<string, Remark[]>(one.files.map(({ path }) => [path, []]));
  const draw = (at: Place, text: string) => {
    const drawn = notes.get(relative(at.path));
    assert.ok(drawn, `the case has no file ${at.path}, where this is said: ${text}`);
    drawn.push({ at, text });
  };
  for (const finding of findings) {
    draw(finding.at, `${finding.severity} ${finding.rule}: ${finding.message}`);
    for (const { at, message } of finding.related) draw(firstLine(project, at), `related ${finding.rule}: ${message}`);
  }
  const fixes = findings.filter((finding) => finding.rule === rule).flatMap((finding) => finding.fixes);
  return { notes, fixes: withoutTwins(fixes.map((fix) => drawFix(one, fix, rule))), hovers: [] };
}

/** A fact may stand in several lines, such as a continued instruction; there is room to draw it under the first. */
function firstLine(project: Project, at: Place): Place {
  const written = project.text(at.path)?.slice(at.start, at.end) ?? '';
  return { ...at, end: at.start + (/^[^\r\n]*/.exec(written)?.[0].length ?? 0) };
}

/** Checks the findings of a case, every fix of every finding alone, and all safe fixes together. */
export function checkFixes(analysis: Analysis, run: Analyze = analyze): void {
  assert.deepEqual(analysis.problems, [], 'nothing keeps Softstop from doing its work');
  for (const finding of analysis.findings) {
    checkFinding(finding);
    for (const fix of finding.fixes) checkFix(analysis, finding, fix, run);
  }
  checkSafeFixes(analysis, run);
}

/** An absolute path of the case. */
export function absolute(path: string): string {
  return `${ROOT}/${path}`;
}

function relative(path: string): string {
  return path.slice(ROOT.length + 1);
}

function settle(project: Project, previous: Analysis | undefined, run: Analyze): Analysis {
  let analysis = run(project, previous);
  for (let round = 0; analysis.wants.length > 0; round++) {
    assert.ok(round < MOST_ROUNDS, `after ${round} rounds files are still wanted: ${analysis.wants.join(', ')}`);
    const { input } = analysis.project;
    const again = analysis.wants.filter((path) => input.files.has(path));
    assert.deepEqual(again, [], 'what is loaded is not wanted again');
    const absent = analysis.wants.map((path): [string, FileState] => [path, { kind: 'absent' }]);
    analysis = run(new Project({ ...input, files: new Map([...input.files, ...absent]) }, analysis.project), analysis);
  }
  return analysis;
}

function drawFix(one: Case, { title, safety, edits }: Fix, rule: string): DrawnFix {
  const byPath = editsByPath(edits);
  const changes = one.files.flatMap(({ path, text }) => {
    const own = byPath.get(absolute(path));
    return own ? [{ path, lines: changedLines(text, applyEdits(text, own)) }] : [];
  });
  return { rule, title, safety, changes };
}

/** Several findings may be repaired by one and the same fix. */
function withoutTwins(fixes: readonly DrawnFix[]): readonly DrawnFix[] {
  return [...new Map(fixes.map((fix) => [JSON.stringify(fix), fix])).values()];
}

function checkFinding({ rule, message, related, fixes }: Finding): void {
  for (const text of [message, ...related.map((fact) => fact.message), ...fixes.map(({ title }) => title)]) {
    assert.match(text, /^\S.*\S$/, `${rule}: a text is one line without blanks around it`);
  }
  const titles = fixes.map(({ title }) => title);
  assert.deepEqual(titles, [...new Set(titles)], `${rule}: fixes of one finding have titles that tell them apart`);
}

function checkFix(analysis: Analysis, finding: Finding, fix: Fix, run: Analyze): void {
  const name = `${finding.rule}, "${fix.title}"`;
  checkEdits(analysis.project, fix.edits, name);
  const after = analyzeEdited(analysis, fix.edits, name, run);
  const rest = everything(after).filter((one) => one.rule === finding.rule && sameSpot(finding, one, fix.edits));
  assert.deepEqual(rest.map(shown), [], `${name}: the finding is gone`);
  const kept = everything(analysis).filter((one) => one !== finding);
  assertNothingNew(kept, everything(after), fix.edits, name);
}

function checkEdits(project: Project, edits: readonly Edit[], name: string): void {
  assert.notEqual(edits.length, 0, `${name}: a fix has edits`);
  for (const [path, own] of editsByPath(edits)) {
    const text = project.text(path);
    assert.ok(text !== undefined, `${name}: ${path} is a file that can be edited`);
    for (const [index, { start, end }] of own.entries()) {
      assert.ok(0 <= start && start <= end && end <= text.length, `${name}: ${start}–${end} lies in ${path}`);
      const touched = own.slice(index + 1).some((other) => overlap({ start, end }, other));
      assert.ok(!touched, `${name}: edits of ${path} do not overlap`);
    }
    const result = applyEdits(text, own);
    assert.notEqual(result, text, `${name}: changes ${path}`);
    assert.equal(lineEnds(text, result), lineEnds(text, text), `${name}: keeps the line ends of ${path}`);
    assert.ok(mistakes(path, result) <= mistakes(path, text), `${name}: ${path} can be read as before\n${result}`);
  }
}

/** Analyses the project with edits made, afresh and from what was known; both have to come to the same. */
function analyzeEdited(before: Analysis, edits: readonly Edit[], name: string, run: Analyze): Analysis {
  const texts = new Map(
    [...editsByPath(edits)].map(([path, own]) => [path, applyEdits(before.project.text(path) ?? '', own)]),
  );
  const { input } = before.project;
  const files = new Map<string, FileState>([...input.files, ...[...texts].map(present)]);
  const edited = new Project({ ...input, files }, before.project);
  const after = settle(edited, before, run);
  const afresh = settle(new Project(edited.input), undefined, run);
  assert.deepEqual(everything(after), everything(afresh), `${name}: what is kept from before makes no difference`);
  assert.deepEqual(after.problems, [], `${name}: nothing keeps Softstop from doing its work afterwards`);
  return after;
}

function present([path, text]: readonly [string, string]): [string, FileState] {
  return [path, { kind: 'present', text }];
}

/** Applies safe fixes as `softstop check --fix` does, round by round, until none is left. */
function checkSafeFixes(analysis: Analysis, run: Analyze): void {
  let now = analysis;
  for (let round = 1; ; round++) {
    const edits = safeEdits(now);
    if (edits.length === 0) return;
    assert.ok(
      round <= MOST_ROUNDS,
      `after ${MOST_ROUNDS} rounds there are still safe fixes: ${now.findings.map(shown).join('\n')}`,
    );
    const name = `all safe fixes, round ${round}`;
    checkEdits(now.project, edits, name);
    const after = analyzeEdited(now, edits, name, run);
    assertNothingNew(everything(now), everything(after), edits, name);
    now = after;
  }
}

/** What is found, and what is there but masked by something worse. */
function everything({ findings, masked }: Analysis): readonly Finding[] {
  return [...findings, ...masked];
}

/** Every finding was there before, at the same spot or in the same words, and was not less severe. */
function assertNothingNew(
  before: readonly Finding[],
  after: readonly Finding[],
  edits: readonly Edit[],
  name: string,
): void {
  const fresh = after.filter((found) => {
    const known = before.filter(
      (one) => one.rule === found.rule && (sameSpot(one, found, edits) || one.message === found.message),
    );
    return !known.some(({ severity }) => SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(found.severity));
  });
  assert.deepEqual(fresh.map(shown), [], `${name}: nothing new is found`);
}

/** Whether a finding after some edits touches what a finding before them has become. */
function sameSpot(before: Finding, after: Finding, edits: readonly Edit[]): boolean {
  if (before.at.path !== after.at.path) return false;
  const moved = movedSpan(
    before.at,
    edits.filter(({ path }) => path === before.at.path),
  );
  return moved.start <= after.at.end && after.at.start <= moved.end;
}

/** Where a span is after edits of its file; it grows with what is inserted at its ends. */
function movedSpan(span: Span, edits: readonly Edit[]): Span {
  let { start, end } = span;
  for (const edit of [...edits].sort((a, b) => b.start - a.start)) {
    const grown = edit.newText.length - (edit.end - edit.start);
    if (edit.end < span.start || (edit.end === span.start && edit.start < edit.end)) start += grown;
    else if (edit.start < span.start) start = edit.start;
    if (edit.end <= span.end) end += grown;
    else if (edit.start < span.end) end = edit.start + edit.newText.length;
  }
  return { start, end: Math.max(start, end) };
}

/** The kinds of line ends that a text has, beside those that come into a text without any. */
function lineEnds(before: string, text: string): string {
  const kinds = [...new Set(text.match(/\r\n|\n|\r/g) ?? [])].sort();
  return /[\r\n]/.test(before) ? kinds.map((end) => JSON.stringify(end)).join(' and ') : '';
}

/** How many mistakes the parser for this kind of file sees. */
function mistakes(path: string, text: string): number {
  if (/\.ya?ml$/.test(path)) return parseYaml(path, text).filter(({ error }) => error).length;
  if (/\.json$/.test(path)) return isJson(text) ? 0 : 1;
  if (/(?:^|[/.])(?:Dockerfile|Containerfile)/i.test(path)) return brokenCommands(path, text);
  return text.startsWith('#!') && !parseShell(text).whole ? 1 : 0;
}

/** The commands of a Dockerfile that are no array, though they look like one, or that no shell can read. */
function brokenCommands(path: string, text: string): number {
  const instructions = parseDockerfile(path, text).stages.flatMap((stage) => stage.instructions);
  return instructions.filter((instruction) => {
    if (instruction.keyword !== 'CMD' && instruction.keyword !== 'ENTRYPOINT') return false;
    const written = instruction.text.text;
    return instruction.form === 'shell' && (written.startsWith('[') || !parseShell(written).whole);
  }).length;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function shown({ at, severity, rule, message }: Finding): string {
  return `${relative(at.path)} ${at.start}–${at.end} ${severity} ${rule}: ${message}`;
}
