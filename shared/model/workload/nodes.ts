// What is known of the nodes that a workload's pods run on: how much time pods get when their node goes away.
import { type Cluster, hasFeature } from '../../knowledge/kubernetes.ts';
import { type KubeletManifest, kubeletsIn } from '../../sources/kubelet.ts';
import { lookup, type YamlNode } from '../../sources/yaml/yamlNode.ts';
import type { Place } from '../../text/span.ts';
import { asBoolean, asText, items, read, type Section } from '../manifests/yamlValue.ts';
import type { Project } from '../project.ts';

/** How long a pod is given when its node shuts down. */
export interface NodeNotice {
  readonly seconds: number;
  /** Whether the pod is critical for the cluster, which then goes last. */
  readonly critical: boolean;
  /** Who says so, as a clause: `on Spot nodes of GKE`. */
  readonly why: string;
  /** Where it is said which nodes these are, or how long it is. */
  readonly at: Place;
}

/** Labels and taints of nodes that go away at short notice, with the seconds that usual pods get on them. */
const SHORT_LIVED: ReadonlyMap<string, { readonly seconds: number; readonly name: string }> = new Map([
  // docs.cloud.google.com/kubernetes-engine/docs/concepts/spot-vms: longer periods have no effect there.
  ['cloud.google.com/gke-spot', { seconds: 15, name: 'Spot nodes of GKE' }],
  ['cloud.google.com/gke-preemptible', { seconds: 15, name: 'preemptible nodes of GKE' }],
]);

/** The notice that the nodes of a pod spec give; none where that is not known. */
export function noticeOf(project: Project, spec: Section): NodeNotice | undefined {
  const priority = read(spec, ['priorityClassName'], asText);
  if (priority.kind === 'unknown') return undefined;
  const critical = /^system-(?:cluster|node)-critical$/.test(priority.value ?? '');
  return (critical ? undefined : shortLived(spec)) ?? fromKubelet(project, priority.value, critical);
}

function shortLived(spec: Section): NodeNotice | undefined {
  const named = [...selected(spec), ...required(spec), ...tolerated(spec)];
  for (const { key, at } of named) {
    const found = SHORT_LIVED.get(key);
    if (found) return { seconds: found.seconds, critical: false, why: `on ${found.name}`, at };
  }
  return undefined;
}

/** How long a pod is given when it is evicted with notice. */
export interface SoftEviction {
  readonly seconds: number;
  /** Whether a pod whose own period is shorter gets no more than that. */
  readonly atMost: boolean;
}

/** What kubelets give pods that they evict with notice; none where that is not known, or no eviction has one. */
export function softEvictionOf(project: Project, cluster: Cluster): SoftEviction | undefined {
  const seconds = kubeletOf(project)?.softEviction;
  return seconds === undefined ? undefined : { seconds, atMost: hasFeature(cluster, 'podLimitsSoftEviction') };
}

interface Named {
  readonly key: string;
  readonly at: Place;
}

function selected(spec: Section): readonly Named[] {
  const found = lookup(spec.map, 'nodeSelector');
  if (found.kind !== 'node' || found.node.kind !== 'map') return [];
  return found.node.pairs.flatMap(({ key, value, conditional }) =>
    !conditional && isTrue(value) ? [{ key: key.text.text, at: key.at }] : [],
  );
}

/** Of all that a required term asks for; a pod may run on any of several terms. */
function required(spec: Section): readonly Named[] {
  const { nodes, all } = items(
    spec,
    'affinity',
    'nodeAffinity',
    'requiredDuringSchedulingIgnoredDuringExecution',
    'nodeSelectorTerms',
  );
  const [term, ...others] = nodes;
  if (!all || !term || others.length > 0 || term.kind !== 'map') return [];
  return items({ map: term, partial: false }, 'matchExpressions').nodes.flatMap((node) => {
    const values = lookup(node, 'values');
    const [only, second] = values.kind === 'node' && values.node.kind === 'sequence' ? values.node.items : [];
    const demanded =
      text(node, 'operator') === 'Exists' || (text(node, 'operator') === 'In' && !second && isTrue(only));
    return demanded ? namedIn(node) : [];
  });
}

/** What a pod tolerates it is meant to run on: nothing else needs this. */
function tolerated(spec: Section): readonly Named[] {
  return items(spec, 'tolerations').nodes.flatMap(namedIn);
}

function namedIn(node: YamlNode): readonly Named[] {
  const found = lookup(node, 'key');
  const key = text(node, 'key');
  return found.kind === 'node' && key !== undefined ? [{ key, at: found.node.at }] : [];
}

function text(node: YamlNode, key: string): string | undefined {
  const found = lookup(node, key);
  return found.kind === 'node' ? asText(found.node) : undefined;
}

function isTrue(node: YamlNode | undefined): boolean {
  return node !== undefined && (asText(node) === 'true' || asBoolean(node) === true);
}

/** How the kubelets are set up, where the project tells of one kind alone. */
function kubeletOf(project: Project): KubeletManifest | undefined {
  const [kubelet, ...others] = project.once('the kubelets', (own) => own.find(kubeletsIn));
  return others.length > 0 ? undefined : kubelet;
}

/** The nodes are all alike as far as the project tells, or nothing is known. */
function fromKubelet(project: Project, priority: string | undefined, critical: boolean): NodeNotice | undefined {
  const shutdown = kubeletOf(project)?.shutdown;
  if (!shutdown) return undefined;
  const { key, at } = shutdown;
  const seconds = critical ? shutdown.critical : shutdown.seconds;
  // How high a priority is its class says, which is seldom part of a project.
  const isOpen = priority !== undefined && !critical && key === 'shutdownGracePeriodByPodPriority';
  if (seconds <= 0 || isOpen) return undefined;
  return { seconds, critical, why: `on nodes with this \`${key}\``, at };
}
