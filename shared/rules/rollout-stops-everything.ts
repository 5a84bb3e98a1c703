// A rollout stops all pods at once, or one of two, before new ones are there.
import type { Pod } from '../model/pod/pod.ts';
import { servesTraffic } from '../model/pod/serving.ts';
import type { Rollout } from '../model/workload/rollout.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'rollout-stops-everything',
  subject: 'pod',
  severity: 'warning',
  default: 'off',
  since: '0.1.0',
  summary: 'The update strategy lets a rollout stop all pods, or one of two, before new ones are ready.',
  why: `However gracefully each pod stops, a rollout that stops all of them first leaves nobody to answer until the new ones
are ready. \`Recreate\` does so by definition, a rolling update does with a \`maxUnavailable\` as large as the number of
pods; of two pods, one alone has to carry everything.

With \`maxUnavailable: 0\` and \`maxSurge: 1\` an old pod is stopped only when a new one is ready.`,
  fix: 'sometimes',
  fixSafety: 'Old and new pods run side by side for a while, and one more pod needs room.',
  references: ['https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy'],
  *check(pod) {
    const { rollout, placement, development } = pod.workload;
    // A volume that one node has can be the reason to stop the old pod first.
    if (!rollout || development || placement?.oneNode || !stopsTooMany(rollout)) return;
    if (!pod.containers.some((container) => servesTraffic(container).answer === 'yes')) return;
    const change = rollout.soften();
    const daemon = rollout.count === Number.POSITIVE_INFINITY;
    const title = daemon ? 'Set maxUnavailable to 1' : 'Start new pods before old ones are stopped';
    yield {
      at: rollout.at,
      message: messageFor(pod, rollout),
      fixes: change.ok ? [{ title, safety: 'unsafe', edits: change.edits }] : [],
    };
  },
});

function stopsTooMany({ stopped, count }: Rollout): boolean {
  return count >= 2 && (stopped >= count || (count === 2 && stopped >= 1));
}

function messageFor({ name }: Pod, { stopped, count }: Rollout): string {
  const what = stopped < count ? `one of the two pods of \`${name}\`` : `all pods of \`${name}\``;
  return `a rollout may stop ${what} before a new one is ready`;
}
