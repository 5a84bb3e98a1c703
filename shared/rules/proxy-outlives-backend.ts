// Two containers of a pod, one in front of the other, are told to stop at the same moment, and the one behind goes first.

import { type Cluster, hasFeature } from '../knowledge/kubernetes.ts';
import type { Container } from '../model/container.ts';
import type { Fix, Related } from '../model/finding.ts';
import { delayFix } from '../model/fixes/delayFix.ts';
import { clusterFor } from '../model/manifests/cluster.ts';
import type { Loss } from '../model/pod/losses.ts';
import { timelineOf } from '../model/pod/timeline.ts';
import { defineRule } from './rule.ts';

type BackendGone = Extract<Loss, { kind: 'backendGone' }>;

export default defineRule({
  id: 'proxy-outlives-backend',
  subject: 'pod',
  severity: 'warning',
  default: 'on',
  since: '0.1.0',
  summary: 'A proxy goes on passing requests to a container of its own pod that has already stopped.',
  why: `Kubernetes tells all containers of a pod to stop at the same moment and in no certain order. A proxy such as nginx
that still takes requests, or still has some, passes them on to a port on which nobody listens any more: it answers 502,
and its log says \`connect: connection refused\`.

The container behind the proxy has to live at least as long: with a preStop delay that is no shorter than the proxy's, or
as a native sidecar, which Kubernetes stops after the others.`,
  fix: 'sometimes',
  fixSafety:
    'A new hook makes every stop longer by its delay. A native sidecar is started before the others, and stopped after them.',
  references: [
    'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination-flow',
    'https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/',
  ],
  *check(pod, project) {
    const timeline = timelineOf(project, pod);
    const cluster = clusterFor(project, pod.at.path);
    for (const loss of timeline.losses) {
      if (loss.kind !== 'backendGone') continue;
      const { backend, row, asked, moot } = loss;
      // Where no container on the way has a delay, that is the story; its repair is this one's, too.
      const untimed = timeline.losses.some(
        (other) => other.kind === 'newRequests' && (other.row === row || other.row === backend),
      );
      const fix = moot ? undefined : delayFix(pod, timeline, cluster, Math.max(timeline.lag.advised, asked));
      yield {
        at: backend.container.at,
        message: messageFor(loss),
        related: factsOf(loss),
        fixes: [...(fix ? [fix] : []), ...(moot ? [] : asSidecar(backend.container, cluster))],
        masked: moot || untimed,
      };
    }
  },
});

/** What is stopped when all others have ended outlives every proxy among them. */
function asSidecar({ name, lifecycle, pod }: Container, cluster: Cluster): readonly Fix[] {
  const names = (lifecycle?.ports ?? []).map((port) => port.name);
  const targets = (pod?.workload.services ?? []).flatMap((service) => service.targets.map(({ port }) => port));
  // Before, a Service would no longer find a port that it knows by its name.
  const isFound = hasFeature(cluster, 'sidecarPorts') || !targets.some((port) => names.includes(port));
  if (!hasFeature(cluster, 'sidecarOrder') || !isFound) return [];
  const change = lifecycle?.becomeSidecar?.();
  return change?.ok ? [{ title: `Make \`${name}\` a native sidecar`, safety: 'unsafe', edits: change.edits }] : [];
}

function messageFor({ row, backend, upstream, closes, asked }: BackendGone): string {
  const [proxy, behind] = [row, backend].map(({ container }) => `\`${container.name}\``);
  const passes = `${proxy}, which passes requests on to it (${upstream.address})`;
  if (row.container.role === 'sidecar') {
    return `${behind} is told to stop while ${proxy}, a native sidecar that goes on until the others have ended, passes requests on to it (${upstream.address}): it answers 502`;
  }
  if (closes === asked) {
    return `${behind} is told to stop at the same moment as ${passes}: it may be gone first, and ${proxy} answers 502`;
  }
  const when = closes === 0 ? 'at once' : `after ${closes} s`;
  return `${behind} is told to stop ${when}, but ${passes}, takes requests until ${asked} s after the stop order: it answers 502 in between`;
}

function factsOf({ row, backend, upstream }: BackendGone): readonly Related[] {
  return [
    ...(upstream.at
      ? [{ at: upstream.at, message: `\`${row.container.name}\` passes requests on to ${upstream.address}` }]
      : []),
    ...(row.hook ? [{ at: row.hook.at, message: `the hook of \`${row.container.name}\`` }] : []),
    ...(backend.hook ? [{ at: backend.hook.at, message: `the hook of \`${backend.container.name}\`` }] : []),
  ];
}
