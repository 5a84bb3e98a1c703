// php-fpm gives its workers no time to finish, not even on its graceful signal.
import { signalName } from '../knowledge/signals.ts';
import type { Container } from '../model/container.ts';
import { fileOf } from '../model/documents.ts';
import type { Related, Severity } from '../model/finding.ts';
import { roomIn } from '../model/fixes/limitFixes.ts';
import type { Row } from '../model/pod/row.ts';
import { rowOf, settingsOf } from '../model/pod/serverLimits.ts';
import { servesTraffic } from '../model/pod/serving.ts';
import type { FpmSettings } from '../model/servers/phpFpm.ts';
import { givenAt } from '../model/setting.ts';
import { alternatives, knownValue } from '../model/value.ts';
import type { Place } from '../text/span.ts';
import { defineRule } from './rule.ts';

/** Seconds that are enough for most requests. */
const USUAL = 20;
/** Where nobody says how long requests may take, a delay of so many seconds is longer than nearly all. */
const LONG_DELAY = 10;

export default defineRule({
  id: 'fpm-no-control-timeout',
  subject: 'container',
  severity: 'warning',
  default: 'on',
  since: '0.1.0',
  summary: '`process_control_timeout` of php-fpm is 0, its default: even a graceful stop cuts running requests.',
  why: `SIGQUIT is the graceful stop of php-fpm, and the official images send it. But its master gives the workers only
\`process_control_timeout\` to finish, and that is 0 unless somebody sets it, in the official images too: SIGTERM follows
at once, the running request is cut within milliseconds, and the web server in front answers 502 (measured; with 20 s the
same request is completed).`,
  fix: 'sometimes',
  references: [
    'https://www.php.net/manual/en/install.fpm.configuration.php#process-control-timeout',
    'https://github.com/php/php-src/blob/master/sapi/fpm/fpm/fpm_process_ctl.c',
  ],
  *check(container, project) {
    const settings = settingsOf(container, 'php-fpm');
    if (!settings || !container.awaited || knownValue(settings.drain.value) !== 0) return;
    const given = givenAt(settings.drain);
    const { silent } = settings;
    const at = given ?? silent?.text.place(silent.start, silent.end) ?? startedAt(container);
    const row = rowOf(project, container);
    const room = roomIn(container, row);
    const seconds = room > 0 ? Math.min(USUAL, room) : USUAL;
    const change = settings.drain.set(seconds);
    yield {
      at,
      severity: severityOf(container, row, settings),
      message: messageFor(container, given !== undefined),
      related: fileOf(at.path) === fileOf(container.at.path) ? [] : [whoReads(container)],
      fixes: change.ok ? [{ title: `Give running requests ${seconds} s`, safety: 'safe', edits: change.edits }] : [],
    };
  },
});

/** Where it is said that it runs, where no file says how. */
function startedAt({ launch, imageAt, at }: Container): Place {
  return knownValue(launch)?.at ?? imageAt ?? at;
}

function whoReads({ at, name, pod }: Container): Related {
  return { at, message: pod ? `the container \`${name}\` runs with this` : 'what this starts runs with it' };
}

/** A supervisor may send another signal than the container gets. */
function messageFor({ stop, stopSignal }: Container, given: boolean): string {
  const zero = given ? '`process_control_timeout` is 0' : '`process_control_timeout` is 0 by default';
  const [way] = alternatives(stop);
  const signal = way?.value.hops.at(-1)?.signal ?? signalName(knownValue(stopSignal.value) ?? '');
  return signal === 'SIGQUIT'
    ? `php-fpm cuts running requests at once on SIGQUIT: ${zero}`
    : `php-fpm cuts running requests at once, even on SIGQUIT, its graceful signal: ${zero}`;
}

/** After a delay that is longer than requests take, hardly any runs; one that takes all of the time is no plan. */
function severityOf(container: Container, row: Row | undefined, { longest }: FpmSettings): Severity {
  const delay = row?.preStop.min ?? 0;
  const request = (longest && knownValue(longest.value)) ?? LONG_DELAY;
  if (delay >= request && delay < (container.pod ? (knownValue(container.pod.grace.value) ?? 0) : 0)) return 'hint';
  return container.pod && delay === 0 && servesTraffic(container).answer === 'yes' ? 'error' : 'warning';
}
