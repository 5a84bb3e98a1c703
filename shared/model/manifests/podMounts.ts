// What a pod lays over the image of one of its containers: the files of its ConfigMaps, and volumes that hide what is there.
import { type ConfigMap, configMapsAmong, configMapsIn } from '../../sources/configMaps.ts';
import type { PodTemplate } from '../../sources/podTemplates.ts';
import type { YamlNode } from '../../sources/yaml/yamlNode.ts';
import type { Embedded } from '../../text/embedded.ts';
import { fileOf } from '../documents.ts';
import { verbatim } from '../image/copiedFiles.ts';
import { type Mount, textMount, textsMount, unknownMount } from '../image/mounts.ts';
import { folderOf, resolvePath } from '../paths.ts';
import type { Project } from '../project.ts';
import type { Delivery } from './manifests.ts';
import { asText, items, read, type Section, subsection } from './yamlValue.ts';

type Texts = ReadonlyMap<string, Embedded>;

/** What a ConfigMap of the project holds, by its name; `undefined` where there is none. */
export type ConfigMapTexts = (name: string) => Texts | undefined;

/** The ConfigMaps that the pods of a template may refer to. */
export function configMapTexts(project: Project, template: PodTemplate, { company }: Delivery): ConfigMapTexts {
  return (name) => {
    const isIt = (one: ConfigMap) => one.name === name && (one.namespace ?? template.namespace) === template.namespace;
    const delivered = company?.find(configMapsAmong, isIt) ?? [];
    const map = nearest(delivered.length > 0 ? delivered : project.find(configMapsIn, isIt), template.path);
    return map && textsOf(project, map);
  };
}

/** The mounts of a container; `spec` is the pod's. */
export function podMounts(find: ConfigMapTexts, spec: Section, container: Section): readonly Mount[] {
  const volumes = sections(spec, 'volumes');
  return sections(container, 'volumeMounts').flatMap((mount): readonly Mount[] => {
    const path = text(mount, 'mountPath');
    const name = text(mount, 'name');
    if (path === undefined) return [];
    const volume = volumes.find((one) => text(one, 'name') === name);
    const texts = volume && textsIn(volume, find);
    const part = text(mount, 'subPath');
    if (!texts || read(mount, ['subPathExpr'], asText).kind === 'unknown') return [unknownMount(path)];
    return [part === undefined ? textsMount(path, texts) : textMount(path, texts.get(resolvePath('/', part).slice(1)))];
  });
}

/** The files of a volume that is made of ConfigMaps. */
function textsIn(volume: Section, find: ConfigMapTexts): Texts | undefined {
  const own = subsection(volume, 'configMap');
  const projected = subsection(volume, 'projected');
  const sources = own
    ? [own]
    : projected
      ? sections(projected, 'sources').map((one) => subsection(one, 'configMap'))
      : [];
  const all = new Map<string, Embedded>();
  for (const source of sources) {
    const name = source && text(source, 'name');
    const texts = name === undefined ? undefined : find(name);
    if (!source || !texts) return undefined;
    const chosen = sections(source, 'items');
    if (chosen.length === 0) for (const [key, value] of texts) all.set(key, value);
    for (const item of chosen) {
      const value = texts.get(text(item, 'key') ?? '');
      const path = text(item, 'path');
      if (value && path !== undefined) all.set(resolvePath('/', path).slice(1), value);
    }
  }
  return sources.length > 0 ? all : undefined;
}

function textsOf(project: Project, { path, data }: ConfigMap): Texts {
  const texts = [...data].flatMap(([key, one]) => {
    const found = 'text' in one ? one.text : project.derived(resolvePath(folderOf(path), one.file), verbatim);
    return found ? [[key, found] as const] : [];
  });
  return new Map(texts);
}

/** The one that stands with the pod, or nearest to it; of two that are as near, neither. */
function nearest(maps: readonly ConfigMap[], from: string): ConfigMap | undefined {
  const nearness = ({ path }: ConfigMap) =>
    fileOf(path) === fileOf(from) ? Number.POSITIVE_INFINITY : commonLength(path, from);
  const [first, second] = [...maps].sort((a, b) => nearness(b) - nearness(a));
  return first && second && nearness(first) === nearness(second) ? undefined : first;
}

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return a.lastIndexOf('/', length);
}

function sections(section: Section, key: string): readonly Section[] {
  const isMap = (node: YamlNode) => (node.kind === 'map' ? [{ map: node, partial: section.partial }] : []);
  return items(section, key).nodes.flatMap(isMap);
}

function text(section: Section, key: string): string | undefined {
  const found = read(section, [key], asText);
  return found.kind === 'known' ? found.value : undefined;
}
