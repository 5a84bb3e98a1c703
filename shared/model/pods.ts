// All pods of one file, whatever kind of file it is.
import { composePods } from './composePods.ts';
import { kubernetesPods } from './kubernetesPods.ts';
import type { Pod } from './pod.ts';
import type { Project } from './project.ts';

/** The pods that a file describes. */
export function podsOf(project: Project, path: string): readonly Pod[] {
  if (!/\.(?:ya?ml|json)$/i.test(path)) return [];
  return [...kubernetesPods(project, path), ...composePods(project, path)];
}
