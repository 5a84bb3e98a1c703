// A program that has no handler for its stop signal runs as PID 1.
import { signalName } from '../knowledge/signals.ts';
import type { Container } from '../model/container.ts';
import type { Related } from '../model/finding.ts';
import { useSignal } from '../model/fixes/stopSignalFix.ts';
import { type ProgramCode, programCode } from '../model/image/programCode.ts';
import { servesTraffic } from '../model/pod/serving.ts';
import { foundIn } from '../model/stop/brokenStops.ts';
import type { Stop } from '../model/stop/stopPath.ts';
import { knownValue } from '../model/value.ts';
import type { Place } from '../text/span.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'pid1-without-handler',
  subject: 'container',
  severity: 'hint',
  default: 'on',
  since: '0.1.0',
  summary: 'The program runs as PID 1 and has no handler for its stop signal, so the kernel drops it.',
  why: `For every other process a signal without a handler is the end. PID 1 is different: the kernel drops what it has no handler
for. Node.js, Bun, Python and PHP install none for SIGTERM by themselves (measured), nor does \`pm2 start --no-daemon\`, while
\`pm2-runtime\` does; so such a program serves on until the
grace period is over and SIGKILL cuts every request that it works on; each stop takes the whole period.

Handle the signal: \`process.on('SIGTERM', () => server.close())\`, \`signal.signal(signal.SIGTERM, …)\`, or a server that does.
An init in front does not help. It passes the signal on to a program that dies of it at once, and takes all requests in
flight with it; measured, that loses more than the kernel's silence.

The code is searched for handlers from its first file on, through local imports; what cannot be read there is left open.`,
  fix: 'sometimes',
  next: 'handle the signal in the program',
  references: [
    'https://man7.org/linux/man-pages/man7/pid_namespaces.7.html',
    'https://github.com/nodejs/docker-node/blob/main/docs/BestPractices.md#handling-kernel-signals',
  ],
  *check(container, project) {
    const at = knownValue(container.launch)?.at ?? container.at;
    const sent = signalName(knownValue(container.stopSignal.value) ?? '');
    if (!sent || /^SIG(?:KILL|STOP)$/.test(sent)) return;
    for (const masked of [false, true]) {
      for (const { fact, stop, when, severity } of foundIn(container, (one) => deafIn(container, one, at, masked))) {
        yield {
          at,
          severity: severity(fact.code?.whole ? 'warning' : 'hint'),
          message: `${messageFor(container, fact, stop)}${when}`,
          related: factsOf(fact, stop),
          fixes: fact.other === undefined ? [] : useSignal(container, fact.other, project),
          masked,
        };
      }
    }
  },
});

interface Deaf {
  readonly at: Place;
  readonly name: string;
  /** Absent where it is known of the program, whatever code it runs. */
  readonly code: ProgramCode | undefined;
  /** A stop signal that it has a handler for. */
  readonly other: string | undefined;
}

/** A program that would not hear the stop signal: as PID 1, or `behind` what keeps the signal from it now. */
function deafIn(
  container: Container,
  { server, root, hops, signal, pid1, breaks }: Stop,
  at: Place,
  behind: boolean,
): readonly Deaf[] {
  const image = knownValue(container.image);
  const first = server === root;
  const shells = hops.slice(0, -1).every(({ process }) => process.role === 'shell' || process.role === 'launcher');
  if (!server || !image || !pid1 || (behind ? first || !shells || breaks.length === 0 : !first)) return [];
  const { facts, program } = server;
  // Another signal would do: that is another story.
  if (facts?.bare)
    return facts.role === 'task' || facts.graceful.length > 0 || facts.fast.includes(signal)
      ? []
      : [{ at, name: program, code: undefined, other: undefined }];
  const code = programCode(image, server);
  // Python turns SIGINT into an exception by itself.
  if (!code || code.handlesAny || code.signals.has(signal) || (facts?.id === 'python' && signal === 'SIGINT'))
    return [];
  const other = ['SIGTERM', 'SIGINT', 'SIGQUIT'].find((one) => code.signals.has(one));
  const missed = other !== undefined || isMissed(container, servesTraffic(container).answer, code);
  return missed ? [{ at, name: code.name, code, other }] : [];
}

/** Whether there is something to lose: what does its work and ends is nobody's concern. */
function isMissed({ lifecycle }: Container, serving: string, { stays }: ProgramCode): boolean {
  return stays || /^(?:yes|likely)$/.test(serving) || (lifecycle?.ports.length ?? 0) > 0;
}

function messageFor({ stopSignal }: Container, { name, code, other }: Deaf, { signal }: Stop): string {
  const inherited =
    stopSignal.given.kind === 'inherited' && signal !== 'SIGTERM'
      ? `, the STOPSIGNAL of \`${stopSignal.given.from}\``
      : '';
  const end = 'the kernel drops it, and the program is killed at the end of the grace period';
  if (other !== undefined)
    return `\`${name}\` has a handler for ${other} and gets ${signal}${inherited}: as it is PID 1, ${end}`;
  const read = code && !code.whole ? ', as far as its code can be read here' : '';
  return `\`${name}\` is PID 1 and has no handler for ${signal}${inherited}${read}: ${end}`;
}

function factsOf({ code }: Deaf, { signal }: Stop): readonly Related[] {
  if (!code) return [];
  const where = code.whole
    ? 'in this file, nor in what it imports'
    : 'in this file and what can be read of its imports';
  return [{ at: code.at, message: `no handler for ${signal} ${where}` }];
}
