// Which objects a webhook is asked about: its rules, its selectors and its conditions together.

import { hasFeature } from '../../knowledge/kubernetes.ts';
import type { Labels } from '../../sources/manifestObjects.ts';
import { clusterFor } from '../manifests/cluster.ts';
import type { Project } from '../project.ts';
import { knownValue } from '../value.ts';
import { namespacesOf } from './namespaces.ts';
import { selects } from './selectors.ts';
import type { Webhook, WebhookRule } from './webhook.ts';
import { NAMESPACE_NAME } from './webhooks.ts';

/** A kind of object, as rules name it. */
interface Resource {
  readonly group: string;
  readonly name: string;
  readonly namespaced: boolean;
  /** Subresources by which the cluster itself writes it. */
  readonly parts?: readonly string[];
}

const core = (name: string, namespaced = true, parts: readonly string[] = []): Resource => ({
  group: '',
  name,
  namespaced,
  parts,
});

/** What the control plane and the kubelets themselves write, all the time; of a Namespace, only parts that rules seldom name. */
const OF_THE_CLUSTER: readonly Resource[] = [
  core('pods', true, ['status', 'binding']),
  core('configmaps'),
  core('secrets'),
  core('serviceaccounts', true, ['token']),
  core('endpoints'),
  core('events'),
  { group: 'events.k8s.io', name: 'events', namespaced: true },
  core('nodes', false, ['status']),
  { group: 'coordination.k8s.io', name: 'leases', namespaced: true },
  { group: 'discovery.k8s.io', name: 'endpointslices', namespaced: true },
];

/** What the API server itself asks whether somebody may do something. */
const REVIEWS: readonly Resource[] = [
  { group: 'authentication.k8s.io', name: 'tokenreviews', namespaced: false },
  { group: 'authorization.k8s.io', name: 'subjectaccessreviews', namespaced: false },
];

/** What has to be created for a backend to come back. */
const POD = core('pods');

/** What is written many times in a minute. */
const ALL_THE_TIME = OF_THE_CLUSTER.filter(({ name }) => /^(?:pods|nodes|leases)$/.test(name));

/** How a webhook stands to the objects of the system. */
export interface SystemScope {
  readonly rule: WebhookRule;
  /** Whether the rule takes everything, and no selector leaves anything out. */
  readonly everything: boolean;
  /** Whether only a label that somebody has to set keeps the webhook away. */
  readonly optOut: boolean;
  /** Whether it is about objects that are in no namespace, so that leaving out namespaces changes nothing. */
  readonly clusterWide: boolean;
}

/** The rule by which a fail-closed webhook surely holds up what the cluster itself writes. */
export function systemScope(project: Project, webhook: Webhook): SystemScope | undefined {
  if (!failsClosed(webhook)) return undefined;
  // Nothing that the cluster writes for itself has labels for a policy.
  const objects = webhook.objects ? selects(webhook.objects, { known: new Map(), complete: true }) : 'yes';
  if (objects !== 'yes') return undefined;
  const labels = namespaceLabels(project, 'kube-system', true);
  const within = webhook.namespaces ? selects(webhook.namespaces, labels) : 'yes';
  const reviews = hasFeature(clusterFor(project, webhook.at.path), 'skipsReviews') ? [] : REVIEWS;
  const taken = webhook.rules.flatMap((rule) =>
    [...OF_THE_CLUSTER, ...reviews].filter((one) => takes(rule, one)).map((one): Taken => ({ rule, one })),
  );
  const reached = within === 'yes' ? taken.find((each) => isAsked(webhook, each, 'kube-system')) : undefined;
  // The selector never leaves out what is in no namespace.
  const named = taken.find(
    ({ rule, one }) =>
      !one.namespaced && rule.resources.some((name) => !/^\*/.test(name)) && isAsked(webhook, { rule, one }, ''),
  );
  const found = reached ?? (within === 'unknown' ? undefined : named);
  if (!found) return undefined;
  const demands = [...(webhook.namespaces?.requirements ?? []), ...(webhook.objects?.requirements ?? [])];
  const everything =
    demands.length === 0 &&
    found.rule.resources.some((name) => /^\*/.test(name)) &&
    found.rule.groups.some(isAllOrCore);
  return {
    rule: found.rule,
    everything,
    optOut: reached !== undefined && demands.some(({ key }) => key !== NAMESPACE_NAME),
    clusterWide: !reached,
  };
}

