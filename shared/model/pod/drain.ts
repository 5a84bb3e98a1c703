// How long a container takes for its last requests once it has its stop signal: what the user says, what its server's own
// settings say, what its arguments or environment say, what its program does by default; in this order.
import { settingsFor } from '../../settings/settings.ts';
import type { Place } from '../../text/span.ts';
import type { Container } from '../container.ts';
import type { Project } from '../project.ts';
import type { ServerSettings } from '../servers/serverSettings.ts';
import { givenAt } from '../setting.ts';
import { seenByAll } from '../stop/stopPath.ts';
import { alternatives, knownValue } from '../value.ts';
import { MARGIN } from './gracePeriod.ts';
import { ownDrain } from './ownTimes.ts';
import { supervisedDrain } from './supervisedDrain.ts';

/** A time for the last requests. */
export interface Drain {
  readonly seconds: number;
  /** Where it comes from, as a clause: ``by `--graceful-timeout` ``. */
  readonly why: string;
  readonly at: Place | undefined;
  /** Whether it is a program's default and not given for this container. */
  readonly assumed: boolean;
  /** Seconds that must be left behind it. */
  readonly spare: number;
  /** The server's own limit, where it is one that a rule of its own judges. */
  readonly limit?: ServerSettings;
}

/** The time for the last requests, if it is known. */
export function drainOf(project: Project, container: Container): Drain | undefined {
  const { drainSeconds } = settingsFor(project, container.at.path);
  const ways = alternatives(container.stop).map(({ value }) => value);
  const servers = ways.flatMap((value) => seenByAll(value).flatMap(({ server }) => server ?? []));
  for (const name of [...servers.map(({ program }) => program), ...imageNames(container)]) {
    const seconds = drainSeconds.get(name);
    if (seconds !== undefined)
      return { seconds, why: `by \`drainSeconds\` of \`${name}\``, at: undefined, assumed: false, spare: MARGIN };
  }
  const supervised = ways[0] && supervisedDrain(ways[0]);
  if (supervised) return ownOf(container) ?? supervised.drain;
  const settings = ways[0]?.settings;
  if (settings) {
    const set = ways.every((one) => sameDrain(one.settings, settings))
      ? fromSettings(container, settings, servers[0]?.program ?? '')
      : undefined;
    return set ?? ownOf(container);
  }
  const own = ownOf(container);
  if (own) return own;
  const [first, ...others] = servers.map(({ facts }) => facts?.drainSeconds);
  if (first === undefined || others.some((other) => other !== first)) return undefined;
  const program = servers[0]?.program ?? '';
  return { seconds: first, why: `by default of \`${program}\``, at: undefined, assumed: true, spare: MARGIN };
}

function ownOf(container: Container): Drain | undefined {
  const own = ownDrain(container);
  return own?.seconds === undefined
    ? undefined
    : { seconds: own.seconds, why: `by \`${own.name}\``, at: own.at, assumed: false, spare: MARGIN };
}

/** What a server's own settings say; nothing where it has no limit, or no time at all. */
function fromSettings({ lifecycle, pod }: Container, settings: ServerSettings, program: string): Drain | undefined {
  const { drain, name, variable } = settings;
  const seconds = knownValue(drain.value);
  if (seconds === undefined || seconds === 0 || !Number.isFinite(seconds)) return undefined;
  const at = givenAt(drain) ?? lifecycle?.environment.find((one) => one.name === variable)?.at;
  const limit = pod?.source === 'kubernetes' && hasOwnRule(settings) ? settings : undefined;
  const assumed = drain.given.kind === 'default';
  return {
    seconds,
    why: assumed ? `by default of \`${program}\`` : `by \`${name}\``,
    at,
    assumed,
    spare: limit ? limit.after : Math.max(settings.after, MARGIN),
    ...(limit && { limit }),
  };
}

/** Whether a rule of its own judges a server's limit: somebody gave it, or asked for what it comes with. */
function hasOwnRule(settings: ServerSettings): boolean {
  if (settings.server === 'puma' && settings.clusterAt) return true;
  return /^(?:nginx|php-fpm|puma|gunicorn)$/.test(settings.server) && settings.drain.given.kind !== 'default';
}

function sameDrain(a: ServerSettings | undefined, b: ServerSettings): boolean {
  return (
    a !== undefined &&
    a.drain.value.kind === 'known' &&
    b.drain.value.kind === 'known' &&
    a.drain.value.value === b.drain.value.value
  );
}

/** An image's name as written, without its tag, and its last part. */
function imageNames(container: Container): readonly string[] {
  const name = container.lifecycle?.image?.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  return name === undefined ? [] : [name, name.slice(name.lastIndexOf('/') + 1)];
}
