// A container behind a Service gets requests as soon as it runs, ready or not.
import type { Fix } from '../model/finding.ts';
import type { Lifecycle } from '../model/pod/lifecycle.ts';
import { servesTraffic } from '../model/pod/serving.ts';
import type { ServiceLink } from '../model/workload/workload.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'missing-readiness-probe',
  subject: 'container',
  severity: 'hint',
  default: 'off',
  since: '0.1.0',
  summary: 'A container behind a Service has no readiness probe, so it counts as ready as soon as it runs.',
  why: `Without a readiness probe a container is ready from the moment it starts until it ends. A rollout sends requests to new
pods that do not listen yet, and takes the old ones away for them. And where a pod is stopped without being deleted, on
the shutdown of a node or an eviction, nothing but readiness takes it out of the endpoints.`,
  fix: 'always',
  fixSafety: 'As long as nothing answers the probe, the container gets no requests: look at what it asks, and when.',
  references: [
    'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#types-of-probe',
    'https://github.com/kubernetes/kubernetes/issues/116965',
  ],
  *check(container) {
    const { lifecycle, pod, role, name } = container;
    if (!pod || !lifecycle || role !== 'regular' || pod.source !== 'kubernetes' || pod.workload.development) return;
    const { answer, service } = servesTraffic(container);
    if (answer !== 'yes' || !service || service.headless || lifecycle.readyElsewhere) return;
    if (lifecycle.probes.some((probe) => probe.name === 'readinessProbe')) return;
    yield {
      at: container.at,
      message: `\`${name}\` counts as ready as soon as it runs, and gets requests from the Service \`${service.name}\`: it has no readiness probe`,
      related: [{ at: service.at, message: `the Service \`${service.name}\` selects this pod` }],
      fixes: fixFor(lifecycle, service),
    };
  },
});

/** A probe of the port that the Service sends to. */
function fixFor({ addReadiness }: Lifecycle, { targets }: ServiceLink): readonly Fix[] {
  const [target] = targets.filter(({ protocol }) => protocol !== 'UDP');
  const change = target && addReadiness?.(target.port);
  return change?.ok ? [{ title: 'Add a readiness probe', safety: 'unsafe', edits: change.edits }] : [];
}
