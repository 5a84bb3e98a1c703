// Finds the Services that select a pod template, and the routers in front of them, in all files of the project.

import { type Labels, textAt } from '../../sources/manifestObjects.ts';
import type { PodTemplate } from '../../sources/podTemplates.ts';
import {
  type GatewayManifest,
  gatewaysAmong,
  gatewaysIn,
  type RouteManifest,
  routesAmong,
  routesIn,
  type ServiceManifest,
  servicesAmong,
  servicesIn,
} from '../../sources/traffic.ts';
import { removeKey, setKey } from '../../sources/yaml/yamlEdit.ts';
import { lookup } from '../../sources/yaml/yamlNode.ts';
import { oneByOne } from '../../text/edits.ts';
import { fileOf } from '../documents.ts';
import { type Company, deliveriesOf } from '../manifests/manifests.ts';
import { asBoolean } from '../manifests/yamlValue.ts';
import { commonFolder } from '../paths.ts';
import type { Field } from '../pod/lifecycle.ts';
import type { Project } from '../project.ts';
import type { Change } from '../setting.ts';
import type { Service } from './service.ts';
import type { Router, ServiceLink } from './workload.ts';

/**
 * The Services that surely select the pods of a template: those that are delivered with it, else those in its file, in
 * its folder, or nearest to it.
 */
export function servicesOf(
  project: Project,
  template: PodTemplate,
  company: Company | undefined,
): readonly ServiceLink[] {
  const fits = (service: ServiceManifest) =>
    sameNamespace(service.namespace, template.namespace) && selects(service.selector, template.labels);
  const together = company?.find(servicesAmong, fits) ?? [];
  const selecting =
    together.length > 0 ? together : project.find(servicesIn, fits).filter(({ path }) => !company?.has(path));
  const near = [
    selecting.filter(({ path }) => fileOf(path) === fileOf(template.path)),
    selecting.filter(({ path }) => folder(path) === folder(template.path)),
    nearest(selecting, template.path),
  ].find((some) => some.length > 0);
  return (near ?? []).map((service) => link(project, service, company));
}

/** Of several that are called alike in other folders, as examples beside each other are, those that are nearest. */
function nearest(services: readonly ServiceManifest[], from: string): readonly ServiceManifest[] {
  const nearness = ({ path }: ServiceManifest) => commonFolder(path, from).length;
  const most = Math.max(...services.map(nearness));
  return services.filter((service) => nearness(service) === most);
}

/** The Services of a file, as they reach the cluster. */
export function servicesOfFile(project: Project, path: string): readonly Service[] {
  if (!/\.(?:ya?ml|json)$/i.test(path)) return [];
  return deliveriesOf(project, path).flatMap(({ objects, when, company }) =>
    (objects ? servicesAmong(path, objects) : (project.derived(path, servicesIn) ?? [])).map((manifest): Service => {
      const { name, at, headless, routers } = link(project, manifest, company);
      // Whom it is for, its name tells.
      const publishes = manifest.name === undefined ? undefined : publishesNotReady(manifest);
      return { name, at, specAt: at, ...(when && { when }), headless, routers, publishesNotReady: publishes };
    }),
  );
}

function publishesNotReady({ manifest }: ServiceManifest): Field | undefined {
  const key = 'publishNotReadyAddresses';
  const spec = lookup(manifest, 'spec');
  const found = lookup(manifest, 'spec', key);
  if (spec.kind !== 'node' || spec.node.kind !== 'map' || found.kind !== 'node' || !asBoolean(found.node))
    return undefined;
  const { node } = spec;
  const remove = () => {
    const removal = removeKey(node, key);
    // What the values of a chart give is changed there.
    return removal.ok ? removal : setKey(node, [key], false);
  };
  return { at: found.key.at, remove };
}

function sameNamespace(a: string | undefined, b: string | undefined): boolean {
  return a === b || a === undefined || b === undefined;
}

/** Whether every label that the selector asks for is surely there. */
function selects(selector: Labels | undefined, labels: Labels): boolean {
  if (!selector?.complete || selector.known.size === 0) return false;
  return [...selector.known].every(([name, value]) => labels.known.get(name) === value);
}

function link(project: Project, service: ServiceManifest, company: Company | undefined): ServiceLink {
  return {
    name: service.name ?? 'Service',
    at: service.at,
    targets: service.ports.flatMap(({ name, target, protocol }) =>
      target === undefined ? [] : [{ name, port: target, protocol }],
    ),
    headless: service.headless,
    routers: [
      ...routersOf(service),
      ...routesTo(project, service, company).flatMap((route) =>
        routerOn(route, service, gatewaysOf(project, route, company)),
      ),
    ],
  };
}

/** What the Service itself puts in front of its pods. */
function routersOf(service: ServiceManifest): readonly Router[] {
  const at = service.at;
  const annotations = [...service.annotations.known.keys()].join(' ');
  const routers: Router[] = [{ kind: 'kubeProxy', name: 'kube-proxy', at }];
  if (/cloud\.google\.com\/neg/.test(annotations))
    routers.push({ kind: 'googleBalancer', name: 'the Google load balancer', at });
  if (service.type === 'LoadBalancer') {
    const className = textAt(service.manifest, 'spec', 'loadBalancerClass') ?? '';
    if (/aws-load-balancer-(?:nlb-target-type|type)/.test(annotations) || AWS_CLASS.test(className)) {
      routers.push({
        kind: 'awsBalancer',
        name: 'the AWS load balancer',
        at,
        direct: sendsToPods(service) ?? false,
        ...awsDraining(service),
      });
    } else if (service.localTrafficOnly && !/metallb|kube-vip|purelb/.test(annotations)) {
      // Those that announce an address move it as soon as the node has no endpoint.
      routers.push({ kind: 'nodeBalancer', name: 'the load balancer', at });
    }
  }
  return routers;
}

