// Builds pods from the manifests of one file, with the Services of the project that select them.
import { hasFeature } from '../../knowledge/kubernetes.ts';
import type { PodTemplate } from '../../sources/podTemplates.ts';
import { setKey } from '../../sources/yaml/yamlEdit.ts';
import { lookup, type YamlMap } from '../../sources/yaml/yamlNode.ts';
import { type Container, type Role, resolveContainer } from '../container.ts';
import { isForDevelopment } from '../image/development.ts';
import type { Run } from '../image/runs.ts';
import type { Pod } from '../pod/pod.ts';
import type { Project } from '../project.ts';
import type { Setting } from '../setting.ts';
import { known, knownValue, unknown, type Value } from '../value.ts';
import { handoverOf } from '../workload/handover.ts';
import { meshOf } from '../workload/mesh.ts';
import { noticeOf, softEvictionOf } from '../workload/nodes.ts';
import { placementOf } from '../workload/placement.ts';
import { rolloutOf } from '../workload/rollout.ts';
import { servicesOf } from '../workload/services.ts';
import type { Nature, Workload } from '../workload/workload.ts';
import { clusterFor } from './cluster.ts';
import { isSidecar, kubernetesContainer, nameOf, placeOf } from './kubernetesContainer.ts';
import { type Delivery, deliveriesOf } from './manifests.ts';
import { configMapTexts, podMounts } from './podMounts.ts';
import { podVariables } from './podVariables.ts';
import { asText, items, numberSetting, read, type Section } from './yamlValue.ts';

/** What Kubernetes gives a pod that says nothing: pkg/apis/core/v1/defaults.go. */
const DEFAULT_GRACE = 30;

const ONE_OFF = /^(?:Job|CronJob|ScaledJob|BroadcastJob|AdvancedCronJob|JobSet)$/;
const REPLICATED =
  /^(?:Deployment|ReplicaSet|StatefulSet|ReplicationController|Rollout|CloneSet|DeploymentConfig|UnitedDeployment|LeaderWorkerSet)$/;

/** The pods of a manifest file, one for every way in which it reaches the cluster. */
export function kubernetesPods(project: Project, path: string): readonly Pod[] {
  return deliveriesOf(project, path).flatMap((delivery) =>
    delivery.templates.map((template) => podOf(project, template, delivery)),
  );
}

const NO_CONFIG_MAPS = () => undefined;

/** What a manifest runs, whatever else the project holds. */
export function kubernetesRuns(template: PodTemplate): readonly Run[] {
  const spec: Section = { map: template.spec, partial: isPatch(template) };
  return containerSections(spec).map(({ section, role }) => ({
    path: template.path,
    parts: kubernetesContainer(section, role, spec, placeOf(section.map), podVariables(section, NO_CONFIG_MAPS)),
    oneOff: role === 'init' || natureOf(template) === 'oneOff',
    development: isDevelopment(template),
  }));
}

function podOf(project: Project, template: PodTemplate, delivery: Delivery): Pod {
  // What a chart or a kustomization delivers is whole, unless something else changes it.
  const partial = delivery.partial || (delivery.company === undefined && isPatch(template));
  const spec: Section = { map: template.spec, partial };
  const containers: Container[] = [];
  const name = template.name ?? template.kind;
  const sections = containerSections(spec);
  const affects = sections.map(({ section }) => nameOf(section.map));
  const pod: Pod = {
    source: 'kubernetes',
    name,
    at: template.at,
    specAt: template.specAt,
    ...(delivery.when && { when: delivery.when }),
    workload: workloadOf(project, template, spec, name, delivery),
    containers,
    grace: numberSetting(spec, {
      keys: ['terminationGracePeriodSeconds'],
      near: { before: ['containers', 'initContainers'] },
      affects,
      fallback: template.kind === 'SidecarSet' ? unknown('the pods it is injected into give it') : known(DEFAULT_GRACE),
      whose: 'Kubernetes',
    }),
    os: osOf(spec, affects),
    ...(template.spec.source.error && { broken: true }),
  };
  const texts = configMapTexts(project, template, delivery);
  for (const { section, role } of sections) {
    const mounts = podMounts(texts, spec, section);
    const variables = podVariables(section, texts);
    const parts = { ...kubernetesContainer(section, role, spec, placeOf(section.map), variables), mounts };
    containers.push(resolveContainer(project, parts, pod));
  }
  return pod;
}

