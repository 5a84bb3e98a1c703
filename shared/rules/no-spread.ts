// Several pods serve, and all of them may stand on one node.
import type { Related } from '../model/finding.ts';
import type { Pod } from '../model/pod/pod.ts';
import { servesTraffic } from '../model/pod/serving.ts';
import { givenAt } from '../model/setting.ts';
import { fewestPods, type Placement } from '../model/workload/placement.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'no-spread',
  subject: 'pod',
  severity: 'warning',
  default: 'on',
  since: '0.1.0',
  summary: 'Several replicas of a serving workload, and nothing that keeps them off the same node.',
  why: `Replicas help only as long as they do not fail together. Without a rule of its own a workload is spread by the
scheduler's default, which weighs it against everything else and allows a difference of three pods between nodes: all
of three replicas may land on one node. When that node crashes, is drained or is replaced, the whole service stops, and
starts again only as fast as pods elsewhere become ready.

Topology spread constraints or a \`podAntiAffinity\` ask for different nodes. With \`ScheduleAnyway\`, pods start in any
case, on the same node if there is no other.`,
  fix: 'sometimes',
  fixSafety: 'The scheduler places new pods in another way than before; the change rolls the workload out anew.',
  references: [
    'https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/#internal-default-constraints',
    'https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity',
  ],
  *check(pod) {
    const { workload } = pod;
    const { placement } = workload;
    if (!placement || workload.nature !== 'replicated' || workload.development) return;
    if (placement.apart !== 'no' || placement.oneNode) return;
    const fewest = fewestPods(placement);
    if (!fewest || fewest.count < 2) return;
    const serving = servingOf(pod);
    if (!serving) return;
    const decided = givenAt(fewest.by);
    // A chart that leaves the placement to whoever installs it has at least thought of it.
    const sure = serving.answer === 'yes' && !placement.foreseen;
    const change = placement.spread();
    yield {
      at: placement.scaler ? pod.at : (decided ?? pod.at),
      severity: sure ? 'warning' : 'hint',
      message: messageFor(pod, fewest.count),
      related: [...scaled(placement, fewest.count), ...serving.related],
      fixes: change.ok ? [{ title: 'Spread the pods over the nodes', safety: 'unsafe', edits: change.edits }] : [],
    };
  },
});

function messageFor({ name }: Pod, count: number): string {
  const all = count === 2 ? 'both' : `all ${count}`;
  return `${all} replicas of \`${name}\` may run on the same node, and stop together when it fails or is drained`;
}

function scaled({ scaler }: Placement, count: number): readonly Related[] {
  if (!scaler) return [];
  return [{ at: givenAt(scaler.least) ?? scaler.at, message: `the ${scaler.kind} keeps at least ${count}` }];
}

/** The surest answer of its containers, if one serves. */
function servingOf(pod: Pod) {
  const all = pod.containers.filter(({ role }) => role === 'regular').map(servesTraffic);
  const found = all.find(({ answer }) => answer === 'yes') ?? all.find(({ answer }) => answer === 'likely');
  if (!found) return undefined;
  const { answer, service } = found;
  const related = service
    ? [{ at: service.at, message: `the Service \`${service.name}\` sends requests to them` }]
    : [];
  return { answer, related };
}
