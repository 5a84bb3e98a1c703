// Every kind that holds pods, and every form in which people have manifests: something is found, and the fix changes just
// that, byte for byte.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyEdits, editsByPath } from '../shared/index.ts';
import { analyzed } from './analyzed.ts';

/** A container whose hook takes all the time that its pod has. */
const CONTAINER = [
  '- name: app',
  '  image: registry.example.com/app:1 # as built',
  '  lifecycle:',
  '    preStop:',
  '      exec:',
  '        command: ["sleep", "30"]',
];

/** A manifest with a pod spec under a path of keys; `*` is an item of a list. */
function manifest(apiVersion: string, kind: string, way: string): string {
  let indent = '';
  const lines = [`apiVersion: ${apiVersion}`, `kind: ${kind}`, 'metadata:', "  name: 'x'"];
  for (const key of way.split('.')) {
    lines.push(key === '*' ? `${indent}- name: item` : `${indent}${key}:`);
    indent += '  ';
  }
  lines.push(`${indent}terminationGracePeriodSeconds: 30   # the default`, `${indent}containers:`);
  lines.push(...CONTAINER.map((line) => `${indent}${line}`), '');
  return lines.join('\n');
}

/** What is found in a text, and what its first fix makes of it. */
function found(text: string, path = 'app.yaml'): { readonly rules: readonly string[]; readonly fixed: string } {
  const { findings } = analyzed(new Map([[path, text]]), { kubernetesVersion: '1.34' });
  const edits = findings.flatMap(({ fixes }) => fixes.slice(0, 1)).flatMap((fix) => [...fix.edits]);
  const [own = []] = [...editsByPath(edits).values()];
  return { rules: findings.map(({ rule }) => rule), fixed: applyEdits(text, own) };
}

const WHERE: readonly (readonly [apiVersion: string, kind: string, way: string])[] = [
  ['v1', 'Pod', 'spec'],
  ['v1', 'PodTemplate', 'template.spec'],
  ['v1', 'ReplicationController', 'spec.template.spec'],
  ['apps/v1', 'Deployment', 'spec.template.spec'],
  ['apps/v1', 'ReplicaSet', 'spec.template.spec'],
  ['apps/v1', 'StatefulSet', 'spec.template.spec'],
  ['apps/v1', 'DaemonSet', 'spec.template.spec'],
  ['batch/v1', 'Job', 'spec.template.spec'],
  ['batch/v1', 'CronJob', 'spec.jobTemplate.spec.template.spec'],
  ['argoproj.io/v1alpha1', 'Rollout', 'spec.template.spec'],
  ['serving.knative.dev/v1', 'Service', 'spec.template.spec'],
  ['serving.knative.dev/v1', 'Configuration', 'spec.template.spec'],
  ['serving.knative.dev/v1', 'Revision', 'spec'],
  ['apps.kruise.io/v1alpha1', 'CloneSet', 'spec.template.spec'],
  ['apps.kruise.io/v1beta1', 'StatefulSet', 'spec.template.spec'],
  ['apps.kruise.io/v1alpha1', 'DaemonSet', 'spec.template.spec'],
  ['apps.kruise.io/v1alpha1', 'BroadcastJob', 'spec.template.spec'],
  ['apps.kruise.io/v1alpha1', 'AdvancedCronJob', 'spec.template.jobTemplate.spec.template.spec'],
  ['apps.kruise.io/v1alpha1', 'AdvancedCronJob', 'spec.template.broadcastJobTemplate.spec.template.spec'],
  ...['statefulSet', 'advancedStatefulSet', 'cloneSet', 'deployment'].map(
    (kind) =>
      ['apps.kruise.io/v1alpha1', 'UnitedDeployment', `spec.template.${kind}Template.spec.template.spec`] as const,
  ),
  ['apps.kruise.io/v1alpha1', 'SidecarSet', 'spec'],
  ['keda.sh/v1alpha1', 'ScaledJob', 'spec.jobTargetRef.template.spec'],
  ['apps.openshift.io/v1', 'DeploymentConfig', 'spec.template.spec'],
  ['jobset.x-k8s.io/v1alpha2', 'JobSet', 'spec.replicatedJobs.*.template.spec.template.spec'],
  ['leaderworkerset.x-k8s.io/v1', 'LeaderWorkerSet', 'spec.leaderWorkerTemplate.leaderTemplate.spec'],
  ['leaderworkerset.x-k8s.io/v1', 'LeaderWorkerSet', 'spec.leaderWorkerTemplate.workerTemplate.spec'],
  ['batch.volcano.sh/v1alpha1', 'Job', 'spec.tasks.*.template.spec'],
  // Of kinds that nobody here knows, by their looks.
  ['ray.io/v1', 'RayCluster', 'spec.headGroupSpec.template.spec'],
  ['ray.io/v1', 'RayCluster', 'spec.workerGroupSpecs.*.template.spec'],
  ['kubeflow.org/v1', 'PyTorchJob', 'spec.pytorchReplicaSpecs.Worker.template.spec'],
  ['agones.dev/v1', 'Fleet', 'spec.template.spec.template.spec'],
  ['elasticsearch.k8s.elastic.co/v1', 'Elasticsearch', 'spec.nodeSets.*.podTemplate.spec'],
  ['example.org/v1', 'Unheard', 'spec.deep.template.spec'],
];

