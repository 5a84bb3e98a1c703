// Whether a container takes requests from clients, and why that is thought: the Services that select its pod, its
// ports, its probes, its image. Wrong answers here are wrong findings, so a doubt is `unknown`.
import { imageRole, isStorePort } from '../../knowledge/imageRoles.ts';
import type { Place } from '../../text/span.ts';
import type { Container } from '../container.ts';
import type { ServiceLink, ServiceTarget } from '../workload/workload.ts';
import type { Lifecycle, Port } from './lifecycle.ts';

/** The answer with its reason, a clause that goes behind the container's name. */
export interface Serving {
  readonly answer: 'yes' | 'likely' | 'no' | 'unknown';
  readonly why: string;
  readonly at: Place | undefined;
  /** The Service that says so. */
  readonly service?: ServiceLink;
}

const SERVING_NAME = /^(?:https?|https?-\w+|web|grpc|grpc-web|h2c|http2|api|rest|app)$/;
const SERVING_NUMBERS = new Set([80, 443, 3000, 4000, 5000, 8000, 8080, 8081, 8443, 8888, 9000]);
/** Ports that only the cluster's own tools ask. */
const TOOL_NAME =
  /^(?:(?:http-?)?(?:prom(?:etheus)?|metrics?|health|healthz|debug|pprof|admin|statsd|probe|mgmt|management)(?:-\w+)?|\w+-metrics)$/;

/** What a Service calls a port that monitoring asks. */
const METRICS_NAME = /^[\w-]*metrics?(?:-?https?)?$/;
/** Services by which monitoring finds what it asks, such as those that Kubebuilder writes. */
const TOOL_SERVICE = /-metrics(?:-(?:service|svc))?$/;

/** Whether a container takes requests from clients. */
export function servesTraffic(container: Container): Serving {
  const { pod, lifecycle, role } = container;
  if (!pod || !lifecycle) return answer('unknown', 'belongs to no pod');
  const { nature, services } = pod.workload;
  if (role === 'init') return answer('no', 'ends before the pod is ready');
  if (nature === 'oneOff') return answer('no', 'does its work and ends');
  if (nature === 'managed') return answer('no', 'is stopped by a platform that drains it');
  if (pod.source === 'procfile') {
    const web = pod.name === 'web';
    return answer(
      web ? 'yes' : 'no',
      web ? 'takes the requests that come to the app' : 'gets no requests from outside',
    );
  }
  const known = imageRole(lifecycle.image ?? '') ?? imageRole(container.name);
  if (known === 'helper') return answer('no', 'helps the other containers');
  if (known === 'store' || hasStorePorts(lifecycle)) return answer('no', 'is a store whose clients reconnect');
  const service = services.find((one) => reaches(one, container));
  if (service)
    return { answer: 'yes', why: `takes requests from the Service \`${service.name}\``, at: service.at, service };
  if (services.length > 0) return answer('unknown', 'is not the target of the pod’s Services');
  return looksServing(container);
}

function hasStorePorts({ ports }: Lifecycle): boolean {
  const web = ports.filter((port) => !isToolPort(port));
  return web.length > 0 && web.every(({ number }) => number !== undefined && isStorePort(number));
}

/** Whether a Service sends requests to this container and not only to its siblings. */
function reaches(service: ServiceLink, container: Container): boolean {
  const ports = container.lifecycle?.ports ?? [];
  const isForTools = ({ name = '', port }: ServiceTarget) => TOOL_NAME.test(port) || METRICS_NAME.test(name);
  const targets = TOOL_SERVICE.test(service.name)
    ? []
    : service.targets.filter((target) => target.protocol !== 'UDP' && !isForTools(target));
  if (targets.some(({ port }) => ports.some((one) => matches(one, port)))) return !ports.every(isToolPort);
  const containers = container.pod?.containers ?? [];
  const regular = containers.filter((one) => one.role === 'regular');
  const says = (one: Container, port: string) => (one.lifecycle?.ports ?? []).some((own) => matches(own, port));
  // What a native sidecar says that it takes is not sent to the container beside it.
  // A port that is asked for by its name must be declared.
  const open = targets.filter(
    ({ port }) =>
      (/^\d+$/.test(port) || container.lifecycle?.hasAllPorts !== true) &&
      !containers.some((one) => one.role === 'sidecar' && says(one, port)),
  );
  return (
    open.length > 0 && regular.length === 1 && regular[0] === container && !ports.some((one) => one.protocol === 'UDP')
  );
}

/** Without a Service in sight: a port that servers use, and a probe that asks it. */
function looksServing({ pod, lifecycle }: Container): Serving {
  const ports = (lifecycle?.ports ?? []).filter((port) => port.protocol !== 'UDP');
  if (pod?.workload.nature === 'daemon' && !ports.some((port) => port.onHost))
    return answer('no', 'runs on every node');
  if (ports.length > 0 && ports.every(isToolPort)) return answer('no', 'has ports for tools only');
  if (pod?.workload.nature !== 'replicated') return answer('unknown', 'has no Service in sight');
  const asked = (lifecycle?.probes ?? []).flatMap((probe) => probe.handlers.map((handler) => ({ probe, handler })));
  for (const port of ports) {
    const serves = port.name === undefined ? SERVING_NUMBERS.has(port.number ?? 0) : SERVING_NAME.test(port.name);
    const probe = asked.find(
      ({ handler }) => 'port' in handler && handler.port !== undefined && matches(port, handler.port),
    );
    if (serves && probe && probe.probe.name !== 'startupProbe') {
      return answer('likely', `looks as if it took requests (port \`${port.name ?? port.number}\`)`, port.at);
    }
  }
  return answer('unknown', 'has no Service in sight');
}

function matches(port: Port, target: string): boolean {
  return port.name === target || String(port.number) === target;
}

function isToolPort(port: Port): boolean {
  return port.name !== undefined && TOOL_NAME.test(port.name);
}

function answer(value: Serving['answer'], why: string, at?: Place): Serving {
  return { answer: value, why, at };
}
