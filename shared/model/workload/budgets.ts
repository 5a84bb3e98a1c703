// The PodDisruptionBudgets of a workload: how many of its pods have to stay while nodes are emptied.

import { type BudgetManifest, budgetNamesIn, budgetsAmong, budgetsIn } from '../../sources/placement.ts';
import type { PodTemplate } from '../../sources/podTemplates.ts';
import { addDocument, renameKey, setKey } from '../../sources/yaml/yamlEdit.ts';
import { lookup, type YamlMap } from '../../sources/yaml/yamlNode.ts';
import type { Place } from '../../text/span.ts';
import type { Company } from '../manifests/manifests.ts';
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

/** What is known of the budgets of a workload. */
export interface Budgets {
  /** Those whose limits are known. */
  readonly known: readonly Budget[];
  /** Whether there is one: one that its chart can deliver may be. */
  readonly any: Tri;
}

/** The budgets that are about the pods of a workload. */
export function budgetsOf(project: Project, template: PodTemplate, company: Company | undefined): Budgets {
  const answerOf = ({ namespace, manifest }: BudgetManifest): Tri => {
    const selector = labelSelectorAt(manifest, 'spec', 'selector');
    const near = namespace === undefined || template.namespace === undefined || namespace === template.namespace;
    return near && selector !== undefined ? selects(selector, template.labels) : 'no';
  };
  const mayCount = (budget: BudgetManifest) => answerOf(budget) !== 'no';
  const together = company?.find(budgetsAmong, mayCount) ?? [];
  const all = [...together, ...project.find(budgetsIn, mayCount).filter(({ path }) => !company?.has(path))];
  const sure = all.filter((budget) => answerOf(budget) === 'yes');
  const foreseen = company !== undefined && budgetNames(project).some(({ path }) => company.has(path));
  const open = all.length > 0 || foreseen || !template.labels.complete;
  return {
    known: sure.flatMap((budget) => budgetOf(budget) ?? []),
    any: sure.length > 0 ? 'yes' : open ? 'unknown' : 'no',
  };
}

function budgetNames(project: Project): readonly Place[] {
  return project.once('the names of budgets', (own) => own.find(budgetNamesIn));
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
