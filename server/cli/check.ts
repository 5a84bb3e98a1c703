// `softstop check`: finds, shows and repairs what would go wrong when a container is told to stop.
import { editsByPath, type Finding, SEVERITIES } from '../../shared/index.ts';
import { analyzeWhole } from '../analysis.ts';
import { isWithin, readState } from '../disk.ts';
import { type Fixed, fixAll } from '../fixing.ts';
import { HELP, optionsOf } from './checkOptions.ts';
import { asDiff } from './diff.ts';
import type { Command, Outcome } from './outcome.ts';
import { checkedFiles, exitCodeOf, nothingToCheck, problemsText, type Run, reported } from './report.ts';
import { isChecked, type Scope, scopeOf, shownPath } from './scope.ts';
import { count, printable } from './text.ts';
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
    const wants = ({ at, severity }: Finding) => shown.includes(severity) && isChecked(scope, at.path);
    const analysis = await analyzeWhole({ ...scope.input, overrides: options.overrides }, readState);
    const run: Run = { options, scope, terminal, started, wants, analysis };
    if (checkedFiles(run).length === 0) return nothingToCheck(run);
    if (!options.fix && !options.diff) return reported(run);
    const fixed = await fixAll(analysis, readState, {
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
  const left = await analyzeWhole(analysis.project.withTexts(asOnDisk).input, readState, analysis);
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
  const left = analysis.findings.filter(run.wants).length;
  const found = applied.length + left > 0;
  const would = `${count(applied.length, 'finding')} would be fixed in ${count(diffs.length, 'file')}, ${left} left\n`;
  return { exitCode: exitCodeOf(run, found), stdout: diffs.join(''), stderr: problemsText(run) + (found ? would : '') };
}
