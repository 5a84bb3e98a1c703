// Charts and kustomizations as Softstop reads them, against what the real tools make of them: the same is found, and
// every fix that is offered in a template, a values file or an overlay repairs what comes out.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { type Analysis, applyEdits, editsByPath, type Finding, type Fix, type Place } from '../shared/index.ts';
import { samePlace } from '../shared/text/span.ts';
import { analyzed, textsIn } from './analyzed.ts';
import { whyNoGo } from './go.ts';
import { type Job, type Outcome, renderAll } from './realTools.ts';

const CHARTS = path.join('test', 'charts');
const KUSTOMIZATIONS = path.join('test', 'kustomizations');
/** The version that Helm takes a cluster to have when it only renders; what is rendered is judged by it too. */
const SETTINGS = { kubernetesVersion: '1.34' };

/** A way in which a chart or a base reaches the cluster: the words that name it in a message, and what renders it. */
interface Way {
  readonly words: string | undefined;
  readonly job: Job;
}

/** One folder under test. */
interface Case {
  readonly name: string;
  readonly folder: string;
  readonly ways: readonly Way[];
  readonly analysis: Analysis;
}

/** A fix on a copy of the folder. */
interface Trial {
  readonly of: Case;
  readonly finding: Finding;
  readonly fix: Fix;
  readonly ways: readonly Way[];
}

function chartCase(name: string): Case {
  const folder = path.join(CHARTS, name);
  const texts = textsIn(folder);
  const others = [...texts.keys()].filter((file) => /^values[-.].+\.yaml$/.test(file)).sort();
  const ways: Way[] = [
    { words: others.length > 0 ? 'with `values.yaml` alone' : undefined, job: { tool: 'helm', folder } },
    ...others.map(
      (file): Way => ({
        words: `with \`${file}\``,
        job: { tool: 'helm', folder, values: [path.join(folder, file)] },
      }),
    ),
  ];
  return { name, folder, ways, analysis: analyzed(texts, SETTINGS) };
}

/** The outermost kustomizations of a folder are those in `overlays`, or the folder itself. */
function kustomizeCase(name: string): Case {
  const folder = path.join(KUSTOMIZATIONS, name);
  const texts = textsIn(folder);
  const overlays = [...texts.keys()].flatMap(
    (file) => /^(overlays\/[^/]+)\/kustomization\.ya?ml$/.exec(file)?.[1] ?? [],
  );
  const roots = overlays.length > 0 ? overlays.sort() : ['.'];
  const ways = roots.map(
    (root): Way => ({
      words: roots.length > 1 ? `in \`${root}\`` : undefined,
      job: { tool: 'kustomize', folder: path.join(folder, root) },
    }),
  );
  return { name, folder, ways, analysis: analyzed(texts, SETTINGS) };
}

/** A finding as a line; where there are several ways, its names and numbers may be those of another. */
function lineOf(rule: string, message: string, ways: readonly Way[]): string {
  return ways.length > 1 ? `${rule}: found` : `${rule}: ${message}`;
}

/** What is found in one way, as lines. */
function linesIn({ findings }: Analysis, ways: readonly Way[], way: Way): readonly string[] {
  const lines = findings.flatMap(({ rule, message }) => {
    const named = ways.filter(({ words }) => words !== undefined && message.includes(words));
    if (named.length > 0 && !named.includes(way)) return [];
    const cut =
      named.length > 0
        ? message.replace(/, (?:with|in) `[^`]+`(?: alone)?(?: and (?:with|in) `[^`]+`(?: alone)?)*$/, '')
        : message;
    return [lineOf(rule, cut, ways)];
  });
  return [...new Set(lines)].sort();
}

/** Whether a line is found at a place that a template writes several times: there, the first stands for all. */
function isRepeated({ findings, containers, pods }: Analysis, line: string): boolean {
  const written = (at: Place) => [...containers, ...pods].filter((one) => samePlace(one.at, at)).length > 1;
  return findings.some(({ rule, at }) => line.startsWith(`${rule}: `) && written(at));
}

/** What is found in what the real tool wrote. */
function linesOf(outcome: Outcome | undefined, ways: readonly Way[]): readonly string[] {
  assert.equal(outcome?.error, undefined);
  const texts = new Map(
    Object.entries(outcome?.files ?? {}).map(([name, text]) => [`out/${name.replace(/^all$/, 'all.yaml')}`, text]),
  );
  for (const [name, text] of texts) {
    const errors = parseAllDocuments(text, { logLevel: 'silent' }).flatMap((document) => document.errors ?? []);
    assert.deepEqual(errors, [], `${name}:\n${text}`);
  }
  return [
    ...new Set(analyzed(texts, SETTINGS).findings.map(({ rule, message }) => lineOf(rule, message, ways))),
  ].sort();
}

