// A rollout stops old pods before the cloud's load balancer has accepted the new ones.
import type { Fix } from '../model/finding.ts';
import { adviceFor } from '../model/pod/lag.ts';
import { servesTraffic } from '../model/pod/serving.ts';
import { knownValue } from '../model/value.ts';
import type { Handover } from '../model/workload/handover.ts';
import type { Router } from '../model/workload/workload.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'lb-readiness-gate',
  subject: 'pod',
  severity: 'hint',
  default: 'off',
  since: '0.1.0',
  summary: 'A rollout goes by what Kubernetes calls ready, and the load balancer has not accepted the new pods yet.',
  why: `A load balancer of AWS that sends to pods by their addresses (\`target-type: ip\`) registers a new pod and checks its
health before it sends anything: that takes some seconds to minutes. A rollout knows nothing of it. It stops the old pods
as soon as the new ones are ready for Kubernetes, and for a while the load balancer has no target at all: 503.

The AWS Load Balancer Controller closes the gap with a readiness gate, in namespaces that carry the label
\`elbv2.k8s.aws/pod-readiness-gate-inject: enabled\`; \`minReadySeconds\` makes the rollout wait a fixed time.`,
  fix: 'always',
  fixSafety: 'Rollouts take longer, and with the gate they wait for a load balancer that may never answer.',
  references: ['https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/pod_readiness_gate/'],
  *check({ name, at, workload, containers }) {
    const { handover, development } = workload;
    if (!handover || development || handover.gated !== 'no' || knownValue(handover.minReady.value) !== 0) return;
    if (!workload.services.some(({ routers }) => routers.some(({ direct }) => direct))) return;
    for (const container of containers) {
      const { answer, service } = servesTraffic(container);
      const balancer = service?.routers.find(({ kind, direct }) => kind === 'awsBalancer' && direct);
      if (answer !== 'yes' || !balancer || container.lifecycle?.readyElsewhere) continue;
      yield {
        at,
        message: `a rollout may stop the old pods of \`${name}\` before ${balancer.name} sends to the new ones`,
        related: [
          { at: balancer.at, message: `${balancer.name} sends to the pods by their addresses` },
          ...(handover.namespaceAt
            ? [{ at: handover.namespaceAt, message: 'the namespace asks for no readiness gate' }]
            : []),
        ],
        fixes: fixesFor(handover, balancer),
      };
      return;
    }
  },
});

function fixesFor({ minReady, injectGate }: Handover, balancer: Router): readonly Fix[] {
  const seconds = adviceFor(balancer);
  const gate = injectGate();
  const wait = minReady.set(seconds);
  return [
    ...(gate.ok
      ? [{ title: 'Ask for readiness gates in the namespace', safety: 'unsafe' as const, edits: gate.edits }]
      : []),
    ...(wait.ok ? [{ title: `Set minReadySeconds to ${seconds}`, safety: 'unsafe' as const, edits: wait.edits }] : []),
  ];
}
