// When each container of a pod is told and killed, for everything that may stop it: the arithmetic of the kubelet.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DELETION, otherCauses, type StopCause } from '../shared/model/pod/stopCause.ts';
import { timelineOf } from '../shared/model/pod/timeline.ts';
import { analyzed } from './analyzed.ts';

/** A pod spec as the only one of a project, with what else the project holds. */
function podOf(spec: string, others: Readonly<Record<string, string>> = {}) {
  const manifest = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
${spec.replace(/^/gm, '      ')}
`;
  const { project, pods } = analyzed(new Map([['web.yaml', manifest], ...Object.entries(others)]));
  const pod = pods.find(({ name }) => name === 'web');
  assert.ok(pod, 'the manifest describes a pod');
  return { project, pod };
}

/** Earliest and latest second of the stop signal and of SIGKILL, by container. */
function times({ project, pod }: ReturnType<typeof podOf>, cause: StopCause = DELETION): Record<string, string> {
  const span = ({ min, max }: { min: number; max: number }) => (min === max ? `${min}` : `${min}–${max}`);
  const { rows } = timelineOf(project, pod, cause);
  return Object.fromEntries(
    rows.map(({ container, signalAt, killAt }) => [container.name, `${span(signalAt)}, killed ${span(killAt)}`]),
  );
}

function causes({ pod }: ReturnType<typeof podOf>, name: string): readonly StopCause[] {
  const container = pod.containers.find((one) => one.name === name);
  assert.ok(container, name);
  return otherCauses(pod, container);
}

const SIDECARS = `terminationGracePeriodSeconds: 30
initContainers:
  - {name: migrate, image: migrate}
  - {name: first, image: first, restartPolicy: Always, lifecycle: {preStop: {sleep: {seconds: 25}}}}
  - {name: second, image: second, restartPolicy: Always}
containers:
  - {name: web, image: 'nginx:1.27', lifecycle: {preStop: {sleep: {seconds: 10}}}}
  - {name: killed, image: busybox, command: [sleep, infinity]}`;

test('a deletion tells the regular containers first, then the native sidecars in reverse order', () => {
  const pod = podOf(SIDECARS);
  assert.deepEqual(times(pod), {
    web: '10, killed 30',
    // It has no handler as PID 1, so it lives until SIGKILL, and everything behind it waits for that.
    killed: '0, killed 30',
    first: '30, killed 32',
    second: '30, killed 32',
  });
  const quick = podOf(SIDECARS.replace(/\n {2}- \{name: killed.*$/, ''));
  // nginx may need any time for its requests. The first sidecar's own hook runs from the beginning.
  assert.deepEqual(times(quick), { web: '10, killed 30', first: '25–30, killed 30–32', second: '10–30, killed 30–32' });
});

test('in 1.28, where their gate is on, native sidecars are told with the others', () => {
  const settings = { '.softstop.yaml': 'kubernetesVersion: "1.28"\nfeatureGates: [SidecarContainers]\n' };
  assert.deepEqual(times(podOf(SIDECARS, settings)), {
    web: '10, killed 30',
    killed: '0, killed 30',
    first: '25, killed 30',
    second: '0, killed 30',
  });
});

test('a hook as long as the grace period leaves two seconds, and none is waited for any longer', () => {
  const spec = (seconds: number) =>
    `terminationGracePeriodSeconds: 20\ncontainers:\n  - {name: web, image: web, lifecycle: {preStop: {exec: {command: [sleep, '${seconds}']}}}}`;
  assert.deepEqual(times(podOf(spec(19))), { web: '19, killed 21' });
  assert.deepEqual(times(podOf(spec(20))), { web: '20, killed 22' });
  assert.deepEqual(times(podOf(spec(60))), { web: '20, killed 22' });
  const { project, pod } = podOf(spec(60));
  const ends = timelineOf(project, pod).events.find(({ kind }) => kind === 'preStopEnds');
  assert.deepEqual(ends?.at, { min: 20, max: 20 });
});

test('a probe stops one container, with the grace period of its own or of its pod, and no endpoint goes', () => {
  const probes = (more: string) =>
    SIDECARS.replace("image: 'nginx:1.27',", `image: 'nginx:1.27', livenessProbe: {httpGet: {port: 80}${more}},`);
  for (const [more, expected] of [
    ['', '10, killed 30'],
    [', terminationGracePeriodSeconds: 5', '5, killed 7'],
  ] as const) {
    const pod = podOf(probes(more));
    const cause = causes(pod, 'web').find(({ kind }) => kind === 'probe');
    assert.ok(cause);
    assert.deepEqual(times(pod, cause), { web: expected });
    const { events } = timelineOf(pod.project, pod.pod, cause);
    assert.ok(events.every(({ container }) => container?.name === 'web'));
  }
  assert.deepEqual(
    causes(podOf(SIDECARS), 'web').map(({ kind }) => kind),
    ['eviction'],
  );
});

test('a node that shuts down gives no more than it has', () => {
  const kubelet = (total: string, critical: string) => ({
    'kubelet.yaml': `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
shutdownGracePeriod: ${total}
shutdownGracePeriodCriticalPods: ${critical}
`,
  });
  const stop = (pod: ReturnType<typeof podOf>) => {
    const cause = causes(pod, 'web').find(({ kind }) => kind === 'nodeShutdown');
    const { web } = cause ? times(pod, cause) : {};
    return web;
  };
  assert.equal(stop(podOf(SIDECARS, kubelet('30s', '10s'))), '10, killed 20');
  assert.equal(stop(podOf(SIDECARS, kubelet('10s', '2s'))), '8, killed 10');
  assert.equal(stop(podOf(SIDECARS, kubelet('5m', '0s'))), '10, killed 30');
  assert.equal(stop(podOf(`nodeSelector: {cloud.google.com/gke-spot: 'true'}\n${SIDECARS}`)), '10, killed 15');
  const critical = `priorityClassName: system-node-critical\n${SIDECARS.replace('seconds: 10', 'seconds: 4')}`;
  assert.equal(stop(podOf(critical, kubelet('30s', '10s'))), '4, killed 10');
  assert.equal(stop(podOf(critical, kubelet('30s', '0s'))), undefined);
  const byPriority = `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
shutdownGracePeriodByPodPriority:
  - {priority: 2000000000, shutdownGracePeriodSeconds: 12}
  - {priority: 0, shutdownGracePeriodSeconds: 60}
`;
  assert.equal(stop(podOf(critical, { 'kubelet.yaml': byPriority })), '4, killed 12');
  assert.equal(stop(podOf(SIDECARS, { 'kubelet.yaml': byPriority })), '10, killed 30');
  const windows = `os: {name: windows}\n${SIDECARS}`;
  assert.equal(stop(podOf(windows, kubelet('30s', '10s'))), '10, killed 20');
  const older = { ...kubelet('30s', '10s'), '.softstop.yaml': 'kubernetesVersion: "1.33"\n' };
  assert.equal(stop(podOf(windows, older)), undefined);
  assert.equal(stop(podOf(SIDECARS, kubelet('0s', '0s'))), undefined);
  assert.equal(stop(podOf(SIDECARS)), undefined);
});

test('an eviction with notice gives what the kubelets allow, and no more than the pod asks for', () => {
  const kubelet = (more: string) => ({
    'kubelet.yaml': `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
evictionSoft: {memory.available: 500Mi}
evictionSoftGracePeriod: {memory.available: 1m}
${more}`,
  });
  const stop = (pod: ReturnType<typeof podOf>) => {
    const cause = causes(pod, 'web').find(({ kind }) => kind === 'softEviction');
    const { web } = cause ? times(pod, cause) : {};
    return web;
  };
  assert.equal(stop(podOf(SIDECARS, kubelet('evictionMaxPodGracePeriod: 15\n'))), '10, killed 15');
  assert.equal(stop(podOf(SIDECARS, kubelet('evictionMaxPodGracePeriod: 600\n'))), '10, killed 30');
  // Without a number the hook is passed over, too.
  assert.equal(stop(podOf(SIDECARS, kubelet(''))), '0, killed 2');
  // Up to 1.31 that number counts, whatever the pod asks for.
  const older = { ...kubelet('evictionMaxPodGracePeriod: 600\n'), '.softstop.yaml': 'kubernetesVersion: "1.31"\n' };
  assert.equal(stop(podOf(SIDECARS, older)), '10, killed 600');
  assert.equal(stop(podOf(SIDECARS)), undefined);
});

test('an eviction takes a second, whatever the pod asks for', () => {
  const pod = podOf(SIDECARS.replace(/\n {2}- \{name: killed.*$/, ''));
  assert.deepEqual(times(pod, { kind: 'eviction' }), {
    web: '1, killed 3',
    first: '1, killed 3',
    second: '1, killed 3',
  });
});

test('the processes of a pod, the network of a node and Windows', () => {
  const container = '{name: web, image: busybox, command: [sleep, infinity], ports: [{containerPort: 80}]}';
  const stopOf = (spec: string) => {
    const [web] = podOf(`${spec}containers:\n  - ${container}`).pod.containers;
    return web?.stop.kind === 'known' ? web.stop.value.outcome : web?.stop.kind;
  };
  // PID 1 without a handler drops SIGTERM; behind the pause process it is a process like any other.
  assert.equal(stopOf(''), 'killedAfterGrace');
  assert.notEqual(stopOf('shareProcessNamespace: true\n'), 'killedAfterGrace');
  assert.notEqual(stopOf('hostPID: true\n'), 'killedAfterGrace');
  assert.equal(stopOf('hostNetwork: true\n'), 'killedAfterGrace');
  assert.equal(stopOf('os: {name: windows}\n'), 'unknown');
  assert.equal(stopOf('nodeSelector: {kubernetes.io/os: windows}\n'), 'unknown');
  const onHost = podOf(`hostNetwork: true\ncontainers:\n  - ${container}`).pod.containers[0]?.lifecycle?.ports;
  assert.deepEqual(
    onHost?.map((port) => port.onHost),
    [true],
  );
});

test('who has planned nothing has not planned too little', () => {
  const losses = (more: string) => {
    const puma = `containers:\n  - {name: web, image: web, command: [puma, -w, '2']${more}}`;
    const { project, pod } = podOf(puma);
    return timelineOf(project, pod).losses.map((loss) => ('needs' in loss ? `${loss.kind} ${loss.needs}` : loss.kind));
  };
  // Puma gives its workers 30 s by default, and Kubernetes gives Puma as many.
  assert.deepEqual(losses(''), []);
  assert.deepEqual(losses(', lifecycle: {preStop: {sleep: {seconds: 5}}}'), ['drainCut 40']);
  assert.deepEqual(losses(', env: [{name: SHUTDOWN_BLACKOUT_SECONDS, value: "10"}]'), ['drainCut 45']);
});
