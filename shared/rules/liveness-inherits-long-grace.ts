// A container that hangs is given the whole grace period of its pod before it is started anew.

import { hasFeature } from '../knowledge/kubernetes.ts';
import { clusterFor } from '../model/manifests/cluster.ts';
import { servesTraffic } from '../model/pod/serving.ts';
import { givenAt } from '../model/setting.ts';
import { knownValue } from '../model/value.ts';
import { defineRule } from './rule.ts';

/** A grace period that was made for requests of unusual length. */
const LONG = 120;
/** What a container that hangs is given by the fix. */
const SHORT = 30;

export default defineRule({
  id: 'liveness-inherits-long-grace',
  subject: 'container',
  severity: 'hint',
  default: 'off',
  since: '0.1.0',
  summary: 'A container that hangs is killed only after the long grace period of its pod.',
  why: `When a liveness or startup probe fails, the kubelet stops the container as it does on a deletion, with the same grace
period. A container that hangs does not react to the stop signal, so a period of many minutes, which is right for a
deletion, is how long the container is gone. A probe may have a \`terminationGracePeriodSeconds\` of its own.`,
  fix: 'always',
  fixSafety: 'A container that is slow and does not hang loses what it is working on.',
  references: [
    'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#probe-level-terminationgraceperiodseconds',
    'https://github.com/kubernetes/enhancements/tree/master/keps/sig-node/2238-liveness-probe-grace-period',
  ],
  *check(container, project) {
    const { pod, lifecycle, role, name } = container;
    const grace = pod && knownValue(pod.grace.value);
    if (!pod || grace === undefined || grace < LONG || role === 'init' || pod.workload.development) return;
    if (!hasFeature(clusterFor(project, container.at.path), 'probeGrace')) return;
    // Stores want their time however they are stopped.
    if (servesTraffic(container).answer === 'no') return;
    for (const probe of lifecycle?.probes ?? []) {
      if (probe.name === 'readinessProbe' || probe.grace) continue;
      const change = probe.setGrace(SHORT);
      const at = givenAt(pod.grace);
      yield {
        at: probe.at,
        message: `when this probe fails, \`${name}\` is given up to ${grace} s before it is killed and started anew`,
        related: at ? [{ at, message: 'the grace period of the pod' }] : [],
        fixes: change.ok ? [{ title: `Give it ${SHORT} s`, safety: 'unsafe', edits: change.edits }] : [],
      };
    }
  },
});
