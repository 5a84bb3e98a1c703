// How long routers go on sending new requests to a pod that is going away. The numbers are the model's: min and max for
// the picture, `advised` for a preStop delay; see docs/architecture.md for where they come from.
import { exactly, type Interval } from '../interval.ts';
import type { Router, ServiceLink } from '../workload/workload.ts';

/** The time from the stop order to the last new request. */
export interface Lag {
  readonly seconds: Interval;
  /** A delay that is long enough. */
  readonly advised: number;
  /** What follows more slowly than the cluster itself, if something does. */
  readonly router: Router | undefined;
  /** Whether the user gave it. */
  readonly configured: boolean;
}

const ADVICE: { readonly [kind in Router['kind']]: { readonly seconds: Interval; readonly advised: number } } = {
  kubeProxy: { seconds: { min: 0.1, max: 2 }, advised: 5 },
  clusterProxy: { seconds: { min: 0.5, max: 5 }, advised: 5 },
  // The load balancer's own health check decides.
  nodeBalancer: { seconds: { min: 2, max: 15 }, advised: 15 },
  awsBalancer: { seconds: { min: 2, max: 60 }, advised: 30 },
  googleBalancer: { seconds: { min: 2, max: 60 }, advised: 30 },
  azureGateway: { seconds: { min: 1, max: 180 }, advised: 90 },
};

/** A delay that is long enough for a router. */
export function adviceFor({ kind }: Router): number {
  return ADVICE[kind].advised;
}

/** The lag behind these Services; `configured` is the user's own number of seconds. */
export function lagOf(services: readonly ServiceLink[], configured: number | undefined): Lag {
  const slowest = services
    .flatMap(({ routers }) => routers)
    .reduce<Router | undefined>((a, b) => (a && ADVICE[a.kind].advised >= ADVICE[b.kind].advised ? a : b), undefined);
  const router = slowest?.kind === 'kubeProxy' ? undefined : slowest;
  if (configured !== undefined) {
    return { seconds: exactly(configured), advised: Math.ceil(configured), router, configured: true };
  }
  return { ...ADVICE[slowest?.kind ?? 'kubeProxy'], router, configured: false };
}
