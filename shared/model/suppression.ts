// Takes out the findings that a comment silences.
import type { IgnoreComment } from '../sources/ignoreComments.ts';
import type { Place } from '../text/span.ts';
import type { Project } from './project.ts';

/** The ignore comments of a file. */
export function ignoresOf(_project: Project, _path: string): readonly IgnoreComment[] {
  return [];
}

/** The findings that no comment silences, and the comments that silence nothing. */
export function applyIgnores<F extends { readonly rule: { readonly id: string }; readonly at: Place }>(
  _ignores: readonly IgnoreComment[],
  findings: readonly F[],
): { readonly kept: readonly F[]; readonly unused: readonly IgnoreComment[] } {
  return { kept: findings, unused: [] };
}
