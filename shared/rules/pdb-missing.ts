// Nothing says how many pods of a serving workload have to stay while nodes are emptied.
import { servesTraffic } from '../model/pod/serving.ts';
import { fewestPods } from '../model/workload/placement.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'pdb-missing',
  subject: 'pod',
  severity: 'hint',
  default: 'off',
  since: '0.1.0',
  summary: 'No PodDisruptionBudget: the drain of several nodes may stop all replicas at the same time.',
  why: `A drain evicts the pods of its node one after the other, without asking whether others are left. When two nodes are
drained together, or both replicas stand on one, the service is gone until new pods are ready. A PodDisruptionBudget
makes each eviction wait until enough other pods are ready. It only counts for evictions: rollouts and crashes do not ask it.`,
  fix: 'sometimes',
  references: ['https://kubernetes.io/docs/tasks/run-application/configure-pdb/'],
  *check({ name, at, containers, workload }) {
    const { placement, nature, development } = workload;
    if (!placement || nature !== 'replicated' || development || placement.oneNode) return;
    const count = fewestPods(placement)?.count ?? 0;
    if (count < 2 || placement.budgeted !== 'no') return;
    const serving = containers.map(servesTraffic).find(({ answer }) => answer === 'yes');
    if (!serving) return;
    const change = placement.addBudget();
    yield {
      at,
      message: `${count === 2 ? 'both' : `all ${count}`} pods of \`${name}\` may be evicted at the same time: no PodDisruptionBudget selects them`,
      related: serving.service
        ? [{ at: serving.service.at, message: `the Service \`${serving.service.name}\` sends requests to them` }]
        : [],
      fixes: change.ok
        ? [{ title: 'Add a PodDisruptionBudget that lets one pod go at a time', safety: 'safe', edits: change.edits }]
        : [],
    };
  },
});
