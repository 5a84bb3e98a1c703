// The namespaces that a project describes.
import { type NamespaceManifest, namespacesIn } from '../../sources/webhooks.ts';
import type { Project } from '../project.ts';

/** All of them; found once, since everything that stands in one asks for it. */
export function namespacesOf(project: Project): readonly NamespaceManifest[] {
  return project.once('the namespaces', (own) => own.find(namespacesIn));
}
