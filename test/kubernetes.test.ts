// Pods out of manifests: every kind, the ways people write them, the Services that select them, and broken text.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationOfWords } from '../shared/model/hooks/hookDuration.ts';
import type { Pod } from '../shared/model/pod/pod.ts';
import { podsOf } from '../shared/model/pod/pods.ts';
import { servesTraffic } from '../shared/model/pod/serving.ts';
import { timelineOf } from '../shared/model/pod/timeline.ts';
import { knownValue } from '../shared/model/value.ts';
import { routesIn, servicesIn } from '../shared/sources/traffic.ts';
import { applyEdits } from '../shared/text/edits.ts';
import { projectOf } from './analyzed.ts';

function podsIn(text: string, path = 'a.yaml'): readonly Pod[] {
  return podsOf(projectOf({ [path]: text }), `/w/${path}`);
}

function onlyPod(text: string, path = 'a.yaml'): Pod {
  const [pod, ...others] = podsIn(text, path);
  assert.ok(pod && others.length === 0, `one pod in\n${text}`);
  return pod;
}

/** A manifest with a pod spec under a path of keys, written in block style. */
function manifest(apiVersion: string, kind: string, way: string): string {
  let indent = '';
  const lines = [`apiVersion: ${apiVersion}`, `kind: ${kind}`, 'metadata:', '  name: x'];
  for (const key of way.split('.')) {
    if (key === '*') {
      lines[lines.length - 1] += '';
      lines.push(`${indent}- name: item`);
      indent += '  ';
      continue;
    }
    lines.push(`${indent}${key}:`);
    indent += '  ';
  }
  lines.push(`${indent}containers:`, `${indent}- name: app`, `${indent}  image: app:1`);
  return `${lines.join('\n')}\n`;
}

test('every kind with a pod spec is understood', () => {
  const kinds: readonly (readonly [string, string, string, string])[] = [
    ['v1', 'Pod', 'spec', 'other'],
    ['v1', 'ReplicationController', 'spec.template.spec', 'replicated'],
    ['apps/v1', 'Deployment', 'spec.template.spec', 'replicated'],
    ['apps/v1', 'StatefulSet', 'spec.template.spec', 'replicated'],
    ['apps/v1', 'DaemonSet', 'spec.template.spec', 'daemon'],
    ['batch/v1', 'Job', 'spec.template.spec', 'oneOff'],
    ['batch/v1', 'CronJob', 'spec.jobTemplate.spec.template.spec', 'oneOff'],
    ['argoproj.io/v1alpha1', 'Rollout', 'spec.template.spec', 'replicated'],
    ['serving.knative.dev/v1', 'Service', 'spec.template.spec', 'managed'],
    ['apps.kruise.io/v1alpha1', 'CloneSet', 'spec.template.spec', 'replicated'],
    ['apps.kruise.io/v1alpha1', 'AdvancedCronJob', 'spec.template.jobTemplate.spec.template.spec', 'oneOff'],
    [
      'apps.kruise.io/v1alpha1',
      'UnitedDeployment',
      'spec.template.deploymentTemplate.spec.template.spec',
      'replicated',
    ],
    ['keda.sh/v1alpha1', 'ScaledJob', 'spec.jobTargetRef.template.spec', 'oneOff'],
    ['apps.openshift.io/v1', 'DeploymentConfig', 'spec.template.spec', 'replicated'],
    ['jobset.x-k8s.io/v1alpha2', 'JobSet', 'spec.replicatedJobs.*.template.spec.template.spec', 'oneOff'],
    ['leaderworkerset.x-k8s.io/v1', 'LeaderWorkerSet', 'spec.leaderWorkerTemplate.workerTemplate.spec', 'replicated'],
    ['batch.volcano.sh/v1alpha1', 'Job', 'spec.tasks.*.template.spec', 'oneOff'],
    ['example.org/v1', 'Unheard', 'spec.deep.template.spec', 'other'],
  ];
  for (const [apiVersion, kind, way, nature] of kinds) {
    const pod = onlyPod(manifest(apiVersion, kind, way));
    assert.equal(pod.workload.kind, kind);
    assert.equal(pod.workload.nature, nature, kind);
    assert.deepEqual(
      pod.containers.map(({ name }) => name),
      ['app'],
      kind,
    );
    assert.equal(knownValue(pod.grace.value), 30, kind);
  }
});

