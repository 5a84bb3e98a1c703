// Hooks, probes and periods that the API server rejects, or that fail every time they run.

import { type Cluster, hasFeature } from '../knowledge/kubernetes.ts';
import { isKubernetesSignal } from '../knowledge/signals.ts';
import type { Container } from '../model/container.ts';
import type { Fix } from '../model/finding.ts';
import { clusterFor } from '../model/manifests/cluster.ts';
import type { Field, Handler, Hook, Probe } from '../model/pod/lifecycle.ts';
import type { Pod } from '../model/pod/pod.ts';
import { type Change, givenAt } from '../model/setting.ts';
import { knownValue } from '../model/value.ts';
import { defineRule, type Report } from './rule.ts';

export default defineRule({
  id: 'lifecycle-invalid',
  subject: 'pod',
  severity: 'error',
  default: 'on',
  since: '0.1.0',
  summary: 'A hook, probe or grace period that the API server rejects, or that fails every time.',
  why: `A hook has exactly one handler, a sleep is neither negative nor longer than the grace period, an init container has
neither hooks nor probes, and only liveness and startup probes have a grace period of their own. The API server rejects
what breaks these rules: the old pods go on running, without the change. A \`tcpSocket\` hook is accepted and fails whenever it runs; a negative
\`terminationGracePeriodSeconds\` is taken as 1.`,
  fix: 'sometimes',
  fixSafety: 'What was meant is a guess.',
  references: [
    'https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/',
    'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/',
    'https://github.com/kubernetes/enhancements/tree/master/keps/sig-node/4960-container-stop-signals',
  ],
  *check(pod, project) {
    if (pod.source !== 'kubernetes' || pod.workload.nature === 'managed') return;
    const cluster = clusterFor(project, pod.at.path);
    yield* negativeGrace(pod);
    for (const container of pod.containers) {
      const { lifecycle } = container;
      if (!lifecycle) continue;
      if (container.role === 'init') {
        yield* onInitContainer(container);
        continue;
      }
      for (const hook of [lifecycle.preStop, lifecycle.postStart]) {
        const known = knownValue(hook);
        if (known) yield* wrongHook(pod, container, known, cluster);
      }
      for (const probe of lifecycle.probes) yield* wrongProbe(container, probe);
      if (lifecycle.stopSignal && hasFeature(cluster, 'stopSignalField'))
        yield* wrongStopSignal(pod, container, lifecycle.stopSignal);
    }
  },
});

function* negativeGrace(pod: Pod): Iterable<Report> {
  const at = givenAt(pod.grace);
  const grace = knownValue(pod.grace.value);
  if (!at || grace === undefined || grace >= 0) return;
  const message = `a grace period of ${grace} s is taken as 1 s`;
  yield {
    at,
    severity: 'warning',
    message,
    fixes: fixOf('Set terminationGracePeriodSeconds to 30', pod.grace.set(30)),
  };
}

function* onInitContainer({ name, lifecycle }: Container): Iterable<Report> {
  const fields: readonly (Field & { readonly name: string })[] = [
    ...(lifecycle?.field ? [{ ...lifecycle.field, name: 'lifecycle' }] : []),
    ...(lifecycle?.probes ?? []),
  ];
  for (const field of fields) {
    const message = `the init container \`${name}\` may not have \`${field.name}\`: the API server rejects the pod`;
    yield { at: field.at, message, fixes: fixOf(`Remove ${field.name}`, field.remove()) };
  }
}

