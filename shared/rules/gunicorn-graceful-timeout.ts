// Gunicorn gives its workers more time than it has itself.
import { limitFixes } from '../model/fixes/limitFixes.ts';
import { factsOf, isLonger, limitCut, whatIsLeft } from '../model/pod/serverLimits.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'gunicorn-graceful-timeout',
  subject: 'container',
  severity: 'hint',
  default: 'on',
  since: '0.1.0',
  summary: 'The `graceful_timeout` of Gunicorn is longer than what is left of the grace period.',
  why: `On SIGTERM, Gunicorn lets its workers finish their requests for \`graceful_timeout\` seconds, 30 by default, and then kills
those that still work. Where the grace period is over first, the kernel kills them all, Gunicorn included: nothing says
which requests were cut. The preStop delay is part of the grace period, so with both at 30 s there is no room for one.

The setting stands in \`gunicorn.conf.py\`, in \`GUNICORN_CMD_ARGS\` or on the command line; the last of them counts (measured).
SIGQUIT and SIGINT do not wait at all.`,
  fix: 'sometimes',
  fixSafety: 'Requests that take longer than a shorter limit are cut by the server itself.',
  references: [
    'https://gunicorn.org/reference/settings/#graceful_timeout',
    'https://gunicorn.org/signals/',
    'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination-flow',
  ],
  *check(container, project) {
    const cut = limitCut(project, container, 'gunicorn');
    if (!cut) return;
    const { loss, drain, settings, row } = cut;
    yield {
      at: drain.at ?? container.at,
      severity: isLonger(cut) ? 'warning' : 'hint',
      message: `Gunicorn gives its workers ${drain.seconds} s (\`${settings.name}\`), and ${whatIsLeft(cut)}`,
      related: factsOf(cut),
      fixes: limitFixes(project, container, row, settings),
      masked: loss.moot,
    };
  },
});
