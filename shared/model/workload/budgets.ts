// The PodDisruptionBudgets of a workload: how many of its pods have to stay while nodes are emptied.
import type { PodTemplate } from '../../sources/kubernetes.ts';
import { type BudgetManifest, budgetNamesIn, budgetsAmong, budgetsIn } from '../../sources/placement.ts';
import { lookup, type YamlMap } from '../../sources/yaml/yaml.ts';
import { addDocument, renameKey, setKey } from '../../sources/yaml/yamlEdit.ts';
import type { Place } from '../../text/span.ts';
import { amongAll, type Company } from '../manifests/manifests.ts';
import { asInteger, asText } from '../manifests/yamlValue.ts';
import type { Project } from '../project.ts';
import { type Change, refuse } from '../setting.ts';
import { labelSelectorAt, selects, type Tri } from './selectors.ts';

/** A budget that surely is about the pods of a workload. */
export interface Budget {
  /** Its name, where it is written. */
  readonly at: Place;
  readonly limit: 'minAvailable' | 'maxUnavailable';
  readonly limitAt: Place;
  /** A number of pods, or a share of them. */
  readonly value: { readonly pods: number } | { readonly percent: number };
  /** Lets one pod at a time be evicted. */
  allowOne(): Change;
}

/** The budgets of a workload whose limits are known. */
export function budgetsOf(project: Project, template: PodTemplate, company: Company | undefined): readonly Budget[] {
  return manifestsAbout(project, template, company, (answer) => answer === 'yes').flatMap(
    (budget) => budgetOf(budget) ?? [],
  );
}

/** Whether some budget is about the pods of a workload: one that its chart can deliver may be. */
export function budgeted(project: Project, template: PodTemplate, company: Company | undefined): Tri {
  if (manifestsAbout(project, template, company, (answer) => answer === 'yes').length > 0) return 'yes';
  const perhaps = manifestsAbout(project, template, company, (answer) => answer === 'unknown').length > 0;
  const foreseen = company !== undefined && project.find(budgetNamesIn).some(({ path }) => company.has(path));
  return perhaps || foreseen || !template.labels.complete ? 'unknown' : 'no';
}

/** Describes a new budget below a workload that stands in a file as it is. */
export function addBudget(template: PodTemplate, labels: Readonly<Record<string, string>>): Change {
  const { manifest, name, namespace, path } = template;
  if (name === undefined || manifest.source.path !== path) return refuse('a template writes it');
  return addDocument(manifest, {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name, ...(namespace !== undefined && { namespace }) },
    spec: { maxUnavailable: 1, selector: { matchLabels: labels } },
  });
}

function manifestsAbout(
  project: Project,
  template: PodTemplate,
  company: Company | undefined,
  counts: (answer: Tri) => boolean,
): readonly BudgetManifest[] {
  const isAbout = ({ namespace, manifest }: BudgetManifest) => {
    const selector = labelSelectorAt(manifest, 'spec', 'selector');
    const near = namespace === undefined || template.namespace === undefined || namespace === template.namespace;
    return near && selector !== undefined && counts(selects(selector, template.labels));
  };
  const together = company ? amongAll(company, budgetsAmong).filter(isAbout) : [];
  const elsewhere = project.find(budgetsIn, isAbout).filter(({ path }) => !company?.has(path));
  return [...together, ...elsewhere];
}

function budgetOf({ manifest, at }: BudgetManifest): Budget | undefined {
  const spec = lookup(manifest, 'spec');
  if (spec.kind !== 'node' || spec.node.kind !== 'map') return undefined;
  const map: YamlMap = spec.node;
  for (const limit of ['maxUnavailable', 'minAvailable'] as const) {
    const found = lookup(map, limit);
    if (found.kind === 'unknown') return undefined;
    if (found.kind !== 'node') continue;
    const pods = asInteger(found.node);
    const percent = /^(\d+)%$/.exec(asText(found.node) ?? '')?.[1];
    if (pods === undefined && percent === undefined) return undefined;
    return {
      at,
      limit,
      limitAt: found.node.at,
      value: pods === undefined ? { percent: Number(percent) } : { pods },
      allowOne: () => allowOne(map, limit, pods === 1),
    };
  }
  return undefined;
}

/** The two limits exclude each other. */
function allowOne(map: YamlMap, limit: Budget['limit'], isOne: boolean): Change {
  const renaming = limit === 'minAvailable' ? renameKey(map, limit, 'maxUnavailable') : undefined;
  const setting = isOne ? undefined : setKey(map, [limit], 1);
  const edits = [renaming, setting].flatMap((result) => (result?.ok ? result.edits : []));
  return [renaming, setting].find((result) => result && !result.ok) ?? { ok: true, edits };
}
