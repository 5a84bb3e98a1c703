// What one kustomization changes in a resource: patches, names, labels, numbers, images, in kustomize's own order.
import type { Kustomization, LabelChange, Patch } from '../../sources/kustomization.ts';
import type { YamlDocument, YamlMap } from '../../sources/yaml/yamlNode.ts';
import { addPairs, applyOperations, changeImages, mergePatch, setNode, setText } from '../../sources/yaml/yamlPatch.ts';
import { sameFacts } from '../recording.ts';
import { isClusterScoped, isFor, isSame, type Resource, withObject } from './kustomizeResources.ts';

/** A patch with what its file holds; nothing is known of one that is not there. */
export interface LoadedPatch extends Patch {
  readonly documents: readonly YamlDocument[] | undefined;
}

/** What became of a resource by some patches. */
interface Change {
  readonly patches: readonly LoadedPatch[];
  readonly result: readonly Resource[];
}

/** The last changes of a resource: a letter that is typed in one file leaves most of the others as they are. */
const lastChanges = new WeakMap<Resource, WeakMap<Kustomization, readonly Change[]>>();
/** How it is now, and how it was in a few fixes that were tried. */
const CHANGES_KEPT = 4;

/** A resource as a kustomization leaves it; nothing where a patch takes it away. The later patches come last. */
export function changedBy(
  from: Kustomization,
  patches: readonly LoadedPatch[],
  later: readonly LoadedPatch[],
  resource: Resource,
): readonly Resource[] {
  const changes = lastChanges.get(resource) ?? new WeakMap<Kustomization, readonly Change[]>();
  lastChanges.set(resource, changes);
  const kept = changes.get(from) ?? [];
  const all = [...patches, ...later];
  const known = kept.find((change) =>
    change.patches.every(({ documents }, i) => {
      const now = all[i]?.documents;
      return documents === now || (documents && now && sameFacts(documents, now));
    }),
  );
  const change = known ?? { patches: all, result: transformed(from, patches, later, resource) };
  changes.set(from, [change, ...kept.filter((one) => one !== known)].slice(0, CHANGES_KEPT));
  return change.result;
}

function transformed(
  from: Kustomization,
  patches: readonly LoadedPatch[],
  later: readonly LoadedPatch[],
  given: Resource,
): readonly Resource[] {
  let resource: Resource | undefined = given;
  for (const patch of patches) resource = resource && patched(patch, resource);
  if (!resource) return [];
  const { kind } = resource;
  let { object } = resource;
  if (from.namespace !== undefined && !isClusterScoped(resource)) {
    object = setText(object, ['metadata', 'namespace'], () => from.namespace);
  }
  const { prefix, suffix } = from;
  const isNamed = prefix + suffix !== '' && !/^(?:Namespace|APIService|CustomResourceDefinition)$/.test(kind);
  if (isNamed) object = setText(object, ['metadata', 'name'], (old) => old && prefix + old + suffix);
  for (const change of from.labels) object = labelled(object, change, kind);
  if (from.annotations) object = annotated(object, from.annotations, kind);
  resource = withObject(resource, object);
  for (const patch of later) resource = resource && patched(patch, resource);
  if (!resource) return [];
  object = resource.object;
  const scales = /^(?:Deployment|ReplicaSet|StatefulSet|ReplicationController)$/.test(kind);
  for (const { name, count } of scales ? from.replicas : []) {
    if (resource.names.includes(name)) object = setNode(object, ['spec', 'replicas'], count);
  }
  if (from.images.length > 0) object = changeImages(from.images, object);
  resource = withObject(resource, object);
  const affixes = isNamed ? [...resource.affixes, `${prefix}\n${suffix}`] : resource.affixes;
  return [{ ...resource, affixes, altered: resource.altered || from.altersMore }];
}

