// A script waits so long before it tells the program to stop that the program is told too late, or never.
import type { Related } from '../model/finding.ts';
import { asTitle, defaultGrace, graceFor, MARGIN, raiseGrace } from '../model/pod/gracePeriod.ts';
import type { Loss } from '../model/pod/losses.ts';
import type { Pod } from '../model/pod/pod.ts';
import { needOf, type Row } from '../model/pod/row.ts';
import { timelineOf } from '../model/pod/timeline.ts';
import { givenAt } from '../model/setting.ts';
import type { Process, Trap } from '../model/stop/processTree.ts';
import { alternatives } from '../model/value.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'drain-longer-than-grace',
  subject: 'pod',
  severity: 'warning',
  default: 'on',
  since: '0.1.0',
  summary: 'What a trap waits before it tells the program to stop does not fit into the grace period.',
  why: `A trap that sleeps before it stops its program plays the preStop delay where no hook can be set: routers have time to
follow, while the program still serves. The wait is part of the grace period, which Compose gives 10 s by default and
Kubernetes 30 s. When it is as long as the period, SIGKILL comes first: the command behind the sleep never runs, and
every request in flight is cut.`,
  fix: 'sometimes',
  references: [
    'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination-flow',
    'https://github.com/compose-spec/compose-spec/blob/main/05-services.md#stop_grace_period',
  ],
  *check(pod, project) {
    const { losses, rows } = timelineOf(project, pod);
    const late = losses.filter((loss) => loss.kind === 'toldTooLate').filter(({ row }) => row.container.awaited);
    const [worst] = [...late].sort((a, b) => b.needs - a.needs);
    if (!worst) return;
    const raised = raiseGrace(pod, graceFor(rows.map(needOf)));
    const { row, grace } = worst;
    yield {
      at: givenAt(pod.grace) ?? pod.specAt,
      severity: waits(row) >= grace ? 'error' : row.drain?.assumed ? 'hint' : 'warning',
      message: messageFor(worst),
      related: factsOf(pod, worst),
      fixes: raised ? [{ title: asTitle(raised.phrase), safety: 'safe', edits: raised.edits }] : [],
    };
  },
});

type Late = Extract<Loss, { kind: 'toldTooLate' }>;

/** Seconds before the program is told. */
function waits({ preStop, path }: Row): number {
  return preStop.min + path;
}

function messageFor({ row, needs, grace }: Late): string {
  const { container, preStop, path, drain } = row;
  const { process, server } = trapOf(row);
  const who = `\`${process?.program ?? 'a script'}\``;
  const what = `\`${server?.program ?? 'the program'}\``;
  if (waits(row) >= grace) {
    const before = preStop.min > 0 ? ` after ${preStop.min} s of preStop` : '';
    return `\`${container.name}\` is killed after ${grace} s, and ${who} waits ${path} s${before} before it stops ${what}: it never comes to that`;
  }
  const parts = [
    ...(preStop.min > 0 ? [`${preStop.min} s of preStop`] : []),
    `${path} s before ${who} stops ${what}`,
    ...(drain ? [`${drain.seconds} s ${drain.why}`] : []),
    `${MARGIN} s to spare`,
  ];
  return `\`${container.name}\` needs ${needs} s to stop (${parts.join(', ')}) and is killed after ${grace} s`;
}

function factsOf(pod: Pod, { row, grace }: Late): readonly Related[] {
  const { given } = pod.grace;
  const { trap } = trapOf(row);
  const at = trap?.word?.text.place(trap.word.span.start, trap.word.span.end);
  return [
    ...(at?.path ? [{ at, message: `the trap that waits ${row.path} s` }] : []),
    ...(given.kind === 'default' ? [{ at: pod.specAt, message: defaultGrace(pod, grace, given.whose) }] : []),
    ...(row.hook && row.preStop.min > 0
      ? [{ at: row.hook.at, message: `${row.preStop.min} s before the stop signal` }]
      : []),
    ...(row.drain?.at ? [{ at: row.drain.at, message: `${row.drain.seconds} s for the last requests` }] : []),
  ];
}

/** The shell whose trap waits, the trap, and the program behind it. */
function trapOf({ container }: Row): { readonly process?: Process; readonly trap?: Trap; readonly server?: Process } {
  const [stop] = alternatives(container.stop).map(({ value }) => value);
  const hop = stop?.hops.find(({ effect }) => effect === 'trapRuns' || effect === 'trapWaits');
  const trap = hop?.process.shell?.traps.get(hop.signal ?? '');
  return { ...(hop && { process: hop.process }), ...(trap && { trap }), ...(stop?.server && { server: stop.server }) };
}
