// Finds in a manifest file what holds pods and what sends them traffic: kinds, names, labels, and the way to each pod
// spec. Knows where things stand, not what they mean for a stop. Parsing never throws.
import type { Place } from '../text/span.ts';
import { BUDGET, mayHoldFiles, SCALER, WEBHOOKS } from './kinds.ts';
import { parseYaml } from './yaml/yaml.ts';
import { lookup, type YamlMap, type YamlNode, type YamlScalar } from './yaml/yamlNode.ts';

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

/** Names and values; `complete` is false where a template may add or decide some. */
export interface Labels {
  readonly known: ReadonlyMap<string, string>;
  readonly complete: boolean;
}

/** A Service of the cluster. */
export interface ServiceManifest {
  readonly path: string;
  readonly name: string | undefined;
  readonly namespace: string | undefined;
  readonly at: Place;
  /** Absent: it selects nothing. */
  readonly selector: Labels | undefined;
  readonly ports: readonly ServicePort[];
  readonly type: string;
  readonly headless: boolean;
  readonly localTrafficOnly: boolean;
  readonly annotations: Labels;
  readonly manifest: YamlMap;
}

/** A port of a Service. */
export interface ServicePort {
  /** The container's port by number or name; absent where a template decides. */
  readonly target: string | undefined;
  readonly protocol: string;
}

/** What leads traffic from outside to a Service: an Ingress or a route of a Gateway. */
export interface RouteManifest {
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly at: Place;
  /** `ingressClassName` or the old annotation. */
  readonly className: string | undefined;
  readonly annotations: Labels;
  /** The names of the Gateways that it belongs to. */
  readonly gateways: readonly string[];
  /** The names of the Services behind it. */
  readonly services: readonly string[];
  readonly manifest: YamlMap;
}

