// Reads one container of a pod spec: its launch overrides, its hooks, probes, ports and environment.
import { hasReferences, withReferences } from '../../sources/kubeletReferences.ts';
import { renameKey, replaceValue, setKey } from '../../sources/yaml/yamlEdit.ts';
import { moveItem } from '../../sources/yaml/yamlMove.ts';
import { lookup, type YamlMap, type YamlNode } from '../../sources/yaml/yamlNode.ts';
import type { DataMap } from '../../sources/yaml/yamlWrite.ts';
import type { Place } from '../../text/span.ts';
import type { ContainerParts, Role } from '../container.ts';
import { durationOfWords } from '../hooks/hookDuration.ts';
import { ANY_TIME, exactly, type Interval } from '../interval.ts';
import type { Origin, Override, Word } from '../launch/words.ts';
import type {
  Delay,
  ExecHandler,
  Handler,
  Hook,
  Lifecycle,
  Port,
  Probe,
  SharedProcesses,
  Variable,
} from '../pod/lifecycle.ts';
import { type Change, refuse, type Setting } from '../setting.ts';
import { known, knownValue, unknown, type Value } from '../value.ts';
import {
  asBoolean,
  asInteger,
  asText,
  field,
  find,
  isNull,
  items,
  numberSetting,
  read,
  type Section,
  subsection,
  words,
} from './yamlValue.ts';

/** Where a new `lifecycle` goes. */
const NEAR_LIFECYCLE = { after: ['ports', 'args', 'command', 'imagePullPolicy', 'image', 'name'] };

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;
const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'] as const;

/** What a container of a pod spec says; `pod` is the spec that holds it, `environment` all that it is given. */
export function kubernetesContainer(
  container: Section,
  role: Role,
  pod: Section,
  at: Place,
  environment: readonly Variable[],
): ContainerParts {
  const name = nameOf(container.map);
  const image = read(container, ['image'], asText);
  const command = override(container, 'command', environment);
  const args = override(container, 'args', environment);
  const launch = ['command', 'args'].map((key) => lookup(container.map, key)).find((found) => found.kind === 'node');
  const imageAt = lookup(container.map, 'image');
  const stopSignal = stopSignalOf(container, name);
  return {
    source: 'kubernetes',
    role,
    name,
    at,
    image:
      image.kind === 'known' ? (image.value === undefined ? unknown('no image is given') : known(image.value)) : image,
    ...(imageAt.kind === 'node' && { imageAt: imageAt.node.at }),
    workdir: read(container, ['workingDir'], asText),
    ...(command && { entrypoint: command }),
    ...(args && { command: args }),
    ...(launch?.kind === 'node' && { launchAt: launch.key.at }),
    ...(stopSignal && { stopSignal }),
    setWords: (key, wanted) => setWords(container, key, wanted, environment),
    keepEntrypoint: () => renameKey(container.map, 'command', 'args'),
    sharedPidNamespace: sharedNamespace(pod),
    lifecycle: {
      ...lifecycleOf(container, pod, name),
      environment,
      ...(role === 'regular' && { becomeSidecar: () => becomeSidecar(container, pod) }),
      image: image.kind === 'known' ? image.value : undefined,
      arguments: [...givenWords(command), ...givenWords(args)],
    },
  };
}

/** A container's name as it is written, template expressions included. */
export function nameOf({ pairs, source }: YamlMap): string {
  const name = pairs.find(({ key }) => key.text.text === 'name')?.value;
  if (!name || (name.written.start === name.written.end && name.span.start === name.span.end)) return 'container';
  // What a chart renders holds a stand-in where nobody knows the name.
  return asText(name) ?? (source.origin ? 'container' : source.text.slice(name.span.start, name.span.end));
}

/** Whether a container may keep running beside others: an init container that is restarted. */
export function isSidecar(container: Section): boolean {
  const policy = find(container, 'restartPolicy');
  return policy.kind === 'unknown' || (policy.kind === 'node' && asText(policy.node) === 'Always');
}

function override(container: Section, key: 'command' | 'args', environment: readonly Variable[]): Override | undefined {
  const found = find(container, key);
  if (found.kind === 'absent' || (found.kind === 'node' && isNull(found.node))) return undefined;
  if (found.kind === 'unknown') return unknown(found.why);
  const given = words(found.node, key) ?? unknown('it is not a list of words');
  // An empty list is not sent to the runtime, and what is not there is the image's.
  if (given.kind !== 'known') return given;
  const variables = valuesOf(environment);
  const expanded = given.value.map((word) => {
    const source = word.source && withReferences(word.source, variables);
    return source ? { ...word, text: source.text, source } : word;
  });
  return expanded.length === 0 ? undefined : known(expanded);
}

function valuesOf(environment: readonly Variable[]): ReadonlyMap<string, string | undefined> {
  return new Map(environment.map(({ name, value }) => [name, value]));
}

function setWords({ map }: Section, key: Origin, wanted: readonly string[], environment: readonly Variable[]): Change {
  const found = lookup(map, key);
  const written = found.kind === 'node' && found.node.kind === 'sequence' ? found.node.items : [];
  const replaces = written.some((node) => hasReferences(asText(node) ?? '', valuesOf(environment)));
  return replaces ? refuse('a variable decides some of it') : setKey(map, [key], wanted);
}

