// The delay and the last requests together take longer than the grace period.
import type { Related } from '../model/finding.ts';
import { asTitle, defaultGrace, graceFor, MARGIN, raiseGrace } from '../model/pod/gracePeriod.ts';
import type { Loss } from '../model/pod/losses.ts';
import type { Pod } from '../model/pod/pod.ts';
import { delaysOf, needOf } from '../model/pod/row.ts';
import { timelineOf } from '../model/pod/timeline.ts';
import { givenAt } from '../model/setting.ts';
import { defineRule } from './rule.ts';

type Cut = Extract<Loss, { kind: 'drainCut' }>;

export default defineRule({
  id: 'grace-budget',
  subject: 'pod',
  severity: 'warning',
  default: 'on',
  since: '0.1.0',
  summary: 'The preStop delay and the time for the last requests do not fit into the grace period.',
  why: `The grace period starts with the stop order and covers everything: the preStop hook, the program's own shutdown,
and a little to spare. A program that may take 60 s for its last requests needs more than 60 s; when the period is
over it is killed, and the requests that it still worked on are lost.`,
  fix: 'sometimes',
  next: 'raise the grace period',
  references: [
    'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination-flow',
    'https://devcenter.heroku.com/articles/dyno-shutdown-behavior',
  ],
  *check(pod, project) {
    const { losses, rows } = timelineOf(project, pod);
    const cut = losses.filter((loss) => loss.kind === 'drainCut').filter((loss) => counts(pod, loss));
    const live = cut.filter(({ moot }) => !moot);
    const [worst, ...others] = [...(live.length > 0 ? live : cut)].sort(worstFirst);
    if (!worst) return;
    const grace = graceFor(rows.flatMap((row) => (row.drain || row === worst.row ? [needOf(row)] : [])));
    const raised = raiseGrace(pod, grace);
    yield {
      at: givenAt(pod.grace) ?? pod.specAt,
      severity: worst.drain?.assumed ? 'hint' : 'warning',
      message: messageFor(worst),
      related: [...factsOf(pod, worst), ...others.map(alsoCut)],
      fixes: raised ? [{ title: asTitle(raised.phrase), safety: 'safe', edits: raised.edits }] : [],
      masked: worst.moot,
    };
  },
});

/** What Compose gives is another rule's story; and so is a limit that a server has in its own settings. */
function counts({ source, workload }: Pod, { drain }: Cut): boolean {
  if (drain?.limit || source === 'compose' || workload.development) return false;
  return source !== 'procfile' || workload.nature !== 'oneOff';
}

function worstFirst(a: Cut, b: Cut): number {
  return Number(a.drain?.assumed ?? false) - Number(b.drain?.assumed ?? false) || b.needs - a.needs;
}

function messageFor({ row, drain, needs, grace }: Cut): string {
  const parts = [
    ...delaysOf(row),
    ...(drain ? [`${drain.seconds} s ${drain.why}`] : []),
    `${drain?.spare ?? MARGIN} s to spare`,
  ];
  return `\`${row.container.name}\` needs ${needs} s to stop (${parts.join(', ')}) and is killed after ${grace} s`;
}

function factsOf(pod: Pod, { row, drain, grace }: Cut): readonly Related[] {
  const { given } = pod.grace;
  return [
    ...(given.kind === 'default' ? [{ at: pod.specAt, message: defaultGrace(pod, grace, given.whose) }] : []),
    ...(drain?.at ? [{ at: drain.at, message: `${drain.seconds} s for the last requests` }] : []),
    ...(row.hook && row.preStop.min > 0
      ? [{ at: row.hook.at, message: `${row.preStop.min} s before the stop signal` }]
      : []),
    ...(row.own?.at && row.before > row.preStop.min
      ? [{ at: row.own.at, message: `${row.own.seconds} s before its last requests` }]
      : []),
  ];
}

function alsoCut({ row, needs }: Cut): Related {
  return { at: row.container.at, message: `\`${row.container.name}\` needs ${needs} s` };
}
