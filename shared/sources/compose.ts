// Finds the services of a Compose file, and puts a service together with the one that it extends. Knows what is a Compose
// file and where a service begins, not what it means.
import type { Embedded } from '../text/embedded.ts';
import type { Place } from '../text/span.ts';
import { parseYaml } from './yaml/yaml.ts';
import { lookup, type YamlMap, type YamlNode, type YamlPair } from './yaml/yamlNode.ts';

/** A service of a Compose file. */
export interface ComposeService {
  readonly path: string;
  readonly name: string;
  /** The service's key. */
  readonly at: Place;
  readonly map: YamlMap;
}

const NAME = /(?:^|[/._-])(?:docker-)?compose(?:[._-][\w.-]+)?\.ya?ml$/i;
const ROOT_KEYS = new Set([
  'version',
  'name',
  'services',
  'networks',
  'volumes',
  'configs',
  'secrets',
  'include',
  'models',
]);

/** The services of a Compose file; none of a file that is not one. */
export function composeServicesIn(path: string, text: string): readonly ComposeService[] {
  return readServices(path, text, (root, services) => NAME.test(path) || looksLikeCompose(root, services));
}

/** The services of a file that a Compose file names, whatever it looks like by itself. */
export function namedServicesIn(path: string, text: string): readonly ComposeService[] {
  return readServices(path, text, () => true);
}

function readServices(
  path: string,
  text: string,
  counts: (root: YamlMap, services: YamlMap) => boolean,
): readonly ComposeService[] {
  if (!/^["']?services["']?\s*:/m.test(text) && !/^\s*\{/.test(text)) return [];
  const [document] = parseYaml(path, text, (part) => part.includes('services'));
  const root = document?.root;
  if (root?.kind !== 'map') return [];
  const services = lookup(root, 'services');
  if (services.kind !== 'node' || services.node.kind !== 'map' || !counts(root, services.node)) return [];
  return services.node.pairs.flatMap(({ key, value, merged }) =>
    value.kind === 'map' && !value.templated && !merged ? [{ path, name: key.text.text, at: key.at, map: value }] : [],
  );
}

/** A file that services may be given: one of the project, or written in place. Variables are not replaced yet. */
export interface ComposeConfig {
  readonly name: string;
  readonly file: string | undefined;
  readonly content: Embedded | undefined;
}

/** The `configs` of a Compose file. */
export function composeConfigsIn(path: string, text: string): readonly ComposeConfig[] {
  if (!/^["']?configs["']?\s*:/m.test(text)) return [];
  const [document] = parseYaml(path, text, (part) => part.includes('configs'));
  const configs = lookup(document?.root, 'configs');
  if (configs.kind !== 'node' || configs.node.kind !== 'map') return [];
  return configs.node.pairs.map(({ key, value }) => {
    const part = (name: string) => {
      const found = lookup(value, name);
      return found.kind === 'node' && found.node.kind === 'scalar' ? found.node.text : undefined;
    };
    return { name: key.text.text, file: part('file')?.text, content: part('content') };
  });
}

/** Whether a file by another name is a Compose file: nothing but its keys, and an image or a build in every service. */
function looksLikeCompose(root: YamlMap, services: YamlMap): boolean {
  const known = root.pairs.every(({ key }) => ROOT_KEYS.has(key.text.text) || key.text.text.startsWith('x-'));
  return (
    known &&
    services.pairs.length > 0 &&
    services.pairs.every(
      ({ value }) => lookup(value, 'image').kind === 'node' || lookup(value, 'build').kind === 'node',
    )
  );
}

/** Keys whose value replaces the other as a whole; of all others, lists and maps are added up. */
const REPLACED = new Set(['command', 'entrypoint']);

/** A service with all that the one which it extends says too. What comes from there counts as brought by a merge key. */
export function extendedService(own: YamlMap, base: YamlMap): YamlMap {
  const others = base.pairs
    .filter((pair) => pairOf(own, pair) === undefined && pair.key.text.text !== 'extends')
    .map((pair) => ({ ...pair, merged: true }));
  const pairs = own.pairs.map((pair) => {
    const twin = REPLACED.has(pair.key.text.text) ? undefined : pairOf(base, pair);
    return twin ? { ...pair, value: addedUp(pair.value, twin.value) } : pair;
  });
  return { ...own, pairs: [...pairs, ...others], open: own.open || base.open };
}

function pairOf({ pairs }: YamlMap, { key }: YamlPair): YamlPair | undefined {
  return pairs.find((pair) => pair.key.text.text === key.text.text);
}

function addedUp(own: YamlNode, base: YamlNode): YamlNode {
  if (own.kind === 'map' && base.kind === 'map') return extendedService(own, base);
  return own.kind === 'sequence' && base.kind === 'sequence' ? { ...own, items: [...base.items, ...own.items] } : own;
}
