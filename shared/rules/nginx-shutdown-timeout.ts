// nginx waits longer for its last connections than it lives, or hardly at all.
import type { Container } from '../model/container.ts';
import { limitFixes, shorterLimit } from '../model/fixes/limitFixes.ts';
import { factsOf, limitCut, rowOf, settingsOf, whatIsLeft } from '../model/pod/serverLimits.ts';
import { servesTraffic } from '../model/pod/serving.ts';
import type { Project } from '../model/project.ts';
import type { ServerSettings } from '../model/servers/serverSettings.ts';
import { givenAt } from '../model/setting.ts';
import { alternatives, knownValue } from '../model/value.ts';
import { defineRule, type Report } from './rule.ts';

/** nginx ends what is left before it is killed, or a moment later. */
const CLOSE_ENOUGH = 2;
/** Less is too little for a request that somebody else answers. */
const LEAST = 5;

export default defineRule({
  id: 'nginx-shutdown-timeout',
  subject: 'container',
  severity: 'hint',
  default: 'on',
  since: '0.1.0',
  summary:
    'The `worker_shutdown_timeout` of nginx does not fit: too long for the grace period, too short for requests, or missing.',
  why: `On SIGQUIT, nginx lets its workers finish: they close idle connections and wait for the others, without a limit unless
\`worker_shutdown_timeout\` gives one; then they close what is left (measured). A limit that is longer than what is left of the
grace period never counts: the kernel kills nginx first. A limit of a few seconds cuts answers that a backend takes longer
for. And without any limit, a WebSocket or an answer that may take minutes keeps nginx until it is killed.`,
  fix: 'sometimes',
  fixSafety: 'Requests that take longer than a shorter limit are cut by the server itself.',
  references: [
    'https://nginx.org/en/docs/ngx_core_module.html#worker_shutdown_timeout',
    'https://nginx.org/en/docs/control.html',
  ],
  *check(container, project) {
    const settings = settingsOf(container, 'nginx');
    // On a fast stop it waits for nobody, which is another story.
    if (!settings || !container.awaited || !drains(container)) return;
    const cut = limitCut(project, container, 'nginx');
    const seconds = knownValue(settings.drain.value);
    const at = givenAt(settings.drain);
    if (cut && cut.drain.seconds >= cut.left + CLOSE_ENOUGH) {
      yield {
        at: cut.drain.at ?? container.at,
        severity: 'warning',
        message: `nginx waits ${cut.drain.seconds} s for its last connections (\`${settings.name}\`), and ${whatIsLeft(cut)}: it is killed first`,
        related: factsOf(cut),
        fixes: limitFixes(project, container, cut.row, settings),
        masked: cut.loss.moot,
      };
    } else if (at && seconds !== undefined && seconds < LEAST && settings.proxies) {
      const fix = shorterLimit(container, rowOf(project, container), settings);
      yield {
        at,
        message: `nginx closes connections ${seconds} s after its stop signal (\`${settings.name}\`), whatever the servers behind it still work on`,
        fixes: fix ? [fix] : [],
      };
    } else if (seconds === Number.POSITIVE_INFINITY) yield* endless(container, project, settings);
  },
});

/** Whether the stop signal is the graceful one. */
function drains({ stop }: Container): boolean {
  const ways = alternatives(stop);
  return ways.length > 0 && ways.every(({ value }) => value.outcome === 'drains');
}

function* endless(
  container: Container,
  project: Project,
  settings: Extract<ServerSettings, { server: 'nginx' }>,
): Iterable<Report> {
  const row = rowOf(project, container);
  const grace = container.pod && knownValue(container.pod.grace.value);
  const [longest, ...others] = settings.lasting;
  if (!row || grace === undefined || !longest || servesTraffic(container).answer === 'no') return;
  const left = grace - row.before;
  if (longest.seconds <= left || left <= 0) return;
  const fix = shorterLimit(container, row, settings);
  const lasts = Number.isFinite(longest.seconds)
    ? `\`${longest.name}\` lets an answer take ${longest.seconds} s`
    : `\`${longest.name}\` lets a connection stay open`;
  yield {
    at: longest.at,
    message: `${lasts}, and without a \`${settings.name}\` nginx waits for it until it is killed, ${left} s after its stop signal`,
    related: others
      .filter(({ seconds }) => seconds > left)
      .map(({ at, name }) => ({ at, message: `\`${name}\` does, too` })),
    fixes: fix ? [fix] : [],
  };
}
