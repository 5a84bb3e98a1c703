// Puts together what Compose reads as one service: with the service that it extends, with what an override file beside it
// may say, and with the variables of `.env`. Knows where things are given, not what they mean.
import { type ComposeService, composeServicesIn, extendedService, namedServicesIn } from '../../sources/compose.ts';
import { type DotenvVariable, dotenvVariables } from '../../sources/dotenv.ts';
import type { Variables } from '../../sources/interpolation.ts';
import { lookup, type YamlMap } from '../../sources/yaml/yamlNode.ts';
import { isForDevelopment } from '../image/development.ts';
import { baseName, folderOf, resolvePath } from '../paths.ts';
import type { Project } from '../project.ts';
import { asText, type Section } from './yamlValue.ts';

/** A service as it is read for the model. */
export interface ServiceSection {
  readonly service: ComposeService;
  readonly section: Section;
  readonly variables: Variables;
}

/** What Compose reads without being told to: compose-go, cli/options.go. */
const DEFAULT_NAME = /^(?:docker-)?compose\.ya?ml$/;
/** What starts a service: a file for development changes that, and says nothing of how the others are started. */
const STARTS = new Set(['image', 'build', 'command', 'entrypoint', 'init']);
/** Longer chains of `extends` are somebody's loop. */
const MAX_CHAIN = 8;

/** The services of a Compose file. */
export function serviceSections(project: Project, path: string): readonly ServiceSection[] {
  const services = project.derived(path, composeServicesIn) ?? [];
  if (services.length === 0) return [];
  const variables = variablesOf(project, path);
  const companions = companionsOf(project, path);
  return services.map((service) => {
    const { map, whole } = extended(project, service);
    const elsewhere = givenBy(project, companions, service.name);
    return { service, section: { map, partial: !whole || isPartial(map), elsewhere }, variables };
  });
}

/** A service as its own file has it. */
export function serviceAlone(service: ComposeService): ServiceSection {
  const partial = lookup(service.map, 'extends').kind !== 'absent' || isPartial(service.map);
  return { service, section: { map: service.map, partial }, variables: () => undefined };
}

/** Without an image, it can only be a part of a service that another file holds. */
function isPartial(map: YamlMap): boolean {
  return !['image', 'build'].some((key) => lookup(map, key).kind !== 'absent');
}

/** A service with all that it extends, and whether all of that is known. */
function extended(
  project: Project,
  { path, map }: ComposeService,
  depth = 0,
): { readonly map: YamlMap; readonly whole: boolean } {
  const found = lookup(map, 'extends');
  if (found.kind === 'absent') return { map, whole: true };
  const text = (key: string) => {
    const value = found.kind === 'node' ? lookup(found.node, key) : found;
    return value.kind === 'node' ? asText(value.node) : undefined;
  };
  const name = found.kind === 'node' && found.node.kind === 'scalar' ? asText(found.node) : text('service');
  const file = text('file');
  const from = file === undefined ? path : resolvePath(folderOf(path), file);
  const base = project.derived(from, namedServicesIn)?.find((service) => service.name === name);
  if (!base || depth > MAX_CHAIN) return { map, whole: false };
  const { map: whole, whole: known } = extended(project, base, depth + 1);
  return { map: extendedService(map, whole), whole: known };
}

/** The same services in the files that are read together with this one: an override, or what it overrides. */
function companionsOf(project: Project, path: string): readonly ComposeService[] {
  const folder = folderOf(path);
  const isDefault = DEFAULT_NAME.test(baseName(path));
  return project.find(
    composeServicesIn,
    (other) =>
      other.path !== path && folderOf(other.path) === folder && (isDefault || DEFAULT_NAME.test(baseName(other.path))),
  );
}

/** The keys that they give a service. */
function givenBy(project: Project, companions: readonly ComposeService[], name: string): ReadonlySet<string> {
  const keys = companions.flatMap((other) => {
    if (other.name !== name) return [];
    const own = other.map.pairs.map(({ key }) => key.text.text);
    return isForDevelopment(project.display(other.path)) ? own.filter((key) => !STARTS.has(key)) : own;
  });
  return new Set(keys);
}

/** The variables of the `.env` beside a Compose file; the environment of whoever runs Compose is not known. */
function variablesOf(project: Project, path: string): Variables {
  let values: ReadonlyMap<string, string | undefined> | undefined;
  // Most files hold no variable, and whoever has none is not asked for a `.env`.
  return (name) => {
    values ??= valuesOf(project.derived(`${folderOf(path)}/.env`, dotenvVariables) ?? []);
    return values.get(name);
  };
}

function valuesOf(variables: readonly DotenvVariable[]): ReadonlyMap<string, string | undefined> {
  return new Map(variables.map(({ name, value }) => [name, value]));
}