/** A Gateway, which routes belong to. */
export interface GatewayManifest {
  readonly name: string;
  readonly className: string;
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

/** The Services of a manifest file. */
export function servicesIn(path: string, text: string): readonly ServiceManifest[] {
  if (!/\bService\b/.test(text)) return [];
  return servicesAmong(
    path,
    objectsIn(path, text, (part) => SERVICE.test(part)),
  );
}

/** The Ingresses and Gateway routes of a manifest file. */
export function routesIn(path: string, text: string): readonly RouteManifest[] {
  if (!ROUTE.test(text)) return [];
  return routesAmong(
    path,
    objectsIn(path, text, (part) => ROUTE.test(part)),
  );
}

const SERVICE = /kind["']?\s*:\s*["']?(?:Service|(?:Service)?List)\b/;
const ROUTES = 'Ingress|(?:HTTP|GRPC|TCP|TLS)Route|IngressRoute(?:TCP)?|HTTPProxy|VirtualService';
const ROUTE = new RegExp(`kind["']?\\s*:\\s*["']?(?:${ROUTES}|List)\\b`);
const IS_ROUTE = new RegExp(`^(?:${ROUTES})$`);
const GATEWAY = /kind["']?\s*:\s*["']?(?:Gateway|List)\b/;

function mayHoldPods(part: string): boolean {
  const holds = part.includes('ontainers') && MANIFEST.test(part) && VERSION.test(part);
  return holds && !/^kind:\s*CustomResourceDefinition/m.test(part);
}

/** Whether a document may hold pods, send traffic to some, say how many there are, guard what is created, or hold a server's files. */
export function matters(part: string): boolean {
  return (
    [SERVICE, ROUTE, GATEWAY, SCALER, BUDGET, WEBHOOKS].some((kind) => kind.test(part)) ||
    mayHoldPods(part) ||
    mayHoldFiles(part)
  );
}

/** The pod specs of some objects. */
export function podTemplatesAmong(path: string, objects: readonly YamlMap[]): readonly PodTemplate[] {
  return objects.flatMap((manifest) => templatesOf(path, manifest));
}

/** The Services among some objects. */
export function servicesAmong(path: string, objects: readonly YamlMap[]): readonly ServiceManifest[] {
  return objects
    .filter(
      (manifest) => textAt(manifest, 'kind') === 'Service' && !/knative/.test(textAt(manifest, 'apiVersion') ?? ''),
    )
    .map((manifest) => serviceOf(path, manifest));
}

/** The Ingresses and routes among some objects. */
export function routesAmong(_path: string, objects: readonly YamlMap[]): readonly RouteManifest[] {
  return objects.filter((manifest) => IS_ROUTE.test(textAt(manifest, 'kind') ?? '')).map(routeOf);
}

/** The Gateways of a manifest file. */
export function gatewaysIn(path: string, text: string): readonly GatewayManifest[] {
  if (!text.includes('gatewayClassName')) return [];
  return objectsIn(path, text, (part) => GATEWAY.test(part)).flatMap((manifest) => gatewayOf(manifest) ?? []);
}

/** The Gateways among some objects. */
export function gatewaysAmong(_path: string, objects: readonly YamlMap[]): readonly GatewayManifest[] {
  return objects.flatMap((manifest) => gatewayOf(manifest) ?? []);
}

function gatewayOf(manifest: YamlMap): GatewayManifest | undefined {
  const name = textAt(manifest, 'metadata', 'name');
  const className = textAt(manifest, 'spec', 'gatewayClassName');
  const isGateway = textAt(manifest, 'kind') === 'Gateway';
  return isGateway && name !== undefined && className !== undefined ? { name, className } : undefined;
}

/** All objects of a file, those in Lists included. */
export function objectsIn(path: string, text: string, accept: (part: string) => boolean): readonly YamlMap[] {
  return parseYaml(path, text, accept).flatMap(({ root }) => objectsOf(root));
}

/** The object that a document is, or those that it lists. */
export function objectsOf(node: YamlNode | undefined): readonly YamlMap[] {
  if (node?.kind !== 'map') return [];
  const items = lookup(node, 'items');
  if (!/List$/.test(textAt(node, 'kind') ?? '')) return [node];
  return items.kind === 'node' && items.node.kind === 'sequence' ? items.node.items.flatMap(objectsOf) : [];
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

function serviceOf(path: string, manifest: YamlMap): ServiceManifest {
  const selector = lookup(manifest, 'spec', 'selector');
  const ports = lookup(manifest, 'spec', 'ports');
  return {
    path,
    name: textAt(manifest, 'metadata', 'name'),
    namespace: textAt(manifest, 'metadata', 'namespace'),
    at: placeOfName(manifest),
    selector: selector.kind === 'absent' ? undefined : labelsAt(manifest, 'spec', 'selector'),
    ports: ports.kind === 'node' && ports.node.kind === 'sequence' ? ports.node.items.map(servicePort) : [],
    type: textAt(manifest, 'spec', 'type') ?? 'ClusterIP',
    headless: textAt(manifest, 'spec', 'clusterIP') === 'None',
    localTrafficOnly: textAt(manifest, 'spec', 'externalTrafficPolicy') === 'Local',
    annotations: labelsAt(manifest, 'metadata', 'annotations'),
    manifest,
  };
}

function servicePort(port: YamlNode): ServicePort {
  const target = lookup(port, 'targetPort');
  const known = target.kind === 'absent' ? textAt(port, 'port') : textAt(port, 'targetPort');
  return { target: known, protocol: textAt(port, 'protocol') ?? 'TCP' };
}

function routeOf(manifest: YamlMap): RouteManifest {
  const annotations = labelsAt(manifest, 'metadata', 'annotations');
  const services = new Set<string>();
  collectServices(manifest, services, 0);
  return {
    kind: textAt(manifest, 'kind') ?? '',
    namespace: textAt(manifest, 'metadata', 'namespace'),
    at: placeOfName(manifest),
    className: textAt(manifest, 'spec', 'ingressClassName') ?? annotations.known.get('kubernetes.io/ingress.class'),
    annotations,
    gateways: gatewaysOf(manifest),
    services: [...services],
    manifest,
  };
}

function gatewaysOf(manifest: YamlMap): readonly string[] {
  const found = lookup(manifest, 'spec', 'parentRefs');
  const refs = found.kind === 'node' && found.node.kind === 'sequence' ? found.node.items : [];
  return refs.flatMap((ref) => ((textAt(ref, 'kind') ?? 'Gateway') === 'Gateway' ? (textAt(ref, 'name') ?? []) : []));
}

/** The names under `service`, `serviceName`, `backendRefs`, `services` and `destination.host`. */
function collectServices(node: YamlNode, into: Set<string>, depth: number): void {
  if (depth > 16 || node.alias) return;
  if (node.kind === 'sequence') for (const item of node.items) collectServices(item, into, depth + 1);
  if (node.kind !== 'map') return;
  for (const { key, value } of node.pairs) {
    const name = key.text.text;
    const named =
      name === 'serviceName' || (name === 'host' && depth > 4)
        ? [scalarText(value)]
        : name === 'service'
          ? [textAt(value, 'name')]
          : name === 'backendRefs' || name === 'services'
            ? (value.kind === 'sequence' ? value.items : []).map((item) => textAt(item, 'name'))
            : [];
    for (const one of named) if (one !== undefined) into.add(one.split('.')[0] ?? one);
    collectServices(value, into, depth + 1);
  }
}

/** A manifest's name, or its kind where it has none. */
export function placeOfName(manifest: YamlMap): Place {
  for (const keys of [['metadata', 'name'], ['metadata', 'generateName'], ['kind']]) {
    const found = lookup(manifest, ...keys);
    if (found.kind === 'node' && found.node.kind === 'scalar') return found.node.written;
  }
  const kind = manifest.pairs.find((pair) => pair.key.text.text === 'kind') ?? manifest.pairs[0];
  return kind?.key.at ?? manifest.at;
}

/** The names and values under some keys; none and complete where nothing is given. */
export function labelsAt(node: YamlNode, ...keys: readonly string[]): Labels {
  const found = lookup(node, ...keys);
  if (found.kind !== 'node' || found.node.kind !== 'map')
    return { known: new Map(), complete: found.kind === 'absent' };
  const known = new Map<string, string>();
  let complete = !found.node.open;
  for (const pair of found.node.pairs) {
    const value = scalarText(pair.value);
    if (value === undefined || pair.conditional) complete = false;
    else known.set(pair.key.text.text, value);
  }
  return { known, complete };
}

/** The text under some keys; absent where it is not known. */
export function textAt(node: YamlNode, ...keys: readonly string[]): string | undefined {
  const found = lookup(node, ...keys);
  return found.kind === 'node' ? scalarText(found.node) : undefined;
}

function scalarText(node: YamlNode): string | undefined {
  return node.kind === 'scalar' && !node.templated && node.value !== null ? node.text.text : undefined;
}
