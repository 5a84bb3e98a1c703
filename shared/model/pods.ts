// All pods of one file, whatever kind of file it is.
import { isProcfile } from '../sources/fileKind.ts';
import { composePods } from './composePods.ts';
import { kubernetesPods } from './kubernetesPods.ts';
import type { Pod } from './pod.ts';
import { procfilePods } from './procfilePods.ts';
import type { Project } from './project.ts';

/** The pods that a file describes. */
export function podsOf(project: Project, path: string): readonly Pod[] {
  if (isProcfile(path)) return procfilePods(project, path);
  if (!/\.(?:ya?ml|json)$/i.test(path)) return [];
  return [...kubernetesPods(project, path), ...composePods(project, path)];
}
