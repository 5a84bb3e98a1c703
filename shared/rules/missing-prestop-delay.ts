// A container that serves is told to stop while routers still send it requests.

import type { Related } from '../model/finding.ts';
import { delayFix } from '../model/fixes/delayFix.ts';
import { clusterFor } from '../model/manifests/cluster.ts';
import type { Row } from '../model/pod/row.ts';
import { type StopTimeline, timelineOf } from '../model/pod/timeline.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'missing-prestop-delay',
  subject: 'pod',
  severity: 'warning',
  default: 'on',
  since: '0.1.0',
  summary: 'A container that takes requests is told to stop before routers have stopped sending them.',
  why: `When a pod is deleted, Kubernetes does two things at the same time: it takes the pod out of the endpoints of its
Services, and it tells the containers to stop. Routers (kube-proxy, an ingress controller, a load balancer) learn of
the removed endpoint later, by a fraction of a second or by many. A container that closes its listener at once refuses
the requests that still arrive: connection refused, 502, 503.

A preStop hook that only waits closes the gap: the stop signal comes when the hook has ended. The wait is part of
\`terminationGracePeriodSeconds\`, and every container on the way of a request needs it: a proxy that outlives its
backend answers 502.

Connections that a router keeps alive are another matter: it goes on using them whatever the endpoints say. A server that
is stopping should answer with \`Connection: close\`, or GOAWAY, as most do; no field of a manifest does it for them.`,
  fix: 'sometimes',
  next: 'add a preStop delay',
  fixSafety: 'A new hook makes every stop longer by its delay.',
  references: [
    'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination-flow',
    'https://github.com/kubernetes/enhancements/tree/master/keps/sig-node/3960-pod-lifecycle-sleep-action',
  ],
  *check(pod, project) {
    const timeline = timelineOf(project, pod);
    const cluster = clusterFor(project, pod.at.path);
    const fix = delayFix(pod, timeline, cluster, timeline.lag.advised);
    for (const masked of [false, true]) {
      const losing = timeline.losses.filter((loss) => loss.kind === 'newRequests' && loss.moot === masked);
      const [first, ...others] = losing.map(({ row }) => row);
      if (!first) continue;
      yield {
        at: first.container.at,
        severity: first.serving.answer === 'yes' ? 'warning' : 'hint',
        message: messageFor(first, timeline),
        related: [...relatedTo(first, timeline), ...others.map(alsoLacks)],
        fixes: fix ? [fix] : [],
        masked,
      };
    }
  },
});

function messageFor({ container, serving, preStop, toldByHook, hook }: Row, { lag }: StopTimeline): string {
  const name = `\`${container.name}\``;
  const whose = serving.service ? `the Service \`${serving.service.name}\`` : 'routers';
  const still = `${whose} may still send it requests`;
  if (toldByHook && preStop.max > toldByHook.max)
    return `${name} is told to stop by its own preStop hook while ${still}`;
  if (preStop.max > 0) return `${name} is told to stop after ${preStop.max} s, while ${still} for ${lag.advised} s`;
  const hookReturns = hook ? '; its preStop hook returns at once' : '';
  return `${name} is told to stop while ${still}${lag.router ? ` (${lag.router.name} follows late)` : ''}${hookReturns}`;
}

function relatedTo({ serving, hook, preStop, toldByHook }: Row, { lag }: StopTimeline): readonly Related[] {
  return [
    ...(serving.service
      ? [{ at: serving.service.at, message: `the Service \`${serving.service.name}\` selects this pod` }]
      : []),
    ...(!serving.service && serving.at ? [{ at: serving.at, message: 'the port that it takes requests on' }] : []),
    ...(lag.router ? [{ at: lag.router.at, message: `${lag.router.name} follows late: wait ${lag.advised} s` }] : []),
    ...(hook ? [{ at: hook.at, message: `the hook that ${whatItDoes(preStop.max, toldByHook?.max)}` }] : []),
  ];
}

function whatItDoes(ends: number, tells: number | undefined): string {
  if (tells !== undefined && ends > tells) return tells > 0 ? `tells it after ${tells} s` : 'tells it at once';
  return ends > 0 ? `waits ${ends} s` : 'does not wait';
}

function alsoLacks({ container }: Row): Related {
  return { at: container.at, message: `\`${container.name}\` takes requests and has no delay either` };
}
