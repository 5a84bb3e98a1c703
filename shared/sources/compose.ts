// Finds the services of a Compose file. Knows what is a Compose file and where a service begins, not what it means.
import type { Place } from '../text/span.ts';
import { lookup, parseYaml, type YamlMap } from './yaml.ts';

/** A service of a Compose file. */
export interface ComposeService {
  readonly path: string;
  readonly name: string;
  /** The service's key. */
  readonly at: Place;
  readonly map: YamlMap;
}

const NAME = /(?:^|[/._-])(?:docker-)?compose(?:[._-][\w.-]+)?\.ya?ml$/i;
const ROOT_KEYS = new Set(['version', 'name', 'services', 'networks', 'volumes', 'configs', 'secrets', 'include', 'models']);

/** The services of a Compose file; none of a file that is not one. */
export function composeServicesIn(path: string, text: string): readonly ComposeService[] {
  if (!/^["']?services["']?\s*:/m.test(text) && !/^\s*\{/.test(text)) return [];
  const [document] = parseYaml(path, text, (part) => part.includes('services'));
  const root = document?.root;
  if (root?.kind !== 'map') return [];
  const services = lookup(root, 'services');
  if (services.kind !== 'node' || services.node.kind !== 'map') return [];
  if (!NAME.test(path) && !looksLikeCompose(root, services.node)) return [];
  return services.node.pairs.flatMap(({ key, value, merged }) =>
    value.kind === 'map' && !value.templated && !merged ? [{ path, name: key.text.text, at: key.at, map: value }] : [],
  );
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
