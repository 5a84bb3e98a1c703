// A manifest uses a field of the stop that the oldest cluster it has to work on drops or refuses.

import { type Feature, hasFeature, lackOf } from '../knowledge/kubernetes.ts';
import { isKubernetesSignal } from '../knowledge/signals.ts';
import type { Container } from '../model/container.ts';
import type { Fix } from '../model/finding.ts';
import { clusterFor } from '../model/manifests/cluster.ts';
import type { Hook } from '../model/pod/lifecycle.ts';
import { knownValue } from '../model/value.ts';
import type { Place } from '../text/span.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'lifecycle-field-not-in-version',
  subject: 'container',
  severity: 'warning',
  default: 'on',
  since: '0.1.0',
  summary: 'The manifest uses a field that the oldest cluster it has to work on does not have.',
  why: `An API server drops a field whose feature it does not know or has not turned on, often without a word: the manifest is
accepted, and what the field should do does not happen. \`preStop.sleep\` is there since Kubernetes 1.30, native sidecars
since 1.29, and \`lifecycle.stopSignal\`, which came with 1.33, is off by default in all versions so far.

The oldest cluster is the setting \`kubernetesVersion\`, else what the \`kubeVersion\` of a chart allows; gates that are on in all clusters are named in \`featureGates\`.`,
  fix: 'sometimes',
  fixSafety: 'The image has to hold `sleep`.',
  references: [
    'https://kubernetes.io/docs/reference/command-line-tools-reference/feature-gates/',
    'https://github.com/kubernetes/enhancements/tree/master/keps/sig-node/3960-pod-lifecycle-sleep-action',
    'https://github.com/kubernetes/enhancements/tree/master/keps/sig-node/4960-container-stop-signals',
  ],
  *check(container, project) {
    if (container.source !== 'kubernetes') return;
    const cluster = clusterFor(project, container.at.path);
    for (const { feature, at, field, lost, fixes, masked = false } of usesOf(container)) {
      if (hasFeature(cluster, feature)) continue;
      yield {
        at,
        message: `${field} ${lackOf(cluster, feature)} ${lost}`,
        related: cluster.at ? [{ at: cluster.at, message: 'the chart is for clusters from this version on' }] : [],
        fixes,
        masked,
      };
    }
  },
});

/** A field that needs a feature, and what becomes of the container where that is missing. */
interface Use {
  readonly feature: Feature;
  readonly at: Place;
  readonly field: string;
  readonly lost: string;
  readonly fixes: readonly Fix[];
  /** A name that no version takes is the first story. */
  readonly masked?: boolean;
}

function usesOf(container: Container): readonly Use[] {
  const { lifecycle, role, name } = container;
  if (!lifecycle) return [];
  const uses: Use[] = [];
  for (const hook of [lifecycle.preStop, lifecycle.postStart].flatMap((one) => knownValue(one) ?? [])) {
    uses.push(...sleepIn(container, hook));
  }
  if (role === 'sidecar' && lifecycle.restartPolicy) {
    const lost = `\`${name}\` is an init container like any other: the pod waits for it to end and never starts`;
    const field = '`restartPolicy` of an init container';
    uses.push({ feature: 'nativeSidecars', at: lifecycle.restartPolicy, field, lost, fixes: [] });
  }
  if (lifecycle.stopSignal) {
    const lost = `\`${name}\` is stopped with the signal of its image`;
    const field = '`lifecycle.stopSignal`';
    const masked = !isKubernetesSignal(knownValue(container.stopSignal.value) ?? '');
    uses.push({ feature: 'stopSignalField', at: lifecycle.stopSignal.at, field, lost, fixes: [], masked });
  }
  return uses;
}

function sleepIn(container: Container, hook: Hook): readonly Use[] {
  const [handler, ...others] = hook.handlers;
  const seconds = handler?.kind === 'sleep' ? knownValue(handler.seconds.value) : undefined;
  // One of no time at all is invalid up to 1.32, which is another story.
  if (handler?.kind !== 'sleep' || others.length > 0 || seconds === 0) return [];
  const lost = hook.name === 'preStop' ? `\`${container.name}\` is told to stop without this delay` : 'nothing waits';
  const fixes = seconds === undefined ? [] : asProgram(container, hook, seconds);
  return [{ feature: 'preStopSleep', at: handler.at, field: `\`${hook.name}.sleep\``, lost, fixes }];
}

/** The image's own `sleep`, where it surely has one. */
function asProgram({ image }: Container, hook: Hook, seconds: number): readonly Fix[] {
  if (knownValue(image)?.holds('sleep') !== true) return [];
  const change = hook.becomeExec(['sleep', String(seconds)]);
  return change.ok ? [{ title: 'Use the `sleep` of the image', safety: 'unsafe', edits: change.edits }] : [];
}
