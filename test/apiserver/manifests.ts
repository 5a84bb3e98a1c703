// What a project sends to a cluster: its manifests as they stand, what its charts render to for each values file, and what
// its kustomizations build. Charts and kustomizations are made by the real tools.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { type Job, renderAll } from '../realTools.ts';
import type { Manifest } from './apply.ts';
import type { Variant } from './sources.ts';

/** What one variant sends. */
export interface Sending {
  readonly variant: Variant;
  readonly manifests: readonly Manifest[];
  readonly left: readonly Left[];
}

/** What cannot be sent, and why. */
export interface Left {
  readonly file: string;
  readonly reason: string;
}

const KUSTOMIZATION = /(?:^|\/)(?:kustomization\.ya?ml|Kustomization)$/;

/** What all these variants send; `scratch` is an empty folder. */
export function sendingsOf(variants: readonly Variant[], scratch: string): readonly Sending[] {
  const plans = variants.map((variant, i) => planOf(variant, path.join(scratch, String(i))));
  const outcomes = [...renderAll(plans.flatMap(({ jobs }) => jobs))];
  return plans.map(({ variant, plain, jobs }) => {
    const made = outcomes.splice(0, jobs.length);
    const left: Left[] = [];
    const own = plain.flatMap((file) => manifestsIn(file, variant.texts.get(file) ?? '', left));
    const built = made.flatMap(({ files, error }, i) => {
      const job = jobs[i];
      // What stands at which line of a template is not the same after a fix.
      if (error !== undefined && job) {
        left.push({ file: path.basename(job.folder), reason: `${job.tool} fails: ${error.replace(/\d+/g, 'N')}` });
      }
      return Object.entries(files ?? {}).flatMap(([file, text]) => manifestsIn(file, text, left));
    });
    return { variant, manifests: [...own, ...built], left };
  });
}

interface Plan {
  readonly variant: Variant;
  /** Files that are sent as they are. */
  readonly plain: readonly string[];
  readonly jobs: readonly Job[];
}

function planOf(variant: Variant, folder: string): Plan {
  const { texts } = variant;
  const names = [...texts.keys()];
  const charts = names.filter((name) => /(?:^|\/)Chart\.yaml$/.test(name)).map(folderOf);
  const roots = charts.filter((chart) => !charts.some((other) => other !== chart && isIn(chart, other)));
  const kustomizations = names.filter((name) => KUSTOMIZATION.test(name));
  const named = new Set(kustomizations.flatMap((name) => namedIn(folderOf(name), texts.get(name) ?? '')));
  const inChart = (name: string) => charts.some((chart) => isIn(name, chart));
  const plain = names.filter(
    (name) => /\.(?:ya?ml|json)$/.test(name) && !inChart(name) && !named.has(name) && !KUSTOMIZATION.test(name),
  );
  const outer = kustomizations
    .filter((name) => !named.has(folderOf(name)) && !/kind:\s*Component/.test(texts.get(name) ?? ''))
    .map(folderOf);
  if (roots.length + outer.length === 0) return { variant, plain, jobs: [] };
  for (const [name, text] of texts) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  const helm = roots.flatMap((root): readonly Job[] => {
    const values = names.filter((name) => folderOf(name) === root && /(?:^|\/)values[-.].+\.ya?ml$/.test(name));
    const job: Job = { tool: 'helm', folder: path.join(folder, root) };
    return [job, ...values.map((name) => ({ ...job, values: [path.join(folder, name)] }))];
  });
  const kustomize = outer.map((root): Job => ({ tool: 'kustomize', folder: path.join(folder, root) }));
  return { variant, plain, jobs: [...helm, ...kustomize] };
}

function folderOf(name: string): string {
  return name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : '';
}

function isIn(name: string, folder: string): boolean {
  return folder === '' || name.startsWith(`${folder}/`);
}

/** The files and folders that a kustomization names. */
function namedIn(folder: string, text: string): readonly string[] {
  const words = text.match(/[\w./-]+/g) ?? [];
  return words.map((word) => path.posix.join(folder, word).replace(/\/$/, ''));
}

/** The objects of a file, those in Lists one by one; `left` gets what is none, or none of its own. */
function manifestsIn(file: string, text: string, left: Left[]): readonly Manifest[] {
  if (!/apiVersion/.test(text)) return [];
  if (/^[^#\n]*\{\{/m.test(text)) {
    left.push({ file, reason: 'a template without its chart' });
    return [];
  }
  const documents = [...parseAllDocuments(text, { logLevel: 'silent', merge: true })];
  const broken = documents.flatMap(({ errors }) => errors)[0];
  if (broken) {
    left.push({ file, reason: (broken.message.split('\n')[0] ?? '').replace(/ at line.*/, '') });
    return [];
  }
  const objects = documents.flatMap((document) => objectsOf(document.toJS({ maxAliasCount: -1 })));
  if (objects.some(({ object }) => isPatch(object))) left.push({ file, reason: 'a patch alone' });
  return objects.filter(({ object }) => !isPatch(object));
}

/** Whether an object only says what it changes in another: a directive, or a container without an image. */
function isPatch(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, inner]) => {
    if (key === '$patch') return true;
    const containers = /^(?:c|initC)ontainers$/.test(key) && Array.isArray(inner) ? inner : [];
    return containers.some((one) => typeof one === 'object' && one && !('image' in one)) || isPatch(inner);
  });
}

function objectsOf(value: unknown): readonly Manifest[] {
  if (typeof value !== 'object' || value === null) return [];
  const { apiVersion, kind, items } = value as { readonly [key: string]: unknown };
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return [];
  if (/List$/.test(kind) && Array.isArray(items)) return items.flatMap(objectsOf);
  return [{ apiVersion, kind, object: value }];
}
