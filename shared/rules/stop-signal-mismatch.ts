// The server has a graceful stop, on another signal than the one that it gets.
import { signalName } from '../knowledge/signals.ts';
import type { Container } from '../model/container.ts';
import type { Fix, Related } from '../model/finding.ts';
import { rewriteTo } from '../model/fixes/rewriteFix.ts';
import { signalPlace, superviseWith, useSignal } from '../model/fixes/stopSignalFix.ts';
import { overrideOf } from '../model/hooks/hookOverride.ts';
import { hookMayStop } from '../model/hooks/hookStops.ts';
import type { Supervision } from '../model/launch/supervisord.ts';
import { makeRoom } from '../model/pod/gracePeriod.ts';
import { servesTraffic } from '../model/pod/serving.ts';
import { timelineOf } from '../model/pod/timeline.ts';
import type { Project } from '../model/project.ts';
import { givenAt } from '../model/setting.ts';
import { foundIn } from '../model/stop/brokenStops.ts';
import type { Process, Rewrite } from '../model/stop/processTree.ts';
import type { Stop } from '../model/stop/stopPath.ts';
import { knownValue } from '../model/value.ts';
import type { Place } from '../text/span.ts';
import { defineRule, type Report } from './rule.ts';

export default defineRule({
  id: 'stop-signal-mismatch',
  subject: 'container',
  severity: 'warning',
  default: 'on',
  since: '0.1.0',
  summary: 'The server stops gracefully on another signal than the one that it gets.',
  why: `nginx, php-fpm, Apache httpd, HAProxy, unicorn and others have two ways to stop, and SIGTERM is the fast one: they end
within milliseconds, and every request in flight is cut (measured). Their graceful signal is SIGQUIT, SIGWINCH or SIGUSR1.
The official images of nginx (since 1.19.5), php and httpd say so in their STOPSIGNAL; an image that installs the same
server from a package does not. A STOPSIGNAL is also inherited by images that run something else, which may know nothing
of that signal and is killed at the end of the grace period. supervisord stops each of its programs with that program's
\`stopsignal\`, SIGTERM by default, whatever it was stopped with itself.

A preStop hook that sends the graceful signal and returns is no way out: SIGTERM follows at once, and overrides it.

php-fpm finishes its requests on SIGQUIT only if its \`process_control_timeout\` gives it the time; by default that is 0.
uWSGI with a master reloads on SIGTERM and goes on; \`die-on-term\` makes it end at once; only a hook makes it finish its
requests (measured with 2.0).`,
  fix: 'sometimes',
  fixSafety:
    'Somebody chose the signal or the rewrite, not every cluster knows the field `stopSignal`, and a hook is one more thing to keep right.',
  references: [
    'https://nginx.org/en/docs/control.html',
    'https://github.com/nginxinc/docker-nginx/commit/3fb70ddd7094',
    'https://docs.docker.com/reference/dockerfile/#stopsignal',
  ],
  *check(container, project) {
    const signal = signalName(knownValue(container.stopSignal.value) ?? '');
    const serving = servesTraffic(container);
    if (!signal || /^SIG(?:KILL|STOP)$/.test(signal) || serving.answer === 'no' || hookMayStop(container)) return;
    const told = overrideOf(container);
    for (const { fact, stop, when, severity } of foundIn(container, (stop) => mismatchIn(container, stop))) {
      // In this very file the hook that asks for the graceful signal tells the story.
      if (told && fact.at.path === container.at.path) continue;
      const { server } = fact;
      yield {
        at: fact.at,
        severity: severity(serving.answer === 'yes' && server.facts?.measured ? 'error' : 'warning'),
        message: `${messageFor(container, stop, fact)}${when}`,
        related: factsOf(container, fact),
        fixes: fixesFor(container, fact, project),
      };
    }
    yield* deafToSignal(container);
  },
});

