// Lets what refers to a resource by its name follow the names that kustomizations give. Knows no file.

import type { YamlMap } from '../../sources/yaml/yamlNode.ts';
import { mapMaps, setText } from '../../sources/yaml/yamlPatch.ts';
import { isClusterScoped, namespaceOf, type Resource, wordAt } from './kustomizeResources.ts';

/**
 * Where names of what stand: under which key, in a map under which other key, in which kinds. The others of kustomize's
 * list (api/internal/konfig/builtinpluginconsts/namereference.go) are for what no pod needs to stop.
 */
const REFERENCES: readonly {
  readonly to: RegExp;
  readonly under: RegExp;
  readonly key: string;
  readonly from: RegExp;
}[] = [
  ...[
    { to: /^ConfigMap$/, under: /^configMap(?:Key)?(?:Ref)?$/, key: 'name' },
    { to: /^Secret$/, under: /^(?:secret(?:Key)?(?:Ref)?|imagePullSecrets)$/, key: 'name' },
    { to: /^Secret$/, under: /^secret$/, key: 'secretName' },
    { to: /^PersistentVolumeClaim$/, under: /^persistentVolumeClaim$/, key: 'claimName' },
    { to: /^ServiceAccount$/, under: /^spec$/, key: 'serviceAccountName' },
    { to: /^PriorityClass$/, under: /^spec$/, key: 'priorityClassName' },
  ].map((one) => ({
    ...one,
    from: /^(?:Pod|PodTemplate|Deployment|ReplicaSet|DaemonSet|StatefulSet|Job|CronJob)$/,
  })),
  { to: /^Service$/, under: /^spec$/, key: 'serviceName', from: /^StatefulSet$/ },
  {
    to: /^Service$/,
    under: /^service$/,
    key: 'name',
    from: /^(?:Ingress|(?:Validating|Mutating)WebhookConfiguration)$/,
  },
  { to: /^Service$/, under: /^(?:backend|defaultBackend)$/, key: 'serviceName', from: /^Ingress$/ },
  {
    to: /^(?:Deployment|ReplicaSet|StatefulSet|ReplicationController)$/,
    under: /^scaleTargetRef$/,
    key: 'name',
    from: /^HorizontalPodAutoscaler$/,
  },
];

/** Resources with the names that they have in the end, and whatever refers to them with these. */
export function renamed(resources: readonly Resource[]): readonly Resource[] {
  const moved = resources.filter((one) => one.names.length > 1 || one.kind === 'Service');
  return resources.map((resource) => {
    const own = REFERENCES.filter(({ from }) => from.test(resource.kind));
    if (own.length === 0 || moved.length === 0) return resource;
    const object = mapMaps(resource.object, (map, key) => own.reduce((now, one) => followed(now, key, one), map));
    return object === resource.object ? resource : { ...resource, object };

    function followed(map: YamlMap, under: string, { to, under: wanted, key }: (typeof REFERENCES)[number]): YamlMap {
      const name = wanted.test(under) ? wordAt(map, key) : undefined;
      if (name === undefined) return map;
      const meant = meantBy(resource, name, to, moved, wordAt(map, 'namespace'));
      const now = meant && wordAt(meant.object, 'metadata', 'name');
      if (!meant || now === undefined) return map;
      const named = now === name ? map : setText(map, [key], () => now);
      const namespace = isClusterScoped(resource) ? wordAt(meant.object, 'metadata', 'namespace') : undefined;
      const isThere = namespace === undefined || namespace === wordAt(map, 'namespace');
      return isThere ? named : setText(named, ['namespace'], () => namespace);
    }
  });
}

/** The one resource that a name means; of several, the one that went the same way. */
function meantBy(
  from: Resource,
  name: string,
  kinds: RegExp,
  among: readonly Resource[],
  namespace: string | undefined,
): Resource | undefined {
  const all = among.filter(
    (one) =>
      kinds.test(one.kind) &&
      one.names.includes(name) &&
      (isClusterScoped(from)
        ? namespace === undefined || [one.home, namespaceOf(one)].includes(namespace)
        : namespaceOf(one) === namespaceOf(from)),
  );
  if (all.length <= 1) return all[0];
  const near = all.filter(({ affixes }) => isEnd(affixes, from.affixes, true));
  const nearest = near.length > 1 ? near.filter(({ affixes }) => isEnd(affixes, from.affixes, false)) : near;
  return nearest.length === 1 ? nearest[0] : undefined;
}

/** Whether the shorter list is how the longer one ends. */
function isEnd(a: readonly string[], b: readonly string[], mayBeEmpty: boolean): boolean {
  const length = Math.min(a.length, b.length);
  if (length === 0) return mayBeEmpty || a.length === b.length;
  return a.slice(-length).join('\n') === b.slice(-length).join('\n');
}
