// All that one file describes: the containers and pods that rules look at.
import type { Container } from './container.ts';
import type { Pod } from './pod.ts';
import { podsOf } from './pods.ts';
import type { Project } from './project.ts';
import { stageContainers } from './stages.ts';

/** The containers and pods of one file; the containers of the pods are among the containers. */
export interface FileModel {
  readonly containers: readonly Container[];
  readonly pods: readonly Pod[];
}

/** What a file describes; nothing where it is none that is known. */
export function modelOf(project: Project, path: string): FileModel {
  const pods = podsOf(project, path);
  return { containers: [...stageContainers(project, path), ...pods.flatMap(({ containers }) => containers)], pods };
}
