// One run of a stage: two pods, traffic, the stop order for one of them, and what came of it.
import { mkdirSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Case } from './case.ts';
import { type Running, startContainer } from './containers.ts';
import { type Stopped, stopPod } from './kubelet.ts';
import { openPodNetwork, type PodNetwork } from './network.ts';
import type { PodPlan } from './plan.ts';
import { isGood, Traffic } from './traffic.ts';

/** What was measured; seconds from the stop order. */
export interface Run {
  readonly requests: number;
  /** How requests were lost: how many of each kind. */
  readonly kinds: ReadonlyMap<string, number>;
  readonly lost: number;
  /** Requests that SIGKILL cut. */
  readonly cutByKill: number;
  readonly stopped: readonly Stopped[];
  /** Lost requests by the second in which they were lost, from `-BEFORE` on. */
  readonly errors: readonly number[];
}

/** Seconds of traffic before the stop order, and after all is over. */
export const BEFORE = 2;
const AFTER = 1;
const START_PATIENCE_MS = 30_000;

/** The programs of a case do not start here. */
export class NotStarted extends Error {}

interface RealPod {
  readonly network: PodNetwork;
  readonly containers: readonly Running[];
}

let folders = 0;

/** Replays a stage once; `folder` is on a file system of its own. */
export async function replay(one: Case, plan: PodPlan, folder: string): Promise<Run> {
  const pods: RealPod[] = [];
  try {
    for (let i = 0; i < 2; i++) pods.push(await startPod(one, plan, folder));
    return await stopOne(one, plan, pods);
  } finally {
    for (const { network, containers } of pods) {
      for (const container of containers) container.signal('SIGKILL');
      network.close();
    }
  }
}

async function startPod(one: Case, plan: PodPlan, folder: string): Promise<RealPod> {
  const network = await openPodNetwork();
  const containers: Running[] = [];
  for (const container of plan.containers) {
    const own = path.join(folder, String(++folders));
    mkdirSync(own);
    containers.push(await startContainer(container, own, network.pid));
  }
  const limit = Date.now() + START_PATIENCE_MS;
  while (!(await answers(network.address, one.port))) {
    if (Date.now() > limit || containers.some(({ end }) => end())) {
      const said = containers.map((container) => `${container.plan.name}: ${container.output().slice(-800)}`);
      throw new NotStarted(`${one.id}: the pod did not start\n${said.join('\n')}`);
    }
    await sleep(100);
  }
  return { network, containers };
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = http.get({ host, port, path: '/?ms=0', agent: false, timeout: 2000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(false));
  });
}

async function stopOne(one: Case, plan: PodPlan, [first, ...others]: readonly RealPod[]): Promise<Run> {
  if (!first) throw new Error('a replay needs pods');
  const endpoints = [first, ...others].map(({ network }) => network.address);
  const traffic = new Traffic(one.load, one.port, endpoints);
  const mostSeconds = BEFORE + Math.max(plan.grace + 10, one.lag) + AFTER;
  traffic.start(mostSeconds * one.load.rate);
  await sleep(BEFORE * 1000);
  const from = performance.now();
  const removed = sleep(one.lag * 1000).then(() => traffic.remove(first.network.address));
  const [stopped] = await Promise.all([stopPod(plan, first.containers, from), removed]);
  await sleep(AFTER * 1000);
  await traffic.stop();
  return summary(traffic, stopped, from);
}

function summary(traffic: Traffic, stopped: readonly Stopped[], from: number): Run {
  const lost = traffic.answers.filter((answer) => !isGood(answer));
  const times = lost.map(({ end }) => (end - from) / 1000);
  const kills = stopped.flatMap(({ killedAt }) => killedAt ?? []);
  const cutByKill = lost.filter(({ at, end }) =>
    kills.some((kill) => (at - from) / 1000 < kill && Math.abs((end - from) / 1000 - kill) < 0.25),
  ).length;
  const kinds = new Map<string, number>();
  for (const { result } of lost) kinds.set(result, (kinds.get(result) ?? 0) + 1);
  const last = Math.ceil(Math.max(...stopped.map(({ endAt }) => endAt), ...times, 0)) + 1;
  const errors = Array.from(
    { length: BEFORE + last },
    (_, i) => times.filter((at) => Math.floor(at) === i - BEFORE).length,
  );
  return { requests: traffic.answers.length, kinds, lost: lost.length, cutByKill, stopped, errors };
}