describe('in every kind that holds pods', () => {
  for (const [apiVersion, kind, way] of WHERE) {
    it(`${kind} (${apiVersion}), ${way}`, () => {
      const text = manifest(apiVersion, kind, way);
      const { rules, fixed } = found(text);
      assert.deepEqual(rules, ['prestop-uses-whole-grace']);
      assert.equal(fixed, text.replace('Seconds: 30   #', 'Seconds: 60   #'));
    });
  }
});

describe('what only resembles a pod spec', () => {
  const texts: readonly (readonly [what: string, text: string])[] = [
    [
      'a Tekton task',
      'apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: t}\nspec:\n  steps:\n    - name: build\n      image: golang\n      command: [sleep, "30"]\n',
    ],
    [
      'an Argo workflow',
      'apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: w}\nspec:\n  templates:\n    - name: one\n      container: {image: busybox, command: [sleep, "30"]}\n',
    ],
    [
      'a pod template of Strimzi',
      'apiVersion: kafka.strimzi.io/v1beta2\nkind: Kafka\nmetadata: {name: k}\nspec:\n  kafka:\n    template:\n      pod: {terminationGracePeriodSeconds: 0}\n',
    ],
    [
      'a Rollout of a Deployment elsewhere',
      'apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: r}\nspec:\n  workloadRef: {apiVersion: apps/v1, kind: Deployment, name: web}\n',
    ],
    ['a policy', manifest('kyverno.io/v1', 'ClusterPolicy', 'spec.rules.*.validate.pattern.spec')],
    [
      'the definition of a kind',
      manifest('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'spec.versions.*.spec'),
    ],
    ['a ConfigMap', manifest('v1', 'ConfigMap', 'data.spec')],
    ['values of a chart', manifest('v1', 'Pod', 'spec').replace(/^apiVersion.*\nkind.*\n/, '')],
  ];
  for (const [what, text] of texts) it(`${what} is none`, () => assert.deepEqual(found(text).rules, []));
});

/** Something with pods behind a Service, as JSON. */
const OBJECTS = [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'web', image: 'registry.example.com/web:1', ports: [{ containerPort: 80 }] }] },
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
  },
];

