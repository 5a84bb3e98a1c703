// php-fpm gives its workers more time than it has itself, or less than it lets them take.
import type { Container } from '../model/container.ts';
import type { Fix } from '../model/finding.ts';
import { limitFixes, roomIn } from '../model/fixes/limitFixes.ts';
import { factsOf, limitCut, rowOf, settingsOf, whatIsLeft } from '../model/pod/serverLimits.ts';
import type { Project } from '../model/project.ts';
import type { FpmSettings } from '../model/servers/phpFpm.ts';
import { givenAt } from '../model/setting.ts';
import { knownValue } from '../model/value.ts';
import { defineRule, type Report } from './rule.ts';

export default defineRule({
  id: 'fpm-control-timeout-vs-grace',
  subject: 'container',
  severity: 'warning',
  default: 'on',
  since: '0.1.0',
  summary:
    'The `process_control_timeout` of php-fpm is longer than what is left of the grace period, or shorter than a request may be.',
  why: `On SIGQUIT, the master of php-fpm waits \`process_control_timeout\` for its workers; then it sends SIGTERM, and a second
later SIGKILL. All of that has to fit into the grace period, together with the preStop delay, or the kernel ends it.

\`request_terminate_timeout\` is how long a request may take at most. Where it is longer than \`process_control_timeout\`, a request
that is allowed is cut by a stop.`,
  fix: 'sometimes',
  fixSafety:
    'Requests that take longer than a shorter limit are cut by the server itself, and a longer one makes stops longer.',
  references: [
    'https://www.php.net/manual/en/install.fpm.configuration.php#process-control-timeout',
    'https://www.php.net/manual/en/install.fpm.configuration.php#request-terminate-timeout',
  ],
  *check(container, project) {
    const settings = settingsOf(container, 'php-fpm');
    if (!settings || !container.awaited) return;
    const cut = limitCut(project, container, 'php-fpm');
    if (cut) {
      const { loss, drain, row } = cut;
      yield {
        at: drain.at ?? container.at,
        message: `php-fpm may need ${drain.seconds + settings.after} s to stop (\`${settings.name}\` of ${drain.seconds} s, then ${settings.after} s to end its workers), and ${whatIsLeft(cut)}`,
        related: factsOf(cut),
        fixes: limitFixes(project, container, row, settings),
        masked: loss.moot,
      };
    } else yield* shorterThanRequests(container, project, settings);
  },
});

function* shorterThanRequests(container: Container, project: Project, settings: FpmSettings): Iterable<Report> {
  const { drain, longest } = settings;
  const seconds = knownValue(drain.value) ?? 0;
  const request = (longest && knownValue(longest.value)) ?? 0;
  const at = givenAt(drain);
  const limitAt = longest && givenAt(longest);
  if (!at || !limitAt || seconds <= 0 || request <= seconds) return;
  yield {
    at,
    severity: 'hint',
    message: `php-fpm gives running requests ${seconds} s on a stop (\`${settings.name}\`), and \`request_terminate_timeout\` lets them take ${request} s`,
    related: [{ at: limitAt, message: `a request may take ${request} s` }],
    fixes: longerLimit(container, project, settings, request),
  };
}

/** As long as a request may take, where there is room for it. */
function longerLimit(
  container: Container,
  project: Project,
  { drain, name }: FpmSettings,
  request: number,
): readonly Fix[] {
  const fits = request <= roomIn(container, rowOf(project, container));
  const change = fits ? drain.set(request) : undefined;
  return change?.ok ? [{ title: `Set ${name} to ${request} s`, safety: 'unsafe', edits: change.edits }] : [];
}
