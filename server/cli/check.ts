// `softstop check`: finds, shows and repairs what would go wrong when a container is told to stop.
import { type Analysis, editsByPath, type Finding, SEVERITIES, type Tells } from '../../shared/index.ts';
import { analyzeWhole } from '../analysis.ts';
import { isWithin, readState } from '../disk.ts';
import { type Fixed, fixAll } from '../fixing.ts';
import { type Baseline, readBaseline } from './baseline.ts';
import { HELP, optionsOf } from './checkOptions.ts';
import { asDiff } from './formats/diff.ts';
import { count, printable } from './formats/text.ts';
import type { Command, Outcome } from './outcome.ts';
import { checkedFiles, exitCodeOf, nothingToCheck, problemsText, type Run, reported, wantedOf } from './report.ts';
import { isChecked, type Scope, scopeOf, shownPath } from './scope.ts';
import { replaceText } from './write.ts';

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
    const baseline =
      options.baseline === undefined ? undefined : await readBaseline(options.baseline, options.writeBaseline);
    const isNew = (finding: Finding, analysis: Analysis) =>
      options.writeBaseline || !baseline?.holds(finding, analysis);
    const tells: Tells = ({ severity, at }) => shown.includes(severity) && isChecked(scope, at.path);
    const wants = (finding: Finding, analysis: Analysis) => tells(finding) && isNew(finding, analysis);
    const analysis = await analyzeWhole({ ...scope.input, overrides: options.overrides }, readState, undefined, tells);
    const run: Run = { options, scope, terminal, started, tells, wants, analysis };
    if (checkedFiles(run).length === 0) return nothingToCheck(run);
    if (baseline && options.writeBaseline) return writtenDown(run, baseline);
    if (!options.fix && !options.diff) return withGone(reported(run), run, baseline);
    const fixed = await fixAll(analysis, readState, {
      tells,
      wants,
      safeties: options.unsafe ? ['safe', 'unsafe'] : ['safe'],
      mayChange: (path) => isChecked(scope, path) || scope.input.roots.some((root) => isWithin(path, root)),
    });
    const outcome = await (options.diff
      ? differences(run, fixed)
      : scope.stdin
        ? fixedText(run, fixed)
        : written(run, fixed));
    return fixed.settled ? outcome : { ...outcome, stderr: (outcome.stderr ?? '') + UNSETTLED };
  },
};

const UNSETTLED = 'softstop: the fixes bring up each other and were stopped; please report this\n';

/** Writes down what is found. With a fault of the settings it would be something else than what a later run finds. */
async function writtenDown(run: Run, baseline: Baseline): Promise<Outcome> {
  const stderr = problemsText(run);
  const exitCode = exitCodeOf(run, false);
  if (exitCode !== 0) return { exitCode, stderr: `${stderr}softstop: the baseline is not written\n` };
  const findings = wantedOf(run);
  await baseline.renewed(findings, run.analysis, (path) => isChecked(run.scope, path)).write();
  const where = printable(run.options.baseline ?? '');
  return { exitCode, stderr: `${stderr}${count(findings.length, 'finding')} written to ${where}\n` };
}

/** Says how much of the baseline is done with, so that it gets shorter. */
function withGone(outcome: Outcome, { analysis, scope, options }: Run, baseline: Baseline | undefined): Outcome {
  const gone = baseline?.gone(analysis, (path) => isChecked(scope, path)) ?? 0;
  if (gone === 0) return outcome;
  const line = `${count(gone, 'finding')} of ${printable(options.baseline ?? '')} ${gone === 1 ? 'is' : 'are'} gone; --write-baseline leaves ${gone === 1 ? 'it' : 'them'} out\n`;
  return { ...outcome, stderr: (outcome.stderr ?? '') + line };
}

/** Writes what the fixes changed, then reports what is left. */
async function written(run: Run, { analysis, applied, texts }: Fixed): Promise<Outcome> {
  const before = run.analysis.project;
  const failures = new Map<string, string>();
  for (const [path, text] of texts) {
    const failure = await replaceText(path, before.text(path) ?? '', text);
    if (failure !== undefined) failures.set(path, failure);
  }
  const done = doneText(
    run.scope,
    applied.filter(({ fix }) => !fix.edits.some(({ path }) => failures.has(path))),
  );
  if (failures.size === 0) return reported({ ...run, analysis }, done);
  const asOnDisk = new Map([...failures.keys()].map((path) => [path, before.text(path) ?? '']));
  const left = await analyzeWhole(analysis.project.withTexts(asOnDisk).input, readState, analysis, run.tells);
  const outcome = reported({ ...run, analysis: left }, done);
  const lines = [...failures].map(([path, why]) => `${printable(shownPath(run.scope, path))}: not written: ${why}\n`);
  return { ...outcome, exitCode: 2, stderr: (outcome.stderr ?? '') + lines.join('') };
}

/** What was fixed, by the files that were changed for it. */
function doneText(scope: Scope, applied: Fixed['applied']): string {
  const done = new Map<string, string[]>();
  for (const { finding, fix } of applied) {
    for (const path of editsByPath(fix.edits).keys()) {
      const shown = shownPath(scope, path);
      done.set(shown, [...(done.get(shown) ?? []), `  ${fix.title} [${finding.rule}]`]);
    }
  }
  const files = [...done].sort(([a], [b]) => (a < b ? -1 : 1));
  return files.map(([path, lines]) => `${[`Fixed ${path}`, ...lines].map(printable).join('\n')}\n`).join('\n');
}

/** Standard output gets the fixed text, changed or not, so that it can take the place of what came in. */
function fixedText(run: Run, { analysis }: Fixed): Outcome {
  const left = reported({ ...run, analysis, terminal: { colors: false, interactive: false } });
  const fixed = analysis.project.text(run.scope.stdin?.path ?? '') ?? '';
  return { ...left, stdout: fixed, stderr: `${left.stdout ?? ''}${left.stderr ?? ''}` };
}

/** Shows what `written` would do. */
function differences(run: Run, { analysis, applied, texts }: Fixed): Outcome {
  const diffs = [...texts]
    .map(([path, text]) => ({ path: shownPath(run.scope, path), before: run.analysis.project.text(path) ?? '', text }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, before, text }) => asDiff(path, before, text));
  const left = wantedOf({ ...run, analysis }).length;
  const found = applied.length + left > 0;
  const would = `${count(applied.length, 'finding')} would be fixed in ${count(diffs.length, 'file')}, ${left} left\n`;
  return { exitCode: exitCodeOf(run, found), stdout: diffs.join(''), stderr: problemsText(run) + (found ? would : '') };
}
