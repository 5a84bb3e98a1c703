// Reads off the model how a pod is started and stopped: commands, files, hooks, signals, the grace period. What is not
// known there stops the replay, so that nothing is made up.
import path from 'node:path';
import type { Container } from '../../shared/model/container.ts';
import { modelOf } from '../../shared/model/fileModel.ts';
import type { Image } from '../../shared/model/image/image.ts';
import type { Handler } from '../../shared/model/pod/lifecycle.ts';
import { type StopTimeline, timelineOf } from '../../shared/model/pod/timeline.ts';
import { knownValue, type Value } from '../../shared/model/value.ts';
import type { Chart } from '../../shared/render/chart.ts';
import { stopChart } from '../../shared/render/stopChart.ts';
import type { Case } from './case.ts';
import { ROOT, type Staged } from './stages.ts';

/** What a preStop hook does. */
export type HookPlan =
  | { readonly kind: 'sleep'; readonly seconds: number }
  | { readonly kind: 'exec'; readonly words: readonly string[] };

/** How one container is started and stopped. */
export interface ContainerPlan {
  readonly name: string;
  readonly words: readonly string[];
  readonly workdir: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Files by their paths in the container. */
  readonly files: ReadonlyMap<string, { readonly text: string | Buffer; readonly executable: boolean }>;
  readonly stopSignal: string;
  readonly hook: HookPlan | undefined;
  readonly sidecar: boolean;
}

/** How a pod is started and stopped, and what the model predicts of it. */
export interface PodPlan {
  readonly containers: readonly ContainerPlan[];
  readonly grace: number;
  /** Compose gives nothing beyond its grace period. */
  readonly kubelet: boolean;
  readonly timeline: StopTimeline;
  /** The picture that the product draws of it. */
  readonly chart: Chart;
}

/** The plan of the case's pod. */
export function planOf(one: Case, state: Staged): PodPlan {
  const { project } = state.analysis;
  const [pod, ...others] = modelOf(project, `${ROOT}/${one.manifest}`).pods;
  if (!pod || others.length > 0) throw new Error(`${one.manifest} has to describe one pod`);
  const timeline = timelineOf(project, pod);
  return {
    containers: pod.containers.map((container) => containerPlan(container, state)),
    grace: need(pod.grace.value, `the grace period of ${pod.name}`),
    kubelet: pod.source !== 'compose',
    timeline,
    chart: stopChart(pod, timeline),
  };
}

function containerPlan(container: Container, state: Staged): ContainerPlan {
  const { name } = container;
  const launch = need(container.launch, `the launch of ${name}`);
  const image = need(container.image, `the image of ${name}`);
  const given = (container.lifecycle?.environment ?? []).map((one) => [one.name, one.value] as const);
  const environment = [...image.env, ...given].flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]));
  const hook = container.lifecycle && need(container.lifecycle.preStop, `the hook of ${name}`);
  return {
    name,
    words: launch.words.map(({ text }) => text),
    workdir: image.workdir.kind === 'known' ? image.workdir.value : '/',
    environment: Object.fromEntries(environment),
    files: filesOf(image, state),
    stopSignal: need(container.stopSignal.value, `the stop signal of ${name}`),
    hook: hook && hookPlan(name, hook.handlers),
    sidecar: container.role === 'sidecar',
  };
}

function hookPlan(name: string, [handler, ...others]: readonly Handler[]): HookPlan {
  if (!handler || others.length > 0) throw new Error(`the hook of ${name} has not one handler`);
  if (handler.kind === 'sleep') return { kind: 'sleep', seconds: need(handler.seconds.value, `the sleep of ${name}`) };
  if (handler.kind !== 'exec' || !handler.command) throw new Error(`a ${handler.kind} hook cannot be replayed`);
  return { kind: 'exec', words: need(handler.command, `the hook of ${name}`).map(({ text }) => text) };
}

/** The project's files in an image: wherever its instructions may put one, the model says whether they do. */
function filesOf(image: Image, { texts, executable }: Staged): ContainerPlan['files'] {
  const instructions = (image.dockerfile && texts.get(image.dockerfile)) ?? '';
  const targets = [...instructions.matchAll(/^\s*(?:WORKDIR|COPY|ADD)\b.*\s(\S+)\s*$/gm)].map(([, last = '/']) => last);
  const folders = new Set(['/app', ...targets, ...targets.map((one) => path.posix.join('/', one))]);
  const workdir = image.workdir.kind === 'known' ? image.workdir.value : '/';
  const files = new Map<string, { text: string; executable: boolean }>();
  for (const folder of folders) {
    const base = path.posix.resolve(workdir, folder);
    const tails = [...texts.keys()].flatMap((file) => {
      const parts = file.slice(1).split('/');
      return parts.map((_, i) => parts.slice(i).join('/'));
    });
    const itself = image.file(base).kind === 'text';
    for (const target of new Set(itself ? [base] : [base, ...tails.map((tail) => path.posix.join(base, tail))])) {
      const found = image.file(target);
      if (found.kind === 'text')
        files.set(target, { text: found.text.text, executable: executable(found.text.at.path) });
    }
  }
  return files;
}

function need<T>(value: Value<T>, what: string): T {
  const known = knownValue(value);
  if (value.kind === 'known') return known as T;
  throw new Error(`${what} is not known: ${value.kind === 'unknown' ? value.why : 'it may be one of several'}`);
}
