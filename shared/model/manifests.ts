// What the cluster gets from a manifest file: the file as it stands, what a chart's templates render to, or what
// kustomizations make of it. One file may reach the cluster in several ways.
import { settingsFor } from '../settings.ts';
import {
  type PodTemplate,
  podTemplatesAmong,
  podTemplatesIn,
  type RouteManifest,
  routesAmong,
  type ServiceManifest,
  servicesAmong,
} from '../sources/kubernetes.ts';
import { type BudgetManifest, budgetsAmong, type ScalerManifest, scalersAmong } from '../sources/placement.ts';
import { chartOfTemplate, renderingsOf } from './charts.ts';
import { useOf } from './kustomizations.ts';
import type { Project } from './project.ts';
import type { Condition } from './value.ts';

/** One way in which a file's pods reach the cluster. */
export interface Delivery {
  /** A values file, an overlay; absent where there is but one way. */
  readonly when: Condition | undefined;
  readonly templates: readonly PodTemplate[];
  /** Whether they may be given more on the way, by something that is not read. */
  readonly partial: boolean;
  /** What is delivered together with them; absent for a file that nothing is known to take. */
  readonly company: Company | undefined;
}

/** What one chart or kustomization delivers beside the pods. */
export interface Company {
  readonly services: readonly ServiceManifest[];
  readonly routes: readonly RouteManifest[];
  readonly scalers: readonly ScalerManifest[];
  readonly budgets: readonly BudgetManifest[];
  /** Whether a file is part of it. */
  has(path: string): boolean;
}

/** The ways in which the pods of a file reach the cluster. */
export function deliveriesOf(project: Project, path: string): readonly Delivery[] {
  return ofChart(project, path) ?? ofKustomizations(project, path) ?? [byItself(project, path)];
}

function byItself(project: Project, path: string): Delivery {
  return {
    when: undefined,
    templates: project.derived(path, podTemplatesIn) ?? [],
    partial: false,
    company: undefined,
  };
}

/** A template as its chart renders it; one that does not render, as while somebody types, is read as it stands. */
function ofChart(project: Project, path: string): readonly Delivery[] | undefined {
  const chart = chartOfTemplate(project, path);
  if (!chart) return undefined;
  const version = settingsFor(project, path).kubernetesVersion;
  const renderings = renderingsOf(project, chart.root, version);
  if (!renderings.every(({ objects }) => objects.has(path))) return undefined;
  return renderings.map(({ when, objects }): Delivery => {
    const all = [...objects];
    return {
      when,
      templates: podTemplatesAmong(path, objects.get(path) ?? []),
      partial: false,
      company: {
        services: all.flatMap(([from, some]) => servicesAmong(from, some)),
        routes: all.flatMap(([, some]) => routesAmong(some)),
        scalers: all.flatMap(([from, some]) => scalersAmong(from, some)),
        budgets: all.flatMap(([from, some]) => budgetsAmong(from, some)),
        has: (other) => other.startsWith(`${chart.root.folder}/`),
      },
    };
  });
}

/** A resource as the outermost kustomizations deliver it; a patch alone delivers nothing. */
function ofKustomizations(project: Project, path: string): readonly Delivery[] | undefined {
  const use = useOf(project, path);
  if (!use) return undefined;
  return use.builds.map(({ when, resources, takes }): Delivery => {
    const own = resources.filter((resource) => resource.path === path);
    return {
      when,
      templates: podTemplatesAmong(
        path,
        own.map(({ object }) => object),
      ),
      partial: own.some(({ altered }) => altered),
      company: {
        services: resources.flatMap((resource) => servicesAmong(resource.path, [resource.object])),
        routes: routesAmong(resources.map(({ object }) => object)),
        scalers: resources.flatMap((resource) => scalersAmong(resource.path, [resource.object])),
        budgets: resources.flatMap((resource) => budgetsAmong(resource.path, [resource.object])),
        has: takes,
      },
    };
  });
}
