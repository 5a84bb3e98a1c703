// Which Kubernetes version brought what, from the feature gates of the website and the KEPs.

/** A feature that a cluster may be too old for. */
export type Feature = 'preStopSleep' | 'preStopSleepZero' | 'nativeSidecars' | 'stopSignalField' | 'probeGrace';

/** The first minor version of Kubernetes 1 that has a feature without anybody turning it on. */
const SINCE: Readonly<Record<Feature, { readonly minor: number; readonly source: string }>> = {
  preStopSleep: { minor: 30, source: 'kubernetes/website feature-gates/PodLifecycleSleepAction.md; KEP-3960' },
  preStopSleepZero: {
    minor: 33,
    source: 'kubernetes/website feature-gates/PodLifecycleSleepActionAllowZero.md; KEP-4818',
  },
  nativeSidecars: { minor: 29, source: 'kubernetes/website feature-gates/SidecarContainers.md; KEP-753' },
  probeGrace: { minor: 25, source: 'kubernetes/website feature-gates/ProbeTerminationGracePeriod.md; KEP-2238' },
  // The KEP plans it; that it is on by default in 1.37 was not seen in a release.
  stopSignalField: { minor: 37, source: 'KEP-4960 kep.yaml (unverified)' },
};

/** The first version that has the feature without anybody turning it on: `1.30`. */
export function firstVersion(feature: Feature): string {
  return `1.${SINCE[feature].minor}`;
}

/** Whether a version such as `1.34` has the feature without anybody turning it on; not if it cannot be read. */
export function requireVersion(version: string, feature: Feature): boolean {
  const [, major, minor] = /^v?(\d+)\.(\d+)(?![\d])/.exec(version.trim()) ?? [];
  if (major === undefined) return false;
  return Number(major) > 1 || (Number(major) === 1 && Number(minor) >= SINCE[feature].minor);
}
