// What answers a webhook that nobody may miss goes away too easily.

import type { BackendWorkload } from '../model/workload/webhookBackend.ts';
import { failsClosed, guardsCommonObjects } from '../model/workload/webhookScope.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'webhook-backend-fragile',
  subject: 'webhook',
  severity: 'warning',
  default: 'on',
  since: '0.1.0',
  summary: 'The backend of a fail-closed webhook has one replica only, or lacks a probe.',
  why: `While nothing answers a webhook with \`failurePolicy: Fail\`, nothing that it is asked about can be written. So every
restart and every node drain of a single backend pod stops the whole cluster for that long. Without a readiness probe
requests go to pods that do not answer yet; without a liveness probe one that hangs is never restarted.

It needs two pods or more, on different nodes, and both probes.`,
  fix: 'sometimes',
  fixSafety:
    'A second pod needs a backend that can run twice, and a probe restarts what does not answer it: look at its timing.',
  references: [
    'https://kubernetes.io/docs/concepts/cluster-administration/admission-webhooks-good-practices/#ha-deployment',
  ],
  *check(webhook) {
    if (!failsClosed(webhook)) return;
    for (const workload of webhook.behind()) {
      const lacks = lacking(workload);
      if (lacks.length === 0 || workload.development) continue;
      const change = workload.strengthen();
      yield {
        at: workload.at,
        // A webhook for resources of its own holds up nobody else.
        severity: guardsCommonObjects(webhook) ? 'warning' : 'hint',
        message: `\`${workload.name}\` answers a webhook that fails closed, and has ${list(lacks)}: while it is away, what the webhook guards cannot be written`,
        related: [{ at: webhook.at, message: 'the webhook that it answers' }],
        fixes: change.ok ? [{ title: titleFor(workload), safety: 'unsafe', edits: change.edits }] : [],
      };
    }
  },
});

function lacking({ fewest, livenessProbe, readinessProbe }: BackendWorkload): readonly string[] {
  return [
    ...(fewest === 1 ? ['only one replica'] : []),
    ...(livenessProbe === 'no' ? ['no liveness probe'] : []),
    ...(readinessProbe === 'no' ? ['no readiness probe'] : []),
  ];
}

function titleFor({ fewest, livenessProbe, readinessProbe, apart, wantsBudget }: BackendWorkload): string {
  const probes = [...(livenessProbe === 'no' ? ['liveness'] : []), ...(readinessProbe === 'no' ? ['readiness'] : [])];
  const parts = [
    ...(fewest === 1 ? ['run two replicas'] : []),
    ...(apart === 'no' ? ['spread the pods over the nodes'] : []),
    ...(wantsBudget ? ['let one at a time be evicted'] : []),
    ...(probes.length > 0 ? [probes.length > 1 ? 'add both probes' : `add a ${probes.join('')} probe`] : []),
  ];
  const title = list(parts);
  return title.charAt(0).toUpperCase() + title.slice(1);
}

function list(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
