// What the cluster gets from a manifest file: the file as it stands, what a chart's templates render to, or what
// kustomizations make of it. One file may reach the cluster in several ways.
import { USUAL_VERSION } from '../../knowledge/kubernetes.ts';
import { settingsFor } from '../../settings/settings.ts';
import {
  matters,
  type PodTemplate,
  podTemplatesAmong,
  podTemplatesIn,
  type RouteManifest,
  routesAmong,
  type ServiceManifest,
  servicesAmong,
} from '../../sources/kubernetes.ts';
import type { YamlMap } from '../../sources/yaml/yaml.ts';
import { fileOf } from '../documents.ts';
import type { Project } from '../project.ts';
import type { Condition } from '../value.ts';
import { chartOfTemplate, renderingsOf } from './charts.ts';
import { buildsOf } from './kustomizations.ts';

/** One way in which a file's pods reach the cluster. */
export interface Delivery {
  /** A values file, an overlay; absent where there is but one way. */
  readonly when: Condition | undefined;
  readonly templates: readonly PodTemplate[];
  /** What the file becomes on the way; absent for a file that is delivered as it stands. */
  readonly objects: readonly YamlMap[] | undefined;
  /** Whether they may be given more on the way, by something that is not read. */
  readonly partial: boolean;
  /** What is delivered together with them; absent for a file that nothing is known to take. */
  readonly company: Company | undefined;
}

/** An object, and the file that it comes from. */
export interface DeliveredObject {
  readonly path: string;
  readonly object: YamlMap;
}

/** What one chart or kustomization delivers beside the pods. */
export interface Company {
  readonly services: readonly ServiceManifest[];
  readonly routes: readonly RouteManifest[];
  /** All of it. */
  readonly objects: readonly DeliveredObject[];
  /** Whether a file is part of it. */
  has(path: string): boolean;
}

/** The ways in which the pods of a file reach the cluster. */
export function deliveriesOf(project: Project, path: string): readonly Delivery[] {
  return ofChart(project, path) ?? ofKustomizations(project, path) ?? [byItself(project, path)];
}

/** Finds facts in some objects of a file. */
type Among<T> = (path: string, objects: readonly YamlMap[]) => readonly T[];

/** What was found in companies. */
const factsOf = new WeakMap<Company, Map<unknown, readonly unknown[]>>();

/** What is found in all that is delivered together; found once for each kind of fact. */
export function amongAll<T>(company: Company, among: Among<T>): readonly T[] {
  const facts = factsOf.get(company) ?? new Map<unknown, readonly unknown[]>();
  factsOf.set(company, facts);
  if (!facts.has(among)) {
    facts.set(
      among,
      company.objects.flatMap(({ path, object }) => among(path, [object])),
    );
  }
  return facts.get(among) as readonly T[];
}

function byItself(project: Project, path: string): Delivery {
  const templates = project.derived(path, podTemplatesIn) ?? [];
  return { when: undefined, templates, objects: undefined, partial: false, company: undefined };
}

/** A template as its chart renders it; one that does not render, as while somebody types, is read as it stands. */
function ofChart(project: Project, path: string): readonly Delivery[] | undefined {
  const chart = chartOfTemplate(project, path);
  if (!chart) return undefined;
  const version = settingsFor(project, path).kubernetesVersion ?? USUAL_VERSION;
  const renderings = renderingsOf(project, chart.root, version);
  if (!renderings.every(({ objects }) => objects.has(path))) return undefined;
  const has = (other: string) => other.startsWith(`${chart.root.folder}/`);
  return renderings.map(({ when, objects: files }): Delivery => {
    const objects = files.get(path) ?? [];
    const all = () => [...files].flatMap(([from, some]) => some.map((object) => ({ path: from, object })));
    const company = companyOf(files, all, has);
    return { when, templates: podTemplatesAmong(path, objects), objects, partial: false, company };
  });
}

/** A resource as the outermost kustomizations deliver it; a patch alone delivers nothing. */
function ofKustomizations(project: Project, path: string): readonly Delivery[] | undefined {
  // What holds nothing of interest as a file holds none in any overlay.
  if (project.derived(path, mayMatter) !== true) return undefined;
  return buildsOf(project, path)?.map(({ when, resources, takes }): Delivery => {
    const own = resources.filter((resource) => resource.path === path || fileOf(resource.path) === path);
    const objects = own.map(({ object }) => object);
    const partial = own.some(({ altered }) => altered);
    const company = companyOf(resources, () => resources, takes);
    return { when, templates: podTemplatesAmong(path, objects), objects, partial, company };
  });
}

function mayMatter(_path: string, text: string): boolean {
  return matters(text);
}

/** What is delivered together is the same for all files of it. */
const companies = new WeakMap<object, Company>();

function companyOf(delivered: object, all: () => readonly DeliveredObject[], has: Company['has']): Company {
  const known = companies.get(delivered);
  if (known) return known;
  const objects = all();
  const company: Company = {
    services: objects.flatMap(({ path, object }) => servicesAmong(path, [object])),
    routes: routesAmong(objects.map(({ object }) => object)),
    objects,
    has,
  };
  companies.set(delivered, company);
  return company;
}
