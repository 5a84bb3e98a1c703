// A webhook that nobody may miss is asked about the pods that answer it.
import type { Fix } from '../model/finding.ts';
import type { Change } from '../model/setting.ts';
import { guardsItself } from '../model/workload/webhookScope.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'webhook-self-deadlock',
  subject: 'webhook',
  severity: 'warning',
  default: 'on',
  since: '0.1.0',
  summary: 'A fail-closed admission webhook is asked about the pods of its own backend.',
  why: `With \`failurePolicy: Fail\` a pod can be created only after the webhook has answered. If that holds for the pods of
its backend too, the first outage is for good: none of them is left to answer, so none of them can be created. It takes
a person who deletes the webhook configuration by hand.

The namespace of the backend has to be left out.`,
  fix: 'always',
  fixSafety: 'The policy no longer holds in the namespace that is left out, or whenever its backend is down.',
  references: [
    'https://kubernetes.io/docs/concepts/cluster-administration/admission-webhooks-good-practices/#avoid-self-mutation',
  ],
  *check(webhook, project) {
    const { backend } = webhook;
    if (!backend || !guardsItself(project, webhook)) return;
    const { literal, namespace, name } = backend;
    const where = literal ? `in \`${namespace}\`` : 'in its own namespace';
    const exclusion = literal ? fixOf(`Leave out the namespace \`${namespace}\``, webhook.exclude([namespace])) : [];
    yield {
      at: backend.at,
      message: `the webhook is asked about the pods ${where} that answer it: once no pod of the Service \`${name}\` is left, none can be created`,
      related: [{ at: webhook.at, message: 'this webhook refuses what it does not answer' }],
      fixes: [...exclusion, ...fixOf('Set failurePolicy to Ignore', webhook.policy.set('Ignore'))],
    };
  },
});

function fixOf(title: string, change: Change): readonly Fix[] {
  return change.ok ? [{ title, safety: 'unsafe', edits: change.edits }] : [];
}
