// What a Compose service lays over its image: files and folders of the project that it binds, and its configs.
import { composeConfigsIn } from '../../sources/compose.ts';
import { interpolate } from '../../sources/interpolation.ts';
import { lookup, type YamlNode } from '../../sources/yaml/yamlNode.ts';
import { type Mount, projectMount, textMount, unknownMount } from '../image/mounts.ts';
import { folderOf, resolvePath } from '../paths.ts';
import type { Project } from '../project.ts';
import type { ServiceSection } from './composeServices.ts';
import { textOf } from './composeTexts.ts';
import { items } from './yamlValue.ts';

/** The mounts of a service. */
export function composeMounts(project: Project, service: ServiceSection): readonly Mount[] {
  const { section } = service;
  return [
    ...items(section, 'volumes').nodes.flatMap((node) => volumeMount(project, service, node)),
    ...items(section, 'configs').nodes.flatMap((node) => configMount(project, service, node)),
  ];
}

/** `./nginx.conf:/etc/nginx/nginx.conf:ro`, or the same with its parts by name. */
function volumeMount(project: Project, { service, variables }: ServiceSection, node: YamlNode): readonly Mount[] {
  const part = (key: string) => {
    const found = lookup(node, key);
    return found.kind === 'node' ? textOf(found.node, variables) : undefined;
  };
  const short =
    node.kind === 'scalar' ? /^(.+?):(\/[^:]*)(?::[\w,]+)?$/.exec(textOf(node, variables) ?? node.text.text) : null;
  const [source, target] = short ? [short[1], short[2]] : [part('source'), part('target')];
  if (target === undefined || source === undefined) return [];
  // A volume by its name starts with what the image has there.
  if (/^[\w][\w.-]*$/.test(source)) return [];
  if (!/^\.{1,2}(?:\/|$)/.test(source)) return [unknownMount(target)];
  return [projectMount(project, target, resolvePath(folderOf(service.path), source))];
}

/** `name`, or `{ source: name, target: /etc/nginx/nginx.conf }`. */
function configMount(project: Project, { service, variables }: ServiceSection, node: YamlNode): readonly Mount[] {
  const part = (key: string) => {
    const found = lookup(node, key);
    return found.kind === 'node' ? textOf(found.node, variables) : undefined;
  };
  const name = node.kind === 'scalar' ? textOf(node, variables) : part('source');
  const target = (node.kind === 'map' ? part('target') : undefined) ?? `/${name}`;
  const config = project.derived(service.path, composeConfigsIn)?.find((one) => one.name === name);
  if (name === undefined) return [];
  if (config?.file !== undefined && !config.file.includes('$'))
    return [projectMount(project, target, resolvePath(folderOf(service.path), config.file))];
  const content = config?.content && interpolate(config.content, variables);
  return [textMount(target, content?.open ? undefined : content?.text)];
}
