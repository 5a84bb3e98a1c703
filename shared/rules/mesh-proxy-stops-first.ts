// The proxy of a service mesh is gone while the container beside it still needs the network.
import type { Fix, Severity } from '../model/finding.ts';
import type { Row } from '../model/pod/row.ts';
import { timelineOf } from '../model/pod/timeline.ts';
import type { Mesh } from '../model/workload/mesh.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'mesh-proxy-stops-first',
  subject: 'pod',
  severity: 'hint',
  default: 'off',
  since: '0.1.0',
  summary: 'The injected mesh proxy ends while the container beside it still takes or makes requests.',
  why: `A mesh puts a proxy into the pod, and every request to and from the container goes through it. As a regular container it is
told to stop at the same moment as the others. Istio's drains for \`terminationDrainDuration\`, 5 s unless it is given, and
ends; Linkerd's takes no new requests from then on. A container with a longer preStop delay is cut off for the rest of
it: the requests that the delay was for are refused by the proxy.

As a native sidecar the proxy is stopped last, and none of this happens. That is the default since Istio 1.27 and Linkerd
2.20 where the cluster allows it; the rule speaks where the manifests say nothing of it.`,
  fix: 'sometimes',
  fixSafety: 'The proxy of every such pod takes longer to stop.',
  references: [
    'https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#ProxyConfig-termination_drain_duration',
    'https://linkerd.io/2/tasks/graceful-shutdown/',
  ],
  *check(pod, project) {
    const { mesh, nature, development } = pod.workload;
    if (!mesh || development || nature === 'oneOff' || nature === 'managed') return;
    const rows = timelineOf(project, pod).rows.filter(
      ({ container }) => container.role === 'regular' && container.awaited,
    );
    const [longest] = [...rows].sort((a, b) => needs(b) - needs(a));
    if (!longest || needs(longest) <= mesh.seconds) return;
    const { container, hook, preStop } = longest;
    const name = `\`${container.name}\``;
    yield {
      at: container.at,
      severity: severityFor(mesh, preStop.min),
      message: `${name} works on for ${needs(longest)} s after the stop order, and \`${mesh.proxy}\`, which all its requests go through, ${mesh.seconds > 0 ? `ends after ${mesh.seconds} s` : 'takes none from then on'}`,
      related: [
        { at: mesh.at, message: mesh.why },
        ...(hook && preStop.min > 0 ? [{ at: hook.at, message: `${preStop.min} s before the stop signal` }] : []),
      ],
      fixes: extend(mesh, Math.ceil(needs(longest) / 5) * 5 + 5),
    };
  },
});

function needs({ before, drain }: Row): number {
  return before + (drain && !drain.assumed ? drain.seconds : 0);
}

/** A time that somebody gave, and that the delay outlasts, is a mistake; a default may be another one. */
function severityFor({ given, seconds }: Mesh, delay: number): Severity {
  return given && seconds < delay ? 'warning' : 'hint';
}

function extend(mesh: Mesh, seconds: number): readonly Fix[] {
  const change = mesh.extend(seconds);
  return change.ok
    ? [{ title: `Let \`${mesh.proxy}\` go on for ${seconds} s`, safety: 'unsafe', edits: change.edits }]
    : [];
}
