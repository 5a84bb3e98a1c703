// Finds in a manifest file what sends traffic to pods: Services, Ingresses, routes and Gateways. Knows where things stand,
// not what they mean for a stop. Parsing never throws.
import type { Place } from '../text/span.ts';
import { type Labels, labelsAt, objectsLike, placeOfName, scalarText, textAt } from './manifestObjects.ts';
import { lookup, type YamlMap, type YamlNode } from './yaml/yamlNode.ts';

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
  /** What the Service calls it. */
  readonly name: string | undefined;
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

/** The Services of a manifest file. */
export function servicesIn(path: string, text: string): readonly ServiceManifest[] {
  return /\bService\b/.test(text) ? servicesAmong(path, objectsLike(path, text, SERVICE)) : [];
}

/** The Ingresses and Gateway routes of a manifest file. */
export function routesIn(path: string, text: string): readonly RouteManifest[] {
  return routesAmong(path, objectsLike(path, text, ROUTE));
}

/** What the text of a document with a Service, a route or a Gateway has in it. */
export const SERVICE = /kind["']?\s*:\s*["']?(?:Service|(?:Service)?List)\b/;
const ROUTES = 'Ingress|(?:HTTP|GRPC|TCP|TLS)Route|IngressRoute(?:TCP)?|HTTPProxy|VirtualService';
export const ROUTE = new RegExp(`kind["']?\\s*:\\s*["']?(?:${ROUTES}|List)\\b`);
const IS_ROUTE = new RegExp(`^(?:${ROUTES})$`);
export const GATEWAY = /kind["']?\s*:\s*["']?(?:Gateway|List)\b/;

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
  return objectsLike(path, text, GATEWAY).flatMap((manifest) => gatewayOf(manifest) ?? []);
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
  return { name: textAt(port, 'name'), target: known, protocol: textAt(port, 'protocol') ?? 'TCP' };
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
