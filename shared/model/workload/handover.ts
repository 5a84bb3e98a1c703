// What a rollout waits for before it stops an old pod for a new one: the time that the new one has to be ready, and what
// a load balancer says of it. Judges nothing.
import type { PodTemplate } from '../../sources/podTemplates.ts';
import { setKey } from '../../sources/yaml/yamlEdit.ts';
import type { Place } from '../../text/span.ts';
import { find, numberSetting, type Section, subsection } from '../manifests/yamlValue.ts';
import type { Project } from '../project.ts';
import { type Change, refuse, type Setting } from '../setting.ts';
import { known } from '../value.ts';
import { namespacesOf } from './namespaces.ts';
import type { Tri } from './selectors.ts';

/** How a rollout hands over from old pods to new ones. */
export interface Handover {
  /** Seconds that a new pod has to be ready before an old one goes. */
  readonly minReady: Setting<number>;
  /** Whether it waits for a readiness gate of a load balancer of AWS. */
  readonly gated: Tri;
  /** The namespace, where the project describes it. */
  readonly namespaceAt: Place | undefined;
  /** Has the namespace's pods get a readiness gate. */
  injectGate(): Change;
}

const GATE = 'elbv2.k8s.aws/pod-readiness-gate-inject';

/** The handover of a workload that starts new pods beside the old ones. */
export function handoverOf(project: Project, template: PodTemplate, pod: Section): Handover | undefined {
  const { kind, manifest, namespace } = template;
  const spec = subsection({ map: manifest, partial: pod.partial }, 'spec');
  if (!spec || !/^(?:Deployment|Rollout)$/.test(kind)) return undefined;
  const namespaces = namespacesOf(project).filter(({ name }) => namespace === undefined || name === namespace);
  const asks = namespaces.map(({ labels }): Tri => {
    const value = labels.known.get(GATE);
    return value === 'enabled' ? 'yes' : value !== undefined || labels.complete ? 'no' : 'unknown';
  });
  const [own] = namespace === undefined ? [] : namespaces;
  return {
    minReady: numberSetting(spec, {
      keys: ['minReadySeconds'],
      near: { after: ['replicas'], before: ['selector', 'template'] },
      affects: [],
      fallback: known(0),
      whose: 'Kubernetes',
    }),
    gated:
      find(pod, 'readinessGates').kind !== 'absent' || asks.includes('yes')
        ? 'yes'
        : (asks.find((one) => one === 'unknown') ?? 'no'),
    namespaceAt: own?.at,
    injectGate: () =>
      own
        ? setKey(own.manifest, ['metadata', 'labels', GATE], 'enabled')
        : refuse('the namespace is not described here'),
  };
}