/** A resource with a patch, if it is for it; nothing is left where the patch takes it away. */
function patched(patch: LoadedPatch, given: Resource): Resource | undefined {
  let resource = given;
  const isOpen = !patch.documents && (!patch.target || isFor(patch.target, given));
  if (isOpen) return { ...given, altered: true };
  for (const { root } of patch.documents ?? []) {
    if (root?.kind === 'sequence') {
      const isMeant = patch.target && isFor(patch.target, resource);
      if (isMeant) resource = withObject(resource, applyOperations(root.items, resource.object));
    } else if (root?.kind === 'map') {
      if (!(patch.target ? isFor(patch.target, resource) : isSame(root, resource))) continue;
      const directive = root.pairs.find(({ key }) => key.text.text === '$patch')?.value;
      if (directive?.kind === 'scalar' && directive.text.text === 'delete') return undefined;
      resource = withObject(resource, mergePatch(withoutIdentity(root), resource.object));
    }
  }
  return resource;
}

/** A patch says which resource it is for; that changes nothing in it. */
function withoutIdentity(patch: YamlMap): YamlMap {
  const pairs = patch.pairs.flatMap((pair) => {
    const key = pair.key.text.text;
    if (key === 'apiVersion' || key === 'kind') return [];
    if (key !== 'metadata' || pair.value.kind !== 'map') return [pair];
    const inner = pair.value.pairs.filter((one) => !/^(?:name|namespace)$/.test(one.key.text.text));
    return inner.length > 0 ? [{ ...pair, value: { ...pair.value, pairs: inner } }] : [];
  });
  return { ...patch, pairs };
}

const TEMPLATED = /^(?:ReplicationController|Deployment|ReplicaSet|DaemonSet|StatefulSet|Job)$/;
const IN_PODS = ['spec', 'template', 'metadata'];
const IN_JOBS = ['spec', 'jobTemplate', 'metadata'];
const IN_JOB_PODS = ['spec', 'jobTemplate', 'spec', 'template', 'metadata'];

/**
 * The labels of a resource, of the pods in it, and of what selects those: api/internal/konfig/builtinpluginconsts,
 * commonlabels.go and metadatalabels.go.
 */
function labelled(object: YamlMap, { pairs, selectors, templates }: LabelChange, kind: string): YamlMap {
  const added = (map: YamlMap, keys: readonly string[], create: boolean) => addPairs(map, keys, pairs, create);
  let result = added(object, ['metadata', 'labels'], true);
  if (templates && TEMPLATED.test(kind)) result = added(result, [...IN_PODS, 'labels'], true);
  if (templates && kind === 'CronJob') {
    for (const keys of [IN_JOBS, IN_JOB_PODS]) result = added(result, [...keys, 'labels'], true);
  }
  if (!selectors) return result;
  for (const [kinds, keys, create] of SELECTORS) {
    if (kinds.test(kind)) result = added(result, keys, create);
  }
  return result;
}

/** Where selectors stand, in which kinds, and whether they are made. */
const SELECTORS: readonly (readonly [kinds: RegExp, keys: readonly string[], create: boolean])[] = [
  [/^(?:Service|ReplicationController)$/, ['spec', 'selector'], true],
  [/^(?:Deployment|ReplicaSet|DaemonSet|StatefulSet)$/, ['spec', 'selector', 'matchLabels'], true],
  [/^StatefulSet$/, ['spec', 'volumeClaimTemplates', 'metadata', 'labels'], true],
  [/^(?:Job|PodDisruptionBudget)$/, ['spec', 'selector', 'matchLabels'], false],
  ...['podAffinity', 'podAntiAffinity']
    .flatMap((affinity) => [
      ['affinity', affinity, 'preferredDuringSchedulingIgnoredDuringExecution', 'podAffinityTerm'],
      ['affinity', affinity, 'requiredDuringSchedulingIgnoredDuringExecution'],
    ])
    .concat([['topologySpreadConstraints']])
    .map((way): readonly [RegExp, readonly string[], boolean] => [
      /^(?:Deployment|StatefulSet)$/,
      ['spec', 'template', 'spec', ...way, 'labelSelector', 'matchLabels'],
      false,
    ]),
];

/** The annotations of a resource and of the pods in it: commonannotations.go. */
function annotated(object: YamlMap, pairs: YamlMap, kind: string): YamlMap {
  const places = [
    ['metadata'],
    ...(TEMPLATED.test(kind) ? [IN_PODS] : []),
    ...(kind === 'CronJob' ? [IN_JOBS, IN_JOB_PODS] : []),
  ];
  return places.reduce((map, keys) => addPairs(map, [...keys, 'annotations'], pairs, true), object);
}
