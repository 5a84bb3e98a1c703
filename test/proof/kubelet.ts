// Stops a pod as the kubelet does (kuberuntime_container.go): hooks, the order of native sidecars, stop signals, SIGKILL.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Running } from './containers.ts';
import type { PodPlan } from './plan.ts';

/** How a container's stop went; seconds from the stop order. */
export interface Stopped {
  readonly name: string;
  readonly signalAt: number;
  readonly endAt: number;
  readonly killedAt: number | undefined;
  readonly code: number;
}

/** The kubelet gives every container at least this long after its signal. */
const LAST_SECONDS = 2;

/** Stops all containers; `from` is the moment of the stop order (performance.now). */
export async function stopPod(
  plan: PodPlan,
  containers: readonly Running[],
  from: number,
): Promise<readonly Stopped[]> {
  const seconds = () => (performance.now() - from) / 1000;
  const regular = containers.filter(({ plan: { sidecar } }) => !sidecar);
  return Promise.all(
    containers.map(async (container, i): Promise<Stopped> => {
      await runHook(container, plan.grace);
      let left = plan.grace - Math.floor(seconds());
      const others = container.plan.sidecar
        ? [...regular, ...containers.slice(i + 1).filter(({ plan: { sidecar } }) => sidecar)]
        : [];
      if (others.length > 0) {
        await within(Promise.all(others.map(({ ended }) => ended)), left);
        left = plan.grace - Math.floor(seconds());
      }
      const signalAt = seconds();
      container.signal(container.plan.stopSignal as NodeJS.Signals);
      const over = await within(container.ended, plan.kubelet ? Math.max(left, LAST_SECONDS) : left);
      const killedAt = over ? undefined : seconds();
      if (!over) container.signal('SIGKILL');
      await container.ended;
      const end = container.end();
      return {
        name: container.plan.name,
        signalAt,
        endAt: end ? (end.at - from) / 1000 : seconds(),
        killedAt,
        code: end?.code ?? 137,
      };
    }),
  );
}

async function runHook(container: Running, grace: number): Promise<void> {
  const { hook } = container.plan;
  if (hook?.kind === 'sleep') await within(container.ended, Math.min(hook.seconds, grace));
  if (hook?.kind !== 'exec') return;
  const command = container.exec(hook.words);
  if (!(await within(command.done, grace))) command.kill();
}

/** Waits for something, but not longer than so many seconds; false where that was not enough. */
async function within(something: Promise<unknown>, seconds: number): Promise<boolean> {
  const timer = new AbortController();
  const late = sleep(seconds * 1000, false, { signal: timer.signal }).catch(() => false);
  const result = await Promise.race([something.then(() => true), late]);
  timer.abort();
  return result;
}