/** Offers of which what comes out is looked at. */
function trialsOf(of: Case): readonly Trial[] {
  return of.analysis.findings.flatMap((finding) => {
    const named = of.ways.filter(({ words }) => words !== undefined && finding.message.includes(words));
    return finding.fixes.map((fix) => ({ of, finding, fix, ways: named.length > 0 ? named : of.ways }));
  });
}

const missing = whyNoGo();

/** Without Go there is nothing to compare with; where everything must run, that is a failure. */
const skip = missing !== undefined && process.env.CI !== 'true' ? missing : false;

describe('the real tools find the same', () => {
  const cases: Case[] = [];
  let trials: readonly Trial[] = [];
  let rendered = new Map<Way, Outcome>();
  let repaired = new Map<Trial, readonly Outcome[]>();
  const scratch = mkdtempSync(path.join(tmpdir(), 'softstop-'));
  after(() => rmSync(scratch, { recursive: true, force: true }));

  before(() => {
    if (skip !== false) return;
    assert.equal(missing, undefined);
    cases.push(...readdirSync(CHARTS).sort().map(chartCase), ...readdirSync(KUSTOMIZATIONS).sort().map(kustomizeCase));
    trials = cases.flatMap(trialsOf);
    const ways = cases.flatMap((one) => one.ways);
    const copies = trials.map((trial, i) => {
      const copy = path.join(scratch, String(i), trial.of.name);
      cpSync(trial.of.folder, copy, { recursive: true });
      const texts = textsIn(copy);
      for (const [file, edits] of editsByPath(trial.fix.edits)) {
        const name = file.slice('/w/'.length);
        writeFileSync(path.join(copy, name), applyEdits(texts.get(name) ?? '', edits));
      }
      const moved = (file: string) => path.join(copy, path.relative(trial.of.folder, file));
      return trial.ways.map(({ job }) => ({
        ...job,
        folder: moved(job.folder),
        values: (job.values ?? []).map(moved),
      }));
    });
    const outcomes = renderAll([...ways.map(({ job }) => job), ...copies.flat()]);
    rendered = new Map(ways.map((way, i) => [way, outcomes[i] ?? {}]));
    const rest = outcomes.slice(ways.length);
    repaired = new Map(trials.map((trial, i): [Trial, Outcome[]] => [trial, rest.splice(0, copies[i]?.length ?? 0)]));
  });

  it('in every chart and overlay, in every way that it is delivered', { skip }, () => {
    const wrong: string[] = [];
    let compared = 0;
    for (const { name, ways, analysis } of cases) {
      assert.deepEqual(analysis.problems, [], name);
      for (const way of ways) {
        const real = linesOf(rendered.get(way), ways);
        const own = linesIn(analysis, ways, way);
        compared += real.length;
        wrong.push(
          ...real
            .filter((line) => !own.includes(line) && !isRepeated(analysis, line))
            .map((line) => `${name} ${way.words ?? ''} misses ${line}`),
        );
        wrong.push(
          ...own.filter((line) => !real.includes(line)).map((line) => `${name} ${way.words ?? ''} makes up ${line}`),
        );
      }
    }
    assert.deepEqual(wrong, []);
    assert.ok(compared >= cases.length, 'the charts are there to find something in');
  });

  it('every fix repairs what comes out, in every way that it is offered for', { skip }, () => {
    const wrong: string[] = [];
    for (const [{ of, finding, fix, ways }, outcomes] of repaired) {
      for (const [i, way] of ways.entries()) {
        const lines = linesOf(outcomes[i], of.ways);
        const line = linesIn({ ...of.analysis, findings: [finding] }, of.ways, way)[0] ?? '';
        // Of several, the others stay; where there are several ways, a line does not tell which it is.
        const isSole =
          of.ways.length === 1 || of.analysis.findings.filter(({ rule }) => rule === finding.rule).length === 1;
        if (isSole && lines.includes(line)) wrong.push(`${of.name} ${way.words ?? ''}: ${fix.title} leaves ${line}`);
        const before = linesOf(rendered.get(way), of.ways);
        // What was moot comes to light; it is known already.
        const known = [...of.analysis.findings, ...of.analysis.masked].map(({ rule }) => `${rule}: `);
        const news = lines.filter((one) => !before.includes(one) && !known.some((rule) => one.startsWith(rule)));
        wrong.push(...news.map((one) => `${of.name}: ${fix.title} brings ${one}`));
      }
    }
    assert.deepEqual(wrong, []);
    assert.ok(repaired.size > 0, 'there are fixes to try');
  });
});
