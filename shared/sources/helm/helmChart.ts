// Reads the files of a Helm chart, one by one: what it says of itself, its values, its templates. Knows no project.

import type { Place } from '../../text/span.ts';
import { mayHoldFiles } from '../kinds.ts';
import { parsePlainYaml } from '../yaml/yaml.ts';
import { lookup, type YamlMap, type YamlNode } from '../yaml/yamlNode.ts';
import { parseTemplate, type TemplateFile } from './helmSyntax.ts';

/** What a `Chart.yaml` says. */
export interface ChartFile {
  readonly path: string;
  readonly folder: string;
  readonly name: string;
  /** Whether it only lends its named templates. */
  readonly library: boolean;
  /** The range of cluster versions that it is for, as written. */
  readonly kubeVersion: { readonly text: string; readonly at: Place } | undefined;
  readonly map: YamlMap;
  readonly dependencies: readonly Dependency[];
}

/** A chart that a chart needs. */
export interface Dependency {
  readonly name: string;
  /** The key of its values in those of the chart that needs it. */
  readonly key: string;
  /** The values that switch it on, the first that is there decides. */
  readonly conditions: readonly (readonly string[])[];
  /** The names under `tags` that switch it on and off, where no condition says so. */
  readonly tags: readonly string[];
  /** Whether it gives values to the chart that needs it. */
  readonly lends: boolean;
}

/** A values file: of the chart by itself, or one that is laid over it. */
export interface ValuesFile {
  readonly path: string;
  readonly folder: string;
  /** As a person would name it, from the chart's folder. */
  readonly name: string;
  /** Absent: it gives nothing. */
  readonly map: YamlMap | undefined;
}

/** A template file of a chart. */
export interface ChartTemplate extends TemplateFile {
  readonly path: string;
  /** Whether it could render to pods, or to what sends them traffic. */
  readonly matters: boolean;
}

/** The chart that a file describes. */
export function chartsIn(path: string, text: string): readonly ChartFile[] {
  if (!path.endsWith('/Chart.yaml')) return [];
  const root = parsePlainYaml(path, text)[0]?.root;
  if (root?.kind !== 'map') return [];
  const dependencies = lookup(root, 'dependencies');
  return [
    {
      path,
      folder: path.slice(0, -'/Chart.yaml'.length),
      name: word(root, 'name') ?? '',
      library: word(root, 'type') === 'library',
      kubeVersion: kubeVersionOf(root),
      map: root,
      dependencies:
        dependencies.kind === 'node' && dependencies.node.kind === 'sequence'
          ? dependencies.node.items.flatMap(dependencyOf)
          : [],
    },
  ];
}

function kubeVersionOf(root: YamlMap): ChartFile['kubeVersion'] {
  const found = lookup(root, 'kubeVersion');
  const text = word(root, 'kubeVersion');
  return found.kind === 'node' && text !== undefined ? { text, at: found.node.at } : undefined;
}

function dependencyOf(node: YamlNode): readonly Dependency[] {
  const name = word(node, 'name');
  if (name === undefined) return [];
  const conditions = (word(node, 'condition') ?? '').split(',').filter((one) => one.trim() !== '');
  const given = lookup(node, 'tags');
  const tags = given.kind === 'node' && given.node.kind === 'sequence' ? given.node.items : [];
  return [
    {
      name,
      key: word(node, 'alias') ?? name,
      conditions: conditions.map((one) => one.trim().split('.')),
      tags: tags.flatMap((tag) => (tag.kind === 'scalar' ? [tag.text.text] : [])),
      lends: lookup(node, 'import-values').kind !== 'absent',
    },
  ];
}

function word(node: YamlNode, key: string): string | undefined {
  const found = lookup(node, key);
  return found.kind === 'node' && found.node.kind === 'scalar' && found.node.value !== null
    ? found.node.text.text
    : undefined;
}

/** `values.yaml`, and what people call the files that they lay over it; those of chart-testing are none. */
const VALUES =
  /^(.*)\/(values\.ya?ml|values[-_.][^/]+\.ya?ml|[^/]+[-_.]values\.ya?ml|(?:values|environments?|envs?)\/[^/]+\.ya?ml)$/;

/** The values file that a file may be. */
export function valuesIn(path: string, text: string): readonly ValuesFile[] {
  const match = VALUES.exec(path);
  if (!match || /\/(?:templates|ci)\//.test(path.slice((match[1] ?? '').length - 3))) return [];
  // What tells which values there may be gives none.
  if (/[-_.]schema\.ya?ml$/.test(path)) return [];
  // One that is a template itself, as of helmfile, gives nothing that is known.
  if (path.endsWith('.gotmpl') || text.length > 1_000_000) return [];
  const root = parsePlainYaml(path, text)[0]?.root;
  return [{ path, folder: match[1] ?? '', name: match[2] ?? '', map: root?.kind === 'map' ? root : undefined }];
}

/** The template file that a file of a chart is; none while it is not whole. */
export function chartTemplatesIn(path: string, text: string): readonly ChartTemplate[] {
  if (!/\/templates\/(?:.*\/)?[^/]+\.(?:ya?ml|tpl|json)$/.test(path)) return [];
  const file = parseTemplate(path, text);
  if (!file) return [];
  const partial = /\/_[^/]*$/.test(path) || path.endsWith('.tpl');
  return [{ ...file, path, matters: !partial && matters(text) }];
}

/** Kinds that neither hold pods nor send them anything. */
const ASIDE =
  /^(?:ConfigMap|Secret|SealedSecret|ExternalSecret|ServiceAccount|(?:Cluster)?Role(?:Binding)?|PersistentVolumeClaim|NetworkPolicy|CustomResourceDefinition|ServiceMonitor|PodMonitor|PrometheusRule|Certificate|Issuer)$/;

/** Where a template names the kinds that it writes, they tell; else it may write anything that it includes. */
function matters(text: string): boolean {
  const kinds = [...text.matchAll(/^kind:[ \t]*(.+?)[ \t]*\r?$/gm)].map(([, kind]) =>
    (kind ?? '').replace(/["']/g, ''),
  );
  return kinds.length > 0
    ? !kinds.every((kind) => ASIDE.test(kind)) || mayHoldFiles(text)
    : /\{\{-?\s*(?:include|template|tpl|toYaml)\b/.test(text);
}
