// A pod: containers that start and stop together, and the time they are given. Compose services have one container each,
// and so have the process types of a Procfile.
import type { Platform } from '../../knowledge/platforms.ts';
import type { Place } from '../../text/span.ts';
import type { Container } from '../container.ts';
import type { Setting } from '../setting.ts';
import type { Condition } from '../value.ts';
import type { Workload } from '../workload/workload.ts';

/** A group of containers that is stopped as one. */
export interface Pod {
  readonly source: 'kubernetes' | 'compose' | 'procfile';
  readonly name: string;
  /** The name, where it is written. */
  readonly at: Place;
  /** The key over the settings that all its containers share. */
  readonly specAt: Place;
  /** The values file or the overlay that makes it so; absent where there is but one way. */
  readonly when?: Condition;
  readonly workload: Workload;
  readonly containers: readonly Container[];
  /** Seconds from the stop order to SIGKILL: `terminationGracePeriodSeconds`, `stop_grace_period`. */
  readonly grace: Setting<number>;
  /** The operating system that its programs are for: `linux` or `windows`. */
  readonly os: Setting<string>;
  /** Set where its text has a syntax error: what is not seen may be there. */
  readonly broken?: true;
  /** Who may run it, of a process type: one where it is known who does. */
  readonly platforms?: readonly Platform[];
}
