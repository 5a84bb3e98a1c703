// Reads a `kustomization.yaml`: what it takes, and what it changes in it. Knows no project and builds nothing.
import type { Place } from '../text/span.ts';
import { parseEmbedded } from './helm/rendered.ts';
import { parseYaml } from './yaml/yaml.ts';
import { lookup, type YamlDocument, type YamlMap, type YamlNode } from './yaml/yamlNode.ts';

/** What a kustomization says. Paths are as written. */
export interface Kustomization {
  readonly path: string;
  readonly folder: string;
  /** Its first key. */
  readonly at: Place;
  /** Whether it only changes what its user takes. */
  readonly component: boolean;
  readonly resources: readonly string[];
  readonly components: readonly string[];
  readonly patches: readonly Patch[];
  readonly images: readonly ImageChange[];
  readonly replicas: readonly { readonly name: string; readonly count: YamlNode }[];
  /** Whether it changes things in ways that are not read: by plugins, or with values from elsewhere. */
  readonly altersMore: boolean;
  readonly namespace: string | undefined;
  readonly prefix: string;
  readonly suffix: string;
  readonly labels: readonly LabelChange[];
}

/** A change of one or more resources. */
export interface Patch {
  /** The file that holds it; absent where it stands in place. */
  readonly file: string | undefined;
  readonly inline: readonly YamlDocument[];
  readonly target: Target | undefined;
}

/** What a patch is for; of what is not given, anything. Names are regular expressions. */
export interface Target {
  readonly kind: string | undefined;
  readonly name: string | undefined;
  readonly namespace: string | undefined;
  readonly labelSelector: string | undefined;
  readonly annotationSelector: string | undefined;
}

export interface ImageChange {
  readonly name: string;
  readonly newName: YamlNode | undefined;
  readonly newTag: YamlNode | undefined;
  readonly digest: YamlNode | undefined;
}

export interface LabelChange {
  readonly pairs: YamlMap;
  readonly selectors: boolean;
  readonly templates: boolean;
}

const NAME = /(?:^|\/)(?:kustomization\.ya?ml|Kustomization)$/;

/** The kustomization that a file is. */
export function kustomizationsIn(path: string, text: string): readonly Kustomization[] {
  if (!NAME.test(path)) return [];
  const root = parseYaml(path, text)[0]?.root;
  if (root?.kind !== 'map') return [];
  const common = mapAt(root, 'commonLabels');
  return [
    {
      path,
      folder: path.slice(0, path.lastIndexOf('/')),
      at: root.pairs[0]?.key.at ?? root.at,
      component: word(root, 'kind') === 'Component',
      resources: [...words(root, 'resources'), ...words(root, 'bases')],
      components: words(root, 'components'),
      patches: patchesOf(root),
      images: nodes(root, 'images').flatMap((node) => imageOf(node)),
      replicas: nodes(root, 'replicas').flatMap((node) => {
        const name = word(node, 'name');
        const count = nodeAt(node, 'count');
        return name === undefined || !count ? [] : [{ name, count }];
      }),
      altersMore: lookup(root, 'transformers').kind !== 'absent' || nodes(root, 'replacements').some(altersPods),
      namespace: word(root, 'namespace'),
      prefix: word(root, 'namePrefix') ?? '',
      suffix: word(root, 'nameSuffix') ?? '',
      labels: [
        ...(common ? [{ pairs: common, selectors: true, templates: true }] : []),
        ...nodes(root, 'labels').flatMap((node) => {
          const pairs = mapAt(node, 'pairs');
          const selectors = word(node, 'includeSelectors') === 'true';
          return pairs ? [{ pairs, selectors, templates: selectors || word(node, 'includeTemplates') === 'true' }] : [];
        }),
      ],
    },
  ];
}

function patchesOf(root: YamlMap): readonly Patch[] {
  const strategic = nodes(root, 'patchesStrategicMerge').flatMap((node): Patch[] => {
    if (node.kind !== 'scalar') return [];
    const isFile = !node.text.text.includes('\n');
    return [
      { file: isFile ? node.text.text : undefined, inline: isFile ? [] : parseEmbedded(node.text), target: undefined },
    ];
  });
  const others = [...nodes(root, 'patchesJson6902'), ...nodes(root, 'patches')].map((node): Patch => {
    const inline = nodeAt(node, 'patch');
    return {
      file: word(node, 'path'),
      inline: inline?.kind === 'scalar' ? parseEmbedded(inline.text) : [],
      target: targetOf(nodeAt(node, 'target')),
    };
  });
  return [...strategic, ...others];
}

/** Whether a replacement may give a pod something that it lacks; labels, annotations and names are not that. */
function altersPods(replacement: YamlNode): boolean {
  if (word(replacement, 'path') !== undefined) return true;
  const paths = nodes(replacement, 'targets').flatMap((target) => words(target, 'fieldPaths'));
  return paths.some((path) => /(?:^|\.)spec\.(?:.*\.)?spec\./.test(path));
}

function targetOf(node: YamlNode | undefined): Target | undefined {
  if (node?.kind !== 'map') return undefined;
  const [kind, name, namespace] = ['kind', 'name', 'namespace'].map((key) => word(node, key));
  return {
    kind,
    name,
    namespace,
    labelSelector: word(node, 'labelSelector'),
    annotationSelector: word(node, 'annotationSelector'),
  };
}

function imageOf(node: YamlNode): readonly ImageChange[] {
  const name = word(node, 'name');
  if (name === undefined) return [];
  return [{ name, newName: nodeAt(node, 'newName'), newTag: nodeAt(node, 'newTag'), digest: nodeAt(node, 'digest') }];
}

function nodeAt(node: YamlNode, key: string): YamlNode | undefined {
  const found = lookup(node, key);
  return found.kind === 'node' ? found.node : undefined;
}

function mapAt(node: YamlNode, key: string): YamlMap | undefined {
  const found = nodeAt(node, key);
  return found?.kind === 'map' ? found : undefined;
}

function nodes(node: YamlNode, key: string): readonly YamlNode[] {
  const found = nodeAt(node, key);
  return found?.kind === 'sequence' ? found.items : [];
}

function word(node: YamlNode, key: string): string | undefined {
  const found = nodeAt(node, key);
  return found?.kind === 'scalar' && found.value !== null ? found.text.text : undefined;
}

function words(node: YamlNode, key: string): readonly string[] {
  return nodes(node, key).flatMap((item) => (item.kind === 'scalar' ? [item.text.text] : []));
}
