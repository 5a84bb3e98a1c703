// Builds pods from the services of a Compose file: one container each.
import type { ComposeService } from '../../sources/compose.ts';
import { lookup, type YamlNode } from '../../sources/yaml/yamlNode.ts';
import { parseDuration } from '../../text/duration.ts';
import { type Container, resolveContainer } from '../container.ts';
import { isDevelopmentStage, isForDevelopment } from '../image/development.ts';
import type { Run } from '../image/runs.ts';
import { folderOf, resolvePath } from '../paths.ts';
import type { Pod } from '../pod/pod.ts';
import type { Project } from '../project.ts';
import { refuse, type Setting } from '../setting.ts';
import { known } from '../value.ts';
import type { Nature } from '../workload/workload.ts';
import { buildOf } from './composeBuild.ts';
import { composeContainer, NEAR_STOP } from './composeContainer.ts';
import { composeMounts } from './composeMounts.ts';
import { type ServiceSection, serviceAlone, serviceSections } from './composeServices.ts';
import { hasVariables, textOf } from './composeTexts.ts';
import { asText, find, items, numberSetting } from './yamlValue.ts';

/** What `docker stop` gives a container: docker/cli, container_stop.md. */
const DEFAULT_GRACE = 10;

/** The pods of a Compose file. */
export function composePods(project: Project, path: string): readonly Pod[] {
  const sections = serviceSections(project, path);
  const awaited = new Set(sections.flatMap(({ section }) => completedBefore(section.map)));
  return sections.map((one) => podOf(project, one, awaited.has(one.service.name) ? 'oneOff' : natureOf(one)));
}

/** What a service runs, whatever else the project holds. */
export function composeRun(service: ComposeService): Run {
  const alone = serviceAlone(service);
  const oneOff = natureOf(alone) === 'oneOff';
  return { path: service.path, parts: composeContainer(alone), oneOff, development: isDevelopment(alone) };
}

function podOf(project: Project, service: ServiceSection, nature: Nature): Pod {
  const { name, at, path } = service.service;
  const containers: Container[] = [];
  const pod: Pod = {
    source: 'compose',
    name,
    at,
    specAt: at,
    workload: {
      kind: 'Compose service',
      nature,
      name,
      at,
      services: [],
      development: isForDevelopment(project.display(path)) || isDevelopment(service),
    },
    containers,
    grace: graceOf(service),
    os: linux(name),
    ...(service.section.map.source.error && { broken: true }),
  };
  const parts = { ...composeContainer(service), mounts: composeMounts(project, service) };
  containers.push(resolveContainer(project, parts, pod));
  return pod;
}

function graceOf({ service, section, variables }: ServiceSection): Setting<number> {
  const setting = numberSetting(section, {
    keys: ['stop_grace_period'],
    near: NEAR_STOP,
    affects: [service.name],
    fallback: known(DEFAULT_GRACE),
    whose: 'Docker',
    // A number without a unit is refused.
    parse: (node) => {
      const text = textOf(node, variables) ?? '';
      return /[a-z]$/.test(text.trim()) ? parseDuration(text) : undefined;
    },
    write: (seconds) => `${seconds}s`,
  });
  const found = find(section, 'stop_grace_period');
  const decided = found.kind === 'node' && hasVariables(found.node, variables);
  return decided ? { ...setting, set: () => refuse('a variable decides it') } : setting;
}

/** Swarm's jobs end by themselves. */
function natureOf({ section }: ServiceSection): Nature {
  const mode = lookup(section.map, 'deploy', 'mode');
  return mode.kind === 'node' && /-job$/.test(asText(mode.node) ?? '') ? 'oneOff' : 'other';
}

/** The services whose end a service waits for before it starts. */
function completedBefore(map: ServiceSection['section']['map']): readonly string[] {
  const found = lookup(map, 'depends_on');
  if (found.kind !== 'node' || found.node.kind !== 'map') return [];
  return found.node.pairs.flatMap(({ key, value }) => {
    const condition = lookup(value, 'condition');
    const ends = condition.kind === 'node' && asText(condition.node) === 'service_completed_successfully';
    return ends ? [key.text.text] : [];
  });
}

/** Whether a service is started on demand only, from a stage for it, or works on the files that its image is built from. */
function isDevelopment(service: ServiceSection): boolean {
  const { section } = service;
  if (lookup(section.map, 'profiles').kind !== 'absent') return true;
  const folder = folderOf(service.service.path);
  const { context = folder, target = '' } = buildOf(service) ?? {};
  if (isDevelopmentStage(target)) return true;
  return items(section, 'volumes').nodes.some((node) => {
    const source = mountedFolder(node);
    const mounted = source === undefined ? undefined : resolvePath(folder, source);
    return mounted !== undefined && [folder, context].some((one) => isCode(mounted, one));
  });
}

/** Whether a folder holds what an image is built from: all of its context, or the usual folders in it. */
function isCode(mounted: string, context: string): boolean {
  const inside = mounted.startsWith(`${context}/`) ? mounted.slice(context.length + 1) : '';
  return `${context}/`.startsWith(`${mounted}/`) || /^(?:src|app|lib|code|server|client|public|pages)$/.test(inside);
}

/** The folder of the host in `./src:/app`, `{ type: bind, source: . }`; none of a volume by its name. */
function mountedFolder(node: YamlNode): string | undefined {
  const source = node.kind === 'map' ? lookup(node, 'source') : undefined;
  const text = source ? (source.kind === 'node' ? asText(source.node) : undefined) : asText(node)?.replace(/:.*$/, '');
  return text !== undefined && /^\.{1,2}(?:\/|$)/.test(text) ? text : undefined;
}

function linux(name: string): Setting<string> {
  const set = () => refuse('Compose has no such setting');
  return { value: known('linux'), given: { kind: 'default', whose: 'Docker' }, affects: [name], set };
}