/** What `kubectl get -o yaml` prints. */
const FROM_THE_CLUSTER = `apiVersion: v1
items:
- apiVersion: apps/v1
  kind: Deployment
  metadata:
    annotations:
      deployment.kubernetes.io/revision: "2"
      kubectl.kubernetes.io/last-applied-configuration: |
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"annotations":{},"name":"web","namespace":"shop"},"spec":{"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"image":"registry.example.com/web:1","name":"web"}]}}}}
    creationTimestamp: "2024-05-01T10:00:00Z"
    generation: 2
    managedFields:
    - apiVersion: apps/v1
      fieldsType: FieldsV1
      fieldsV1:
        f:spec:
          f:template:
            f:spec:
              f:containers:
                k:{"name":"web"}:
                  .: {}
                  f:image: {}
                  f:name: {}
              f:terminationGracePeriodSeconds: {}
      manager: kubectl-client-side-apply
      operation: Update
      time: "2024-05-01T10:00:00Z"
    name: web
    namespace: shop
    resourceVersion: "1234"
    uid: 0f0f0f0f-0000-4000-8000-000000000000
  spec:
    progressDeadlineSeconds: 600
    replicas: 1
    revisionHistoryLimit: 10
    selector:
      matchLabels:
        app: web
    strategy:
      rollingUpdate:
        maxSurge: 25%
        maxUnavailable: 25%
      type: RollingUpdate
    template:
      metadata:
        creationTimestamp: null
        labels:
          app: web
      spec:
        containers:
        - image: registry.example.com/web:1
          imagePullPolicy: IfNotPresent
          name: web
          ports:
          - containerPort: 80
            protocol: TCP
          resources: {}
          terminationMessagePath: /dev/termination-log
          terminationMessagePolicy: File
        dnsPolicy: ClusterFirst
        restartPolicy: Always
        schedulerName: default-scheduler
        securityContext: {}
        terminationGracePeriodSeconds: 30
  status:
    availableReplicas: 1
    conditions:
    - lastTransitionTime: "2024-05-01T10:00:00Z"
      status: "True"
      type: Available
    observedGeneration: 2
- apiVersion: v1
  kind: Service
  metadata:
    name: web
    namespace: shop
  spec:
    clusterIP: 10.0.0.1
    clusterIPs:
    - 10.0.0.1
    ports:
    - port: 80
      protocol: TCP
      targetPort: 80
    selector:
      app: web
    type: ClusterIP
  status:
    loadBalancer: {}
kind: List
metadata:
  resourceVersion: ""
`;

describe('in every form', () => {
  const [deployment = '', service = ''] = OBJECTS.map((one) => JSON.stringify(one, undefined, 4));
  const list = { apiVersion: 'v1', kind: 'List', items: OBJECTS };
  const typed = { apiVersion: 'apps/v1', kind: 'DeploymentList', items: OBJECTS.slice(0, 1) };
  const hook = { preStop: { sleep: { seconds: 5 } } };
  /** The hook behind the ports, in JSON that is indented in steps. */
  const inJson = (column: number, step: number) => {
    const lines = JSON.stringify(hook, undefined, step).split('\n');
    return `,\n${' '.repeat(column)}"lifecycle": ${lines.join(`\n${' '.repeat(column)}`)}`;
  };
  const inOneLine = `, "lifecycle":${JSON.stringify(hook)}`;
  const inYaml = (newline: string) =>
    ['lifecycle:', '  preStop:', '    sleep:', '      seconds: 5']
      .map((line) => `${newline}${' '.repeat(10)}${line}`)
      .join('');
  const yaml = FROM_THE_CLUSTER;
  const forms: readonly (readonly [what: string, path: string, text: string, added: string])[] = [
    ['JSON', 'app.json', JSON.stringify(list, undefined, 2), inJson(16, 2)],
    ['JSON on one line', 'app.json', JSON.stringify(list), inOneLine],
    ['JSON documents one behind the other', 'app.yaml', `${deployment}\n---\n${service}\n`, inJson(24, 4)],
    ['a list of one kind', 'app.yaml', `${JSON.stringify(typed)}\n---\n${service}\n`, inOneLine],
    ['the output of kubectl', 'app.yaml', yaml, inYaml('\n')],
    ['lines that end as on Windows', 'app.yaml', yaml.replaceAll('\n', '\r\n'), inYaml('\r\n')],
    ['a byte order mark in front', 'app.yaml', `\uFEFF${yaml}`, inYaml('\n')],
    ['no line break at the end', 'app.yaml', yaml.trimEnd(), inYaml('\n')],
  ];
  for (const [what, path, text, added] of forms) {
    it(what, () => {
      const { rules, fixed } = found(text, path);
      assert.deepEqual(rules, ['missing-prestop-delay']);
      assert.ok(fixed.includes(added), fixed);
      assert.equal(fixed.replace(added, ''), text);
    });
  }
});
