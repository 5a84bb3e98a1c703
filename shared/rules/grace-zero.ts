// A grace period that leaves no time at all.

import type { Container } from '../model/container.ts';
import type { Fix } from '../model/finding.ts';
import { delayFix } from '../model/fixes/delayFix.ts';
import { clusterFor } from '../model/manifests/cluster.ts';
import { asTitle, graceFor, raiseGrace } from '../model/pod/gracePeriod.ts';
import type { Pod } from '../model/pod/pod.ts';
import { needOf, type Row } from '../model/pod/row.ts';
import { type StopTimeline, timelineOf } from '../model/pod/timeline.ts';
import type { Project } from '../model/project.ts';
import { givenAt } from '../model/setting.ts';
import { alternatives, knownValue } from '../model/value.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'grace-zero',
  subject: 'pod',
  severity: 'error',
  default: 'on',
  since: '0.1.0',
  summary: 'The grace period is zero: no preStop hook, no stop signal that could be answered.',
  why: `With \`terminationGracePeriodSeconds: 0\` a deleted pod is gone from the API at once, its hooks are skipped and its
processes are killed. Whatever they were doing is lost; of a StatefulSet, two pods with the same identity may run at
the same time. One second is hardly better.`,
  fix: 'sometimes',
  fixSafety: 'Pods that somebody wanted gone at once take longer to stop.',
  references: [
    'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination-forced',
    'https://kubernetes.io/docs/tasks/run-application/force-delete-stateful-set-pod/',
  ],
  *check(pod, project) {
    const grace = knownValue(pod.grace.value);
    const at = givenAt(pod.grace);
    if (pod.source !== 'kubernetes' || !at || (grace !== 0 && grace !== 1) || isIdle(pod)) return;
    const timeline = timelineOf(project, pod);
    const { rows } = timeline;
    const missed = rows.find(missesTime);
    if (grace === 1 && !missed) return;
    yield {
      at,
      severity: casual(pod, missed) ? 'hint' : grace === 0 ? 'error' : 'warning',
      message: grace === 0 ? zeroMessage(pod) : `1 s is not enough for ${whatMisses(missed)}`,
      related: rows.flatMap(({ hook }) =>
        hook ? [{ at: hook.at, message: grace === 0 ? 'never runs' : 'has one second' }] : [],
      ),
      fixes: fixesFor(pod, timeline, project),
    };
  },
});

/** With time to stop, a container that takes requests needs a delay, too: both come together. */
function fixesFor(pod: Pod, timeline: StopTimeline, project: Project): readonly Fix[] {
  const { rows, lag } = timeline;
  const raised = raiseGrace(pod, graceFor(rows.map(needOf)));
  const early = rows.some(
    ({ own, preStop, serving }) => preStop.max === 0 && /yes|likely/.test(serving.answer) && !own,
  );
  const delayed = early ? delayFix(pod, timeline, clusterFor(project, pod.at.path), lag.advised) : undefined;
  return [
    ...(raised ? [{ title: asTitle(raised.phrase), safety: 'unsafe' as const, edits: raised.edits }] : []),
    ...(delayed ? [delayed] : []),
  ];
}

/** Where nobody waits for an answer: one-off work, a developer's machine, an agent on every node. */
function casual({ workload: { kind, nature, development } }: Pod, missed: Row | undefined): boolean {
  return kind !== 'StatefulSet' && (nature === 'oneOff' || development || (nature === 'daemon' && !missed));
}

/** Whether its containers only hold a place, as `pause` does. */
function isIdle({ containers }: Pod): boolean {
  const own = containers.filter(({ role }) => role === 'regular');
  const holdsPlace = ({ stop }: Container) => {
    const ways = alternatives(stop);
    return ways.length > 0 && ways.every(({ value }) => value.server?.facts?.role === 'task');
  };
  return own.length > 0 && own.every(holdsPlace);
}

function missesTime({ hook, serving }: Row): boolean {
  return hook !== undefined || serving.answer === 'yes' || serving.answer === 'likely';
}

function whatMisses(row: Row | undefined): string {
  return row?.hook
    ? `the preStop hook of \`${row.container.name}\``
    : `the last requests of \`${row?.container.name}\``;
}

function zeroMessage({ name, workload }: Pod): string {
  const twice = workload.kind === 'StatefulSet' ? '; two pods with one identity may run at the same time' : '';
  return `the pods of \`${name}\` are killed at once, without preStop hooks and without time for the stop signal${twice}`;
}
