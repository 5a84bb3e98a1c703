// Puma gives its workers more time than it has itself, or none.
import { limitFixes, shorterLimit } from '../model/fixes/limitFixes.ts';
import { factsOf, isLonger, limitCut, rowOf, settingsOf, whatIsLeft } from '../model/pod/serverLimits.ts';
import { givenAt } from '../model/setting.ts';
import { knownValue } from '../model/value.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'puma-shutdown-timeout',
  subject: 'container',
  severity: 'hint',
  default: 'on',
  since: '0.1.0',
  summary: 'The time that Puma gives its workers or threads is none, or longer than what is left of the grace period.',
  why: `On SIGTERM, a cluster of Puma waits for each worker for \`worker_shutdown_timeout\` seconds, 30 by default, and kills it
then. Where the grace period is over first, the kernel kills them all. The preStop delay is part of the grace period, so with
both at 30 s there is no room for one. \`force_shutdown_after\` ends the threads of a worker, or of a Puma without workers, which
otherwise waits for ever; their requests are answered 503 (measured). With \`:immediately\` that is all of them.

As PID 1, Puma ends with status 1 after a clean stop, unless \`raise_exception_on_sigterm\` is false.`,
  fix: 'sometimes',
  fixSafety: 'Requests that take longer than a shorter limit are cut by the server itself.',
  references: [
    'https://puma.io/puma/Puma/DSL.html#worker_shutdown_timeout-instance_method',
    'https://puma.io/puma/Puma/DSL.html#force_shutdown_after-instance_method',
    'https://github.com/puma/puma/blob/master/docs/kubernetes.md',
  ],
  *check(container, project) {
    const settings = settingsOf(container, 'puma');
    if (!settings || !container.awaited) return;
    const at = givenAt(settings.drain);
    if (at && knownValue(settings.drain.value) === 0) {
      const fix = shorterLimit(container, rowOf(project, container), settings);
      yield {
        at,
        severity: 'warning',
        message: `Puma cuts running requests at once on its stop signal: \`${settings.name}\` gives them no time`,
        fixes: fix ? [fix] : [],
      };
    }
    const cut = limitCut(project, container, 'puma');
    if (!cut) return;
    const { loss, drain, row } = cut;
    const seconds = `${drain.seconds} s`;
    const by = drain.assumed ? `\`${settings.name}\` by default` : `\`${settings.name}\``;
    yield {
      at: drain.at ?? settings.clusterAt ?? container.at,
      severity: isLonger(cut) ? 'warning' : 'hint',
      message: `Puma gives its ${settings.name === 'force_shutdown_after' ? 'threads' : 'workers'} ${seconds} (${by}), and ${whatIsLeft(cut)}`,
      related: factsOf(cut),
      fixes: limitFixes(project, container, row, settings),
      masked: loss.moot,
    };
  },
});
