// A workload: a pod, what keeps it running, and what sends it traffic.
import type { Place } from '../../text/span.ts';
import type { Change } from '../setting.ts';
import type { Handover } from './handover.ts';
import type { Mesh } from './mesh.ts';
import type { NodeNotice, SoftEviction } from './nodes.ts';
import type { Placement } from './placement.ts';
import type { Rollout } from './rollout.ts';

/**
 * What becomes of a pod that is done: `replicated` ones are replaced and take traffic, a `daemon` runs once per node,
 * `oneOff` work ends by itself, `managed` ones are stopped by a platform with rules of its own, `other` is not known.
 */
export type Nature = 'replicated' | 'daemon' | 'oneOff' | 'managed' | 'other';

/** A Service that selects the workload's pods. */
export interface ServiceLink {
  readonly name: string;
  readonly at: Place;
  /** The containers' ports it sends to, by number or name; none: it names no port that is known. */
  readonly targets: readonly ServiceTarget[];
  readonly headless: boolean;
  readonly routers: readonly Router[];
}

/** A port of the pods that a Service sends to. */
export interface ServiceTarget {
  /** What the Service calls it. */
  readonly name: string | undefined;
  readonly port: string;
  readonly protocol: string;
}

/** What stands between clients and the pods, and follows a removed endpoint at its own pace. */
export interface Router {
  readonly kind: 'kubeProxy' | 'clusterProxy' | 'nodeBalancer' | 'awsBalancer' | 'googleBalancer' | 'azureGateway';
  /** As a person would name it. */
  readonly name: string;
  readonly at: Place;
  /** Seconds that it goes on with its connections to a pod that is going away, where that is said; 0: it cuts them. */
  readonly draining?: number;
  /** Has it finish its connections for so many seconds; absent where no manifest says that. */
  readonly drain?: (seconds: number) => Change;
  /** Whether it sends to the pods themselves, and not to their nodes. */
  readonly direct?: boolean;
}

/** What a pod template belongs to. */
export interface Workload {
  /** `Deployment`, `CronJob`, `Compose service` … */
  readonly kind: string;
  readonly nature: Nature;
  readonly name: string;
  readonly at: Place;
  readonly services: readonly ServiceLink[];
  /** Where its pods go; absent where nothing is said of it. */
  readonly placement?: Placement;
  /** What a rollout stops; absent where nothing is said of it. */
  readonly rollout?: Rollout;
  /** What its pods are given when their node goes away; absent where that is not known. */
  readonly notice?: NodeNotice;
  /** What its pods are given when they are evicted with notice; absent where that is not known. */
  readonly softEviction?: SoftEviction;
  /** What a rollout waits for; absent where nothing is said of it. */
  readonly handover?: Handover;
  /** The proxy that a mesh puts beside its containers; absent where none is seen, or it is a native sidecar. */
  readonly mesh?: Mesh;
  /** Whether it is meant for a developer's machine. */
  readonly development: boolean;
}