/** uWSGI finishes its requests on no signal unless its settings say so. */
function* deafToSignal(container: Container): Iterable<Report> {
  for (const { fact, when, severity } of foundIn(container, uwsgiIn)) {
    const change = fact.settings.makeGraceful();
    const graceful =
      '`hook-master-start = unix_signal:15 gracefully_kill_them_all` makes it finish them, with a master';
    yield {
      at: fact.at,
      severity: severity('warning'),
      message: fact.reloads
        ? `\`${fact.program}\` reloads on SIGTERM, which cuts requests, and is killed at the end of the grace period; ${graceful}${when}`
        : `on SIGTERM \`${fact.program}\` ends at once and drops the requests in flight; ${graceful}${when}`,
      related: container.pod ? factsOf(container, fact) : [],
      fixes: change.ok
        ? [{ title: 'Let it finish its requests on SIGTERM', safety: 'unsafe', edits: change.edits }]
        : [],
    };
  }

  function uwsgiIn(stop: Stop) {
    const { server, settings, outcome } = stop;
    if (arrivingAt(stop, server) !== 'SIGTERM') return [];
    const reloads = outcome === 'killedAfterGrace' && settings?.onSignal?.get('SIGTERM') === 'stays';
    if (!server || settings?.server !== 'uwsgi' || !(reloads || outcome === 'drops')) return [];
    const at = settings.at ?? signalPlace(container);
    return at && settings.onSignal ? [{ at, settings, program: server.program, reloads }] : [];
  }
}

interface Mismatch {
  readonly at: Place;
  readonly server: Process;
  /** The signal that the server gets, and the one that it should get. */
  readonly arriving: string;
  readonly graceful: string;
  /** Whether it ends at once on the one that it gets; else it goes on until it is killed. */
  readonly drops: boolean;
  /** What turned the stop signal into that one. */
  readonly rewrite: Rewrite | undefined;
  /** Whether the server is process 1, so that a hook can tell it. */
  readonly isPid1: boolean;
  /** The supervisor that chose it. */
  readonly supervision: Supervision | undefined;
}

function mismatchIn(container: Container, stop: Stop): readonly Mismatch[] {
  const { hops, outcome, breaks, pid1, root } = stop;
  // What an init does not take keeps the container from starting; that comes first.
  if (hops.some(({ process }) => process.init?.written.some(({ from }) => from === undefined))) return [];
  const server = recipientOf(stop);
  const graceful = server?.facts?.graceful ?? [];
  const [first] = graceful;
  const arriving = arrivingAt(stop, server);
  if (!server || !first || arriving === undefined || graceful.includes(arriving)) return [];
  const drops = outcome === 'drops';
  if (!drops && (outcome !== 'killedAfterGrace' || breaks.length > 0)) return [];
  const rewrite = rewriteOf(stop);
  const supervision = server.role === 'supervisor' ? undefined : supervisionOf(stop);
  const better = graceful.includes('SIGTERM') ? 'SIGTERM' : first;
  const at = rewrite?.at ?? (supervision ? supervisedPlace(supervision, server) : signalPlace(container));
  return at
    ? [{ at, server, arriving, drops, graceful: better, rewrite, isPid1: pid1 && server === root, supervision }]
    : [];
}

/** Who the signal is for: the server, or a supervisor that passes none on that it does not stop on. */
function recipientOf({ server, hops }: Stop): Process | undefined {
  const deaf = hops.find(({ process, effect }) => process.role === 'supervisor' && effect !== 'passesOn');
  return deaf ? deaf.process : server;
}

function supervisionOf({ hops }: Stop): Supervision | undefined {
  return hops.findLast(({ process }) => process.supervision)?.process.supervision;
}

/** Where a person would look for the signal that a supervisor stops a program with. */
function supervisedPlace({ stopSignal, at }: Supervision, { at: command }: Process): Place {
  return givenAt(stopSignal) ?? (command?.path === at.path ? command : at);
}

