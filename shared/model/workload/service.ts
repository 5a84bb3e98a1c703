// A Service of the cluster, seen by itself.
import type { Place } from '../../text/span.ts';
import type { Field } from '../pod/lifecycle.ts';
import type { Condition } from '../value.ts';
import type { Router } from './workload.ts';

/** A Service with what leads traffic to it. */
export interface Service {
  readonly name: string;
  readonly at: Place;
  readonly specAt: Place;
  /** The values file or the overlay that makes it so; absent where there is but one way. */
  readonly when?: Condition;
  readonly headless: boolean;
  readonly routers: readonly Router[];
  /** `publishNotReadyAddresses: true`. */
  readonly publishesNotReady: Field | undefined;
}
