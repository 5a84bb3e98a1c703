// All pods of one file, whatever kind of file it is.
import { isProcfile } from '../../sources/fileKind.ts';
import { composePods } from '../manifests/composePods.ts';
import { kubernetesPods } from '../manifests/kubernetesPods.ts';
import { procfilePods } from '../manifests/procfilePods.ts';
import type { Project } from '../project.ts';
import type { Pod } from './pod.ts';

/** The pods that a file describes. */
export function podsOf(project: Project, path: string): readonly Pod[] {
  if (isProcfile(path)) return procfilePods(project, path);
  if (!/\.(?:ya?ml|json)$/i.test(path)) return [];
  return [...kubernetesPods(project, path), ...composePods(project, path)];
}
