// All that one file describes: what rules look at.
import type { Container } from './container.ts';
import { stageContainers } from './image/stages.ts';
import type { Pod } from './pod/pod.ts';
import { podsOf } from './pod/pods.ts';
import type { Project } from './project.ts';
import type { Service } from './workload/service.ts';
import { servicesOfFile } from './workload/services.ts';
import type { Webhook } from './workload/webhook.ts';
import { webhooksOf } from './workload/webhooks.ts';

/** What one file describes; the containers of the pods are among the containers. */
export interface FileModel {
  readonly containers: readonly Container[];
  readonly pods: readonly Pod[];
  readonly services: readonly Service[];
  readonly webhooks: readonly Webhook[];
}

/** What a file describes; nothing where it is none that is known. */
export function modelOf(project: Project, path: string): FileModel {
  const pods = podsOf(project, path);
  return {
    containers: [...stageContainers(project, path), ...pods.flatMap(({ containers }) => containers)],
    pods,
    services: servicesOfFile(project, path),
    webhooks: webhooksOf(project, path),
  };
}
