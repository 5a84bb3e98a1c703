// Finds admission webhooks in a manifest file, and the namespaces with their labels. Knows where things stand, not what
// they mean.
import type { Place } from '../text/span.ts';
import { NAMESPACE, WEBHOOKS } from './kinds.ts';
import { type Labels, labelsAt, objectsIn, objectsLike, placeOfName, textAt } from './manifestObjects.ts';
import { lookup, type YamlMap } from './yaml/yamlNode.ts';

/** One webhook of a ValidatingWebhookConfiguration or a MutatingWebhookConfiguration. */
export interface WebhookManifest {
  readonly path: string;
  readonly kind: string;
  readonly apiVersion: string;
  /** The configuration that it stands in. */
  readonly configurationAt: Place;
  readonly webhook: YamlMap;
}

/** A Namespace with its labels. */
export interface NamespaceManifest {
  readonly path: string;
  readonly name: string;
  /** Its name, where it is written. */
  readonly at: Place;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly manifest: YamlMap;
}

const GROUP = 'admissionregistration.k8s.io/';

/** The webhooks of a manifest file. */
export function webhooksIn(path: string, text: string): readonly WebhookManifest[] {
  if (!text.includes(GROUP)) return [];
  return webhooksAmong(
    path,
    objectsIn(path, text, (part) => part.includes(GROUP) && WEBHOOKS.test(part)),
  );
}

/** The webhooks of some objects. */
export function webhooksAmong(path: string, objects: readonly YamlMap[]): readonly WebhookManifest[] {
  return objects.flatMap((manifest) => {
    const kind = textAt(manifest, 'kind') ?? '';
    const apiVersion = textAt(manifest, 'apiVersion') ?? '';
    if (!/^(?:Validating|Mutating)WebhookConfiguration$/.test(kind) || !apiVersion.startsWith(GROUP)) return [];
    const webhooks = lookup(manifest, 'webhooks');
    const items = webhooks.kind === 'node' && webhooks.node.kind === 'sequence' ? webhooks.node.items : [];
    return items.flatMap((webhook) =>
      webhook.kind === 'map' && !webhook.templated
        ? [{ path, kind, apiVersion, configurationAt: placeOfName(manifest), webhook }]
        : [],
    );
  });
}

/** The Namespaces of a manifest file. */
export function namespacesIn(path: string, text: string): readonly NamespaceManifest[] {
  return objectsLike(path, text, NAMESPACE).flatMap((manifest) => {
    const name = textAt(manifest, 'metadata', 'name');
    if (textAt(manifest, 'kind') !== 'Namespace' || name === undefined) return [];
    const [labels, annotations] = ['labels', 'annotations'].map((key) => labelsAt(manifest, 'metadata', key));
    return labels && annotations ? [{ path, name, at: placeOfName(manifest), labels, annotations, manifest }] : [];
  });
}
