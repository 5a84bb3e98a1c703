// Runs the rules over a project and makes one story of what they report: merged, masked, with fixes that hold.
// Knows no rule by name and no file format.

import type { Container } from '../model/container.ts';
import { type FileModel, modelOf } from '../model/fileModel.ts';
import type { Finding, Problem } from '../model/finding.ts';
import type { Pod } from '../model/pod/pod.ts';
import { Project } from '../model/project.ts';
import { Dependents, Recording } from '../model/recording.ts';
import { applyIgnores } from '../model/suppression.ts';
import { rules } from '../rules/index.ts';
import type { Report, Rule } from '../rules/rule.ts';
import { isExcluded, settingsFor, severityOf } from '../settings/settings.ts';
import { settingsProblems } from '../settings/settingsProblems.ts';
import { byDelivery, distinct } from './byDelivery.ts';
import { mergeReports, type RawFinding } from './rawFinding.ts';
import { type Unit, Verifier } from './verifyFix.ts';

/** What one look at a project gives. */
export interface Analysis {
  readonly project: Project;
  /** Sorted by path and place; merged, masked, and with suppressed ones left out. Each with the fixes that hold. */
  readonly findings: readonly Finding[];
  /** What is moot as long as other findings stand; their fixes are not looked into. */
  readonly masked: readonly Finding[];
  /** What keeps Softstop from doing its work; hosts show these as messages of their own. */
  readonly problems: readonly Problem[];
  /** Paths to load before the answer is final; empty when it is. */
  readonly wants: readonly string[];
  /** Their places may be those of documents; `project.inFile` leads to the files. */
  readonly containers: readonly Container[];
  /** Their places too. */
  readonly pods: readonly Pod[];
}

/** Whether a host tells of a finding: the fixes of others are not looked into, and they have none. */
export type Tells = (finding: Pick<Finding, 'at' | 'severity'>) => boolean;

/** What an analysis remembers for the next one. */
interface Memory {
  readonly units: ReadonlyMap<string, Unit>;
  readonly dependents: Dependents<Unit>;
  readonly verifier: Verifier;
}

const remembered = new WeakMap<Analysis, Memory>();

/** Analyses a project. Pieces of `before` are reused where every answer they were given is unchanged. */
export function analyze(given: Project, before?: Analysis, tells: Tells = () => true): Analysis {
  const project = new Project(given.input, before?.project);
  const previous = before && sameSettings(before.project, project) ? before : undefined;
  const memory = previous && remembered.get(previous);
  const changed = previous ? project.changedSince(previous.project) : [];
  if (previous) project.takeOver(previous.project, changed);
  const outdated = new Set(previous ? memory?.dependents.affected(changed, previous.project, project, true) : []);
  const units = new Map<string, Unit>();
  for (const path of project.paths()) {
    const old = memory?.units.get(path);
    units.set(path, old && !outdated.has(old) ? old : unitOf(project, path));
  }
  const all = [...units.values()];
  const dependents = new Dependents(all);
  const verifier = memory?.verifier ?? new Verifier(unitOf);
  const recording = new Recording();
  const analysis = tell(project.recordedBy(recording), all, dependents, verifier, tells);
  const wants = [recording, ...all.map((unit) => unit.recording)].flatMap((one) => one.wants());
  const result: Analysis = { ...analysis, project, wants: [...new Set([...wants, ...verifier.takeWants()])].sort() };
  remembered.set(result, { units, dependents, verifier });
  return result;
}

/** Whether what holds for all files is the same; hosts hand over the same objects as long as it is. */
function sameSettings({ scope: a }: Project, { scope: b }: Project): boolean {
  return a.defaults === b.defaults && a.overrides === b.overrides && a.roots.join('\n') === b.roots.join('\n');
}

/** What one file gives by itself: its model, and what the rules say of it. */
function unitOf(project: Project, path: string): Unit {
  const recording = new Recording();
  const recorded = project.recordedBy(recording);
  const problems: Problem[] = [];
  const attempt = <T>(what: string, work: () => T, otherwise: T): T => {
    try {
      return work();
    } catch (error) {
      const at = { path, start: 0, end: 0 };
      problems.push({
        kind: 'internal',
        at,
        message: `${what} failed on ${project.display(path)}: ${reasonOf(error)}`,
      });
      return otherwise;
    }
  };
  const excluded = attempt('reading the settings', () => isExcluded(settingsFor(recorded, path), path), false);
  const nothing: FileModel = { containers: [], pods: [], services: [], webhooks: [] };
  const model = excluded ? nothing : attempt('the model', () => modelOf(recorded, path), nothing);
  const findings = rules.flatMap((rule) =>
    attempt(
      `the rule ${rule.id}`,
      () => [...reportsOf(rule, model, recorded)].map(([about, report]) => rawFinding(recorded, rule, about, report)),
      [],
    ),
  );
  return {
    path,
    recording,
    model,
    findings: byDelivery(findings, [...model.pods, ...model.services, ...model.webhooks]),
    problems,
  };
}

