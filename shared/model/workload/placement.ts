// How many pods of a workload there are, and what keeps them on different nodes. Judges nothing.

import { type ScalerManifest, scalersAmong, scalersIn } from '../../sources/placement.ts';
import type { PodTemplate } from '../../sources/podTemplates.ts';
import { setKey } from '../../sources/yaml/yamlEdit.ts';
import { lookup, type YamlMap } from '../../sources/yaml/yamlNode.ts';
import type { Place } from '../../text/span.ts';
import type { Company } from '../manifests/manifests.ts';
import { isForeseen, isLiteral } from '../manifests/written.ts';
import { asText, find, items, numberSetting, read, type Section, subsection } from '../manifests/yamlValue.ts';
import type { Project } from '../project.ts';
import { type Change, refuse, type Setting } from '../setting.ts';
import { known, knownValue, type Value } from '../value.ts';
import { addBudget, type Budget, budgetsOf } from './budgets.ts';
import { type LabelSelector, labelSelectorAt, selects, type Tri } from './selectors.ts';

/** Where the pods of a workload go, and how many there are. */
export interface Placement {
  readonly replicas: Setting<number>;
  /** What decides their number instead. */
  readonly scaler: Scaler | undefined;
  /** The fewest pods that there are while nothing goes wrong. */
  readonly fewest: Value<number>;
  /** What limits how many of them may be evicted together. */
  readonly budgets: readonly Budget[];
  /** Whether a budget is about its pods. */
  readonly budgeted: Tri;
  /** Rules of the scheduler that are to keep pods apart. */
  readonly constraints: readonly Constraint[];
  /** Whether something surely or perhaps keeps the pods on different nodes. */
  readonly apart: Tri;
  /** Whether a template writes such a rule as soon as a value is given. */
  readonly foreseen: boolean;
  /** Whether they are meant for one node, by its name or by a volume that only one node can have. */
  readonly oneNode: boolean;
  /** Asks the scheduler to spread the pods over the nodes as well as it can. */
  spread(): Change;
  /** Describes a budget that lets one pod at a time be evicted. */
  addBudget(): Change;
}

/** An autoscaler of a workload. */
export interface Scaler {
  readonly kind: string;
  readonly at: Place;
  readonly least: Setting<number>;
}

/** A term of `podAntiAffinity`, or an item of `topologySpreadConstraints`. */
export interface Constraint {
  readonly kind: 'antiAffinity' | 'spread';
  /** Its selector's key, or where the whole starts. */
  readonly at: Place;
  /** The label of nodes by which it tells them apart. */
  readonly topologyKey: Setting<string>;
  /** How many more pods one node may have than another; of a spread constraint alone. */
  readonly maxSkew: Setting<number>;
  /** Absent: it selects nothing. */
  readonly selector: LabelSelector | undefined;
  /** Whether it is about the workload's own pods. */
  readonly own: Tri;
  /** Makes it one about the workload's own pods. */
  aim(): Change;
}

const CONTAINERS = { before: ['containers', 'initContainers'] };

/** Where the pods of a template go. */
export function placementOf(
  project: Project,
  template: PodTemplate,
  spec: Section,
  company: Company | undefined,
): Placement {
  const manifest: Section = { map: template.manifest, partial: spec.partial };
  const replicas = numberSetting(subsection(manifest, 'spec') ?? manifest, {
    keys: ['replicas'],
    near: { before: ['selector', 'template'] },
    affects: [],
    fallback: known(1),
    whose: 'Kubernetes',
  });
  const scaler = scalerOf(project, template, company);
  const constraints = constraintsOf(spec, template);
  const budgets = budgetsOf(project, template, company);
  return {
    replicas,
    scaler,
    budgets: budgets.known,
    budgeted: budgets.any,
    fewest: scaler ? scaler.least.value : replicas.value,
    constraints,
    apart: apartness(spec, constraints),
    foreseen: ['affinity', 'topologySpreadConstraints'].some((key) => isForeseen(spec.map, key)),
    oneNode: isForOneNode(spec),
    spread: () => {
      const mistaken = constraints.find(({ kind }) => kind === 'spread');
      if (mistaken) return mistaken.aim();
      const labels = selectorLabels(template);
      if (!labels) return refuse(NO_LABELS);
      const constraint = {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: labels },
      };
      return setKey(spec.map, ['topologySpreadConstraints'], [constraint], CONTAINERS);
    },
    addBudget: () => {
      const labels = selectorLabels(template);
      return labels ? addBudget(template, labels) : refuse(NO_LABELS);
    },
  };
}

const NO_LABELS = 'the labels of its pods are not written here';

function scalerOf(project: Project, template: PodTemplate, company: Company | undefined): Scaler | undefined {
  const { kind, name, namespace } = template;
  if (name === undefined) return undefined;
  const scales = ({ target, ...scaler }: ScalerManifest) =>
    target.name === name &&
    (target.kind === undefined || target.kind === kind) &&
    (scaler.namespace === namespace || scaler.namespace === undefined || namespace === undefined);
  const [together] = company?.find(scalersAmong, scales) ?? [];
  const found = together ?? project.find(scalersIn, scales).find(({ path }) => !company?.has(path));
  if (!found) return undefined;
  const keda = found.kind === 'ScaledObject';
  const least = numberSetting(
    { map: found.manifest, partial: false },
    {
      keys: ['spec', keda ? 'minReplicaCount' : 'minReplicas'],
      affects: [],
      fallback: known(keda ? 0 : 1),
      whose: keda ? 'KEDA' : 'Kubernetes',
    },
  );
  return { kind: found.kind, at: found.at, least };
}

