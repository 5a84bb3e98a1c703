// `softstop check`: finds, shows and repairs what would go wrong when a container is told to stop.
import { type Analysis, type Finding, type Problem, type Safety, SEVERITIES } from '../../shared/index.ts';
import { analyzeWhole } from '../analysis.ts';
import { isWithin, readState } from '../disk.ts';
import { type Fixed, fixAll } from '../fixing.ts';
import { oneOf, parse, UsageError } from './arguments.ts';
import { containerFiles } from './containerFiles.ts';
import { asDiff } from './diff.ts';
import { asJson } from './json.ts';
import type { Command, ExitCode, Outcome, Terminal } from './outcome.ts';
import { type Places, placesIn } from './places.ts';
import { isChecked, type Scope, scopeOf, shownPath } from './scope.ts';
import { asText, count, printable, problemLine, summaryLine } from './text.ts';
import { replaceText } from './write.ts';

const DOCKERFILE = /(?:^|[/.])(?:docker|container)file(?:\.[^/]+)?$/i;

const FORMATS = ['text', 'json'] as const;

const HELP = `Usage: softstop check [PATH…]

Tells what would go wrong when a container is told to stop: in Dockerfiles, the scripts they start, Procfiles, Compose
files and Kubernetes manifests. PATH is a file or a folder (the working directory without one), or - for standard input:

  softstop check
  softstop check Dockerfile k8s/
  helm template . | softstop check -

Findings are told for the files under the PATHs; the rest of the git work tree is read to understand them.

Options:
  --format FORMAT             text (default) or json
  --min-severity SEVERITY     error, warning, info (default) or hint: what is below is neither shown nor counted
  --fix                       apply the safe fixes; with - the fixed text goes to standard output
  --unsafe-fixes              with --fix or --diff: apply the fixes that a person should look at, too
  --diff                      show what --fix would change, as a unified diff; write nothing
  --kubernetes-version X.Y    the oldest cluster version that the manifests have to work on
  --endpoint-lag SECONDS      how long the routers may take to stop sending to a pod that is going away
  -h, --help                  show this

Exit code: 0 nothing found (with --fix: nothing left), 1 findings, 2 wrong usage or configuration, 3 nothing to check.
`;