function* wrongHook(pod: Pod, container: Container, hook: Hook, cluster: Cluster): Iterable<Report> {
  const [first, second] = hook.handlers;
  const of = `${hook.name} of \`${container.name}\``;
  if (!first) {
    if (hook.complete)
      yield { at: hook.at, message: `${of} has no handler (exec, httpGet or sleep): the API server rejects the pod` };
    return;
  }
  if (second) {
    const kinds = hook.handlers.map(({ kind }) => `\`${kind}\``).join(' and ');
    const fixes = hook.handlers.length === 2 ? [...keep(first, second), ...keep(second, first)] : [];
    yield { at: second.at, message: `${of} has ${kinds}; the API server takes one handler`, fixes };
    return;
  }
  if (first.kind === 'tcpSocket') {
    const native = hook.name === 'preStop' && hasFeature(cluster, 'preStopSleep');
    const fixes = native ? fixOf('Use a sleep of 5 s', hook.becomeSleep(5)) : [];
    yield { at: first.at, message: `a tcpSocket hook is accepted and fails every time: ${of} does nothing`, fixes };
  }
  if (first.kind === 'grpc')
    yield { at: first.at, message: `${of} cannot use \`grpc\`: the API server rejects the pod` };
  if (first.kind === 'exec') yield* emptyCommand(first, of);
  if (first.kind === 'sleep') {
    const seconds = knownValue(first.seconds.value);
    const grace = knownValue(pod.grace.value);
    // A long preStop sleep uses up the grace period, which is another story; where there is none, it is this one.
    const counts = grace !== undefined && (hook.name === 'postStart' ? grace >= 0 : grace === 0);
    if (counts && seconds !== undefined && seconds > grace) {
      yield {
        at: givenAt(first.seconds) ?? first.at,
        message: `${of} sleeps ${seconds} s, longer than the grace period of ${grace} s: the API server rejects the pod`,
        fixes: hook.name === 'postStart' ? fixOf(`Set the sleep to ${grace} s`, first.seconds.set(grace)) : [],
      };
    }
    const tooLittle =
      seconds !== undefined && (seconds < 0 || (seconds === 0 && !hasFeature(cluster, 'preStopSleepZero')));
    if (tooLittle) {
      const fixes = fixOf('Set the sleep to 5 s', first.seconds.set(5));
      yield {
        at: givenAt(first.seconds) ?? first.at,
        message: `${of} sleeps ${seconds} s: the API server rejects the pod`,
        fixes,
      };
    }
  }
}

function* wrongProbe(container: Container, probe: Probe): Iterable<Report> {
  const of = `${probe.name} of \`${container.name}\``;
  for (const handler of probe.handlers) if (handler.kind === 'exec') yield* emptyCommand(handler, of);
  const { grace } = probe;
  if (!grace) return;
  const seconds = knownValue(grace.value);
  const fixes = fixOf(`Remove terminationGracePeriodSeconds from the ${probe.name}`, grace.remove());
  if (probe.name === 'readinessProbe') {
    yield {
      at: grace.at,
      message: `${of} may not have a grace period, since it stops nothing: the API server rejects the pod`,
      fixes,
    };
  } else if (seconds !== undefined && seconds <= 0) {
    yield {
      at: givenAt(grace) ?? grace.at,
      message: `${of} has a grace period of ${seconds} s; the API server takes 1 or more`,
      fixes,
    };
  }
}

function* emptyCommand(handler: Extract<Handler, { kind: 'exec' }>, of: string): Iterable<Report> {
  const none = handler.command === undefined || knownValue(handler.command)?.length === 0;
  if (none)
    yield { at: handler.at, message: `${of} has an \`exec\` without a command: the API server rejects the pod` };
}

function* wrongStopSignal(pod: Pod, { name, stopSignal }: Container, field: Field): Iterable<Report> {
  const signal = knownValue(stopSignal.value) ?? '';
  if (knownValue(pod.os.value) === 'windows' && isKubernetesSignal(signal) && !/^SIG(?:TERM|KILL)$/.test(signal)) {
    const message = `a container of Windows has SIGTERM or SIGKILL as its stop signal, not ${signal}: the API server rejects the pod`;
    yield { at: givenAt(stopSignal) ?? field.at, message, fixes: fixOf('Use SIGTERM', stopSignal.set('SIGTERM')) };
    return;
  }
  if (pod.os.given.kind === 'here' || pod.os.value.kind !== 'known') return;
  const os = pod.os.value.value;
  const message = `the stop signal of \`${name}\` needs \`spec.os.name\`: the API server rejects the pod`;
  yield { at: field.at, message, fixes: fixOf(`Set spec.os.name to ${os}`, pod.os.set(os)) };
}

function keep(kept: Handler, dropped: Handler): readonly Fix[] {
  return fixOf(`Keep ${kept.kind}, remove ${dropped.kind}`, dropped.remove());
}

function fixOf(title: string, change: Change): readonly Fix[] {
  return change.ok ? [{ title, safety: 'unsafe', edits: change.edits }] : [];
}