function constraintsOf(spec: Section, template: PodTemplate): readonly Constraint[] {
  const terms = (key: string) => items(spec, 'affinity', 'podAntiAffinity', key).nodes;
  const preferred = terms('preferredDuringSchedulingIgnoredDuringExecution').flatMap((node) => {
    const term = lookup(node, 'podAffinityTerm');
    return term.kind === 'node' ? [term.node] : [];
  });
  const required = terms('requiredDuringSchedulingIgnoredDuringExecution');
  const spread = items(spec, 'topologySpreadConstraints').nodes;
  return [
    ...[...required, ...preferred].map((node) => ({ kind: 'antiAffinity' as const, node })),
    ...spread.map((node) => ({ kind: 'spread' as const, node })),
  ].flatMap(({ kind, node }) => (node.kind === 'map' ? [constraintOf(kind, node, template)] : []));
}

function constraintOf(kind: Constraint['kind'], map: YamlMap, template: PodTemplate): Constraint {
  const section: Section = { map, partial: map.templated };
  const selector = labelSelectorAt(map, 'labelSelector');
  const written = lookup(map, 'labelSelector');
  const key = lookup(map, 'topologyKey');
  const topologyKey = read(section, ['topologyKey'], asText);
  return {
    kind,
    at: written.kind === 'node' ? written.key.at : key.kind === 'node' ? key.key.at : map.at,
    topologyKey: {
      value: topologyKey.kind === 'known' ? known(topologyKey.value ?? '') : topologyKey,
      given: key.kind === 'node' ? { kind: 'here', at: key.node.at } : { kind: 'default', whose: 'Kubernetes' },
      affects: [],
      set: (wanted) => setKey(map, ['topologyKey'], wanted),
    },
    maxSkew: numberSetting(section, { keys: ['maxSkew'], affects: [], fallback: known(1), whose: 'Kubernetes' }),
    selector,
    own: map.templated ? 'unknown' : selector ? selects(selector, template.labels) : 'no',
    aim: () => {
      const labels = selectorLabels(template);
      return labels ? setKey(map, ['labelSelector'], { matchLabels: labels }) : refuse(NO_LABELS);
    },
  };
}

function apartness(spec: Section, constraints: readonly Constraint[]): Tri {
  const own = constraints.map((one) => one.own);
  if (own.includes('yes')) return 'yes';
  const onHost = holdsHostPort(spec);
  if (onHost === 'yes') return 'yes';
  const all = [
    ['affinity', 'podAntiAffinity', 'preferredDuringSchedulingIgnoredDuringExecution'],
    ['affinity', 'podAntiAffinity', 'requiredDuringSchedulingIgnoredDuringExecution'],
    ['topologySpreadConstraints'],
  ].every((keys) => items(spec, ...keys).all);
  // Another scheduler places by rules of its own.
  const scheduler = read(spec, ['schedulerName'], asText);
  const usual = scheduler.kind === 'known' && (scheduler.value ?? 'default-scheduler') === 'default-scheduler';
  return all && usual && onHost === 'no' && !own.includes('unknown') ? 'no' : 'unknown';
}

/** Two pods with the same port of the node cannot share it. */
export function holdsHostPort(spec: Section): Tri {
  const network = find(spec, 'hostNetwork');
  if (network.kind === 'unknown') return 'unknown';
  if (network.kind === 'node' && network.node.kind === 'scalar' && network.node.value === true) return 'yes';
  const containers = items(spec, 'containers');
  const ports = containers.nodes.map((node) => lookup(node, 'ports'));
  const lists = ports.flatMap((found) => (found.kind === 'node' && found.node.kind === 'sequence' ? [found.node] : []));
  if (lists.some(({ items: each }) => each.some((port) => lookup(port, 'hostPort').kind === 'node'))) return 'yes';
  return lists.some(({ items: each }) => each.some((port) => lookup(port, 'hostPort').kind === 'unknown'))
    ? 'unknown'
    : 'no';
}

function isForOneNode(spec: Section): boolean {
  if (find(spec, 'nodeName').kind !== 'absent') return true;
  if (find(spec, 'nodeSelector', 'kubernetes.io/hostname').kind === 'node') return true;
  return items(spec, 'volumes').nodes.some((volume) => lookup(volume, 'persistentVolumeClaim').kind !== 'absent');
}

/** The labels by which the workload knows its pods, if they stand in its manifest as they are. */
function selectorLabels({ manifest, path, labels }: PodTemplate): Readonly<Record<string, string>> | undefined {
  const inner = lookup(manifest, 'spec', 'selector', 'matchLabels');
  const found = inner.kind === 'node' ? inner : lookup(manifest, 'spec', 'selector');
  if (found.kind !== 'node' || found.node.kind !== 'map' || found.node.open) return undefined;
  // What a kustomization adds to all selectors it adds here too.
  const own = found.node.pairs.filter(({ key }) => key.at.path === path);
  const pairs = own.map(({ key, value, conditional }): readonly [string, string] | undefined =>
    value.kind === 'scalar' && !conditional && isLiteral(key) && isLiteral(value) && value.at.path === path
      ? [key.text.text, value.text.text]
      : undefined,
  );
  const literal = pairs.flatMap((pair) => (pair ? [pair] : []));
  const right = literal.every(([key, value]) => labels.known.get(key) === value);
  return literal.length > 0 && literal.length === pairs.length && right ? Object.fromEntries(literal) : undefined;
}

/** The fewest pods, and where that is decided. */
export function fewestPods({
  replicas,
  scaler,
  fewest,
}: Placement): { readonly count: number; readonly by: Setting<number> } | undefined {
  const count = knownValue(fewest);
  return count === undefined ? undefined : { count, by: scaler?.least ?? replicas };
}
