// What Softstop makes of kustomizations, object by object, against what the real kustomize builds: all of it is known.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { buildsOf } from '../shared/model/manifests/kustomizations.ts';
import type { Resource } from '../shared/model/manifests/kustomizeResources.ts';
import type { YamlNode } from '../shared/sources/yaml/yamlNode.ts';
import { projectOf, textsIn } from './analyzed.ts';
import { whyNoGo } from './go.ts';
import { readableDiff } from './lineDiff.ts';
import { renderAll } from './realTools.ts';

const FOLDER = path.join('test', 'kustomizations');

/** What of a name kustomize works out from what a ConfigMap or a Secret holds. */
const HASH = /-[a-z0-9]{10}$/;

function dataOf(node: YamlNode): unknown {
  if (node.templated) return 'unknown';
  if (node.kind === 'sequence') return node.items.map(dataOf);
  if (node.kind === 'map') {
    return Object.fromEntries(node.pairs.map(({ key, value }) => [key.text.text, dataOf(value)]));
  }
  return typeof node.value === 'string' ? node.text.text : node.value;
}

/** The outermost kustomizations of a folder, with what each delivers. */
function builtBySoftstop(folder: string): ReadonlyMap<string, readonly Resource[]> {
  const texts = textsIn(folder);
  const project = projectOf(texts);
  const builds = [...texts.keys()].flatMap((name) => buildsOf(project, `/w/${name}`) ?? []);
  return new Map(builds.map((build) => [build.folder.slice('/w/'.length), build.resources(project)] as const));
}

/** The objects of a build by kind and name, each with the names that it refers to by hash given back. */
function builtByKustomize(text: string): ReadonlyMap<string, unknown> {
  const objects = parseAllDocuments(text).map((document) => document.toJS() as Named);
  const hashed = objects.filter(
    ({ kind, metadata }) => /^(?:ConfigMap|Secret)$/.test(kind) && HASH.test(metadata.name),
  );
  const plain = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value === 'object' && value)
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
    return hashed.some(({ metadata }) => metadata.name === value) ? String(value).replace(HASH, '') : value;
  };
  return new Map(objects.map((object) => [keyOf(plain(object) as Named), plain(object)]));
}

/** Gives the keys of an object in order. */
function sorted(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

interface Named {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

function keyOf({ kind, metadata }: Named): string {
  return `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
}

const missing = whyNoGo();
const skip = missing !== undefined && process.env.CI !== 'true' ? missing : false;

test('the real kustomize builds the same objects', { skip }, () => {
  assert.equal(missing, undefined);
  const roots = readdirSync(FOLDER).flatMap((name) => {
    const folder = path.join(FOLDER, name);
    return [...builtBySoftstop(folder)].map(([root, resources]) => ({ folder: path.join(folder, root), resources }));
  });
  const outcomes = renderAll(roots.map(({ folder }) => ({ tool: 'kustomize', folder })));
  const wrong: string[] = [];
  let compared = 0;
  for (const [i, { folder, resources }] of roots.entries()) {
    if (outcomes[i]?.error !== undefined) wrong.push(`${folder}: ${outcomes[i].error}`);
    const real = builtByKustomize(outcomes[i]?.files?.all ?? '');
    for (const { object, altered } of resources) {
      const own = dataOf(object) as Named;
      // What a Secret holds is of no interest to anybody here.
      if (own.kind === 'Secret' && real.has(keyOf(own))) continue;
      const other = real.get(keyOf(own));
      compared++;
      if (altered || isDeepStrictEqual(own, other)) continue;
      const shown = (value: unknown) => `${JSON.stringify(value ?? {}, sorted, 1)}\n`;
      wrong.push(`${folder}, ${keyOf(own)} (- kustomize, + Softstop):\n${readableDiff(shown(other), shown(own))}`);
    }
    for (const key of real.keys()) {
      const kind = /^(?:Deployment|StatefulSet|Rollout|Service|Ingress|PodDisruptionBudget|HorizontalPodAutoscaler) /;
      if (kind.test(key) && !resources.some(({ object }) => keyOf(dataOf(object) as Named) === key))
        wrong.push(`${folder}: no ${key}`);
    }
  }
  assert.ok(compared > roots.length);
  assert.equal(wrong.join('\n'), '');
});
