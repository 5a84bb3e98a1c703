// A supervisor kills a program that is still finishing its last requests.
import type { Container } from '../model/container.ts';
import type { Fix } from '../model/finding.ts';
import { MARGIN, makeRoom } from '../model/pod/gracePeriod.ts';
import { type SupervisedWork, supervisedWork } from '../model/pod/supervisedDrain.ts';
import { givenAt } from '../model/setting.ts';
import { alternatives, knownValue } from '../model/value.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'supervisor-timeout',
  subject: 'container',
  severity: 'warning',
  default: 'on',
  since: '0.1.0',
  summary: 'A supervisor kills a program sooner than that may have finished its last requests.',
  why: `When supervisord is told to stop, it sends each program its \`stopsignal\` and kills what is still there after
\`stopwaitsecs\`, 10 seconds by default. However long the grace period of the container is, no request gets more time than
that. The programs are stopped one after the other, by their priority, so that the grace period must be long enough for all
of them together.`,
  fix: 'always',
  next: 'raise stopwaitsecs',
  references: ['https://supervisord.org/configuration.html#program-x-section-settings'],
  *check(container) {
    if (!container.awaited) return;
    const [stop] = alternatives(container.stop).map(({ value }) => value);
    for (const work of stop ? supervisedWork(stop) : []) {
      const { supervision, program, patience, needs } = work;
      const { patience: setting, stopSignal, at } = supervision;
      // What a program takes by default counts where somebody has planned its stop.
      if (!needs || needs.seconds <= patience || (needs.assumed && !givenAt(setting))) continue;
      yield {
        at: givenAt(setting) ?? at,
        severity: needs.assumed ? 'hint' : 'warning',
        message: `\`${supervision.name}\` is killed ${patience} s after its ${knownValue(stopSignal.value) ?? 'stop signal'}, and \`${program}\` takes up to ${needs.seconds} s ${needs.why} for its last requests`,
        related: needs.at ? [{ at: needs.at, message: `${needs.seconds} s for the last requests` }] : [],
        fixes: longer(container, work),
        masked: work.moot,
      };
    }
  },
});

function longer({ pod }: Container, { supervision, needs }: SupervisedWork): readonly Fix[] {
  const seconds = (needs?.seconds ?? 0) + MARGIN;
  const change = supervision.patience.set(seconds);
  const why = 'by `stopwaitsecs`';
  const room =
    pod && makeRoom(pod, [{ delay: 0, drain: { seconds, why, at: undefined, assumed: false, spare: MARGIN } }]);
  if (!change.ok || (pod && !room)) return [];
  const title = [`Set stopwaitsecs to ${seconds}`, ...(room?.phrase ? [room.phrase] : [])].join(' and ');
  return [{ title, safety: 'safe', edits: [...change.edits, ...(room?.edits ?? [])] }];
}
