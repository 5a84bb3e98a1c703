// What a project sends to a cluster: its manifests as they stand, what its charts render to for each values file, and what
// its kustomizations build. Charts and kustomizations are made by the real tools.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { type Job, type Outcome, renderAll } from '../realTools.ts';
import type { Manifest } from './apply.ts';
import type { Variant } from './sources.ts';

/** What one variant sends. */
export interface Sending {
  readonly variant: Variant;
  readonly manifests: readonly Manifest[];
  /** Files that cannot be sent, with the reason. */
  readonly left: readonly string[];
}

const KUSTOMIZATION = /(?:^|\/)(?:kustomization\.ya?ml|Kustomization)$/;

/** What all these variants send; `scratch` is an empty folder. */
export function sendingsOf(variants: readonly Variant[], scratch: string): readonly Sending[] {
  const plans = variants.map((variant, i) => planOf(variant, path.join(scratch, String(i))));
  const outcomes = [...renderAll(plans.flatMap(({ jobs }) => jobs))];
  return plans.map(({ variant, plain, jobs }) => {
    const made = outcomes.splice(0, jobs.length);
    const left: string[] = [];
    const read = (name: string, text: string) => {
      const found = manifestsIn(text);
      if (typeof found !== 'string') return found;
      left.push(`${name}: ${found}`);
      return [];
    };
    const own = plain.flatMap((name) => read(name, variant.texts.get(name) ?? ''));
    const built = made.flatMap((outcome) => textsOf(outcome, left).flatMap(([name, text]) => read(name, text)));
    return { variant, manifests: [...own, ...built], left };
  });
}

function textsOf({ files, error }: Outcome, left: string[]): readonly [string, string][] {
  if (error !== undefined) left.push(error);
  return Object.entries(files ?? {});
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

/** The objects of a file, those in Lists one by one; or why it is no manifest that can be sent. */
function manifestsIn(text: string): readonly Manifest[] | string {
  if (!/apiVersion/.test(text)) return [];
  const documents = [...parseAllDocuments(text, { logLevel: 'silent' })];
  const broken = documents.flatMap(({ errors }) => errors)[0];
  if (broken) return text.includes('{{') ? 'a template without its chart' : (broken.message.split('\n')[0] ?? '');
  return documents.flatMap((document) => objectsOf(document.toJS({ maxAliasCount: -1 })));
}

function objectsOf(value: unknown): readonly Manifest[] {
  if (typeof value !== 'object' || value === null) return [];
  const { apiVersion, kind, items } = value as { readonly [key: string]: unknown };
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return [];
  if (/List$/.test(kind) && Array.isArray(items)) return items.flatMap(objectsOf);
  return [{ apiVersion, kind, object: value }];
}
