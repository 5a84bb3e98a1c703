// Reads a `kustomization.yaml`: what it takes, and what it changes in it. Knows no project and builds nothing.
import type { Place } from '../text/span.ts';
import { parseEmbedded } from './helm/rendered.ts';
import { parseYaml } from './yaml/yaml.ts';
import { lookup, type YamlDocument, type YamlMap, type YamlNode, type YamlScalar } from './yaml/yamlNode.ts';

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
  readonly generators: readonly Generator[];
  /** Those of `patchesStrategicMerge` and `patches`. */
  readonly patches: readonly Patch[];
  /** Those of `patchesJson6902`, which come later. */
  readonly latePatches: readonly Patch[];
  readonly images: readonly ImageChange[];
  readonly replicas: readonly { readonly name: string; readonly count: YamlNode }[];
  /** Whether it changes things in ways that are not read: by plugins, or with values from elsewhere. */
  readonly altersMore: boolean;
  readonly namespace: string | undefined;
  readonly prefix: string;
  readonly suffix: string;
  readonly labels: readonly LabelChange[];
  readonly annotations: YamlMap | undefined;
  readonly replacements: readonly ReplacementEntry[];
}

/** A ConfigMap or a Secret that is made from files and literals. */
export interface Generator {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly map: YamlMap;
  readonly name: YamlScalar;
  readonly namespace: YamlNode | undefined;
  /** What is there already: replaced, or laid under it. */
  readonly behavior: 'create' | 'replace' | 'merge';
  readonly files: readonly { readonly key: string; readonly file: string; readonly at: YamlScalar }[];
  readonly literals: readonly YamlScalar[];
  /** Files of `KEY=value` lines. */
  readonly envs: readonly { readonly file: string; readonly at: YamlScalar }[];
}

/** A replacement, or the file that holds some. */
export type ReplacementEntry = { readonly file: string } | Replacement;

/** Copies a value of one resource to others. */
export interface Replacement {
  readonly source: ReplacementSource | { readonly value: YamlScalar };
  readonly targets: readonly ReplacementTarget[];
}

/** Where a value is taken from. */
export interface ReplacementSource {
  readonly resource: Identity;
  readonly path: string;
  readonly options: FieldOptions;
}

/** Where a value is put. */
export interface ReplacementTarget {
  readonly select: Target;
  readonly reject: readonly Target[];
  readonly paths: readonly string[];
  readonly options: FieldOptions;
}

/** How a part of a text is meant, and whether what is missing is made. */
export interface FieldOptions {
  readonly delimiter: string | undefined;
  readonly index: number;
  readonly create: boolean;
}

/** A change of one or more resources. */
export interface Patch {
  /** The file that holds it; absent where it stands in place. */
  readonly file: string | undefined;
  readonly inline: readonly YamlDocument[];
  readonly target: Target | undefined;
}

/** Which resource is meant; of what is not given, any. */
export interface Identity {
  readonly group: string | undefined;
  readonly version: string | undefined;
  readonly kind: string | undefined;
  readonly name: string | undefined;
  readonly namespace: string | undefined;
}

/** What a patch is for. All that an identity gives are regular expressions. */
export interface Target extends Identity {
  readonly labelSelector: string | undefined;
  readonly annotationSelector: string | undefined;
}

/** An entry of `images`. */
export interface ImageChange {
  readonly name: string;
  readonly newName: YamlNode | undefined;
  readonly newTag: YamlNode | undefined;
  readonly digest: YamlNode | undefined;
  readonly tagSuffix: YamlNode | undefined;
}

/** Labels that are added, and to what beside the metadata. */
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
      generators: [...generatorsOf(root, 'ConfigMap'), ...generatorsOf(root, 'Secret')],
      patches: [
        ...nodes(root, 'patchesStrategicMerge').flatMap(strategicPatch),
        ...nodes(root, 'patches').map(targetedPatch),
      ],
      latePatches: nodes(root, 'patchesJson6902').map(targetedPatch),
      images: nodes(root, 'images').flatMap((node) => imageOf(node)),
      replicas: nodes(root, 'replicas').flatMap((node) => {
        const name = word(node, 'name');
        const count = nodeAt(node, 'count');
        if (name === undefined || !count || node.kind !== 'map') return [];
        return [{ name, count: { ...count, holder: { map: node, keys: ['count'] } } }];
      }),
      altersMore: ['transformers', 'vars', 'openapi'].some((key) => lookup(root, key).kind !== 'absent'),
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
      annotations: mapAt(root, 'commonAnnotations'),
      replacements: nodes(root, 'replacements').flatMap((node): readonly ReplacementEntry[] => {
        const file = word(node, 'path');
        return file === undefined ? replacementOf(node) : [{ file }];
      }),
    },
  ];
}

