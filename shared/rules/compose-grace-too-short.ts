// Compose kills a service before it can have finished its last requests.
import { imageRole } from '../knowledge/imageRoles.ts';
import type { Container } from '../model/container.ts';
import type { Related } from '../model/finding.ts';
import { asTitle, defaultGrace, graceFor, MARGIN, raiseGrace } from '../model/pod/gracePeriod.ts';
import type { Loss } from '../model/pod/losses.ts';
import type { Pod } from '../model/pod/pod.ts';
import { delaysOf, needOf } from '../model/pod/row.ts';
import { timelineOf } from '../model/pod/timeline.ts';
import { givenAt } from '../model/setting.ts';
import { knownValue } from '../model/value.ts';
import { defineRule, type Report } from './rule.ts';

export default defineRule({
  id: 'compose-grace-too-short',
  subject: 'pod',
  severity: 'warning',
  default: 'on',
  since: '0.1.0',
  summary: 'Compose gives the service less time to stop than it needs; by default it gives 10 seconds, not 30.',
  why: `\`docker compose stop\`, \`down\` and every \`up\` that replaces a container send the stop signal and kill what is left after
\`stop_grace_period\`, which is 10 s where nobody gives it. Many servers take up to 30 s for their last requests, which
Kubernetes gives by default and Compose does not. The commands of \`pre_stop\` run before that and are not counted.`,
  fix: 'sometimes',
  references: [
    'https://github.com/compose-spec/compose-spec/blob/main/05-services.md#stop_grace_period',
    'https://docs.docker.com/reference/cli/docker/container/stop/',
  ],
  *check(pod, project) {
    const { losses, rows } = timelineOf(project, pod);
    const [row] = rows;
    if (pod.source !== 'compose' || !row?.container.awaited || !isMissed(row.container)) return;
    // What a server takes by default is seldom all of it.
    const cut = losses
      .filter((loss) => loss.kind === 'drainCut')
      .find(({ drain, grace }) => !drain?.assumed || drain.seconds > grace);
    const raised = raiseGrace(pod, graceFor([needOf(row)]));
    const fixes: Report['fixes'] = raised
      ? [{ title: asTitle(raised.phrase), safety: 'safe', edits: raised.edits }]
      : [];
    const at = givenAt(pod.grace);
    if (cut) {
      yield {
        at: at ?? pod.specAt,
        severity: cut.drain?.assumed ? 'hint' : 'warning',
        message: `\`${pod.name}\` needs ${cut.needs} s to stop (${[...delaysOf(row), ...(cut.drain ? [`${cut.drain.seconds} s ${cut.drain.why}`] : []), `${MARGIN} s to spare`].join(', ')}), and Compose kills it after ${cut.grace} s`,
        related: factsOf(pod, cut),
        fixes,
        masked: cut.moot,
      };
    } else if (at && knownValue(pod.grace.value) === 0) {
      yield { at, message: `\`${pod.name}\` is killed at once: there is no time for its stop signal`, fixes };
    }
  },
});

/** Whether somebody notices how it ends: clients, or whoever needs what it stores. */
function isMissed({ name, lifecycle }: Container): boolean {
  if ((lifecycle?.ports.length ?? 0) > 0) return true;
  return imageRole(lifecycle?.image ?? '') === 'store' || imageRole(name) === 'store';
}

function factsOf(pod: Pod, { drain, grace }: Extract<Loss, { kind: 'drainCut' }>): readonly Related[] {
  const { given } = pod.grace;
  return [
    ...(given.kind === 'default' ? [{ at: pod.specAt, message: defaultGrace(pod, grace, given.whose) }] : []),
    ...(drain?.at ? [{ at: drain.at, message: `${drain.seconds} s for the last requests` }] : []),
  ];
}
