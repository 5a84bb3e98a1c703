// Finds in a manifest file what holds pods: kinds, names, labels, and the way to each pod spec. Knows where things stand,
// not what they mean for a stop. Parsing never throws.
import type { Place } from '../text/span.ts';
import { type Labels, labelsAt, objectsIn, placeOfName, textAt } from './manifestObjects.ts';
import { lookup, type YamlMap, type YamlScalar } from './yaml/yamlNode.ts';

/** A pod spec inside a manifest. */
export interface PodTemplate {
  readonly path: string;
  readonly kind: string;
  readonly apiVersion: string;
  /** `metadata.name`; absent where a template or the API server gives it. */
  readonly name: string | undefined;
  readonly namespace: string | undefined;
  /** The manifest's name, or its kind where it has none. */
  readonly at: Place;
  readonly manifest: YamlMap;
  /** The map with the pod's own metadata beside the spec. */
  readonly holder: YamlMap;
  /** The map that has `containers`. */
  readonly spec: YamlMap;
  /** The key over the spec. */
  readonly specAt: Place;
  /** Labels of the pods. */
  readonly labels: Labels;
  readonly annotations: Labels;
  /** Found by its looks: an unknown kind that holds something like a pod spec. */
  readonly guessed: boolean;
}

/** Where each kind keeps its pod specs; `*` stands for every item of a list. */
const POD_SPECS: { readonly [kind: string]: readonly string[] } = {
  Pod: ['spec'],
  PodTemplate: ['template.spec'],
  CronJob: ['spec.jobTemplate.spec.template.spec'],
  AdvancedCronJob: [
    'spec.template.jobTemplate.spec.template.spec',
    'spec.template.broadcastJobTemplate.spec.template.spec',
  ],
  UnitedDeployment: ['statefulSet', 'advancedStatefulSet', 'cloneSet', 'deployment'].map(
    (kind) => `spec.template.${kind}Template.spec.template.spec`,
  ),
  ScaledJob: ['spec.jobTargetRef.template.spec'],
  JobSet: ['spec.replicatedJobs.*.template.spec.template.spec'],
  LeaderWorkerSet: ['spec.leaderWorkerTemplate.leaderTemplate.spec', 'spec.leaderWorkerTemplate.workerTemplate.spec'],
  Revision: ['spec'],
  SidecarSet: ['spec'],
  // Volcano's Job shares its name with that of Kubernetes.
  Job: ['spec.template.spec', 'spec.tasks.*.template.spec'],
};

/** Kinds whose pod spec stands under `spec.template.spec`. */
const TEMPLATE_KINDS = new Set([
  'ReplicationController',
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Rollout',
  'Service',
  'Configuration',
  'CloneSet',
  'BroadcastJob',
  'DeploymentConfig',
]);

/** Kinds that describe other objects, or hold no pods whatever they look like. */
const NEVER =
  /^(?:CustomResourceDefinition|ConfigMap|Secret|\w*Webhook\w*|\w*Polic(?:y|ies)|\w*Constraint\w*|Kustomization|Component)$/;

/** What every manifest says of itself; in a document that says neither, nothing is looked for. */
const MANIFEST = /(?:^|[\s{,"'-])kind["']?\s*:\s*["']?[A-Z]/;
const VERSION = /(?:^|[\s{,"'-])apiVersion["']?\s*:\s*["']?[a-z]/;

/** The pod specs of a manifest file. */
export function podTemplatesIn(path: string, text: string): readonly PodTemplate[] {
  if (!text.includes('ontainers')) return [];
  return objectsIn(path, text, mayHoldPods).flatMap((manifest) => templatesOf(path, manifest));
}

/** Whether a document may hold pods, by its text. */
export function mayHoldPods(part: string): boolean {
  const holds = part.includes('ontainers') && MANIFEST.test(part) && VERSION.test(part);
  return holds && !/^kind:\s*CustomResourceDefinition/m.test(part);
}

/** The pod specs of some objects. */
export function podTemplatesAmong(path: string, objects: readonly YamlMap[]): readonly PodTemplate[] {
  return objects.flatMap((manifest) => templatesOf(path, manifest));
}

function templatesOf(path: string, manifest: YamlMap): readonly PodTemplate[] {
  const kind = textAt(manifest, 'kind');
  const apiVersion = textAt(manifest, 'apiVersion');
  if (kind === undefined || apiVersion === undefined || NEVER.test(kind)) return [];
  const named = POD_SPECS[kind] ?? (TEMPLATE_KINDS.has(kind) ? ['spec.template.spec'] : undefined);
  const specs = named
    ? named.flatMap((way) => follow(manifest, way.split('.')))
    : looksLikePods({ node: manifest, key: undefined, holder: manifest });
  return specs
    .filter(({ node }) => lookup(node, 'containers').kind !== 'absent')
    .map(({ node, key, holder }) => ({
      path,
      kind,
      apiVersion,
      name: textAt(manifest, 'metadata', 'name'),
      namespace: textAt(manifest, 'metadata', 'namespace'),
      at: placeOfName(manifest),
      manifest,
      holder,
      spec: node,
      specAt: key?.at ?? placeOfName(manifest),
      labels: labelsAt(holder, 'metadata', 'labels'),
      annotations: labelsAt(holder, 'metadata', 'annotations'),
      guessed: !named,
    }));
}

/** A map, the key over it, and the map that holds that key. */
interface Found {
  readonly node: YamlMap;
  readonly key: YamlScalar | undefined;
  readonly holder: YamlMap;
}

function follow(from: YamlMap, way: readonly string[]): readonly Found[] {
  let found: readonly Found[] = [{ node: from, key: undefined, holder: from }];
  for (let i = 0; i < way.length; i++) {
    const name = way[i] ?? '';
    const each = way[i + 1] === '*';
    found = found.flatMap(({ node }) => {
      const inner = lookup(node, name);
      if (inner.kind !== 'node') return [];
      const nodes = each ? (inner.node.kind === 'sequence' ? inner.node.items : []) : [inner.node];
      return nodes.flatMap((one) => (one.kind === 'map' ? [{ node: one, key: inner.key, holder: node }] : []));
    });
    if (each) i++;
  }
  return found;
}

/** Maps under a key `spec` that list containers with images, in any kind; aliases are not entered. */
function looksLikePods(found: Found, depth = 0): readonly Found[] {
  if (depth > 12) return [];
  const containers = lookup(found.node, 'containers');
  if (found.key?.text.text === 'spec' && containers.kind === 'node' && containers.node.kind === 'sequence') {
    const real = containers.node.items.every(
      (item) =>
        lookup(item, 'name').kind !== 'absent' &&
        ['image', 'command'].some((key) => lookup(item, key).kind !== 'absent'),
    );
    return real && containers.node.items.length > 0 ? [found] : [];
  }
  return found.node.pairs.flatMap(({ key, value, merged }) => {
    if (value.alias || merged) return [];
    const maps = value.kind === 'sequence' ? value.items : [value];
    return maps.flatMap((node) =>
      node.kind === 'map' ? looksLikePods({ node, key, holder: found.node }, depth + 1) : [],
    );
  });
}
