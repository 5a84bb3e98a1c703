// What a run of `softstop check` tells: the findings in the format that is asked for, the problems, and the exit code.
import type { Analysis, Finding, Problem, Tells } from '../../shared/index.ts';
import { isWithin } from '../disk.ts';
import type { CheckOptions } from './checkOptions.ts';
import { containerFiles } from './containerFiles.ts';
import { fingerprintsOf } from './fingerprint.ts';
import type { Format } from './formats/format.ts';
import { asGithub } from './formats/github.ts';
import { asGitlab } from './formats/gitlab.ts';
import { asJson } from './formats/json.ts';
import { asJunit } from './formats/junit.ts';
import { asSarif } from './formats/sarif.ts';
import { asText, count, printable, problemLine, summaryLine } from './formats/text.ts';
import type { ExitCode, Outcome } from './outcome.ts';
import { type Places, placesIn } from './places.ts';
import { isChecked, type Scope, shownPath } from './scope.ts';
import type { Terminal } from './terminal.ts';

const DOCKERFILE = /(?:^|[/.])(?:docker|container)file(?:\.[^/]+)?$/i;

/** The formats for programs. */
const FORMATS: { readonly [F in Exclude<CheckOptions['format'], 'text'>]: Format } = {
  json: asJson,
  sarif: asSarif,
  github: asGithub,
  gitlab: asGitlab,
  junit: asJunit,
};

/** One run of the command. */
export interface Run {
  readonly options: CheckOptions;
  readonly scope: Scope;
  readonly terminal: Terminal;
  /** In milliseconds, of the clock that only goes forward. */
  readonly started: number;
  /** Whether it is severe enough, and at a place that is checked. */
  readonly tells: Tells;
  /** Whether a finding of an analysis is shown and counted. */
  readonly wants: (finding: Finding, analysis: Analysis) => boolean;
  readonly analysis: Analysis;
}

/** What is shown and counted. */
export function wantedOf({ wants, analysis }: Run): readonly Finding[] {
  return analysis.findings.filter((finding) => wants(finding, analysis));
}

/** What is found, behind what was done before. */
export function reported(run: Run, done = ''): Outcome {
  const { options, scope, terminal, started, analysis } = run;
  const places = placesOf(scope, analysis);
  const findings = inOrder(wantedOf(run), places);
  const exitCode = exitCodeOf(run, findings.length > 0);
  const stderr = problemsText(run);
  const files = checkedFiles(run).map((path) => shownPath(scope, path));
  if (options.format !== 'text') {
    const elapsedMs = Math.round(performance.now() - started);
    const names = fingerprintsOf(analysis, (path) => shownPath(scope, path));
    const fingerprint = (finding: Finding) => names.get(finding) ?? '';
    const told = { findings, places, files: files.sort(), elapsedMs, fingerprint };
    return { exitCode, stdout: FORMATS[options.format](told), stderr: done + stderr };
  }
  const isLeft = done !== '';
  const nothing = terminal.interactive
    ? `Nothing ${isLeft ? 'left' : 'found'} in ${count(files.length, 'file')}\n`
    : '';
  const found = `${asText(findings, places, terminal.colors)}\n${summaryLine(findings, isLeft)}`;
  const parts = [done, findings.length > 0 ? found : nothing];
  return { exitCode, stdout: parts.filter((part) => part !== '').join('\n'), stderr };
}

/** Says that none of the PATHs holds anything about a container. */
export function nothingToCheck(run: Run): Outcome {
  const { options, scope } = run;
  const where = scope.named.map((path) => shownPath(scope, path)).join(', ');
  const stderr = `${problemsText(run)}softstop: nothing to check in ${printable(where)}: ${whyNothing(scope)}\n`;
  const exitCode = exitCodeOf(run, false) || 3;
  if (options.fix && !options.diff && scope.stdin) return { exitCode, stdout: scope.stdin.bytes, stderr };
  return options.format === 'text' ? { exitCode, stderr } : { ...reported(run), exitCode, stderr };
}

function whyNothing({ candidates, problems }: Scope): string {
  if (candidates.length > 0) return `nothing in ${count(candidates.length, 'file')} describes a container`;
  if (problems.length > 0) return 'nothing in it can be read';
  return 'there is no Dockerfile, Compose file, Procfile or Kubernetes manifest';
}

/** The problems, a line each. */
export function problemsText(run: Run): string {
  const places = placesOf(run.scope, run.analysis);
  return problemsOf(run)
    .map((one) => problemLine(one, places))
    .join('');
}

/** What the user has to know: of files and settings only what has to do with what is checked. */
function problemsOf({ scope, analysis }: Run): readonly Problem[] {
  const concerns = ({ kind, at }: Problem) => {
    if (kind === 'internal' || !at) return true;
    if (kind === 'file') return isChecked(scope, at.path);
    const folder = at.path.slice(0, at.path.lastIndexOf('/'));
    return isChecked(scope, at.path) || scope.named.some((named) => isWithin(named, folder));
  };
  const said = new Set(scope.problems.map(({ at }) => at?.path));
  const more = analysis.problems.filter((one) => concerns(one) && !(one.kind === 'file' && said.has(one.at?.path)));
  return [...scope.problems, ...more];
}

/** A fault of the settings or of Softstop itself weighs more than findings: the findings may not be all. */
export function exitCodeOf(run: Run, found: boolean): ExitCode {
  if (problemsOf(run).some(({ kind }) => kind !== 'file')) return 2;
  return found ? 1 : 0;
}

/** The checked files that say anything about a container; a Dockerfile does, even if nobody knows what it starts. */
export function checkedFiles({ scope, analysis }: Run): readonly string[] {
  const files = new Set([...containerFiles(analysis), ...scope.candidates.filter((path) => DOCKERFILE.test(path))]);
  return [...files].filter((path) => isChecked(scope, path));
}

function placesOf(scope: Scope, { project }: Analysis): Places {
  return placesIn(
    (path) => shownPath(scope, path),
    (path) => project.text(path),
  );
}

/** By path as shown, then by place. */
function inOrder(findings: readonly Finding[], places: Places): readonly Finding[] {
  const path = ({ at }: Finding) => places.show(at).path;
  return [...findings].sort((a, b) => compare(path(a), path(b)) || a.at.start - b.at.start || a.at.end - b.at.end);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
