// A container's main program runs a whole Procfile and kills its processes by a clock of its own.
import type { Container } from '../model/container.ts';
import type { Fix } from '../model/finding.ts';
import { replaceWords } from '../model/fixes/rewriteWords.ts';
import { type Runner, runnerOf } from '../model/launch/runners.ts';
import { MARGIN } from '../model/pod/gracePeriod.ts';
import { knownValue } from '../model/value.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'procfile-runner-timeout',
  subject: 'container',
  severity: 'warning',
  default: 'off',
  since: '0.1.0',
  summary: 'A runner such as foreman kills the processes of its container earlier than the grace period would.',
  why: `foreman and honcho send SIGTERM to their processes when they are told to stop, overmind SIGINT; they wait 5 seconds, and kill
what is left; goreman waits 10. However long the grace period of the container is, no request gets more time than that.

Give \`foreman start\` and \`overmind start\` more with \`-t\`, or start each process type in a container of its own.`,
  fix: 'sometimes',
  fixSafety: 'The container takes longer to stop.',
  references: [
    'https://github.com/ddollar/foreman/blob/main/lib/foreman/engine.rb',
    'https://github.com/DarthSim/overmind/blob/master/main.go',
    'https://github.com/nickstenning/honcho/blob/main/honcho/manager.py',
  ],
  *check(container, project) {
    const runner = container.awaited ? runnerOf(project, container) : undefined;
    const at = runner?.process.at;
    if (!runner || !at || container.source === 'procfile') return;
    const { process, seconds, given, needs } = runner;
    // Whoever has given it a time has thought about it.
    if (needs ? needs.drain.seconds <= seconds : given) return;
    const longer = needs
      ? `; \`${needs.name}\` may take ${needs.drain.seconds} s ${needs.drain.why}`
      : ', whatever the grace period is';
    yield {
      at,
      message: `\`${process.program}\` kills its processes ${seconds} s after it is told to stop${longer}`,
      related: needs ? [{ at: needs.at, message: `${needs.drain.seconds} s for the last requests` }] : [],
      fixes: longerTimeout(container, runner),
    };
  },
});

function longerTimeout(container: Container, { process, seconds, given, option }: Runner): readonly Fix[] {
  const grace = (container.pod && knownValue(container.pod.grace.value)) ?? 30;
  const wanted = grace - MARGIN;
  const words = knownValue(container.launch)?.words ?? [];
  const start = words.find(
    ({ text }, i) => i > 0 && text === process.argv[1] && words[i - 1]?.text === process.argv[0],
  );
  if (!option || given || !start || wanted <= seconds) return [];
  const change = replaceWords(container, start, 1, [start.text, option, String(wanted)]);
  return change.ok
    ? [{ title: `Give them ${wanted} s with \`${option} ${wanted}\``, safety: 'unsafe', edits: change.edits }]
    : [];
}
