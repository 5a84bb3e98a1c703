// Reads one service of a Compose file: its launch overrides, its image or build, its hooks, ports and environment.
import { type Interpolated, interpolate, type Variables } from '../../sources/interpolation.ts';
import { splitCommand } from '../../sources/shellwords.ts';
import { renameKey, setKey } from '../../sources/yaml/yamlEdit.ts';
import { lookup, type YamlMap, type YamlNode } from '../../sources/yaml/yamlNode.ts';
import type { Embedded } from '../../text/embedded.ts';
import type { ContainerParts, CutCommand } from '../container.ts';
import { durationOfWords } from '../hooks/hookDuration.ts';
import { ANY_TIME, type Interval, sum } from '../interval.ts';
import type { Origin, Override, Word } from '../launch/words.ts';
import type { ExecHandler, Hook, Lifecycle, Port, Variable } from '../pod/lifecycle.ts';
import { type Change, refuse, type Setting } from '../setting.ts';
import { known, knownValue, unknown, type Value } from '../value.ts';
import { buildOf } from './composeBuild.ts';
import type { ServiceSection } from './composeServices.ts';
import { hasVariables, textOf } from './composeTexts.ts';
import { field, find, isNull, items, type Read, read } from './yamlValue.ts';

/** Where a new key about stopping goes. */
export const NEAR_STOP = { after: ['stop_signal', 'init', 'restart', 'command', 'entrypoint', 'build', 'image'] };

const DECIDED: Change = refuse('a variable decides it');

/** What a service says about its container. */
export function composeContainer({ service, section, variables }: ServiceSection): ContainerParts {
  const { name, at } = service;
  const reading = { section, variables };
  const shown = { section, variables: lengthsOfTime(variables) };
  const image = read(section, ['image'], (node) => textOf(node, variables));
  const imageAt = lookup(section.map, 'image');
  const build = buildOf(reading);
  const entrypoint = commandOf(shown, 'entrypoint');
  const command = commandOf(shown, 'command');
  const hooks = hooksOf(shown);
  const stopSignal = signalSetting(reading, name);
  const launch = ['entrypoint', 'command']
    .map((key) => lookup(section.map, key))
    .find((found) => found.kind === 'node');
  const cut = [...(entrypoint?.cut ?? []), ...(command?.cut ?? []), ...hooks.cut];
  return {
    source: 'compose',
    role: 'regular',
    name,
    at,
    image: imageName(reading, image),
    ...(imageAt.kind === 'node' && { imageAt: imageAt.node.at }),
    ...(build && { build }),
    workdir: read(section, ['working_dir'], (node) => textOf(node, variables)),
    ...(entrypoint && { entrypoint: entrypoint.words }),
    ...(command && { command: command.words }),
    ...(launch?.kind === 'node' && { launchAt: launch.key.at }),
    ...(stopSignal && { stopSignal }),
    ...(cut.length > 0 && { cut }),
    setWords: (key, wanted) => setWords(section.map, key, wanted, variables),
    keepEntrypoint: () => renameKey(section.map, 'entrypoint', 'command'),
    setStopSignal: (signal) => setKey(section.map, ['stop_signal'], signal, NEAR_STOP),
    init: initOf(reading),
    lifecycle: {
      field: undefined,
      preStop: hooks.preStop,
      postStart: unknown('Compose runs it in a way of its own'),
      probes: [],
      stopSignal: undefined,
      hasAllPorts: items(section, 'ports').all && items(section, 'expose').all,
      ports: [...items(section, 'ports').nodes, ...items(section, 'expose').nodes].flatMap(portOf),
      environment: environmentOf(shown),
      addDelay: () => refuse('Compose has no delay before the stop signal'),
      image: image.kind === 'known' ? image.value : undefined,
      arguments: [...givenWords(entrypoint?.words), ...givenWords(command?.words)],
    },
  };
}

/** What is read, and with which variables. */
type Reading = Pick<ServiceSection, 'section' | 'variables'>;

/** Command lines and environments are shown to people, and what a `.env` holds may be a secret; not so a length of time. */
function lengthsOfTime(variables: Variables): Variables {
  return (name) => {
    const value = variables(name);
    return value !== undefined && /^\d{1,6}(?:\.\d+)?(?:ms|s|m|h)?$/.test(value) ? value : undefined;
  };
}