/** What a rule reports, each with the pod or image that it is about. */
function* reportsOf(
  rule: Rule,
  { containers, pods, services, webhooks }: FileModel,
  project: Project,
): Iterable<readonly [object, Report]> {
  if (rule.subject === 'container') {
    for (const container of containers) {
      for (const report of (rule as Rule<'container'>).check(container, project))
        yield [container.pod ?? container, report];
    }
  }
  if (rule.subject === 'pod') {
    for (const pod of pods) for (const report of (rule as Rule<'pod'>).check(pod, project)) yield [pod, report];
  }
  if (rule.subject === 'service') {
    for (const one of services) for (const report of (rule as Rule<'service'>).check(one, project)) yield [one, report];
  }
  if (rule.subject === 'webhook') {
    for (const one of webhooks) for (const report of (rule as Rule<'webhook'>).check(one, project)) yield [one, report];
  }
  // Comments are looked at when it is known what they silence.
}

function rawFinding(
  project: Project,
  rule: Rule,
  about: object,
  { at, message, severity, related = [], fixes = [], masked = false }: Report,
): RawFinding {
  const text = project.text(at.path) ?? '';
  const line = /[\r\n]/.exec(text.slice(at.start, at.end));
  const place = line ? { ...at, end: at.start + line.index } : at;
  // Two containers that one loop of a template writes are repaired by one edit.
  const whole = fixes.map((fix) => ({ ...fix, edits: distinct(fix.edits) }));
  return { rule, about, at: place, message, severity: severity ?? rule.severity, related, fixes: whole, masked };
}

/** Makes one story of what the units say. */
function tell(
  project: Project,
  units: readonly Unit[],
  dependents: Dependents<Unit>,
  verifier: Verifier,
  tells: Tells,
): Omit<Analysis, 'project' | 'wants'> {
  const problems = [
    ...settingsProblems(
      project,
      rules.map(({ id }) => id),
    ),
    ...units.flatMap((unit) => unit.problems),
  ];
  const counted = asSet(project, mergeReports(units.flatMap(({ findings }) => findings)));
  const reached = (path: string) => units.some((unit) => unit.path !== path && unit.recording.restsOn([path]));
  const { kept, ignores } = applyIgnores(project, counted, rules, reached);
  const comments = rules.flatMap((rule) =>
    rule.subject === 'ignoreComment'
      ? ignores.flatMap((ignore) =>
          [...(rule as Rule<'ignoreComment'>).check(ignore, project)].map((report) =>
            rawFinding(project, rule, ignore, report),
          ),
        )
      : [],
  );
  const all = [...kept, ...asSet(project, mergeReports(comments))];
  const held = verifier.holding(
    project,
    new Set(units),
    dependents,
    all.filter(({ masked, at, severity }) => !masked && tells({ at: project.inFile(at), severity })),
  );
  const findings = all.map((finding) => {
    const fixes = held.get(finding) ?? [];
    return { masked: finding.masked, finding: { ...finding, rule: finding.rule.id, fixes } };
  });
  const plain = (masked: boolean) =>
    findings
      .filter((one) => one.masked === masked)
      .map(({ finding: { masked: _, about: __, ...rest } }) => inFiles(project, rest))
      .sort(byPlace);
  return {
    findings: plain(false),
    masked: plain(true),
    problems: problems.map((one) => (one.at ? { ...one, at: project.inFile(one.at) } : one)),
    containers: units.flatMap(({ model }) => model.containers),
    pods: units.flatMap(({ model }) => model.pods),
  };
}

/** A finding of a document, as one of its file. */
function inFiles(project: Project, finding: Finding): Finding {
  return {
    ...finding,
    at: project.inFile(finding.at),
    related: finding.related.map((fact) => ({ ...fact, at: project.inFile(fact.at) })),
    fixes: finding.fixes.map((fix) => ({ ...fix, edits: fix.edits.map((edit) => project.inFile(edit)) })),
  };
}

/** What the settings let through, as severe as they say. */
function asSet(project: Project, findings: readonly RawFinding[]): readonly RawFinding[] {
  return findings.flatMap((finding) => {
    const settings = settingsFor(project, finding.at.path);
    const severity = severityOf(settings, finding.rule.id, finding.severity, finding.rule.default === 'on');
    return severity === 'off' || isExcluded(settings, finding.at.path) ? [] : [{ ...finding, severity }];
  });
}

function byPlace(a: Finding, b: Finding): number {
  if (a.at.path !== b.at.path) return a.at.path < b.at.path ? -1 : 1;
  return a.at.start - b.at.start || a.at.end - b.at.end || (a.rule < b.rule ? -1 : 1);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
