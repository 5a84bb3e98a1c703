// Builds the admission webhooks of one file, as they reach the cluster.
import { hasFeature } from '../../knowledge/kubernetes.ts';
import { type Facts, holds } from '../../sources/cel.ts';
import { type WebhookManifest, webhooksAmong, webhooksIn } from '../../sources/webhooks.ts';
import { setKey } from '../../sources/yaml/yamlEdit.ts';
import { lookup, type YamlMap } from '../../sources/yaml/yamlNode.ts';
import type { Place } from '../../text/span.ts';
import { clusterFor } from '../manifests/cluster.ts';
import { type Company, deliveriesOf } from '../manifests/manifests.ts';
import { isForeseen, isLiteral } from '../manifests/written.ts';
import { asInteger, asText, find, isNull, items, numberSetting, read, type Section } from '../manifests/yamlValue.ts';
import type { Project } from '../project.ts';
import { type Change, refuse } from '../setting.ts';
import { known } from '../value.ts';
import { labelSelectorAt, requirementOf } from './selectors.ts';
import type { AskedAbout, Backend, Webhook, WebhookRule } from './webhook.ts';
import { workloadsBehind } from './webhookBackend.ts';

/** The label that the API server gives every namespace: its name. */
export const NAMESPACE_NAME = 'kubernetes.io/metadata.name';

/** The webhooks of a file; those whose rules are not known are left out. */
export function webhooksOf(project: Project, path: string): readonly Webhook[] {
  if (!/\.(?:ya?ml|json)$/i.test(path)) return [];
  return deliveriesOf(project, path).flatMap(({ objects, when, company }) =>
    (objects ? webhooksAmong(path, objects) : (project.derived(path, webhooksIn) ?? [])).flatMap((manifest) => {
      const webhook = webhookOf(project, manifest, company);
      return webhook ? [when ? { ...webhook, when } : webhook] : [];
    }),
  );
}

function webhookOf(
  project: Project,
  { webhook: map, kind, apiVersion, configurationAt }: WebhookManifest,
  company: Company | undefined,
): Webhook | undefined {
  const section: Section = { map, partial: false };
  const rules = items(section, 'rules');
  const read = rules.nodes.flatMap((node) =>
    node.kind === 'map' ? (ruleOf({ map: node, partial: false }) ?? []) : [],
  );
  if (!rules.all || read.length < rules.nodes.length) return undefined;
  // The first version of the API had milder defaults.
  const beta = apiVersion.endsWith('/v1beta1');
  const name = lookup(map, 'name');
  const backend = backendOf(section);
  return {
    name: name.kind === 'node' ? (asText(name.node) ?? kind) : kind,
    at: name.kind === 'node' && name.node.kind === 'scalar' ? name.node.written : configurationAt,
    kind,
    specAt: configurationAt,
    policy: textSetting(section, 'failurePolicy', beta ? 'Ignore' : 'Fail'),
    timeout: numberSetting(section, {
      keys: ['timeoutSeconds'],
      near: BEHIND,
      affects: [],
      fallback: known(beta ? 30 : 10),
      whose: 'Kubernetes',
    }),
    rules: read,
    namespaces: labelSelectorAt(map, 'namespaceSelector'),
    objects: labelSelectorAt(map, 'objectSelector'),
    passes: conditionsOf(section, hasFeature(clusterFor(project, configurationAt.path), 'matchConditions')),
    foreseen: isForeseen(map, 'namespaceSelector') || isForeseen(map, 'objectSelector'),
    backend,
    behind: () => (backend ? workloadsBehind(project, backend, company) : []),
    exclude: (namespaces) => exclude(map, namespaces),
  };
}

const BEHIND = { after: ['failurePolicy', 'sideEffects', 'admissionReviewVersions', 'name'] };

function textSetting(section: Section, key: string, fallback: string): Webhook['policy'] {
  const found = find(section, key);
  const value = read(section, [key], asText);
  return {
    value: value.kind === 'unknown' ? value : known(value.value ?? fallback),
    given: found.kind === 'node' ? { kind: 'here', at: found.node.at } : { kind: 'default', whose: 'Kubernetes' },
    affects: [],
    set: (wanted) =>
      found.kind === 'unknown'
        ? refuse(found.why)
        : setKey(section.map, [key], wanted, { after: ['sideEffects', 'admissionReviewVersions', 'name'] }),
  };
}