/** The signal that gets to the server; none where something in front of it keeps it. */
function arrivingAt({ hops, signal }: Stop, recipient: Process | undefined): string | undefined {
  const own = hops.findIndex(({ process }) => process === recipient);
  const arrived = hops[own]?.signal;
  const before = hops.slice(0, own);
  if (arrived !== undefined || !before.every(({ effect }) => effect === 'passesOn')) return arrived;
  return before.at(-1)?.passed ?? signal;
}

function rewriteOf({ hops }: Stop): Rewrite | undefined {
  const rewrites = hops.flatMap(({ process, signal }) =>
    (process.init?.written ?? []).filter(({ from, to }) => from !== undefined && from === signal && from !== to),
  );
  return rewrites.at(-1);
}

function messageFor(container: Container, { signal, settings }: Stop, mismatch: Mismatch): string {
  const { server, arriving, graceful, drops, rewrite, supervision } = mismatch;
  const name = `\`${server.program}\``;
  const { given } = container.stopSignal;
  const inherited =
    !supervision && given.kind === 'inherited' && signal !== 'SIGTERM' ? `, the STOPSIGNAL of \`${given.from}\`,` : '';
  const sent = supervision && `the supervisor stops \`${supervision.name}\` with ${arriving}: `;
  const turned = sent ?? (rewrite ? `${signal} is passed on as ${arriving}: ` : '');
  if (!drops) {
    return `${turned}${name} does not stop on ${arriving}${inherited} and is killed at the end of the grace period; it stops on ${graceful}`;
  }
  const time = settings && knownValue(settings.drain.value);
  const limited = server.facts?.dependsOnConfig && !time ? ', if its configuration gives it the time' : '';
  const work = server.facts?.role === 'worker' ? 'the work' : 'the requests';
  return `${turned}on ${arriving}${inherited} ${name} ends at once and drops ${work} in flight; it stops gracefully on ${graceful}${limited}`;
}

function factsOf(container: Container, { at }: Pick<Mismatch, 'at'>): readonly Related[] {
  const launch = knownValue(container.launch)?.at;
  const runs = container.source === 'compose' ? 'the service' : 'the container';
  return [
    ...(launch && givenAt(container.stopSignal) === at ? [{ at: launch, message: 'what runs is given here' }] : []),
    ...(container.at.path === at.path
      ? []
      : [{ at: container.at, message: `${runs} \`${container.name}\` runs this` }]),
  ];
}

function fixesFor(
  container: Container,
  { rewrite, graceful, isPid1, supervision }: Mismatch,
  project: Project,
): readonly Fix[] {
  if (supervision) return superviseWith(supervision, graceful);
  if (rewrite) return rewriteTo(rewrite, graceful);
  const signal = useSignal(container, graceful, project);
  return signal.length > 0 || !isPid1 ? signal : byHook(container, graceful, project);
}

/** A hook that asks for the graceful stop and stays until that is done, where the stop signal cannot be another. */
function byHook(container: Container, graceful: string, project: Project): readonly Fix[] {
  const { image, lifecycle, pod } = container;
  const sh = knownValue(image)?.sh;
  if (!lifecycle || pod?.source !== 'kubernetes' || sh?.kind !== 'known' || sh.value === 'none') return [];
  const { lag, rows } = timelineOf(project, pod);
  const seconds = lag.advised;
  const row = rows.find((one) => one.container.at === container.at);
  const room = makeRoom(pod, [{ delay: seconds, drain: row?.drain }]);
  const then = `kill -${graceful.replace(/^SIG/, '')} 1; while kill -0 1 2>/dev/null; do sleep 1; done`;
  const change = lifecycle.addDelay({ seconds, by: 'exec', then });
  const title = `Let a preStop hook send ${graceful} and wait for the end`;
  return change.ok && room
    ? [
        {
          title: `${title}${room.phrase && `; ${room.phrase}`}`,
          safety: 'unsafe',
          edits: [...change.edits, ...room.edits],
        },
      ]
    : [];
}