/** What a rule is about. */
interface Taken {
  readonly rule: WebhookRule;
  readonly one: Resource;
}

/** Whether the conditions surely let some request about a resource through. */
function isAsked(webhook: Webhook, { rule, one }: Taken, namespace: string, only = /^(?:CREATE|UPDATE)$/): boolean {
  const named = rule.operations.includes('*') ? ['CREATE', 'UPDATE'] : rule.operations;
  return named
    .filter((operation) => only.test(operation))
    .some((operation) => webhook.passes({ operation, group: one.group, resource: one.name, namespace }) === 'yes');
}

function isAllOrCore(group: string): boolean {
  return group === '*' || group === '';
}

/** Whether a webhook surely holds up the pods of its own backend. */
export function guardsItself(project: Project, webhook: Webhook): boolean {
  const { backend, objects } = webhook;
  if (!backend || !failsClosed(webhook)) return false;
  const creating = webhook.rules.filter((rule) => takes(rule, POD)).map((rule): Taken => ({ rule, one: POD }));
  if (!creating.some((each) => isAsked(webhook, each, backend.namespace, /^CREATE$/))) return false;
  const namespace = namespaceLabels(project, backend.namespace, false);
  if (webhook.namespaces && selects(webhook.namespaces, namespace) !== 'yes') return false;
  if (!objects || (objects.complete && objects.requirements.length === 0)) return true;
  return webhook.behind().some(({ labels }) => selects(objects, labels) === 'yes');
}

/** Whether the API server surely refuses what the webhook does not answer. */
export function failsClosed({ policy }: Webhook): boolean {
  return knownValue(policy.value) === 'Fail';
}

/** Whether the webhook is asked about something that Kubernetes itself defines and everybody uses. */
export function guardsCommonObjects({ rules }: Webhook): boolean {
  return rules.some((rule) =>
    rule.groups.some((group) => /^(?:\*|apps|batch|)$/.test(group) || /\.k8s\.io$/.test(group)),
  );
}

/** Whether the webhook is asked about what is written all the time: every such request waits for it. */
export function isAskedAllTheTime(webhook: Webhook): boolean {
  return webhook.rules.some((rule) =>
    ALL_THE_TIME.some((one) => takes(rule, one) && isAsked(webhook, { rule, one }, one.namespaced ? 'default' : '')),
  );
}

/** Whether a rule is about writing a kind of object. */
function takes({ operations, groups, resources, scope }: WebhookRule, one: Resource): boolean {
  if (scope === (one.namespaced ? 'Cluster' : 'Namespaced')) return false;
  if (!operations.some((operation) => /^(?:\*|CREATE|UPDATE)$/.test(operation))) return false;
  if (!groups.some((group) => group === '*' || group === one.group)) return false;
  return resources.some((resource) => {
    const [name = '', part] = resource.split('/');
    if (name !== '*' && name !== one.name) return false;
    return part === undefined || part === '*' || one.parts?.includes(part) === true;
  });
}

/** The labels of a namespace; of one that the project does not describe, only the name is sure. */
function namespaceLabels(project: Project, name: string, complete: boolean): Labels {
  const described = namespacesOf(project).find((namespace) => namespace.name === name);
  const known = new Map([...(described?.labels.known ?? []), [NAMESPACE_NAME, name]]);
  return { known, complete: described ? described.labels.complete : complete };
}
