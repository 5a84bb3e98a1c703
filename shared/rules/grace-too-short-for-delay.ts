// A grace period was chosen that leaves no room for a delay and the last requests.
import { asTitle, graceFor, raiseGrace } from '../model/pod/gracePeriod.ts';
import { timelineOf } from '../model/pod/timeline.ts';
import { givenAt } from '../model/setting.ts';
import { knownValue } from '../model/value.ts';
import { defineRule } from './rule.ts';

/** Seconds that even quick requests need. */
const LEAST_DRAIN = 5;

export default defineRule({
  id: 'grace-too-short-for-delay',
  subject: 'pod',
  severity: 'hint',
  default: 'off',
  since: '0.1.0',
  summary: 'The grace period is so short that neither a delay nor the last requests fit into it.',
  why: `Many samples set a grace period of a few seconds so that demos end quickly. A pod that takes requests needs more: some
seconds until routers have stopped sending, and some for the last requests. With less, a preStop delay cannot even be
added.`,
  fix: 'sometimes',
  references: ['https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination-flow'],
  *check(pod, project) {
    const { rows, lag } = timelineOf(project, pod);
    const grace = knownValue(pod.grace.value);
    const at = givenAt(pod.grace);
    if (pod.source !== 'kubernetes' || pod.workload.development || grace === undefined || !at) return;
    const needed = lag.advised + LEAST_DRAIN;
    // Without any time there is nothing to plan; a hook that takes it all is another story.
    if (grace <= 1 || grace >= needed || rows.some(({ hook }) => hook)) return;
    const row = rows.find(({ container, serving }) => container.awaited && /yes|likely/.test(serving.answer));
    if (!row) return;
    const router = row.serving.service?.routers.find(({ kind }) => kind !== 'kubeProxy');
    const raised = raiseGrace(pod, graceFor([{ delay: lag.advised, drain: row.drain }]));
    yield {
      at,
      severity: router ? 'warning' : 'hint',
      message: `${grace} s are too few for \`${row.container.name}\`: routers may still send it requests for ${lag.advised} s, and the last ones need some time`,
      related: router ? [{ at: router.at, message: `${router.name} is in front of it` }] : [],
      fixes: raised ? [{ title: asTitle(raised.phrase), safety: 'safe', edits: raised.edits }] : [],
    };
  },
});