/** A command as it is given: its words, and where it was cut. */
interface Given {
  readonly words: Override;
  readonly cut: readonly CutCommand[];
}

/** A string is split into words, without a shell; a list is taken as it stands; null keeps the image's. */
function commandOf({ section, variables }: Reading, key: 'entrypoint' | 'command'): Given | undefined {
  const found = find(section, key);
  if (found.kind === 'absent' || (found.kind === 'node' && isNull(found.node))) return undefined;
  if (found.kind === 'unknown') return { words: unknown(found.why), cut: [] };
  return wordsOf(section.map, found.node, key, variables);
}

/** The words of `origin`, a key of `map`. */
function wordsOf(map: YamlMap, node: YamlNode, origin: 'entrypoint' | 'command', variables: Variables): Given {
  const texts = node.kind === 'scalar' ? [node.text] : listTexts(node);
  const read = texts?.map((text) => interpolate(text, variables));
  const split = node.kind === 'scalar' && read?.[0] ? splitCommand(read[0].text) : undefined;
  const words = node.kind === 'scalar' ? split?.words : read?.map(({ text }) => text);
  if (!words) return { words: unknown('it is not a list of words'), cut: [] };
  const cut = split?.cutAt === undefined || !read?.[0] ? [] : [cutCommand(map, node, origin, read[0], split.cutAt)];
  // The program itself comes from the environment of whoever runs Compose.
  const open = read?.some((one) => one.open) && words[0]?.text.includes('$');
  if (open) return { words: unknown('a variable decides it'), cut };
  return { words: known(words.map((source): Word => ({ text: source.text, origin, form: 'exec', source }))), cut };
}

function listTexts(node: YamlNode): readonly Embedded[] | undefined {
  if (node.kind !== 'sequence' || node.open || node.items.some((item) => item.templated)) return undefined;
  const texts = node.items.flatMap((item) => (item.kind === 'scalar' ? [item.text] : []));
  return texts.length === node.items.length ? texts : undefined;
}

function cutCommand(
  map: YamlMap,
  node: YamlNode,
  field: CutCommand['field'],
  { text }: Interpolated,
  at: number,
): CutCommand {
  const operator = text.place(at, at + 1);
  const inVariable = node.source.text.slice(operator.start, operator.start + 1) === '$';
  return {
    field,
    kept: text.text.slice(0, at).trim(),
    dropped: text.text.slice(at).trim(),
    at: text.place(at, text.text.trimEnd().length),
    written: node.kind === 'scalar' ? node.text.text : text.text,
    // Written as it stands, so that Compose replaces the same variables as before.
    setWords: (words) => (inVariable ? DECIDED : setKey(map, [field], words)),
  };
}

function setWords(map: YamlMap, key: Origin, words: readonly string[], variables: Variables): Change {
  const found = lookup(map, key);
  if (found.kind === 'node' && hasVariables(found.node, variables)) return DECIDED;
  return setKey(
    map,
    [key],
    words.map((word) => word.replaceAll('$', '$$$$')),
  );
}

function givenWords(value: Override | undefined): readonly Word[] {
  return (value && knownValue(value)) ?? [];
}

/** Beside a `build`, the name is only what is made of it. */
function imageName({ section }: Reading, image: Read<string | undefined>): Value<string> {
  if (find(section, 'build').kind !== 'absent') return unknown('its Dockerfile is not in the project');
  return image.kind === 'known' && image.value !== undefined ? known(image.value) : unknown('no image is given');
}

function signalSetting({ section, variables }: Reading, name: string): Setting<string> | undefined {
  const found = find(section, 'stop_signal');
  if (found.kind === 'absent') return undefined;
  const text = found.kind === 'node' ? textOf(found.node, variables) : undefined;
  const decided = found.kind === 'node' && hasVariables(found.node, variables);
  return {
    value: text === undefined ? unknown(found.kind === 'unknown' ? found.why : 'a variable decides it') : known(text),
    given: found.kind === 'node' ? { kind: 'here', at: found.node.at } : { kind: 'inherited', from: 'another file' },
    affects: [name],
    set: (signal) =>
      found.kind === 'unknown'
        ? refuse(found.why)
        : decided
          ? DECIDED
          : setKey(section.map, ['stop_signal'], signal, NEAR_STOP),
  };
}

