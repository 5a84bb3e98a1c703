// The workload's side of a lost stop signal: its image, seen through Dockerfile and script, never tells the program.

import type { Container } from '../model/container.ts';
import type { Fix } from '../model/finding.ts';
import { execForm, insertExec } from '../model/fixes/execFixes.ts';
import { givenAt } from '../model/setting.ts';
import { type Broken, brokenBy, storyOf } from '../model/stop/brokenStops.ts';
import { spine } from '../model/stop/processTree.ts';
import { knownValue } from '../model/value.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'signal-never-reaches-app',
  subject: 'container',
  severity: 'error',
  default: 'on',
  since: '0.1.0',
  summary: 'What this container runs is never told to stop: the signal ends at a shell of its image.',
  why: `The stop signal goes to PID 1 and to nothing else. Here PID 1 is a shell that the image's Dockerfile or a script puts in
front of the program. It neither ends nor passes the signal on, so every stop of this container takes the whole grace
period and ends with SIGKILL, with requests still in flight; meanwhile its neighbours in the pod have long stopped.

The fault is repaired in the Dockerfile and the script; this finding names them.`,
  fix: 'sometimes',
  references: [
    'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination-flow',
    'https://man7.org/linux/man-pages/man7/pid_namespaces.7.html',
  ],
  *check(container) {
    const { pod } = container;
    if (!pod) return;
    const [first] = brokenBy(container, 'shellFormStays', 'shellStays', 'scriptStays', 'pipelineStays').filter(
      ({ outcome }) => outcome === 'killedAfterGrace',
    );
    // What this very file starts is told there.
    if (!first || first.break.at.path === container.at.path) return;
    const { stop } = first;
    const grace = knownValue(pod.grace.value);
    const server = stop.server?.program ?? first.break.child.program;
    const after = grace === undefined ? 'after the grace period' : `after ${grace} s`;
    const [root, ...below] = spine(stop.root).map(({ program }) => `\`${program}\``);
    const chain = [`${root} (PID 1)`, ...below].join(' → ');
    const graceAt = givenAt(pod.grace);
    yield {
      at: container.at,
      severity: first.severity('error'),
      message: `${stop.signal} never reaches \`${server}\`, which is killed ${after}${first.when}: ${chain}`,
      related: [
        {
          at: first.break.at,
          message: `\`${first.break.process.program}\` keeps \`${first.break.child.program}\` as its child here`,
        },
        ...storyOf(container, first).filter(({ at }) => at.path !== container.at.path),
        ...(graceAt ? [{ at: graceAt, message: 'the grace period' }] : []),
      ],
      fixes: repair(container, first),
    };
  },
});

/** All hops of the stop repaired at once, in whatever files they stand. */
function repair(container: Container, { stop }: Broken): readonly Fix[] {
  const parts = stop.breaks.map(({ process }) => {
    const form = execForm(container, process);
    return form.length > 0 ? { form: true, edits: form } : { form: false, edits: insertExec(process) };
  });
  if (parts.length === 0 || parts.some(({ edits }) => edits.length === 0)) return [];
  const steps = [
    ...(parts.some(({ form }) => form) ? ['the exec form'] : []),
    ...(parts.some(({ form }) => !form) ? ['`exec`'] : []),
  ];
  return [
    { title: `Use ${steps.join(' and ')} in the image`, safety: 'safe', edits: parts.flatMap(({ edits }) => edits) },
  ];
}