function routesTo(
  project: Project,
  { name, namespace }: ServiceManifest,
  company: Company | undefined,
): readonly RouteManifest[] {
  if (name === undefined) return [];
  const leads = (route: RouteManifest) => route.services.includes(name) && sameNamespace(route.namespace, namespace);
  const elsewhere = project.find(routesIn, leads).filter(({ at }) => !company?.has(at.path));
  return [...(company?.find(routesAmong, leads) ?? []), ...elsewhere];
}

/** The Gateways that a route belongs to. */
function gatewaysOf(
  project: Project,
  { gateways }: RouteManifest,
  company: Company | undefined,
): readonly GatewayManifest[] {
  if (gateways.length === 0) return [];
  const isIt = ({ name }: GatewayManifest) => gateways.includes(name);
  const elsewhere = project.once('the gateways', (own) => own.find(gatewaysIn)).filter(isIt);
  return [...(company?.find(gatewaysAmong, isIt) ?? []), ...elsewhere];
}

/** Classes of Ingresses and Gateways that stand for Google's load balancers. */
const GKE = /^(?:gce|gke-)/;

/** What an Ingress or a route puts in front of a Service. */
function routerOn(
  route: RouteManifest,
  service: ServiceManifest,
  gateways: readonly GatewayManifest[],
): readonly Router[] {
  const className =
    route.className ?? gateways.map((gateway) => gateway.className).find((name) => GKE.test(name)) ?? '';
  const annotations = [...route.annotations.known.keys()].join(' ');
  const { at } = route;
  if (className === 'alb' || annotations.includes('alb.ingress.kubernetes.io')) {
    // What the Service says of it counts before what the Ingress says.
    const direct = sendsToPods(service) ?? sendsToPods(route) ?? false;
    const draining = { ...awsDraining(route), ...awsDraining(service) };
    return [{ kind: 'awsBalancer', name: 'the AWS load balancer', at, direct, ...draining }];
  }
  if (GKE.test(className)) return [{ kind: 'googleBalancer', name: 'the Google load balancer', at }];
  if (/^azure[-/]application-gateway/.test(className)) {
    return [
      {
        kind: 'azureGateway',
        name: 'the Azure application gateway',
        at,
        ...azureDraining(route),
        drain: (seconds) => drainAtAzure(route, seconds),
      },
    ];
  }
  return [{ kind: 'clusterProxy', name: className === '' ? `the ${route.kind}` : `\`${className}\``, at }];
}

/** Annotations, as what has them. */
type Annotated = Pick<ServiceManifest, 'annotations'>;

/** The deregistration delay, where it is given; by default it is 300 s. */
function awsDraining({ annotations }: Annotated): Pick<Router, 'draining'> {
  const attributes = [...annotations.known].find(([name]) => name.endsWith('target-group-attributes'))?.[1];
  const [, seconds] = /deregistration_delay\.timeout_seconds\s*=\s*(\d+)/.exec(attributes ?? '') ?? [];
  return seconds === undefined ? {} : { draining: Number(seconds) };
}

/** Of the AWS Load Balancer Controller, and of EKS Auto Mode. */
const AWS_CLASS = /^(?:service\.k8s\.aws|eks\.amazonaws\.com)\/nlb$/;

/** Whether it sends to the pods; by default it sends to the nodes, which send on. */
function sendsToPods({ annotations: { known } }: Annotated): boolean | undefined {
  const type = [...known].find(([name]) => /(?:nlb-target-type|\/target-type)$/.test(name))?.[1];
  if (type !== undefined) return type === 'ip';
  return [...known.values()].includes('nlb-ip') ? true : undefined;
}

function drainAtAzure({ manifest }: RouteManifest, seconds: number): Change {
  const wanted = {
    'appgw.ingress.kubernetes.io/connection-draining': 'true',
    'appgw.ingress.kubernetes.io/connection-draining-timeout': String(seconds),
  };
  const found = lookup(manifest, 'metadata', 'annotations');
  const annotations = found.kind === 'node' && found.node.kind === 'map' ? found.node : undefined;
  if (!annotations) return setKey(manifest, ['metadata', 'annotations'], wanted);
  const changes = Object.entries(wanted).map(([name, value]) => setKey(annotations, [name], value));
  const refusal = changes.find(({ ok }) => !ok);
  return refusal ?? { ok: true, edits: oneByOne(changes.flatMap((change) => (change.ok ? change.edits : []))) };
}

/** By default the gateway cuts its connections; where it does not, it gives them 30 s. */
function azureDraining({ annotations: { known, complete } }: Annotated): Pick<Router, 'draining'> {
  const drains = known.get('appgw.ingress.kubernetes.io/connection-draining');
  if (drains === undefined && !complete) return {};
  if (drains !== 'true') return { draining: 0 };
  const seconds = Number(known.get('appgw.ingress.kubernetes.io/connection-draining-timeout') ?? 30);
  return Number.isFinite(seconds) ? { draining: seconds } : {};
}

function folder(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
