// Runs the rules over a project and makes one story of what they report: merged, masked, with fixes that hold.
// Knows no rule by name and no file format.
import type { Container } from './model/container.ts';
import type { Finding, Problem } from './model/finding.ts';
import type { Pod } from './model/pod.ts';
import type { Project } from './model/project.ts';

/** What one look at a project gives. */
export interface Analysis {
  readonly project: Project;
  /** Sorted by path and place; merged, masked, and with suppressed ones left out. */
  readonly findings: readonly Finding[];
  /** What keeps Softstop from doing its work; hosts show these as messages of their own. */
  readonly problems: readonly Problem[];
  /** Paths to load before the answer is final; empty when it is. */
  readonly wants: readonly string[];
  readonly containers: readonly Container[];
  readonly pods: readonly Pod[];
}

/** Analyses a project. Pieces of `previous` are reused where every answer they were given is unchanged. */
export function analyze(project: Project, _previous?: Analysis): Analysis {
  return { project, findings: [], problems: [], wants: [...project.wants], containers: [], pods: [] };
}