const OPTIONS = {
  format: { type: 'string', default: 'text' },
  'min-severity': { type: 'string', default: 'info' },
  fix: { type: 'boolean', default: false },
  'unsafe-fixes': { type: 'boolean', default: false },
  diff: { type: 'boolean', default: false },
  'kubernetes-version': { type: 'string' },
  'endpoint-lag': { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export const check: Command = {
  name: 'check',
  summary: 'Find what would drop requests, and fix it',
  help: HELP,
  async run(args, terminal) {
    const started = performance.now();
    const options = optionsOf(args);
    if (options.help) return { exitCode: 0, stdout: HELP };
    const scope = await scopeOf(options.paths);
    const shown = SEVERITIES.slice(0, SEVERITIES.indexOf(options.minSeverity) + 1);
    const wants = ({ at, severity }: Finding) => shown.includes(severity) && isChecked(scope, at.path);
    const analysis = await analyzeWhole({ ...scope.input, overrides: options.overrides }, readState);
    const run: Run = { options, scope, terminal, started, wants, analysis };
    if (checkedFiles(run).length === 0) return nothingToCheck(run);
    if (!options.fix && !options.diff) return reported(run, analysis, '');
    const safeties: Safety[] = options.unsafe ? ['safe', 'unsafe'] : ['safe'];
    const mayChange = (path: string) =>
      isChecked(scope, path) || scope.input.roots.some((root) => isWithin(path, root));
    const fixed = await fixAll(analysis, readState, { wants, safeties, mayChange });
    if (options.diff) return differences(run, fixed);
    return scope.stdin === undefined ? await written(run, fixed) : fixedText(run, fixed, scope.stdin);
  },
};

/** What the arguments ask for. */
interface CheckOptions {
  readonly help: boolean;
  readonly paths: readonly string[];
  readonly format: (typeof FORMATS)[number];
  readonly minSeverity: (typeof SEVERITIES)[number];
  readonly fix: boolean;
  readonly unsafe: boolean;
  readonly diff: boolean;
  /** Settings that win over every configuration file. */
  readonly overrides: { readonly kubernetesVersion?: string; readonly endpointLagSeconds?: number };
}

/** One run of the command. */
interface Run {
  readonly options: CheckOptions;
  readonly scope: Scope;
  readonly terminal: Terminal;
  /** In milliseconds, of the clock that only goes forward. */
  readonly started: number;
  readonly wants: (finding: Finding) => boolean;
  /** As the files are, before any fix. */
  readonly analysis: Analysis;
}

function optionsOf(args: readonly string[]): CheckOptions {
  const { values, positionals } = parse('check', args, OPTIONS);
  const version = values['kubernetes-version'];
  if (version !== undefined && !/^v?\d+\.\d+$/.test(version)) {
    throw new UsageError(`--kubernetes-version takes a version such as 1.34, not "${version}"`);
  }
  const lag = values['endpoint-lag'];
  if (lag !== undefined && !/^\d+(?:\.\d+)?$/.test(lag)) {
    throw new UsageError(`--endpoint-lag takes a number of seconds such as 15, not "${lag}"`);
  }
  const options: CheckOptions = {
    help: values.help,
    paths: positionals,
    format: oneOf('--format', values.format, FORMATS),
    minSeverity: oneOf('--min-severity', values['min-severity'], SEVERITIES),
    fix: values.fix,
    unsafe: values['unsafe-fixes'],
    diff: values.diff,
    overrides: {
      ...(version !== undefined && { kubernetesVersion: version.replace('v', '') }),
      ...(lag !== undefined && { endpointLagSeconds: Number(lag) }),
    },
  };
  if (options.unsafe && !options.fix && !options.diff) throw new UsageError('--unsafe-fixes needs --fix or --diff');
  if (options.diff && options.format !== 'text') throw new UsageError('--diff shows a text; it takes no --format');
  if (options.fix && options.format !== 'text' && positionals.includes('-')) {
    throw new UsageError('check - --fix writes the fixed text; it takes no --format');
  }
  return options;
}

/** What is found in the files as `analysis` has them, and what was done before, for people. */
function reported(run: Run, analysis: Analysis, done: string): Outcome {
  const { options, scope, terminal, started, wants } = run;
  const places = placesOf(scope, analysis);
  const findings = inOrder(analysis.findings.filter(wants), places);
  const exitCode = exitCodeOf(run, findings.length > 0);
  const stderr = problemsText(run);
  const files = checkedFiles(run).length;
  if (options.format === 'json') {
    const fixable = findings.filter(({ fixes }) => fixes.some(({ safety }) => safety === 'safe')).length;
    const elapsedMs = Math.round(performance.now() - started);
    const stdout = asJson(findings, places, { files, findings: findings.length, fixable, elapsedMs });
    return { exitCode, stdout, stderr: done + stderr };
  }
  const left = done !== '';
  const quiet = terminal.interactive ? `Nothing ${left ? 'left' : 'found'} in ${count(files, 'file')}\n` : '';
  const report =
    findings.length > 0 ? `${asText(findings, places, terminal.colors)}\n${summaryLine(findings, left)}` : quiet;
  return { exitCode, stdout: left ? `${done}${report && '\n'}${report}` : report, stderr };
}

/** Writes what the fixes changed, then reports what is left. */
async function written(run: Run, fixed: Fixed): Promise<Outcome> {
  const failures: Problem[] = [];
  for (const [path, text] of fixed.texts) {
    const failure = await replaceText(path, run.analysis.project.text(path) ?? '', text);
    if (failure !== undefined) failures.push(atFile(path, `not written: ${failure}`));
  }
  const outcome = reported(run, fixed.analysis, doneText(run, fixed));
  const places = placesOf(run.scope, fixed.analysis);
  const stderr = [outcome.stderr ?? '', ...failures.map((one) => problemLine(one, places)), settledText(fixed)].join(
    '',
  );
  return { ...outcome, exitCode: failures.length > 0 ? 2 : outcome.exitCode, stderr };
}

/** Standard output gets the fixed text, changed or not, so that it can take the place of what came in. */
function fixedText(run: Run, fixed: Fixed, stdin: string): Outcome {
  const { stdout, stderr, exitCode } = reported(
    { ...run, terminal: { colors: false, interactive: false } },
    fixed.analysis,
    '',
  );
  return {
    exitCode,
    stdout: fixed.analysis.project.text(stdin) ?? '',
    stderr: [stdout, stderr, settledText(fixed)].join(''),
  };
}

function differences(run: Run, fixed: Fixed): Outcome {
  const { project } = run.analysis;
  const changed = [...fixed.texts].map(([path, text]) => ({
    path: shownPath(run.scope, path),
    before: project.text(path) ?? '',
    text,
  }));
  const diff = changed
    .sort((a, b) => compare(a.path, b.path))
    .map(({ path, before, text }) => asDiff(path, before, text))
    .join('');
  const left = fixed.analysis.findings.filter(run.wants).length;
  const would = `${count(fixed.applied.length, 'finding')} would be fixed in ${count(changed.length, 'file')}; ${left} would be left\n`;
  const said = fixed.applied.length + left > 0 ? would : '';
  const exitCode = exitCodeOf(run, changed.length > 0 || left > 0);
  return { exitCode, stdout: diff, stderr: problemsText(run) + settledText(fixed) + said };
}

function nothingToCheck(run: Run): Outcome {
  const where = run.scope.named.map((path) => shownPath(run.scope, path)).join(', ');
  const why =
    run.scope.candidates.length === 0
      ? 'there is no Dockerfile, Compose file, Procfile or Kubernetes manifest'
      : `nothing in ${count(run.scope.candidates.length, 'file')} describes a container`;
  const stderr = `${problemsText(run)}softstop: nothing to check in ${printable(where)}: ${why}\n`;
  const outcome = run.options.format === 'json' ? reported(run, run.analysis, '') : {};
  const text = run.options.fix && run.scope.stdin ? { stdout: run.analysis.project.text(run.scope.stdin) ?? '' } : {};
  const exitCode = exitCodeOf(run, false);
  return { ...outcome, ...text, stderr, exitCode: exitCode === 0 ? 3 : exitCode };
}

/** What was fixed, file by file. */
function doneText(run: Run, { applied }: Fixed): string {
  const titles = new Map<string, string[]>();
  for (const { finding, fix } of applied) {
    const path = shownPath(run.scope, finding.at.path);
    titles.set(path, [...(titles.get(path) ?? []), `${fix.title} [${finding.rule}]`]);
  }
  const files = [...titles].sort(([a], [b]) => compare(a, b));
  return files
    .flatMap(([path, done]) => [`Fixed ${path}`, ...done.map((title) => `  ${title}`), ''])
    .map((line) => `${printable(line)}\n`)
    .join('')
    .replace(/\n$/, '');
}

function settledText({ settled }: Fixed): string {
  return settled ? '' : 'softstop: the fixes bring up each other and were stopped; please report this\n';
}

function problemsText(run: Run): string {
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
function exitCodeOf(run: Run, found: boolean): ExitCode {
  if (problemsOf(run).some(({ kind }) => kind !== 'file')) return 2;
  return found ? 1 : 0;
}

/** The checked files that say anything about a container; a Dockerfile does, even if nobody knows what it starts. */
function checkedFiles({ scope, analysis }: Run): readonly string[] {
  const files = new Set([...containerFiles(analysis), ...scope.candidates.filter((path) => DOCKERFILE.test(path))]);
  return [...files].filter((path) => isChecked(scope, path));
}

function placesOf(scope: Scope, { project }: Analysis): Places {
  return placesIn(scope, (path) => project.text(path));
}

/** By path as shown, then by place. */
function inOrder(findings: readonly Finding[], places: Places): readonly Finding[] {
  const path = ({ at }: Finding) => places.show(at).path;
  return [...findings].sort((a, b) => compare(path(a), path(b)) || a.at.start - b.at.start || a.at.end - b.at.end);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function atFile(path: string, message: string): Problem {
  return { kind: 'file', at: { path, start: 0, end: 0 }, message };
}
