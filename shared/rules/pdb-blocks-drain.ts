// A budget that lets no pod be evicted: nodes cannot be emptied.
import type { Budget } from '../model/workload/budgets.ts';
import { fewestPods } from '../model/workload/placement.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'pdb-blocks-drain',
  subject: 'pod',
  severity: 'warning',
  default: 'off',
  since: '0.1.0',
  summary: 'A PodDisruptionBudget that allows no eviction: node drains and upgrades hang, or are forced.',
  why: `A drain asks for the eviction of each pod and waits until it is allowed. A budget that allows none makes it wait for
ever: upgrades of the nodes hang, or the platform loses patience and deletes the pods without regard to any budget, all
at once. A budget is meant to let pods go one by one.`,
  fix: 'always',
  fixSafety: 'Pods may be evicted that so far stayed until somebody moved them by hand.',
  references: [
    'https://kubernetes.io/docs/tasks/run-application/configure-pdb/',
    'https://kubernetes.io/docs/tasks/administer-cluster/safely-drain-node/',
  ],
  *check({ name, workload, at }) {
    const { placement } = workload;
    if (!placement || workload.development) return;
    const count = fewestPods(placement)?.count;
    for (const budget of placement.budgets) {
      // With an autoscaler there may be more pods than the fewest.
      if (!blocks(budget, placement.scaler ? undefined : count)) continue;
      const single = count === 1 && workload.kind === 'StatefulSet';
      const change = budget.allowOne();
      yield {
        at: budget.limitAt,
        severity: single ? 'hint' : 'warning',
        message: `no pod of \`${name}\` may be evicted${reason(budget, count)}: a drain of its node never ends`,
        related: [{ at, message: 'the pods that the budget is about' }],
        fixes: change.ok ? [{ title: 'Set maxUnavailable to 1', safety: 'unsafe', edits: change.edits }] : [],
      };
    }
  },
});

/** Shares of pods are rounded up. */
function blocks({ limit, value }: Budget, count: number | undefined): boolean {
  if (limit === 'maxUnavailable') return 'pods' in value ? value.pods === 0 : value.percent === 0;
  if ('percent' in value && value.percent >= 100) return true;
  if (count === undefined || count === 0) return false;
  return ('pods' in value ? value.pods : Math.ceil((value.percent * count) / 100)) >= count;
}

function reason({ limit }: Budget, count: number | undefined): string {
  if (limit === 'maxUnavailable' || count === undefined) return '';
  return count === 1 ? ', as there is only one' : `, as all ${count} have to stay`;
}