function initOf({ section, variables }: Reading): Value<boolean> {
  const init = read(section, ['init'], (node) => textOf(node, variables)?.toLowerCase());
  return init.kind === 'known' ? known(init.value === 'true') : init;
}

/** `pre_stop`: commands that Compose's own command line runs in the container before it stops it. */
function hooksOf({ section, variables }: Reading): {
  readonly preStop: Lifecycle['preStop'];
  readonly cut: readonly CutCommand[];
} {
  const found = find(section, 'pre_stop');
  if (found.kind === 'unknown') return { preStop: unknown(found.why), cut: [] };
  if (found.kind === 'absent' || isNull(found.node)) return { preStop: known(undefined), cut: [] };
  const { nodes, all } = items(section, 'pre_stop');
  const handlers = nodes.flatMap((node) => (node.kind === 'map' ? [handlerOf(node, variables)] : []));
  if (handlers.length < nodes.length || nodes.length === 0)
    return { preStop: unknown('it is not a list of hooks'), cut: [] };
  const hook: Hook = {
    name: 'preStop',
    ...field(section.map, 'pre_stop', found.key.at),
    handlers: handlers.map(({ handler }) => handler),
    complete: all,
    duration: sum(...handlers.map(({ handler }) => durationOf(handler))),
    becomeSleep: () => refuse('Compose has no sleep of its own'),
    becomeExec: () => refuse('Compose may run several commands here'),
  };
  return { preStop: known(hook), cut: handlers.flatMap(({ cut }) => cut) };
}

function handlerOf(
  map: YamlMap,
  variables: Variables,
): { readonly handler: ExecHandler; readonly cut: readonly CutCommand[] } {
  const found = lookup(map, 'command');
  const given = found.kind === 'node' ? wordsOf(map, found.node, 'command', variables) : undefined;
  const at = found.kind === 'node' ? found.node.at : map.at;
  const handler: ExecHandler = {
    kind: 'exec',
    at,
    remove: () => refuse('it is one of several'),
    command: given?.words,
    setCommand: (wanted) => setWords(map, 'command', wanted, variables),
  };
  return { handler, cut: given?.cut.map((one) => ({ ...one, field: 'pre_stop' as const })) ?? [] };
}

function durationOf({ command }: ExecHandler): Interval {
  return command?.kind === 'known' ? durationOfWords(command.value.map(({ text }) => text)) : ANY_TIME;
}

/** `"8080:80/tcp"`, `80`, `{ target: 80 }`. */
function portOf(node: YamlNode): readonly Port[] {
  const target = node.kind === 'map' ? lookup(node, 'target') : undefined;
  const number = target?.kind === 'node' ? target.node : node;
  const text = number.kind === 'scalar' ? number.text.text : '';
  // `"8080:${PORT}"` is a port all the same.
  const match = /(?:^|:)(?:(\d+)(?:-\d+)?|\$\w+|\$\{\w+(?::?[-?](\d*)[^}]*)?\})(?:\/(\w+))?$/.exec(text);
  if (!match) return [];
  const port = match[1] ?? match[2];
  return [
    {
      name: undefined,
      number: port ? Number(port) : undefined,
      protocol: (match[3] ?? 'tcp').toUpperCase(),
      onHost: true,
      at: number.at,
    },
  ];
}

function environmentOf({ section, variables }: Reading): readonly Variable[] {
  const found = find(section, 'environment');
  if (found.kind !== 'node') return [];
  if (found.node.kind === 'map') {
    return found.node.pairs.map(({ key, value }) => ({
      name: key.text.text,
      value: textOf(value, variables),
      at: key.at,
    }));
  }
  if (found.node.kind !== 'sequence') return [];
  return found.node.items.flatMap((item) => {
    const written = item.kind === 'scalar' ? item.text.text : '';
    const [, name, equals] = /^([^=]+)(=)?/.exec(written) ?? [];
    const text = equals === undefined ? undefined : textOf(item, variables);
    return name ? [{ name, value: text?.slice(name.length + 1), at: item.at }] : [];
  });
}
