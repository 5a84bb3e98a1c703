// What answers a webhook: the workloads behind its Service, and what would keep them there.
import type { Labels } from '../../sources/manifestObjects.ts';
import { type PodTemplate, podTemplatesAmong, podTemplatesIn } from '../../sources/podTemplates.ts';
import { type ServiceManifest, servicesAmong, servicesIn } from '../../sources/traffic.ts';
import { setKey } from '../../sources/yaml/yamlEdit.ts';
import { lookup, type YamlMap } from '../../sources/yaml/yamlNode.ts';
import type { Data } from '../../sources/yaml/yamlWrite.ts';
import { oneByOne } from '../../text/edits.ts';
import type { Place } from '../../text/span.ts';
import { isForDevelopment } from '../image/development.ts';
import type { Company } from '../manifests/manifests.ts';
import { items, type Section } from '../manifests/yamlValue.ts';
import type { Project } from '../project.ts';
import { type Change, refuse } from '../setting.ts';
import { fewestPods, placementOf } from './placement.ts';
import type { Tri } from './selectors.ts';
import type { Backend } from './webhook.ts';

/** A workload that answers a webhook. */
export interface BackendWorkload {
  readonly name: string;
  readonly at: Place;
  readonly labels: Labels;
  /** The fewest pods; absent where it is not known, or one on every node. */
  readonly fewest: number | undefined;
  /** Whether the container that answers is asked for life, and whether it is ready. */
  readonly livenessProbe: Tri;
  readonly readinessProbe: Tri;
  /** Whether something keeps its pods on different nodes. */
  readonly apart: Tri;
  readonly development: boolean;
  /** Whether it can be given a budget with its second pod. */
  readonly wantsBudget: boolean;
  /** Gives it a second pod on another node that is not evicted with the first, and the probes that it lacks. */
  strengthen(): Change;
}

/** The workloads behind a webhook's Service, as far as the project holds them. */
export function workloadsBehind(
  project: Project,
  backend: Backend,
  company: Company | undefined,
): readonly BackendWorkload[] {
  const isIn = ({ namespace }: { readonly namespace: string | undefined }) =>
    namespace === undefined || namespace === backend.namespace;
  const isIt = (service: ServiceManifest) => service.name === backend.name && isIn(service);
  const together = company?.find(servicesAmong, isIt) ?? [];
  const elsewhere = () => project.find(servicesIn, isIt).filter(({ path }) => !company?.has(path));
  const [service] = together.length > 0 ? together : elsewhere();
  const selector = service?.selector;
  if (!service || !selector?.complete || selector.known.size === 0) return [];
  const answers = (template: PodTemplate) =>
    isIn(template) && [...selector.known].every(([key, value]) => template.labels.known.get(key) === value);
  const own = company?.find(podTemplatesAmong, answers) ?? [];
  const others = () => project.find(podTemplatesIn, answers).filter(({ path }) => !company?.has(path));
  const target = targetOf(service, backend.port);
  return (own.length > 0 ? own : others()).map((template) => workloadOf(project, template, target, company));
}

/** The port of the pods, by name or number. */
function targetOf({ manifest, ports }: ServiceManifest, port: number): string | undefined {
  if (ports.length === 1) return ports[0]?.target;
  const index = items({ map: manifest, partial: false }, 'spec', 'ports').nodes.findIndex((node) => {
    const found = lookup(node, 'port');
    return found.kind === 'node' && found.node.kind === 'scalar' && found.node.value === port;
  });
  return ports[index]?.target;
}

function workloadOf(
  project: Project,
  template: PodTemplate,
  target: string | undefined,
  company: Company | undefined,
): BackendWorkload {
  const spec: Section = { map: template.spec, partial: false };
  const placement = placementOf(project, template, spec, company);
  const container = answering(spec, target);
  const everyNode = template.kind === 'DaemonSet';
  const livenessProbe = has(container, 'livenessProbe');
  const readinessProbe = has(container, 'readinessProbe');
  const fewest = everyNode ? undefined : fewestPods(placement)?.count;
  const budget = fewest === 1 && placement.budgeted === 'no' ? placement.addBudget() : undefined;
  return {
    name: template.name ?? template.kind,
    at: template.at,
    labels: template.labels,
    fewest,
    livenessProbe,
    readinessProbe,
    apart: everyNode ? 'yes' : placement.apart,
    wantsBudget: budget?.ok === true,
    development: isForDevelopment(project.display(template.path)),
    strengthen: () => {
      const missing = (['livenessProbe', 'readinessProbe'] as const).filter((key) => has(container, key) === 'no');
      if (missing.length > 0 && target === undefined) return refuse('it is not known on which port it answers');
      const changes = [
        ...(fewest === 1 ? [(placement.scaler?.least ?? placement.replicas).set(2)] : []),
        ...(placement.apart === 'no' && !everyNode ? [placement.spread()] : []),
        ...(budget?.ok ? [budget] : []),
        ...missing.flatMap((key) => (container ? [setKey(container, [key], probeOf(target), AFTER_PORTS)] : [])),
      ];
      const refusal = changes.find(({ ok }) => !ok);
      return refusal ?? { ok: true, edits: oneByOne(changes.flatMap((one) => (one.ok ? one.edits : []))) };
    },
  };
}

const AFTER_PORTS = { after: ['readinessProbe', 'ports'] };

/** Whether the port takes connections: of the paths that it serves nothing is known. */
function probeOf(target = ''): Data {
  return { tcpSocket: { port: /^\d+$/.test(target) ? Number(target) : target }, periodSeconds: 10 };
}

/** The container with the port that the Service sends to. */
function answering(spec: Section, target: string | undefined): YamlMap | undefined {
  const { nodes, all } = items(spec, 'containers');
  const maps = nodes.flatMap((node) => (node.kind === 'map' && !node.templated ? [node] : []));
  const text = (node: Parameters<typeof lookup>[0], key: string) => {
    const found = lookup(node, key);
    return found.kind === 'node' && found.node.kind === 'scalar' ? found.node.text.text : undefined;
  };
  const found = maps.find((map) =>
    items({ map, partial: false }, 'ports').nodes.some((port) =>
      [text(port, 'name'), text(port, 'containerPort')].some((one) => one !== undefined && one === target),
    ),
  );
  return found ?? (all && maps.length === 1 ? maps[0] : undefined);
}

function has(container: YamlMap | undefined, key: string): Tri {
  const found = container ? lookup(container, key) : undefined;
  return !found || found.kind === 'unknown' ? 'unknown' : found.kind === 'node' ? 'yes' : 'no';
}