test('what only looks like a manifest has no pods', () => {
  const texts = [
    'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n  containers:\n  - {name: a, image: b}\n',
    'apiVersion: v1\nkind: ConfigMap\ndata:\n  spec:\n    containers: [{name: a, image: b}]\n',
    'kind: Deployment\nspec: {template: {spec: {containers: [{name: a, image: b}]}}}\n',
    'services:\n  containers: 1\n',
    '{"name": "x", "version": "1", "containers": []}',
    'apiVersion: example.org/v1\nkind: Thing\nspec:\n  containers:\n  - name: a\n',
    '',
    '\u0000\u0001\u0002containers kind:\uFFFD',
  ];
  for (const text of texts) assert.deepEqual(podsIn(text), [], text);
});

test('lists, several documents, JSON and the output of kubectl are read', () => {
  const pod =
    '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"NAME"},"spec":{"containers":[{"name":"c","image":"i"}]}}';
  const named = (text: string, path?: string) => podsIn(text, path).map(({ name }) => name);
  const list = `{"apiVersion":"v1","kind":"List","items":[${pod.replace('NAME', 'a')},${pod.replace('NAME', 'b')}]}`;
  assert.deepEqual(named(list, 'a.json'), ['a', 'b']);
  assert.deepEqual(named(`---\n${pod.replace('NAME', 'a')}\n---\n# empty\n---\n${pod.replace('NAME', 'b')}\n...\n`), [
    'a',
    'b',
  ]);
  const items =
    'apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: a\n  spec:\n    containers:\n    - image: i\n      name: c\nkind: PodList\nmetadata:\n  resourceVersion: ""\n';
  assert.deepEqual(named(items), ['a']);
});

test('sidecars are told from init containers', () => {
  const text = `apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  initContainers:
  - {name: migrate, image: i}
  - {name: proxy, image: i, restartPolicy: Always}
  containers:
  - {name: app, image: i}
`;
  assert.deepEqual(
    onlyPod(text).containers.map(({ name, role }) => [name, role]),
    [
      ['app', 'regular'],
      ['migrate', 'init'],
      ['proxy', 'sidecar'],
    ],
  );
});

test('of a patch nothing is missing, what it says holds', () => {
  const patch = `apiVersion: apps/v1
kind: Deployment
metadata: {name: a}
spec:
  template:
    spec:
      containers:
      - name: app
        lifecycle: {preStop: {sleep: {seconds: 7}}}
      - name: other
`;
  const pod = onlyPod(patch);
  assert.equal(pod.grace.value.kind, 'unknown');
  assert.equal(pod.containers[1]?.lifecycle?.preStop.kind, 'unknown');
  const hook = pod.containers[0]?.lifecycle && knownValue(pod.containers[0].lifecycle.preStop);
  assert.deepEqual(hook?.duration, { min: 7, max: 7 });
});

test('a grace period is written where it is given, in its own notation, or into the pod spec', () => {
  const written = (text: string, path?: string) => {
    const change = onlyPod(text, path).grace.set(60);
    return change.ok ? applyEdits(text, change.edits) : change.reason;
  };
  const base = manifest('apps/v1', 'Deployment', 'spec.template.spec');
  assert.equal(
    written(base),
    base.replace('      containers:', '      terminationGracePeriodSeconds: 60\n      containers:'),
  );
  const given = base.replace('      containers:', '      terminationGracePeriodSeconds: 30 # why\n      containers:');
  assert.equal(written(given), given.replace('30 #', '60 #'));
  const templated = given.replace('30 #', '{{ .Values.grace }} #');
  assert.match(written(templated), /template/);
  const shared = `x: &grace 30\n${given.replace('30 #', '*grace #')}`;
  assert.equal(written(shared), shared.replace('*grace', '60'));
  assert.equal(
    written('{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"name":"c","image":"i"}]}}', 'a.json'),
    '{"apiVersion":"v1","kind":"Pod","spec":{"terminationGracePeriodSeconds":60, "containers":[{"name":"c","image":"i"}]}}',
  );
  assert.equal(
    written('services:\n  web:\n    image: i\n    ports: ["80"]\n', 'compose.yaml'),
    'services:\n  web:\n    image: i\n    stop_grace_period: 60s\n    ports: ["80"]\n',
  );
  assert.deepEqual(onlyPod(base).grace.affects, ['app']);
});

const SERVICE =
  'apiVersion: v1\nkind: Service\nmetadata: {name: NAME}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}\n';
const WEB = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web, tier: front}}
    spec:
      containers:
      - {name: web, image: i, ports: [{name: http, containerPort: 8080}]}
      - {name: log, image: fluent/fluent-bit}
      - {name: other, image: i, ports: [{name: metrics, containerPort: 9090}]}