/** The replacements of a file of its own: one, or a list. */
export function replacementsIn(path: string, text: string): readonly Replacement[] {
  return parseYaml(path, text).flatMap(({ root }) =>
    root?.kind === 'sequence' ? root.items.flatMap(replacementOf) : root ? replacementOf(root) : [],
  );
}

function strategicPatch(node: YamlNode): readonly Patch[] {
  if (node.kind !== 'scalar') return [];
  const isFile = !node.text.text.includes('\n');
  return [
    { file: isFile ? node.text.text : undefined, inline: isFile ? [] : parseEmbedded(node.text), target: undefined },
  ];
}

function targetedPatch(node: YamlNode): Patch {
  const inline = nodeAt(node, 'patch');
  const target = nodeAt(node, 'target');
  return {
    file: word(node, 'path'),
    inline: inline?.kind === 'scalar' ? parseEmbedded(inline.text) : [],
    target: target && targetOf(target),
  };
}

function identityOf(node: YamlNode): Identity {
  const [group, version, kind, name, namespace] = ['group', 'version', 'kind', 'name', 'namespace'].map((key) =>
    word(node, key),
  );
  return { group, version, kind, name, namespace };
}

function targetOf(node: YamlNode): Target {
  return {
    ...identityOf(node),
    labelSelector: word(node, 'labelSelector'),
    annotationSelector: word(node, 'annotationSelector'),
  };
}

function replacementOf(node: YamlNode): readonly Replacement[] {
  const source = nodeAt(node, 'source');
  const value = nodeAt(node, 'sourceValue');
  const targets = nodes(node, 'targets').map((target): ReplacementTarget => {
    const select = nodeAt(target, 'select');
    return {
      select: targetOf(select ?? target),
      reject: nodes(target, 'reject').map(targetOf),
      paths: words(target, 'fieldPaths'),
      options: optionsOf(target),
    };
  });
  if (value?.kind === 'scalar') return [{ source: { value }, targets }];
  if (!source) return [];
  const path = word(source, 'fieldPath') ?? 'metadata.name';
  return [{ source: { resource: identityOf(source), path, options: optionsOf(source) }, targets }];
}

function optionsOf(node: YamlNode): FieldOptions {
  const options = nodeAt(node, 'options');
  const own = (key: string) => options && word(options, key);
  return { delimiter: own('delimiter'), index: Number(own('index') ?? 0), create: own('create') === 'true' };
}

function generatorsOf(root: YamlMap, kind: Generator['kind']): readonly Generator[] {
  return nodes(root, kind === 'ConfigMap' ? 'configMapGenerator' : 'secretGenerator').flatMap((node) => {
    const name = nodeAt(node, 'name');
    if (node.kind !== 'map' || name?.kind !== 'scalar') return [];
    const given = word(node, 'behavior');
    return [
      {
        kind,
        map: node,
        name,
        namespace: nodeAt(node, 'namespace'),
        behavior: given === 'merge' || given === 'replace' ? given : 'create',
        files: scalars(node, 'files').map((at) => {
          const [, key, file = ''] = /^(?:([^=]*)=)?(.+)$/.exec(at.text.text) ?? [];
          return { key: key ?? file.slice(file.lastIndexOf('/') + 1), file, at };
        }),
        literals: scalars(node, 'literals'),
        envs: [...scalars(node, 'envs'), ...scalarAt(node, 'env')].map((at) => ({ file: at.text.text, at })),
      },
    ];
  });
}

function imageOf(node: YamlNode): readonly ImageChange[] {
  const name = word(node, 'name');
  if (name === undefined) return [];
  const [newName, newTag, digest, tagSuffix] = ['newName', 'newTag', 'digest', 'tagSuffix'].map((key) =>
    nodeAt(node, key),
  );
  return [{ name, newName, newTag, digest, tagSuffix }];
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

function scalarAt(node: YamlNode, key: string): readonly YamlScalar[] {
  const found = nodeAt(node, key);
  return found?.kind === 'scalar' ? [found] : [];
}

function scalars(node: YamlNode, key: string): readonly YamlScalar[] {
  return nodes(node, key).filter((item) => item.kind === 'scalar');
}

function words(node: YamlNode, key: string): readonly string[] {
  return scalars(node, key).map((item) => item.text.text);
}
