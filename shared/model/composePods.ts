// Builds pods from the services of a Compose file: one container each.
import { type ComposeService, composeServicesIn } from '../sources/compose.ts';
import { splitCommand, unescapeDollars } from '../sources/shellwords.ts';
import { lookup, type YamlNode } from '../sources/yaml.ts';
import { setKey } from '../sources/yamlEdit.ts';
import { parseDuration } from '../text/duration.ts';
import { type Container, type ContainerParts, type Override, resolveContainer } from './container.ts';
import type { Origin, Word } from './launch.ts';
import type { Lifecycle, Port, Variable } from './lifecycle.ts';
import { resolvePath } from './paths.ts';
import type { Pod } from './pod.ts';
import type { Project } from './project.ts';
import { type Change, refuse, type Setting } from './setting.ts';
import { known, knownValue, unknown, type Value } from './value.ts';
import { asBoolean, asText, find, isNull, items, numberSetting, read, type Section } from './yamlValue.ts';

/** What `docker stop` gives a container: docker/cli, container_stop.md. */
const DEFAULT_GRACE = 10;
const NEAR_STOP = { after: ['stop_signal', 'init', 'restart', 'command', 'entrypoint', 'build', 'image'] };

/** The pods of a Compose file. */
export function composePods(project: Project, path: string): readonly Pod[] {
  return (project.derived(path, composeServicesIn) ?? []).map((service) => podOf(project, service));
}

function podOf(project: Project, service: ComposeService): Pod {
  const section: Section = { map: service.map, partial: isPartial(service) };
  const containers: Container[] = [];
  const pod: Pod = {
    source: 'compose',
    name: service.name,
    at: service.at,
    specAt: service.at,
    workload: {
      kind: 'Compose service',
      nature: 'other',
      name: service.name,
      at: service.at,
      services: [],
      development: lookup(service.map, 'profiles').kind !== 'absent',
    },
    containers,
    grace: numberSetting(section, {
      keys: ['stop_grace_period'],
      near: NEAR_STOP,
      affects: [service.name],
      fallback: known(DEFAULT_GRACE),
      whose: 'Docker',
      parse: (node) =>
        node.kind === 'scalar' && typeof node.value === 'string' ? parseDuration(node.value) : undefined,
      write: (seconds) => `${seconds}s`,
    }),
    os: linux(service.name),
  };
  containers.push(resolveContainer(project, partsOf(service, section), pod));
  return pod;
}

function linux(name: string): Setting<string> {
  const set = () => refuse('Compose has no such setting');
  return { value: known('linux'), given: { kind: 'default', whose: 'Docker' }, affects: [name], set };
}

/** Whether more may be said elsewhere: by the service it extends, or by the file that this one overrides. */
function isPartial({ map }: ComposeService): boolean {
  const has = (key: string) => lookup(map, key).kind !== 'absent';
  return has('extends') || !(has('image') || has('build'));
}

function partsOf({ path, name, at }: ComposeService, section: Section): ContainerParts {
  const image = read(section, ['image'], asText);
  const imageAt = lookup(section.map, 'image');
  const entrypoint = override(section, 'entrypoint');
  const command = override(section, 'command');
  const build = buildOf(path, section);
  const stopSignal = signalSetting(section, name);
  const launch = ['entrypoint', 'command']
    .map((key) => lookup(section.map, key))
    .find((found) => found.kind === 'node');
  const init = read(section, ['init'], asBoolean);
  return {
    source: 'compose',
    role: 'regular',
    name,
    at,
    image: image.kind === 'known' && image.value !== undefined ? known(image.value) : unknown('no image is given'),
    ...(imageAt.kind === 'node' && { imageAt: imageAt.node.at }),
    ...(build && { build }),
    ...(entrypoint && { entrypoint }),
    ...(command && { command }),
    ...(launch?.kind === 'node' && { launchAt: launch.key.at }),
    ...(stopSignal && { stopSignal }),
    setWords: (key, wanted) =>
      setKey(
        section.map,
        [key],
        wanted.map((word) => word.replaceAll('$', '$$$$')),
      ),
    setStopSignal: (signal) => writeSignal(section, signal),
    init: init.kind === 'known' ? known(init.value === true) : init,
    lifecycle: {
      ...lifecycleOf(section),
      image: image.kind === 'known' ? image.value : undefined,
      arguments: [...givenWords(entrypoint), ...givenWords(command)],
    },
  };
}

/** A string is split into words, without a shell; a list is taken as it stands; null keeps the image's. */
function override(section: Section, key: 'entrypoint' | 'command'): Override | undefined {
  const found = find(section, key);
  if (found.kind === 'absent' || (found.kind === 'node' && isNull(found.node))) return undefined;
  if (found.kind === 'unknown') return unknown(found.why);
  return wordsOf(found.node, key);
}

