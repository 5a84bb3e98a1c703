// What a container's own arguments and environment say about its stop: a delay before it closes its listener, and the
// time it takes for its last requests. Goes by names that programs use; a value that is not a length of time is nothing.
import { parseDuration } from '../../text/duration.ts';
import type { Place } from '../../text/span.ts';
import type { Container } from '../container.ts';
import type { Word } from '../launch/words.ts';
import { knownValue } from '../value.ts';

/** A length of time that the container was given. */
export interface OwnTime {
  /** `--graceful-timeout`, `SHUTDOWN_DELAY`. */
  readonly name: string;
  /** Absent where the value comes from elsewhere. */
  readonly seconds: number | undefined;
  readonly at: Place | undefined;
}

const DELAY =
  /(?:shutdown|terminat|drain|lame[-_]?duck|blackout|pre[-_]?stop).*(?:delay|duration|period|seconds|wait)/i;
/** How long Traefik goes on accepting: https://doc.traefik.io/traefik/reference/static-configuration/overview/. */
const ACCEPTS = /requestAcceptGraceTimeout/i;
/** `SHUTDOWN_TIMEOUT_SECONDS`: a limit, whatever it is counted in. */
const LIMIT = /time[-_]?out/i;
const DRAIN = /(?:graceful|shutdown|drain).*(?:timeout|period|time)|grace[-_]?timeout|timeout.*graceful.*shutdown/i;

/** How it treats what it looks after says nothing of its own stop: `--node-drain-delay`, `POD_TERMINATION_GRACE_PERIOD`. */
const OTHERS = /(?:^|[-_.])(?:node|pod|instance)s?(?=[-_.A-Z])/i;

/** The delay that the program itself makes between the stop signal and closing its listener, if it is told to. */
export function ownDelay(container: Container): OwnTime | undefined {
  return ownTimes(container).find(({ name, seconds }) => isDelay(name) && seconds !== 0);
}

/** Seconds that surely pass by this delay: what is called a grace period may be the limit of the last requests, too. */
export function surely(delay: OwnTime | undefined): number {
  return delay && /delay|black[-_]?out|lame[-_]?duck|accept/i.test(delay.name) ? (delay.seconds ?? 0) : 0;
}

/** The time that the program is told to take for its last requests. */
export function ownDrain(container: Container): OwnTime | undefined {
  return ownTimes(container).find(isDrain);
}

/** The same of a command line. */
export function drainInWords(words: readonly string[]): OwnTime | undefined {
  return flagsIn(words.map((text) => ({ text }))).find(isDrain);
}

function isDelay(name: string): boolean {
  return ACCEPTS.test(name) || (DELAY.test(name) && !LIMIT.test(name) && !OTHERS.test(name));
}

function isDrain({ name, seconds }: OwnTime): boolean {
  return DRAIN.test(name) && !isDelay(name) && !OTHERS.test(name) && seconds !== undefined;
}

function ownTimes(container: Container): readonly OwnTime[] {
  // What a shell reads is no word of the launch, yet its own words may be known.
  const words = [...(knownValue(container.launch)?.words ?? []), ...(container.lifecycle?.arguments ?? [])];
  const variables = (container.lifecycle?.environment ?? []).flatMap(({ name, value, at }): readonly OwnTime[] => {
    const seconds = value === undefined ? undefined : duration(name, value);
    return value !== undefined && seconds === undefined ? [] : [{ name, seconds, at }];
  });
  return [...flagsIn(words), ...variables];
}

function flagsIn(words: readonly Pick<Word, 'text' | 'source'>[]): readonly OwnTime[] {
  return words.flatMap(({ text, source }, i): readonly OwnTime[] => {
    const [, name, value = words[i + 1]?.text] = /^(--?[A-Za-z][\w.-]*)(?:=(.*))?$/s.exec(text) ?? [];
    const seconds = name === undefined || value === undefined ? undefined : duration(name, value);
    return name === undefined || seconds === undefined ? [] : [{ name, seconds, at: source?.at }];
  });
}

/** Seconds; thousands without a unit are milliseconds, as in most JavaScript and Java. */
function duration(name: string, value: string): number | undefined {
  const milliseconds = /ms$|millis/i.test(name) || (/^\d+$/.test(value) && Number(value) >= 1000);
  return parseDuration(value, milliseconds ? 'ms' : 's');
}
