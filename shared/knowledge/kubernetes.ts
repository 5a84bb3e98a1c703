// Which Kubernetes version brought what: the feature gates and their defaults, from pkg/features/kube_features.go of
// k8s.io/kubernetes 1.29.6, 1.34.4 and 1.37.2.

/** A feature that a cluster may be too old for. */
export type Feature =
  | 'preStopSleep'
  | 'preStopSleepZero'
  | 'nativeSidecars'
  | 'sidecarPorts'
  | 'sidecarOrder'
  | 'stopSignalField'
  | 'probeGrace'
  | 'skipsReviews'
  | 'windowsNodeShutdown'
  | 'podLimitsSoftEviction'
  | 'matchConditions';

/** The cluster that manifests have to work on. */
export interface Cluster {
  /** `1.34`: the oldest of them. */
  readonly kubernetesVersion: string;
  /** Names of feature gates that are on in all of them, whatever their default. */
  readonly featureGates: readonly string[];
}

/** The oldest cluster where nobody says which: the oldest that was still supported when this was written. */
export const USUAL_VERSION = '1.34';

interface FeatureFacts {
  /** Absent: no gate brings it before its time. */
  readonly gate?: string;
  /** The first minor version of Kubernetes 1 that has the gate. */
  readonly gated: number;
  /** The first one that has it on by default; absent: none so far. */
  readonly byDefault: number | undefined;
  readonly source: string;
}

const FEATURES: Readonly<Record<Feature, FeatureFacts>> = {
  preStopSleep: { gate: 'PodLifecycleSleepAction', gated: 29, byDefault: 30, source: 'KEP-3960' },
  preStopSleepZero: { gate: 'PodLifecycleSleepActionAllowZero', gated: 32, byDefault: 33, source: 'KEP-4818' },
  nativeSidecars: { gate: 'SidecarContainers', gated: 28, byDefault: 29, source: 'KEP-753' },
  // In 1.28 they were stopped like all others.
  sidecarOrder: { gated: 29, byDefault: 29, source: 'KEP-753' },
  // A Service finds the named port of a native sidecar.
  sidecarPorts: { gated: 33, byDefault: 33, source: 'k8s.io/endpointslice 0.32.0 and 0.33.0, utils.go findPort' },
  probeGrace: { gate: 'ProbeTerminationGracePeriod', gated: 21, byDefault: 25, source: 'KEP-2238' },
  // Its KEP plans 1.37; in 1.37.2 the gate is alpha and off, and the API server drops the field.
  stopSignalField: { gate: 'ContainerStopSignals', gated: 33, byDefault: undefined, source: 'KEP-4960' },
  // Admission webhooks are not asked about TokenReviews, SubjectAccessReviews and their like.
  skipsReviews: {
    gate: 'ExcludeAdmissionWebhookVirtualResources',
    gated: 37,
    byDefault: 37,
    source: 'kubernetes/website admission-webhooks-good-practices.md',
  },
  windowsNodeShutdown: { gate: 'WindowsGracefulNodeShutdown', gated: 32, byDefault: 34, source: 'KEP-4802' },
  // Before, `evictionMaxPodGracePeriod` took the place of the pod's own period, which might be shorter.
  podLimitsSoftEviction: { gated: 32, byDefault: 32, source: 'pkg/kubelet/eviction/eviction_manager.go' },
  // Of webhooks; before, the API server drops the field.
  matchConditions: { gate: 'AdmissionWebhookMatchConditions', gated: 27, byDefault: 28, source: 'KEP-3716' },
};

/** The names of the feature gates that matter here. */
export const FEATURE_GATES: readonly string[] = Object.values(FEATURES).flatMap(({ gate }) => gate ?? []);

/** What a cluster needs for a feature that it does not have, as the beginning of a sentence about what is lost there. */
export function lackOf({ kubernetesVersion }: Cluster, feature: Feature): string {
  const { gate, gated, byDefault } = FEATURES[feature];
  return byDefault === undefined
    ? `needs the feature gate \`${gate}\`, which came with Kubernetes 1.${gated} and is off by default: without it`
    : `needs Kubernetes 1.${byDefault}, and this has to work on ${kubernetesVersion}, where`;
}

/**
 * Seconds from a container's signal to SIGKILL where its preStop hook has taken so many of its grace period: whole ones
 * come off, and 2 stay (kuberuntime_container.go).
 */
export function secondsLeft(grace: number, taken: number): number {
  return Math.max(grace - Math.floor(taken), 2);
}

/** Whether a cluster has a feature: by its version, or because its gate is on; not if the version cannot be read. */
export function hasFeature({ kubernetesVersion, featureGates }: Cluster, feature: Feature): boolean {
  const { gate, gated, byDefault } = FEATURES[feature];
  const [, major, minor] = /^v?(\d+)\.(\d+)(?![\d])/.exec(kubernetesVersion.trim()) ?? [];
  if (major === undefined) return false;
  const version = Number(major) > 1 ? Number.POSITIVE_INFINITY : Number(minor);
  return (
    (byDefault !== undefined && version >= byDefault) ||
    (gate !== undefined && version >= gated && featureGates.includes(gate))
  );
}