function wordsOf(node: YamlNode, origin: Origin): Override {
  const scalars = node.kind === 'scalar' ? splitCommand(node.text)?.words : listWords(node);
  if (!scalars) return unknown('it is not a list of words');
  const sources = scalars.map(unescapeDollars);
  // The program itself comes from the environment of whoever runs Compose.
  if (scalars[0]?.text.replaceAll('$$', '').includes('$')) return unknown('a variable decides it');
  return known(sources.map((source) => ({ text: source.text, origin, form: 'exec' as const, source })));
}

function listWords(node: YamlNode) {
  if (node.kind !== 'sequence' || node.open || node.items.some((item) => item.templated)) return undefined;
  const words = node.items.flatMap((item) => (item.kind === 'scalar' ? [item.text] : []));
  return words.length === node.items.length ? words : undefined;
}

function buildOf(path: string, section: Section): ContainerParts['build'] {
  const found = find(section, 'build');
  if (found.kind !== 'node') return undefined;
  const folder = path.slice(0, path.lastIndexOf('/'));
  const text = (key: string) => {
    const value = lookup(found.node, key);
    return value.kind === 'node' ? asText(value.node) : undefined;
  };
  const context = found.node.kind === 'scalar' ? asText(found.node) : (text('context') ?? '.');
  // A repository's address, a variable, or a Dockerfile in place: nothing that the project holds.
  if (context === undefined || /[:$]/.test(context) || lookup(found.node, 'dockerfile_inline').kind !== 'absent')
    return undefined;
  const root = resolvePath(folder, context);
  const target = text('target');
  return {
    dockerfile: resolvePath(root, text('dockerfile') ?? 'Dockerfile'),
    context: root,
    ...(target !== undefined && { target }),
  };
}

function signalSetting(section: Section, name: string): Setting<string> | undefined {
  const found = find(section, 'stop_signal');
  if (found.kind === 'absent') return undefined;
  const value: Value<string> = found.kind === 'node' ? known(asText(found.node) ?? '') : unknown(found.why);
  return {
    value,
    given: found.kind === 'node' ? { kind: 'here', at: found.node.at } : { kind: 'inherited', from: 'another file' },
    affects: [name],
    set: (signal) => (found.kind === 'unknown' ? refuse(found.why) : writeSignal(section, signal)),
  };
}

function writeSignal(section: Section, signal: string): Change {
  return setKey(section.map, ['stop_signal'], signal, {
    after: ['init', 'restart', 'command', 'entrypoint', 'build', 'image'],
  });
}

function givenWords(value: Override | undefined): readonly Word[] {
  return (value && knownValue(value)) ?? [];
}

function lifecycleOf(section: Section): Omit<Lifecycle, 'image' | 'arguments'> {
  const hooks = find(section, 'pre_stop');
  return {
    field: undefined,
    preStop: hooks.kind === 'absent' ? known(undefined) : unknown('Compose runs it before the stop order'),
    postStart: unknown('Compose has its own'),
    probes: [],
    stopSignal: undefined,
    ports: [...items(section, 'ports').nodes, ...items(section, 'expose').nodes].flatMap(portOf),
    environment: environmentOf(section),
    addDelay: () => refuse('Compose has no delay before the stop signal'),
  };
}

/** `"8080:80/tcp"`, `80`, `{ target: 80 }`. */
function portOf(node: YamlNode): readonly Port[] {
  const target = node.kind === 'map' ? lookup(node, 'target') : undefined;
  const text = target?.kind === 'node' ? asText(target.node) : asText(node);
  const match = /(?:^|:)(\d+)(?:-\d+)?(?:\/(\w+))?$/.exec(text ?? '');
  if (!match) return [];
  return [
    {
      name: undefined,
      number: Number(match[1]),
      protocol: (match[2] ?? 'tcp').toUpperCase(),
      onHost: true,
      at: (target?.kind === 'node' ? target.node : node).at,
    },
  ];
}

function environmentOf(section: Section): readonly Variable[] {
  const found = find(section, 'environment');
  if (found.kind !== 'node') return [];
  if (found.node.kind === 'map') {
    return found.node.pairs.map(({ key, value }) => ({ name: key.text.text, value: asText(value), at: key.at }));
  }
  if (found.node.kind !== 'sequence') return [];
  return found.node.items.flatMap((item) => {
    const [name, ...value] = (asText(item) ?? '').split('=');
    return name ? [{ name, value: value.length > 0 ? value.join('=') : undefined, at: item.at }] : [];
  });
}
