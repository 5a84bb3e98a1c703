// The ConfigMaps and Secrets that a kustomization makes from files and literals. The hash that it puts behind their names
// is left out: whatever refers to them gets the same.
import type { Generator, Kustomization } from '../../sources/kustomization.ts';
import type { YamlMap, YamlNode } from '../../sources/yaml/yamlNode.ts';
import { mapLike, mergePatch, scalarLike } from '../../sources/yaml/yamlPatch.ts';
import type { Embedded } from '../../text/embedded.ts';
import { verbatim } from '../image/copiedFiles.ts';
import { resolvePath } from '../paths.ts';
import type { Project } from '../project.ts';
import { type Resource, resourceOf } from './kustomizeResources.ts';

/** The resources with those that are made, which may change some that are there. */
export function generated(project: Project, from: Kustomization, resources: readonly Resource[]): readonly Resource[] {
  let result = resources;
  for (const generator of from.generators) {
    const object = objectOf(project, from, generator);
    const own = resourceOf(from.path, object);
    const before =
      generator.behavior === 'create'
        ? undefined
        : result.find(({ kind, names }) => kind === generator.kind && names.includes(generator.name.text.text));
    if (!before) result = [...result, own];
    else result = result.map((one) => (one === before ? laidOver(own, before, generator) : one));
  }
  return result;
}

/** The old one with what is given anew; it keeps its name and its place. */
function laidOver(own: Resource, before: Resource, { behavior }: Generator): Resource {
  const data = own.object.pairs.filter(({ key }) => key.text.text === 'data');
  const others = before.object.pairs.filter(({ key }) => key.text.text !== 'data');
  const object =
    behavior === 'replace'
      ? { ...before.object, pairs: [...others, ...data] }
      : mergePatch({ ...own.object, pairs: data }, before.object);
  return { ...before, path: own.path, object };
}

/** What was made of a generator, as long as its files are the same. */
const lastMade = new WeakMap<
  Generator,
  { readonly texts: readonly (Embedded | undefined)[]; readonly object: YamlMap }
>();

function objectOf(project: Project, { folder }: Kustomization, generator: Generator): YamlMap {
  const { kind, name, namespace, map, files, literals, envs } = generator;
  const read = (file: string) => project.derived(resolvePath(folder, file), verbatim);
  const texts = [...files, ...envs].map(({ file }) => read(file));
  const last = lastMade.get(generator);
  if (last?.texts.every((text, i) => text === texts[i])) return last.object;
  const data = [
    ...literals.map((literal) => keyAndValue(literal, literal.text.text, /^(["'])(.*)\1$/)),
    ...envs.flatMap(({ at }, i) => linesOf(texts[files.length + i]?.text).map((line) => keyAndValue(at, line))),
    ...files.map(({ key, at }, i): [string, YamlNode] => {
      const text = texts[i];
      // A file that is not there, or not of this project, is something that nobody knows.
      return [key, text ? { ...scalarLike(at, text.text), text, at: text.at } : { ...at, templated: true }];
    }),
  ];
  const word = (text: string) => scalarLike(map, text);
  const object = mapLike(map, [
    ['apiVersion', word('v1')],
    ['kind', word(kind)],
    ['metadata', mapLike(map, [['name', name], ...(namespace ? [['namespace', namespace] as const] : [])])],
    ...(kind === 'ConfigMap' ? [['data', mapLike(map, data)] as const] : []),
  ]);
  lastMade.set(generator, { texts, object });
  return object;
}

function keyAndValue(at: YamlNode, line: string, quotes?: RegExp): [string, YamlNode] {
  const end = line.indexOf('=');
  const value = end < 0 ? '' : line.slice(end + 1);
  return [end < 0 ? line : line.slice(0, end), scalarLike(at, quotes?.exec(value)?.[2] ?? value)];
}

/** The lines of a file of variables that set some. */
function linesOf(text = ''): readonly string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trimStart())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
