// A container that serves is told to stop while routers still send it requests.
import { requireVersion } from '../knowledge/kubernetes.ts';
import type { Container } from '../model/container.ts';
import type { Fix, Related } from '../model/finding.ts';
import { makeRoom } from '../model/gracePeriod.ts';
import { sleepFirst } from '../model/hookWords.ts';
import type { Delay } from '../model/lifecycle.ts';
import type { Pod } from '../model/pod.ts';
import { type Change, refuse } from '../model/setting.ts';
import { type Row, type StopTimeline, timelineOf } from '../model/timeline.ts';
import { knownValue } from '../model/value.ts';
import { settingsFor } from '../settings.ts';
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
backend answers 502.`,
  fix: 'sometimes',
  next: 'add a preStop delay',
  fixSafety: 'A new hook makes every stop longer by its delay.',
  references: [
    'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination-flow',
    'https://github.com/kubernetes/enhancements/tree/master/keps/sig-node/3960-pod-lifecycle-sleep-action',
  ],
  *check(pod, project) {
    const timeline = timelineOf(project, pod);
    const version = settingsFor(project, pod.at.path).kubernetesVersion;
    const fix = delayFix(pod, timeline, version);
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

/** A delay on every container on the request's way that lacks one; never on some of them alone. */
function delayFix(pod: Pod, { lag, rows }: StopTimeline, version: string): Fix | undefined {
  const way = rows.filter(({ container, serving }) => container.role === 'regular' && serving.answer !== 'no');
  const seconds = Math.max(lag.advised, ...way.map(({ preStop }) => (Number.isFinite(preStop.max) ? preStop.min : 0)));
  const lacking = way.filter(({ preStop }) => preStop.max < lag.advised);
  if (way.some(({ preStop }) => preStop.min < lag.advised && preStop.max >= lag.advised)) return undefined;
  const by = requireVersion(version, 'preStopSleep') ? 'sleep' : lacking.every(hasSleep) ? 'exec' : undefined;
  if (!by) return undefined;
  const changes = lacking.map((row) => waiting(row, { seconds, by }));
  const room = makeRoom(
    pod,
    way.map(({ drain }) => ({ delay: seconds, drain })),
  );
  if (!room || changes.some((change) => !change.ok)) return undefined;
  const names = lacking.map(({ container }) => `\`${container.name}\``).join(' and ');
  const to = rows.length > 1 ? names : '';
  const longer = lacking.every(({ hook }) => hook?.handlers[0]?.kind === 'sleep');
  const what = longer
    ? `Make the preStop sleep${to && ` of ${to}`} ${seconds} s long`
    : `Add a preStop sleep of ${seconds} s${to && ` to ${to}`}`;
  return {
    title: what + (room.phrase && ` and ${room.phrase}`),
    safety: 'unsafe',
    edits: [...changes.flatMap((change) => (change.ok ? change.edits : [])), ...room.edits],
  };
}

/** A new hook that waits, a longer wait, or a wait in front of what a hook does at once. */
function waiting({ container, hook, preStop }: Row, delay: Delay): Change {
  const [handler] = hook?.handlers ?? [];
  if (handler?.kind === 'sleep') return handler.seconds.set(delay.seconds);
  const words =
    handler?.kind === 'exec' && handler.command && preStop.max === 0 ? knownValue(handler.command) : undefined;
  if (handler?.kind === 'exec' && words && !lacksShell(container)) {
    return handler.setCommand(
      sleepFirst(
        words.map(({ text }) => text),
        delay.seconds,
      ),
    );
  }
  return container.lifecycle?.addDelay(delay) ?? refuse('it has no hooks');
}

function lacksShell({ image }: Container): boolean {
  const known = knownValue(image);
  return known !== undefined && knownValue(known.sh) === 'none';
}

function hasSleep({ container }: Row): boolean {
  return knownValue(container.image)?.base?.hasSleep === true;
}
