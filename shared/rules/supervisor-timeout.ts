// A supervisor kills a program that is still finishing its last requests.
import type { Container } from '../model/container.ts';
import type { Fix } from '../model/finding.ts';
import { pm2Of } from '../model/launch/pm2.ts';
import { MARGIN, makeRoom } from '../model/pod/gracePeriod.ts';
import { servesTraffic } from '../model/pod/serving.ts';
import { type SupervisedWork, supervisedWork } from '../model/pod/supervisedDrain.ts';
import { givenAt } from '../model/setting.ts';
import { alternatives, knownValue } from '../model/value.ts';
import { defineRule, type Report } from './rule.ts';

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
of them together.

pm2-runtime sends SIGINT, and kills what is still there after 1.6 seconds (measured with 6.0), unless \`kill_timeout\` of
its ecosystem file or the variable \`PM2_KILL_TIMEOUT\` says another number of milliseconds; its command line has no option
for it.`,
  fix: 'sometimes',
  next: 'raise stopwaitsecs, or kill_timeout',
  references: [
    'https://supervisord.org/configuration.html#program-x-section-settings',
    'https://pm2.keymetrics.io/docs/usage/signals-clean-restart/',
  ],
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
    yield* soonKilled(container);
  },
});

/** Of a Compose service its ports are all that tells. */
function takesRequests(container: Container): boolean {
  const { answer } = servesTraffic(container);
  const ports = container.lifecycle?.ports ?? [];
  return answer === 'yes' || answer === 'likely' || (container.source === 'compose' && ports.length > 0);
}

/** pm2 gives so little by itself that requests are cut which nobody would call long. */
function* soonKilled(container: Container): Iterable<Report> {
  const { process, seconds, given } = pm2Of(container) ?? {};
  if (!process?.at || given || !takesRequests(container)) return;
  const grace = (container.pod && knownValue(container.pod.grace.value)) ?? 0;
  const wanted = grace - MARGIN;
  const change = knownValue(container.image)?.insert(`ENV PM2_KILL_TIMEOUT=${wanted * 1000}`);
  yield {
    at: process.at,
    severity: 'hint',
    message: `\`${process.program}\` kills its programs ${seconds} s after it is told to stop, however long the grace period is`,
    fixes:
      change?.ok && wanted > (seconds ?? 0)
        ? [{ title: `Give them ${wanted} s by \`PM2_KILL_TIMEOUT\``, safety: 'safe', edits: change.edits }]
        : [],
  };
}

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