function sharedNamespace(pod: Section): Value<boolean> {
  for (const key of ['shareProcessNamespace', 'hostPID']) {
    const value = read(pod, [key], asBoolean);
    if (value.kind === 'unknown' || value.value === true) return value.kind === 'unknown' ? value : known(true);
  }
  return known(false);
}

function sharedProcesses(pod: Section): SharedProcesses | undefined {
  for (const name of ['hostPID', 'shareProcessNamespace'] as const) {
    const found = lookup(pod.map, name);
    if (found.kind === 'node' && asBoolean(found.node) === true) return { name, ...field(pod.map, name, found.key.at) };
  }
  return undefined;
}

function stopSignalOf(container: Section, name: string): Setting<string> | undefined {
  const found = find(container, 'lifecycle', 'stopSignal');
  if (found.kind !== 'node') return undefined;
  const text = asText(found.node);
  return {
    value: text === undefined ? unknown('it is not a signal name') : known(text),
    given: { kind: 'here', at: found.node.at },
    affects: [name],
    set: (signal) => setStopSignal(container, signal),
  };
}

function setStopSignal({ map }: Section, signal: string): Change {
  return setKey(map, ['lifecycle', 'stopSignal'], signal, NEAR_LIFECYCLE);
}

function givenWords(value: Override | undefined): readonly Word[] {
  return (value && knownValue(value)) ?? [];
}

function lifecycleOf(
  container: Section,
  pod: Section,
  name: string,
): Omit<Lifecycle, 'image' | 'arguments' | 'environment'> {
  const lifecycle = subsection(container, 'lifecycle');
  const found = lookup(container.map, 'lifecycle');
  const stopSignal = lifecycle && lookup(lifecycle.map, 'stopSignal');
  const shared = sharedProcesses(pod);
  const restart = lookup(container.map, 'restartPolicy');
  const ports = items(container, 'ports');
  return {
    ...(restart.kind === 'node' && { restartPolicy: restart.key.at }),
    ...(shared && { sharedProcesses: shared }),
    field: found.kind === 'node' ? field(container.map, 'lifecycle', found.key.at) : undefined,
    preStop: hookOf(container, name, 'preStop'),
    postStart: hookOf(container, name, 'postStart'),
    readyElsewhere:
      find(pod, 'readinessGates').kind !== 'absent' || find(container, 'readinessProbe').kind === 'unknown',
    probes: PROBES.flatMap((key) => probeOf(container, name, key) ?? []),
    stopSignal:
      lifecycle && stopSignal?.kind === 'node' ? field(lifecycle.map, 'stopSignal', stopSignal.key.at) : undefined,
    ports: ports.nodes.flatMap((node) => portOf(node, pod)),
    hasAllPorts: ports.all,
    setStopSignal: (signal) => setStopSignal(container, signal),
    addReadiness: (port) => addReadiness(container, port),
    addDelay: (delay) => addDelay(container, delay),
  };
}

function becomeSidecar({ map }: Section, pod: Section): Change {
  if (lookup(map, 'restartPolicy').kind !== 'absent') return refuse('it has a restartPolicy');
  const line = 'restartPolicy: Always';
  return moveItem(pod.map, map, { from: 'containers', to: 'initContainers', with: { line, behind: 'image' } });
}

/** Of the paths that it serves nothing is known but what its liveness probe asks for. */
function addReadiness(container: Section, target: string): Change {
  const port = /^\d+$/.test(target) ? Number(target) : target;
  const path = read(container, ['livenessProbe', 'httpGet', 'path'], asText);
  const scheme = read(container, ['livenessProbe', 'httpGet', 'scheme'], asText);
  if (path.kind === 'unknown' || scheme.kind === 'unknown') return refuse('a template decides it');
  const handler: DataMap =
    path.value === undefined
      ? { tcpSocket: { port } }
      : { httpGet: { path: path.value, port, ...(scheme.value !== undefined && { scheme: scheme.value }) } };
  const near = { after: ['livenessProbe', 'startupProbe', 'ports'] };
  return setKey(container.map, ['readinessProbe'], { ...handler, periodSeconds: 5 }, near);
}

function addDelay(container: Section, { seconds, by, then }: Delay): Change {
  if (find(container, 'lifecycle', 'preStop').kind === 'node') return refuse('it has a preStop hook');
  const command = then === undefined ? ['sleep', String(seconds)] : ['/bin/sh', '-c', `sleep ${seconds}; ${then}`];
  const value = by === 'sleep' ? { sleep: { seconds } } : { exec: { command } };
  return setKey(container.map, ['lifecycle', 'preStop'], value, NEAR_LIFECYCLE);
}

