// The API server waits long for a webhook that it asks about almost everything.
import { givenAt } from '../model/setting.ts';
import { knownValue } from '../model/value.ts';
import { failsClosed, isAskedAllTheTime } from '../model/workload/webhookScope.ts';
import { defineRule } from './rule.ts';

/** What the documentation calls a small number of seconds, and what is nobody's choice. */
const SMALL = 5;
const USUAL = 10;

export default defineRule({
  id: 'webhook-slow-timeout',
  subject: 'webhook',
  severity: 'hint',
  default: 'off',
  since: '0.1.0',
  summary:
    'A fail-closed webhook that is asked about pods, nodes or leases may hold up each request for 10 s and more.',
  why: `A backend that hangs is worse than one that is gone: every request that the webhook is asked about waits for
\`timeoutSeconds\`, 10 s unless it is given, and is refused then. Kubelets and controllers have deadlines of their own and
repeat what took too long, so the API server gets slower for everybody.`,
  fix: 'always',
  fixSafety: 'An answer that takes longer than the new timeout counts as none.',
  references: [
    'https://kubernetes.io/docs/concepts/cluster-administration/admission-webhooks-good-practices/#small-timeout',
  ],
  *check(webhook) {
    const seconds = knownValue(webhook.timeout.value);
    const at = givenAt(webhook.timeout);
    // Ten seconds that are written down are somebody's choice.
    if (seconds === undefined || seconds < USUAL || (at && seconds === USUAL)) return;
    if (!failsClosed(webhook) || !isAskedAllTheTime(webhook)) return;
    const change = webhook.timeout.set(SMALL);
    yield {
      at: at ?? webhook.at,
      message: `each request that this webhook is asked about waits up to ${seconds} s when its backend hangs`,
      fixes: change.ok ? [{ title: `Set timeoutSeconds to ${SMALL}`, safety: 'unsafe', edits: change.edits }] : [],
    };
  },
});
