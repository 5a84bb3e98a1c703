// What requests are lost while a pod stops, and why: each kind of loss belongs to one rule.

import { type Override, overrideOf } from '../hooks/hookOverride.ts';
import type { Project } from '../project.ts';
import { type Upstream, upstreamsIn } from '../workload/upstreams.ts';
import type { Drain } from './drain.ts';
import { MARGIN } from './gracePeriod.ts';
import type { Lag } from './lag.ts';
import type { Hook } from './lifecycle.ts';
import type { Pod } from './pod.ts';
import { always, closesAt, inOrder, type Row } from './row.ts';

/**
 * Requests that are lost, and why. Each kind belongs to one rule. What is `moot` is lost only once the stop signal gets
 * through, which it does not now.
 */
export type Loss =
  /** The listener closes while routers still send new requests. */
  | { readonly kind: 'newRequests'; readonly row: Row; readonly moot: boolean }
  /** The hook takes the whole grace period; SIGKILL follows the signal at once. */
  | { readonly kind: 'noTimeLeft'; readonly row: Row; readonly hook: Hook; readonly grace: number }
  /** Its delays and its last requests take longer than there is; of the latter nothing may be known. */
  | {
      readonly kind: 'drainCut';
      readonly row: Row;
      readonly drain: Drain | undefined;
      readonly needs: number;
      readonly grace: number;
      readonly moot: boolean;
    }
  /** With what a trap waits before it tells the program, the stop takes longer than there is. */
  | { readonly kind: 'toldTooLate'; readonly row: Row; readonly needs: number; readonly grace: number }
  /** The hook asks for a graceful stop and returns; the stop signal makes a fast one of it. */
  | { readonly kind: 'overridden'; readonly row: Row; readonly override: Override }
  /** The container that this one passes requests on to closes its listener while, or just when, it still passes some on. */
  | {
      readonly kind: 'backendGone';
      readonly row: Row;
      readonly backend: Row;
      readonly upstream: Upstream;
      /** When the backend closes, and until when it is asked. */
      readonly closes: number;
      readonly asked: number;
      readonly moot: boolean;
    };

/** Without any time there is nothing to plan; that is another story. */
function isHopeless({ source }: Pod, grace: number | undefined): boolean {
  return grace !== undefined && grace <= (source === 'kubernetes' ? 1 : 0);
}

/** What is lost because a container is told too early, or by two at once. */
export function earlyLosses(pod: Pod, row: Row, lag: Lag, grace: number | undefined): readonly Loss[] {
  if (isHopeless(pod, grace)) return [];
  const losses: Loss[] = [];
  if (pod.source === 'kubernetes' && losesNewRequests(pod, row, lag)) {
    losses.push({ kind: 'newRequests', row, moot: always(row.container, /^killedAfterGrace$/) });
  }
  const override = overrideOf(row.container);
  if (override) losses.push({ kind: 'overridden', row, override });
  return losses;
}

/** What is lost because a container does not come to its end in time. */
export function lateLosses(pod: Pod, row: Row, grace: number | undefined): readonly Loss[] {
  if (grace === undefined || isHopeless(pod, grace)) return [];
  if (row.hook && row.preStop.min >= grace) return [{ kind: 'noTimeLeft', row, hook: row.hook, grace }];
  const { drain, path, before } = row;
  const needs = before + (drain?.seconds ?? 0) + (drain?.spare ?? MARGIN);
  if (needs <= grace) return [];
  if (path > 0) return [{ kind: 'toldTooLate', row, needs, grace }];
  // A hook alone that leaves some time is nothing wrong. Who has planned nothing has not planned too little; Compose gives
  // less than others.
  const planned = drain ? !drain.assumed || before > 0 || pod.source === 'compose' : before > row.preStop.min;
  if (!planned) return [];
  return [{ kind: 'drainCut', row, drain, needs, grace, moot: always(row.container, /^(?:killed|drops)/) }];
}

function losesNewRequests(
  pod: Pod,
  { container, serving, hook, preStop, own, toldByHook, path }: Row,
  lag: Lag,
): boolean {
  if (container.role !== 'regular' || pod.workload.development || lag.advised <= 0) return false;
  if (serving.answer !== 'yes' && serving.answer !== 'likely') return false;
  if (hook && !(hook.complete && hook.handlers.length === 1)) return false;
  // How long a router takes is a guess unless the user says it: only a stop without any delay is surely too early.
  const delay = toldByHook?.max ?? preStop.max + path;
  const tooEarly = lag.configured ? delay < lag.advised : delay === 0;
  return tooEarly && !own;
}

/** What is lost because the containers of a pod do not wait for each other. */
export function lossesBetween(project: Project, pod: Pod, rows: readonly Row[], lag: Lag): readonly Loss[] {
  if (pod.source !== 'kubernetes' || pod.workload.development) return [];
  return upstreamsIn(project, pod).flatMap((upstream): readonly Loss[] => {
    const row = rows.find(({ container }) => container === upstream.proxy);
    const backend = rows.find(({ container }) => container === upstream.backend);
    if (!row?.container.awaited || !backend) return [];
    // A native sidecar is told when all others have ended, unless its own hook tells it before.
    const isLast = backend.container.role === 'sidecar' && row.container.role !== 'sidecar' && !backend.toldByHook;
    if (isLast && inOrder(project, pod)) return [];
    const moot = always(row.container, /^killedAfterGrace$/);
    const asked = (moot ? row.killAt : closesAt(row)).min;
    const closes = closesAt(backend).max;
    // Equal delays that are long enough: nobody asks any more.
    const tooEarly = lag.configured ? closes < lag.advised : closes === 0;
    if (closes > asked || (closes === asked && !tooEarly)) return [];
    return [{ kind: 'backendGone', row, backend, upstream, closes, asked, moot }];
  });
}
