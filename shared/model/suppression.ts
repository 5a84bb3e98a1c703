// Takes out what ignore comments silence, and tells what has come of each comment. Knows rules by their ids.
import { isExcluded, settingsFor } from '../settings/settings.ts';
import { isCandidate } from '../sources/fileKind.ts';
import { type IgnoreComment, ignoreCommentsIn } from '../sources/ignoreComments.ts';
import { parseShell } from '../sources/shell.ts';
import { parseYaml } from '../sources/yaml/yaml.ts';
import { nearest } from '../text/nearest.ts';
import { contains, type Place } from '../text/span.ts';
import { fileOf } from './documents.ts';
import type { Project } from './project.ts';

/** An ignore comment, and what has come of it. */
export interface Ignore {
  readonly comment: IgnoreComment;
  /** `unknown`: it silences nothing now, but whether there would be something to silence cannot be told. */
  readonly effect: 'silences' | 'nothing' | 'noSuchRule' | 'unknown';
  /** The rule that is probably meant, where there is no such rule. */
  readonly meant: string | undefined;
  /** Where the rule finds something in the file that no comment silences. */
  readonly elsewhere: Place | undefined;
}

interface KnownRule {
  readonly id: string;
  readonly default: 'on' | 'off';
}

interface Found {
  readonly rule: { readonly id: string };
  readonly at: Place;
}

/**
 * Takes what comments silence out of the findings that the settings let through, those that are moot for now included.
 * `reached` tells whether another file leads to a path: in a script that nothing starts, nothing is ever found.
 */
export function applyIgnores<F extends Found>(
  project: Project,
  findings: readonly F[],
  rules: readonly KnownRule[],
  reached: (path: string) => boolean,
): { readonly kept: readonly F[]; readonly ignores: readonly Ignore[] } {
  const byPath = new Map(project.paths().map((path) => [path, commentsOf(project, path)]));
  // A comment of a document may speak for the whole file.
  const forFiles = [...byPath.values()].flat().filter(({ scope }) => scope === 'file');
  const used = new Set<IgnoreComment>();
  const kept = findings.filter((finding) => {
    const own = byPath.get(finding.at.path) ?? [];
    const silencing = [...own, ...forFiles].filter((comment) => silences(comment, finding));
    for (const comment of silencing) used.add(comment);
    return silencing.length === 0;
  });
  const effectOf = (comment: IgnoreComment): Ignore['effect'] => {
    if (used.has(comment)) return 'silences';
    const rule = rules.find(({ id }) => id === comment.rule);
    if (!rule) return 'noSuchRule';
    const { path } = comment.at;
    const told = isOn(project, path, rule) && project.derived(path, isWhole) && (isCandidate(path) || reached(path));
    return told ? 'nothing' : 'unknown';
  };
  const ignores = [...byPath.values()].flat().map((comment): Ignore => {
    const effect = effectOf(comment);
    return {
      comment,
      effect,
      meant: effect === 'noSuchRule' ? meantBy(comment, rules) : undefined,
      elsewhere: kept.find(({ rule, at }) => rule.id === comment.rule && fileOf(at.path) === fileOf(comment.at.path))
        ?.at,
    };
  });
  return { kept, ignores };
}

function commentsOf(project: Project, path: string): readonly IgnoreComment[] {
  const comments = project.derived(path, ignoreCommentsIn) ?? [];
  return comments.length > 0 && !isExcluded(settingsFor(project, path), path) ? comments : [];
}

function silences({ rule, covers, scope, at }: IgnoreComment, finding: Found): boolean {
  if (rule !== finding.rule.id) return false;
  const { path, start } = finding.at;
  if (scope === 'file') return fileOf(at.path) === fileOf(path);
  return covers !== undefined && contains(covers, { start, end: start });
}

function isOn(project: Project, path: string, rule: KnownRule): boolean {
  return (settingsFor(project, path).rules.get(rule.id) ?? rule.default) !== 'off';
}

/** Whether a text is no half-typed one, of which rules see less than there will be. */
function isWhole(path: string, text: string): boolean {
  if (/\.ya?ml$/i.test(path)) return parseYaml(path, text).every(({ error }) => error === undefined);
  return isCandidate(path) || parseShell(text).whole;
}

/** A reason without its dashes may stand behind the id. */
function meantBy({ rule }: IgnoreComment, rules: readonly KnownRule[]): string | undefined {
  const [word = ''] = rule.split(/\s/);
  return nearest(
    word,
    rules.map(({ id }) => id),
  )[0];
}