`;

test('the nearest Service that selects a pod says what it serves', () => {
  const service = (name: string) => SERVICE.replace('NAME', name);
  const linked = (files: { readonly [path: string]: string }) => {
    const pod = podsOf(projectOf({ 'app/web.yaml': WEB, ...files }), '/w/app/web.yaml')[0];
    return {
      names: pod?.workload.services.map(({ name }) => name),
      answers: pod?.containers.map((one) => servesTraffic(one).answer),
    };
  };
  assert.deepEqual(linked({ 'other/svc.yaml': service('far') }), { names: ['far'], answers: ['yes', 'no', 'unknown'] });
  assert.deepEqual(linked({ 'other/svc.yaml': service('far'), 'app/svc.yaml': service('near') }).names, ['near']);
  assert.deepEqual(linked({ 'svc.yaml': service('x').replace('{name: x}', '{name: x, namespace: prod}') }).names, [
    'x',
  ]);
  assert.deepEqual(linked({ 'svc.yaml': service('x').replace('app: web', 'app: api') }).names, []);
  assert.deepEqual(
    linked({ 'svc.yaml': service('x').replace('{app: web}', '{app: web, x: {{ .Release.Name }}}') }).names,
    [],
  );
});

test('Services and routes are found in any notation', () => {
  const [service] = servicesIn(
    '/w/a.yaml',
    SERVICE.replace('ports:', 'externalTrafficPolicy: Local, type: LoadBalancer, clusterIP: None, ports:'),
  );
  assert.deepEqual(
    [service?.localTrafficOnly, service?.type, service?.headless, service?.ports[0]?.target],
    [true, 'LoadBalancer', true, 'http'],
  );
  const ingress = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: i, annotations: {alb.ingress.kubernetes.io/target-type: ip}}
spec:
  defaultBackend: {service: {name: a, port: {number: 80}}}
  rules:
  - http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: b, port: {name: http}}}}]}
`;
  assert.deepEqual(routesIn('/w/a.yaml', ingress)[0]?.services, ['a', 'b']);
  const route =
    'apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: r}\nspec: {rules: [{backendRefs: [{name: c, port: 80}]}]}\n';
  assert.deepEqual(routesIn('/w/a.yaml', route)[0]?.services, ['c']);
});

test('the slowest router decides how long a delay must be', () => {
  const advised = (...more: readonly string[]) => {
    const files = { 'a.yaml': [WEB, SERVICE.replace('NAME', 'web'), ...more].join('---\n') };
    const project = projectOf(files);
    const pod = podsOf(project, '/w/a.yaml')[0];
    assert.ok(pod);
    return timelineOf(project, pod).lag.advised;
  };
  const ingress = (extra: string) =>
    `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\nspec: {${extra}defaultBackend: {service: {name: web, port: {number: 80}}}}\n`;
  assert.equal(advised(), 5);
  assert.equal(advised(ingress('ingressClassName: nginx, ')), 5);
  assert.equal(advised(ingress('ingressClassName: alb, ')), 30);
  assert.equal(advised(ingress('ingressClassName: azure-application-gateway, ')), 90);
  assert.equal(advised(ingress('ingressClassName: alb, ').replace('name: web', 'name: another')), 5);
});

test('a hook takes as long as the literal sleeps on every path through it', () => {
  const cases: readonly (readonly [readonly string[], number, number])[] = [
    [['sleep', '5'], 5, 5],
    [['/bin/sleep', '1m', '30s'], 90, 90],
    [['sh', '-c', 'sleep 5; nginx -s quit'], 5, 5],
    [['/bin/bash', '-c', '/bin/sleep 1; kill -QUIT 1'], 1, 1],
    [['sh', '-c', 'sleep 5 && /app/drain'], 5, Infinity],
    [['sh', '-ec', 'echo bye; sleep 0.5'], 0.5, 0.5],
    [['sh', '-c', 'if [ -f /x ]; then sleep 10; else sleep 3; fi'], 3, 10],
    [['sh', '-c', 'while kill -0 1; do sleep 1; done'], 0, Infinity],
    [['sh', '-c', 'sleep 5 & wait'], 0, Infinity],
    [['sh', '-c', 'sleep $DELAY'], 0, Infinity],
    [['sh', '-c', 'curl localhost/drain || sleep 10'], 0, Infinity],
    [['sh', '-c', 'sleep 3; exit 0; sleep 30'], 3, 3],
    [['sh', '-c', '(sleep 2; sleep 2) | cat'], 4, 4],
    [['nginx', '-s', 'quit'], 0, 0],
    [['/pre-stop.sh'], 0, Infinity],
    [['sleep 10'], 0, Infinity],
    [['timeout', '20', '/app/drain'], 0, 20],
    [['python', '-c', 'import time; time.sleep(15)'], 15, Infinity],
    [['powershell', '-Command', 'Start-Sleep -s 20'], 20, Infinity],
    [['env', 'A=1', 'sleep', '5'], 5, 5],
    [['sh', '-c', 'sleep 5; ('], 0, Infinity],
    [['/bin/busybox', 'sleep', '10'], 10, 10],
    [[], 0, Infinity],
  ];
  for (const [words, min, max] of cases) assert.deepEqual(durationOfWords(words), { min, max }, words.join(' '));
});

