// A pod: containers that start and stop together, and the time they are given. Compose services have one container each.
import type { Place } from '../text/span.ts';
import type { Container } from './container.ts';
import type { Setting } from './setting.ts';
import type { Workload } from './workload.ts';

/** A group of containers that is stopped as one. */
export interface Pod {
  readonly source: 'kubernetes' | 'compose';
  readonly name: string;
  /** The name, where it is written. */
  readonly at: Place;
  /** The key over the settings that all its containers share. */
  readonly specAt: Place;
  readonly workload: Workload;
  readonly containers: readonly Container[];
  /** Seconds from the stop order to SIGKILL: `terminationGracePeriodSeconds`, `stop_grace_period`. */
  readonly grace: Setting<number>;
  /** The operating system that its programs are for: `linux` or `windows`. */
  readonly os: Setting<string>;
}
