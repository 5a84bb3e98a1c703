// What the cluster gets from a manifest file: the file as it stands, what a chart's templates render to, or what
// kustomizations make of it. One file may reach the cluster in several ways.
import { USUAL_VERSION } from '../../knowledge/kubernetes.ts';
import { settingsFor } from '../../settings/settings.ts';
import { matters } from '../../sources/manifestDocuments.ts';
import { type PodTemplate, podTemplatesAmong, podTemplatesIn } from '../../sources/podTemplates.ts';
import type { YamlMap } from '../../sources/yaml/yamlNode.ts';
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

/** Finds facts in some objects of a file. */
type Among<T> = (path: string, objects: readonly YamlMap[]) => readonly T[];

/** What one chart or kustomization delivers beside the pods. */
export interface Company {
  /** The facts that count in all of it. */
  find<T>(among: Among<T>, counts: (fact: T) => boolean): readonly T[];
  /** Whether a file is part of it. */
  has(path: string): boolean;
}

/** The ways in which the pods of a file reach the cluster. */
export function deliveriesOf(project: Project, path: string): readonly Delivery[] {
  return ofChart(project, path) ?? ofKustomizations(project, path) ?? [byItself(project, path)];
}

/** What was found in objects, each of which stays the same as long as it is delivered as it was. */
const factsOf = new WeakMap<YamlMap, Map<unknown, readonly unknown[]>>();

function factsIn<T>({ path, object }: DeliveredObject, among: Among<T>): readonly T[] {
  const facts = factsOf.get(object) ?? new Map<unknown, readonly unknown[]>();
  factsOf.set(object, facts);
  const found = facts.get(among) ?? among(path, [object]);
  facts.set(among, found);
  return found as readonly T[];
}

function companyOf(
  project: Project,
  delivered: (project: Project) => readonly DeliveredObject[],
  has: (project: Project, path: string) => boolean,
): Company {
  return {
    find: (among, counts) => project.ask((own) => delivered(own).flatMap((one) => factsIn(one, among).filter(counts))),
    has: (path) => project.ask((own) => (has(own, path) ? [path] : [])).length > 0,
  };
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
  const renderings = (own: Project) => renderingsOf(own, chart.root, version);
  const ways = project.ask((own) => renderings(own).map(({ when }) => when));
  const rendered = ways.map((_, way) => project.ask((own) => [renderings(own)[way]?.objects.get(path)])[0]);
  const whole = rendered.flatMap((objects) => (objects ? [objects] : []));
  if (whole.length < ways.length) return undefined;
  const has = (_: Project, other: string) => other.startsWith(`${chart.root.folder}/`);
  return whole.map((objects, way): Delivery => {
    const all = (own: Project) => [...(renderings(own)[way]?.objects ?? [])].flatMap(delivered);
    return deliveryOf(path, objects, { when: ways[way], partial: false, company: companyOf(project, all, has) });
  });
}

function delivered([path, objects]: readonly [string, readonly YamlMap[]]): readonly DeliveredObject[] {
  return objects.map((object) => ({ path, object }));
}

/** A resource as the outermost kustomizations deliver it; a patch alone delivers nothing. */
function ofKustomizations(project: Project, path: string): readonly Delivery[] | undefined {
  // What holds nothing of interest as a file holds none in any overlay.
  if (project.derived(path, mayMatter) !== true) return undefined;
  return buildsOf(project, path)?.map(({ when, resources, takes }): Delivery => {
    const isOwn = (resource: DeliveredObject) => resource.path === path || fileOf(resource.path) === path;
    const own = project.ask((one) => resources(one).filter(isOwn));
    const objects = own.map(({ object }) => object);
    const partial = own.some(({ altered }) => altered);
    return deliveryOf(path, objects, { when, partial, company: companyOf(project, resources, takes) });
  });
}

function deliveryOf(
  path: string,
  objects: readonly YamlMap[],
  rest: Pick<Delivery, 'when' | 'partial' | 'company'>,
): Delivery {
  return { ...rest, objects, templates: objects.flatMap((object) => factsIn({ path, object }, podTemplatesAmong)) };
}

function mayMatter(_path: string, text: string): boolean {
  return matters(text);
}