test('the stop of a pod follows the kubelet', () => {
  const text = `apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  terminationGracePeriodSeconds: 20
  initContainers:
  - {name: first, image: i, restartPolicy: Always}
  - {name: second, image: i, restartPolicy: Always, lifecycle: {preStop: {sleep: {seconds: 3}}}}
  containers:
  - {name: app, image: i, lifecycle: {preStop: {sleep: {seconds: 8}}}}
  - {name: greedy, image: i, lifecycle: {preStop: {exec: {command: [sleep, "60"]}}}}
`;
  const project = projectOf({ 'a.yaml': text });
  const pod = podsOf(project, '/w/a.yaml')[0];
  assert.ok(pod);
  const { rows, losses } = timelineOf(project, pod);
  const row = (name: string) => rows.find(({ container }) => container.name === name);
  assert.deepEqual(row('app')?.signalAt, { min: 8, max: 8 });
  assert.deepEqual(row('app')?.killAt, { min: 20, max: 20 });
  assert.deepEqual(row('greedy')?.signalAt, { min: 20, max: 20 });
  assert.deepEqual(row('greedy')?.killAt, { min: 22, max: 22 });
  // A sidecar's own hook runs at once; its signal waits for the others.
  assert.equal(row('second')?.signalAt.max, 20);
  assert.deepEqual(
    losses.map(({ kind, row: { container } }) => [kind, container.name]),
    [['noTimeLeft', 'greedy']],
  );
});

/** A generator of random numbers that gives the same ones every time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

test('2,000 broken manifests are read without an exception and without delay', () => {
  const helm = `{{- if .Values.on }}\n${WEB.replace('image: i,', 'image: "{{ .Values.image }}",').replace('{app: web, tier: front}', '\n{{ include "x" . | indent 8 }}')}{{- end }}\n`;
  const compose =
    'x-a: &a {image: i, stop_grace_period: 1m}\nservices:\n  web:\n    <<: *a\n    command: sh -c "sleep 5; x" && y\n    ports: ["80:80"]\n';
  const seeds = [
    WEB,
    helm,
    compose,
    SERVICE,
    JSON.stringify({ apiVersion: 'v1', kind: 'Pod', spec: { containers: [{ name: 'c', image: 'i' }] } }, null, 2),
  ];
  const pieces = [
    '{{',
    '}}',
    '\t',
    '"',
    "'",
    ': ',
    '- ',
    '\n',
    '&a ',
    '*a',
    '|',
    '>',
    '[',
    ']',
    '{',
    '}',
    '#',
    '---\n',
    '\r',
    '\uFEFF',
    '<<: *a\n',
    '!!x ',
    '? ',
  ];
  const random = seeded(20);
  const pick = <T>(some: readonly T[]) => some[Math.floor(random() * some.length)] as T;
  const started = performance.now();
  let slowest = 0;
  for (let i = 0; i < 2000; i++) {
    let text = pick(seeds);
    for (let changes = 1 + Math.floor(random() * 4); changes > 0; changes--) {
      const at = Math.floor(random() * text.length);
      const length = random() < 0.5 ? 0 : Math.floor(random() * 40);
      text = text.slice(0, at) + (random() < 0.7 ? pick(pieces) : '') + text.slice(at + length);
    }
    const path = text.includes('services:') ? 'compose.yaml' : 'a.yaml';
    const project = projectOf({ [path]: text, 's.yaml': SERVICE });
    const before = performance.now();
    for (const pod of podsOf(project, `/w/${path}`)) {
      timelineOf(project, pod);
      const changes = [
        pod.grace.set(60),
        ...pod.containers.map(({ lifecycle }) => lifecycle?.addDelay({ seconds: 5, by: 'sleep' })),
      ];
      for (const change of changes) {
        if (!change?.ok) continue;
        const edited = applyEdits(text, change.edits);
        assert.ok(edited.length > text.length - 40, 'an edit removes nothing but a value');
        // Some tests' texts are so broken that no pod is left after the edit; none may be there that was not.
        assert.ok(podsIn(edited, path).length >= 1, `the pod is still there after the edit of\n${text}\nto\n${edited}`);
      }
    }
    slowest = Math.max(slowest, performance.now() - before);
  }
  assert.ok(slowest < 1000, `the slowest took ${slowest} ms`);
  assert.ok(performance.now() - started < 60_000);
});