function containerSections(spec: Section): readonly { readonly section: Section; readonly role: Role }[] {
  const sections = (key: string) =>
    items(spec, key).nodes.flatMap((node) => (node.kind === 'map' ? [{ map: node, partial: spec.partial }] : []));
  return [
    ...sections('containers').map((section) => ({ section, role: 'regular' as const })),
    ...sections('initContainers').map((section) => ({
      section,
      role: isSidecar(section) ? ('sidecar' as const) : ('init' as const),
    })),
  ];
}

/**
 * Whether the manifest is a kustomize patch: containers with a name and no image, or a workload without the selector
 * that it must have, in a place where patches stand.
 */
function isPatch({ kind, manifest, spec, path }: PodTemplate): boolean {
  const { nodes } = items({ map: spec, partial: false }, 'containers');
  if (nodes.some((node) => lookup(node, 'image').kind === 'absent')) return true;
  const needsSelector = /^(?:Deployment|ReplicaSet|StatefulSet|DaemonSet)$/.test(kind);
  return needsSelector && lookup(manifest, 'spec', 'selector').kind === 'absent' && /patch|overlay/i.test(path);
}

function workloadOf(
  project: Project,
  template: PodTemplate,
  spec: Section,
  name: string,
  { when, company }: Delivery,
): Workload {
  const placement = placementOf(project, template, spec, company);
  const rollout = rolloutOf(template, spec, placement);
  const cluster = clusterFor(project, template.path);
  // The kubelets of Windows learned it later.
  const shutsDown = knownValue(osOf(spec, []).value) !== 'windows' || hasFeature(cluster, 'windowsNodeShutdown');
  const notice = shutsDown ? noticeOf(project, spec) : undefined;
  const softEviction = softEvictionOf(project, cluster);
  const handover = handoverOf(project, template, spec);
  const mesh = meshOf(project, template);
  const paths = [template.path, ...(when?.at ? [when.at.path] : [])].map((path) => project.display(path));
  return {
    kind: template.kind,
    nature: natureOf(template),
    name,
    at: template.at,
    services: servicesOf(project, template, company),
    placement,
    ...(rollout && { rollout }),
    ...(notice && { notice }),
    ...(softEviction !== undefined && { softEviction }),
    ...(handover && { handover }),
    ...(mesh && { mesh }),
    development: paths.some(isForDevelopment) || isDevelopment(template),
  };
}

function natureOf({ kind, apiVersion, guessed, spec }: PodTemplate): Nature {
  if (/knative\.dev\//.test(apiVersion)) return 'managed';
  if (ONE_OFF.test(kind)) return 'oneOff';
  if (/^(?:Advanced)?DaemonSet$/.test(kind)) return 'daemon';
  if (kind === 'Pod') return restartsNever(spec) ? 'oneOff' : 'other';
  return !guessed && REPLICATED.test(kind) ? 'replicated' : 'other';
}

function restartsNever(spec: PodTemplate['spec']): boolean {
  const policy = lookup(spec, 'restartPolicy');
  return policy.kind === 'node' && /^(?:Never|OnFailure)$/.test(asText(policy.node) ?? '');
}

/** Whether its namespace or labels say that it is for a developer's machine. */
function isDevelopment({ namespace, labels }: PodTemplate): boolean {
  const words = [namespace, ...['environment', 'env', 'tier'].map((label) => labels.known.get(label))];
  return words.some((word) => /^(?:dev|local|development|minikube)$/.test(word ?? ''));
}

/**
 * `os.name`; where it is not given, what the node must have. It is Linux where neither is written: what a template or a
 * patch may add elsewhere does not make it Windows.
 */
function osOf(spec: Section, affects: readonly string[]): Setting<string> {
  const found = lookup(spec.map, 'os', 'name');
  return {
    value: writtenOs(spec, 'os', 'name') ?? writtenOs(spec, 'nodeSelector', 'kubernetes.io/os') ?? known('linux'),
    given: found.kind === 'node' ? { kind: 'here', at: found.node.at } : { kind: 'default', whose: 'Kubernetes' },
    affects,
    set: (os) => setKey(spec.map, ['os', 'name'], os, { before: ['containers', 'initContainers'] }),
  };
}

/** What is written under two keys; `undefined` where nothing is, not even under a condition. */
function writtenOs(spec: Section, outer: string, inner: string): Value<string> | undefined {
  const at = ({ pairs }: YamlMap, key: string) => pairs.find((pair) => pair.key.text.text === key)?.value;
  const map = at(spec.map, outer);
  if (map?.kind !== 'map' || !at(map, inner)) return undefined;
  const value = read(spec, [outer, inner], asText);
  if (value.kind === 'unknown') return value;
  return value.value === undefined ? undefined : known(value.value);
}