function hookOf(container: Section, name: string, which: Hook['name']): Value<Hook | undefined> {
  const found = find(container, 'lifecycle', which);
  if (found.kind === 'unknown') return unknown(found.why);
  if (found.kind === 'absent' || isNull(found.node)) return known(undefined);
  const lifecycle = subsection(container, 'lifecycle');
  const { node } = found;
  if (node.kind !== 'map' || !lifecycle) return unknown('it is not a hook');
  const handlers = handlersOf({ map: node, partial: container.partial }, name);
  return known({
    name: which,
    ...field(lifecycle.map, which, found.key.at),
    handlers,
    complete: !node.open && !container.partial && HANDLERS.every((kind) => lookup(node, kind).kind !== 'unknown'),
    duration: handlers.length === 1 && handlers[0] ? durationOf(handlers[0]) : ANY_TIME,
    becomeSleep: (seconds) => replaceValue(node, { sleep: { seconds } }, lifecycle.map),
    becomeExec: (command) => replaceValue(node, { exec: { command } }, lifecycle.map),
  });
}

function durationOf(handler: Handler): Interval {
  if (handler.kind === 'sleep') {
    const { value } = handler.seconds;
    return value.kind === 'known' ? exactly(value.value) : ANY_TIME;
  }
  const command = handler.kind === 'exec' ? handler.command : undefined;
  return command?.kind === 'known' ? durationOfWords(command.value.map(({ text }) => text)) : ANY_TIME;
}

function handlersOf(holder: Section, name: string): readonly Handler[] {
  return HANDLERS.flatMap((kind): readonly Handler[] => {
    const found = lookup(holder.map, kind);
    if (found.kind !== 'node' || isNull(found.node)) return [];
    const self = field(holder.map, kind, found.key.at);
    const section = found.node.kind === 'map' ? { map: found.node, partial: holder.partial } : undefined;
    if (kind === 'exec') return [execHandler(self, holder, section)];
    if (kind !== 'sleep') return [{ ...self, kind, port: portText(section) }];
    const seconds = numberSetting(holder, {
      keys: ['sleep', 'seconds'],
      affects: [name],
      fallback: unknown('no time is given'),
      whose: 'nobody',
    });
    return [{ ...self, kind, seconds }];
  });
}

function execHandler(
  self: Pick<ExecHandler, 'at' | 'remove'>,
  holder: Section,
  section: Section | undefined,
): ExecHandler {
  const found = section && find(section, 'command');
  const given = found?.kind === 'node' && !isNull(found.node) ? found.node : undefined;
  return {
    ...self,
    kind: 'exec',
    command: given
      ? (words(given, 'command') ?? unknown('it is not a list of words'))
      : found?.kind === 'unknown'
        ? unknown(found.why)
        : undefined,
    setCommand: (wanted) => setKey(holder.map, ['exec', 'command'], wanted),
  };
}

function portText(section: Section | undefined): string | undefined {
  const port = section && read(section, ['port'], asText);
  return port?.kind === 'known' ? port.value : undefined;
}

function probeOf(container: Section, name: string, key: Probe['name']): Probe | undefined {
  const found = lookup(container.map, key);
  if (found.kind !== 'node' || found.node.kind !== 'map') return undefined;
  const section = { map: found.node, partial: container.partial };
  const grace = lookup(section.map, 'terminationGracePeriodSeconds');
  const setting =
    grace.kind === 'node' &&
    numberSetting(section, {
      keys: ['terminationGracePeriodSeconds'],
      affects: [name],
      fallback: unknown('the pod gives it'),
      whose: 'the pod',
    });
  const number = (field: string, usual: number) =>
    numberSetting(section, { keys: [field], affects: [name], fallback: known(usual), whose: 'Kubernetes' });
  return {
    name: key,
    ...field(container.map, key, found.key.at),
    handlers: handlersOf(section, name),
    period: number('periodSeconds', 10),
    failures: number('failureThreshold', 3),
    setGrace: (seconds) => setKey(section.map, ['terminationGracePeriodSeconds'], seconds),
    grace:
      setting && grace.kind === 'node'
        ? { ...setting, ...field(section.map, 'terminationGracePeriodSeconds', grace.key.at) }
        : undefined,
  };
}

function portOf(node: YamlNode, pod: Section): readonly Port[] {
  if (node.kind !== 'map') return [];
  const section = { map: node, partial: false };
  const number = read(section, ['containerPort'], asInteger);
  const name = read(section, ['name'], asText);
  const protocol = read(section, ['protocol'], asText);
  const host = read(section, ['hostPort'], asInteger);
  const network = read(pod, ['hostNetwork'], asBoolean);
  const written = lookup(node, 'containerPort');
  return [
    {
      name: name.kind === 'known' ? name.value : undefined,
      number: number.kind === 'known' ? number.value : undefined,
      protocol: (protocol.kind === 'known' ? protocol.value : undefined) ?? 'TCP',
      onHost:
        (host.kind === 'known' && host.value !== undefined) || (network.kind === 'known' && network.value === true),
      at: written.kind === 'node' ? written.node.at : (node.pairs[0]?.key.at ?? node.at),
    },
  ];
}

/** The place of a container: its name, or where it begins. */
export function placeOf({ pairs, at }: YamlMap): Place {
  const name = pairs.find(({ key }) => key.text.text === 'name');
  return name && name.value.written.start < name.value.written.end ? name.value.written : (pairs[0]?.key.at ?? at);
}
