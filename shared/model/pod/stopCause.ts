// Who has a pod or one of its containers stopped, and what differs: how much time there is, who is told, and whether
// the endpoints of the pod go with it. Follows the kubelet (kuberuntime_container.go, nodeshutdown_manager.go and
// eviction_manager.go of Kubernetes 1.37).
import type { Container } from '../container.ts';
import { knownValue } from '../value.ts';
import type { NodeNotice, SoftEviction } from '../workload/nodes.ts';
import type { Probe } from './lifecycle.ts';
import type { Pod } from './pod.ts';

/** Why something is stopped. */
export type StopCause =
  /** Its pod is deleted: a rollout, fewer replicas, a drain, or `docker stop` and its like. */
  | { readonly kind: 'deletion' }
  /** Its liveness or startup probe fails: this container alone is stopped and started anew. */
  | { readonly kind: 'probe'; readonly container: Container; readonly probe: Probe }
  /** Its node shuts down gracefully: no pod is deleted, so no endpoint goes. */
  | { readonly kind: 'nodeShutdown'; readonly notice: NodeNotice }
  /** Its node begins to lack something, and the kubelets evict with notice: with as many seconds at most. */
  | { readonly kind: 'softEviction'; readonly eviction: SoftEviction }
  /** Its node lacks something at once: the kubelet gives every pod the same. */
  | { readonly kind: 'eviction' };

/** The usual cause. */
export const DELETION: StopCause = { kind: 'deletion' };

/** Seconds from the order of an eviction to SIGKILL: `immediateEvictionGracePeriodSeconds`. */
const EVICTION = 1;

/** Seconds from the stop order to SIGKILL; `undefined` where that is not known. */
export function graceUnder(pod: Pod, cause: StopCause): number | undefined {
  const own = knownValue(pod.grace.value);
  switch (cause.kind) {
    case 'deletion':
      return own;
    case 'probe':
      return cause.probe.grace ? knownValue(cause.probe.grace.value) : own;
    case 'nodeShutdown':
      return own === undefined ? undefined : Math.min(own, cause.notice.seconds);
    case 'softEviction':
      if (!cause.eviction.atMost) return cause.eviction.seconds;
      return own === undefined ? undefined : Math.min(own, cause.eviction.seconds);
    case 'eviction':
      return EVICTION;
  }
}

/** What else than a deletion stops a container, as far as its manifest tells. */
export function otherCauses(pod: Pod, container: Container): readonly StopCause[] {
  if (pod.source !== 'kubernetes' || container.role === 'init') return [];
  const probes = (container.lifecycle?.probes ?? []).filter(({ name }) => name !== 'readinessProbe');
  const { notice, nature, softEviction } = pod.workload;
  return [
    ...probes.map((probe): StopCause => ({ kind: 'probe', container, probe })),
    ...(notice ? [{ kind: 'nodeShutdown' as const, notice }] : []),
    ...(softEviction === undefined ? [] : [{ kind: 'softEviction' as const, eviction: softEviction }]),
    ...(nature === 'managed' ? [] : [{ kind: 'eviction' as const }]),
  ];
}