function ruleOf(section: Section): WebhookRule | undefined {
  const words = (key: string) => {
    const { nodes, all } = items(section, key);
    const texts = nodes.map(asText);
    return all && texts.every((text) => text !== undefined) ? texts : undefined;
  };
  const operations = words('operations');
  const groups = words('apiGroups');
  const resources = words('resources');
  const scope = read(section, ['scope'], asText);
  if (!operations || !groups || !resources || scope.kind === 'unknown') return undefined;
  const at = lookup(section.map, 'resources');
  return {
    at: at.kind === 'node' ? at.key.at : section.map.at,
    operations,
    groups,
    resources,
    scope: scope.value ?? '*',
  };
}

/** All of them have to hold, where the cluster knows of them. */
function conditionsOf(section: Section, areKnown: boolean): Webhook['passes'] {
  if (!areKnown) return () => 'yes';
  const { nodes, all } = items(section, 'matchConditions');
  const expressions = nodes.map((node) => textOf(node, 'expression'));
  return (request) => {
    const facts = factsOf(request);
    const answers = expressions.map((expression) => holds(expression, facts));
    if (answers.includes(false)) return 'no';
    return all && answers.every((answer) => answer) ? 'yes' : 'unknown';
  };
}

function factsOf({ operation, group, resource, namespace }: AskedAbout): Facts {
  const facts = new Map<string, string>([
    ['request.operation', operation],
    ['request.resource.group', group],
    ['request.resource.resource', resource],
    ['request.namespace', namespace],
    ...(namespace === ''
      ? []
      : ['object.metadata.namespace', 'namespaceObject.metadata.name'].map((name) => [name, namespace] as const)),
  ]);
  return (name) => facts.get(name);
}

function textOf(node: Parameters<typeof lookup>[0], key: string): string {
  const found = lookup(node, key);
  return found.kind === 'node' ? (asText(found.node) ?? '') : '';
}

function backendOf(section: Section): Backend | undefined {
  const service = lookup(section.map, 'clientConfig', 'service');
  if (service.kind !== 'node') return undefined;
  const namespace = lookup(service.node, 'namespace');
  const name = lookup(service.node, 'name');
  if (namespace.kind !== 'node' || namespace.node.kind !== 'scalar' || isNull(namespace.node)) return undefined;
  const port = lookup(service.node, 'port');
  const at: Place = namespace.node.written;
  return {
    namespace: asText(namespace.node) ?? '',
    name: name.kind === 'node' ? (asText(name.node) ?? '') : '',
    at,
    port: port.kind === 'node' ? (asInteger(port.node) ?? 443) : 443,
    literal: isLiteral(namespace.node),
  };
}

/** A list of excluded names that is there already grows; else the selector demands one thing more. */
function exclude(map: YamlMap, namespaces: readonly string[]): Change {
  const keys = ['namespaceSelector', 'matchExpressions'];
  const near = { before: ['objectSelector', 'rules'], after: ['failurePolicy'] };
  const expressions = lookup(map, ...keys);
  const demand = { key: NAMESPACE_NAME, operator: 'NotIn', values: namespaces };
  if (expressions.kind === 'unknown') return refuse(expressions.why);
  if (expressions.kind === 'absent' || isNull(expressions.node)) return setKey(map, keys, [demand], near);
  const items = expressions.node.kind === 'sequence' ? expressions.node.items : [];
  const demands = items.map(requirementOf);
  const all = demands.flatMap((one) => one ?? []);
  if (all.length < items.length || !isLiteral(expressions.node)) return refuse('a template decides some of it');
  const at = all.findIndex(({ key, operator }) => key === NAMESPACE_NAME && operator === 'NotIn');
  const item = items[at];
  if (item?.kind === 'map') return setKey(item, ['values'], distinct([...(all[at]?.values ?? []), ...namespaces]));
  const written = all.map(({ key, operator, values }) => ({ key, operator, ...(values.length > 0 && { values }) }));
  return setKey(map, keys, [...written, demand]);
}

function distinct(words: readonly string[]): readonly string[] {
  return [...new Set(words)];
}
