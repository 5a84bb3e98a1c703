// A webhook that nobody may miss is asked about what the cluster itself writes.
import type { Fix, Severity } from '../model/finding.ts';
import type { Change } from '../model/setting.ts';
import { givenAt } from '../model/setting.ts';
import type { Webhook, WebhookRule } from '../model/workload/webhook.ts';
import { type SystemScope, systemScope } from '../model/workload/webhookScope.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'webhook-blocks-cluster',
  subject: 'webhook',
  severity: 'warning',
  default: 'on',
  since: '0.1.0',
  summary: 'A fail-closed admission webhook is asked about objects that the control plane itself needs.',
  why: `With \`failurePolicy: Fail\`, which is the default, the API server refuses every request that a webhook would be
asked about and does not answer. If that takes in what the control plane writes for itself, in \`kube-system\` or about
nodes and leases, then a backend that is down takes the cluster down with it: controllers cannot write, kubelets cannot
report, nodes are taken for broken and replaced, and the pods of the backend may be among what cannot start.

A webhook has to leave the namespaces of the system alone, or has to be asked only about what its policy is about.`,
  fix: 'always',
  fixSafety: 'The policy no longer holds in the namespaces that are left out, or whenever its backend is down.',
  references: [
    'https://kubernetes.io/docs/concepts/cluster-administration/admission-webhooks-good-practices/#webhook-limit-scope',
    'https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#failure-policy',
  ],
  *check(webhook, project) {
    const scope = systemScope(project, webhook);
    if (!scope) return;
    const policy = givenAt(webhook.policy);
    yield {
      at: webhook.at,
      severity: severityOf(webhook, scope),
      message: messageFor(webhook, scope),
      related: [
        { at: scope.rule.at, message: 'the rule that takes them' },
        ...(policy ? [{ at: policy, message: 'without an answer, the request is refused' }] : []),
      ],
      fixes: [
        ...(scope.clusterWide ? [] : exclusion(webhook)),
        ...fixOf('Set failurePolicy to Ignore', webhook.policy.set('Ignore')),
      ],
    };
  },
});

function severityOf({ foreseen }: Webhook, { everything, optOut }: SystemScope): Severity {
  if (optOut || foreseen) return 'hint';
  return everything ? 'error' : 'warning';
}

function messageFor(webhook: Webhook, { rule, optOut, clusterWide }: SystemScope): string {
  const when = `while ${whoAnswers(webhook)} does not answer, the API server refuses to ${verbs(rule)} ${objects(rule)}`;
  if (clusterWide) return `${when}: they are in no namespace, and the namespaceSelector does not leave them out`;
  if (optOut) return `${when} in \`kube-system\` too, unless somebody has labelled it`;
  return webhook.namespaces?.requirements.length
    ? `${when} in \`kube-system\` too`
    : `${when} in all namespaces, \`kube-system\` among them`;
}

function whoAnswers({ backend }: Webhook): string {
  return backend ? `the Service \`${backend.name}\`` : 'its backend';
}

function verbs({ operations }: WebhookRule): string {
  const all = operations.includes('*') ? ['CREATE', 'UPDATE', 'DELETE'] : operations;
  return list(
    all.filter((one) => one !== 'CONNECT').map((one) => one.toLowerCase()),
    'or',
  );
}

function objects({ groups, resources }: WebhookRule): string {
  if (resources.some((name) => /^\*/.test(name))) {
    return groups.includes('*')
      ? 'anything'
      : `anything of ${list(
          groups.map((group) => (group === '' ? 'the core group' : `\`${group}\``)),
          'and',
        )}`;
  }
  return list(
    resources.map((name) => `\`${name}\``),
    'and',
  );
}

function list(words: readonly string[], last: string): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}

/** Its own namespace goes with those of the system: the next rule's fault is the same one. */
function exclusion(webhook: Webhook): readonly Fix[] {
  const { backend } = webhook;
  const own = backend?.literal && backend.namespace !== 'kube-system' ? [backend.namespace] : [];
  const system = ['kube-system', 'kube-node-lease'];
  const names = [...system, ...own];
  return fixOf(
    `Leave out the namespaces ${list(
      names.map((name) => `\`${name}\``),
      'and',
    )}`,
    webhook.exclude(names),
  );
}

function fixOf(title: string, change: Change): readonly Fix[] {
  return change.ok ? [{ title, safety: 'unsafe', edits: change.edits }] : [];
}
