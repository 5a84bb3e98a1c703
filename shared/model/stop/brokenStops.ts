// The stops of a container that fail, by what breaks them and where, over all ways that its launch can go: what the
// rules about lost signals have in common. Knows no rule.
import type { Place } from '../../text/span.ts';
import { samePlace } from '../../text/span.ts';
import type { Container } from '../container.ts';
import type { Related, Severity } from '../finding.ts';
import { isDevelopmentServer } from '../image/development.ts';
import { isDevelopmentScript } from '../launch/packageScript.ts';
import { servesTraffic } from '../pod/serving.ts';
import { type Alternative, alternatives, type Condition, knownValue } from '../value.ts';
import type { Break } from './breaks.ts';
import type { Outcome } from './outcome.ts';
import type { Process } from './processTree.ts';
import { type Stop, seenByAll } from './stopPath.ts';

/** What breaks some or all ways that a container's launch can go, at one place. */
export interface Broken {
  readonly break: Break;
  /** Of the stops that it breaks, the one with the longest story. */
  readonly stop: Stop;
  readonly outcome: Outcome;
  /** Whether the program is killed at once on some of them, and later on others. */
  readonly varies: boolean;
  /** When it breaks them, as a clause such as ``, unless `[ -n "$X" ]` ``; empty where it always does. */
  readonly when: string;
  /** How sure it is: the given severity where every way is broken, here or elsewhere; less where it depends. */
  severity(own: Severity): Severity;
}

/** A fact of some or all ways that a container's launch can go. */
export interface Found<T> {
  readonly fact: T;
  /** Of the stops that have it, the one with the longest story. */
  readonly stop: Stop;
  /** All stops that have it. */
  readonly ways: readonly Stop[];
  /** When they have it, as a clause; empty where they always do. */
  readonly when: string;
  severity(own: Severity): Severity;
}

/** The breaks of some kinds, each place once. Work that ends by itself has none: nobody waits for its answer. */
export function brokenBy(container: Container, ...kinds: readonly Break['kind'][]): readonly Broken[] {
  const found = foundIn(container, ({ breaks }) => breaks.filter(({ kind }) => kinds.includes(kind)));
  return found.map(({ fact, stop, ways, when, severity }) => {
    const varies = new Set(ways.map(({ outcome }) => outcome === 'killedAtOnce')).size > 1;
    return { break: fact, stop, outcome: stop.outcome, varies, when, severity };
  });
}

/** Facts of the ways that a launch can go, each place once; none of work that nobody waits for. */
export function foundIn<T extends { readonly at: Place }>(
  container: Container,
  factsOf: (stop: Stop) => readonly T[],
): readonly Found<T>[] {
  const ways = alternatives(container.stop).filter(({ value }) => seenByAll(value).some(isWork));
  const supposes = knownValue(container.launch)?.supposes;
  if (!container.awaited) return [];
  const seenBy = (value: Stop) => seenByAll(value).filter(isWork);
  const allFacts = (value: Stop) => seenBy(value).flatMap(factsOf);
  // Where every way is broken at some place, it does not help that none is everywhere.
  const lost = ways.every(({ value }) => allFacts(value).length > 0);
  const found: Found<T>[] = [];
  for (const { value } of ways) {
    for (const one of allFacts(value)) {
      if (found.some((known) => samePlace(known.fact.at, one.at))) continue;
      const has = (stop: Stop) => factsOf(stop).some(({ at }) => samePlace(at, one.at));
      const having = ways.filter((way) => seenBy(way.value).some(has));
      const stops = having.flatMap((way) => seenBy(way.value).filter(has));
      const [longest = value] = [...stops].sort((a, b) => b.breaks.length - a.breaks.length);
      const always = having.length === ways.length;
      const conditions = always ? [] : conditionsOf(having, ways);
      found.push({
        fact: factsOf(longest).find(({ at }) => samePlace(at, one.at)) ?? one,
        stop: longest,
        ways: stops,
        when: clauseOf(conditions, supposes),
        severity: (own) =>
          supposes ? 'hint' : always || lost ? own : conditions.some(({ at }) => at) ? 'info' : 'hint',
      });
    }
  }
  return found;
}

/** Not where it only keeps a container there (`sleep infinity`), or serves whoever writes the program. */
function isWork({ server, hops, breaks }: Stop): boolean {
  const idle = server?.facts?.role === 'task' && !breaks.some(({ child }) => child.facts?.role !== 'task');
  return !idle && !hops.some(({ process }) => isForDevelopers(process));
}

function isForDevelopers({ argv, facts }: Process): boolean {
  return isDevelopmentServer(argv) || (facts?.role === 'launcher' && isDevelopmentScript(argv));
}

/**
 * What decides whether it happens: of the conditions that all of these ways share, the last; where they share none, what
 * the others share, turned round.
 */
function conditionsOf(having: readonly Alternative<Stop>[], all: readonly Alternative<Stop>[]): readonly Condition[] {
  const shared = sharedBy(having);
  if (shared.length > 0) return shared.slice(-1);
  const others = sharedBy(all.filter((way) => !having.includes(way)));
  return others.map((one) => ({ ...one, holds: !one.holds }));
}

function sharedBy(ways: readonly Alternative<Stop>[]): readonly Condition[] {
  const [first, ...others] = ways;
  return (first?.when ?? []).filter((one) =>
    others.every(({ when }) => when.some(({ text, holds }) => text === one.text && holds === one.holds)),
  );
}

/** ``, when `[ -n "$X" ]` ``, ``, unless …``; what nobody here knows is an `if`. */
function clauseOf(conditions: readonly Condition[], supposes: string | undefined): string {
  const [first, ...others] = conditions;
  const rest = others.filter(({ holds }) => holds === first?.holds).map(({ text }) => text);
  const decided = first ? [first.text, ...rest].join(' or ') : '';
  if (first?.at) return `${first.holds ? ', when' : ', unless'} ${decided}${supposes ? `, if ${supposes}` : ''}`;
  if (first && !first.holds) return `, unless ${decided}${supposes ? `, if ${supposes}` : ''}`;
  const open = [...(first ? [decided] : []), ...(supposes ? [supposes] : [])];
  return open.length > 0 ? `, if ${open.join(' and ')}` : '';
}

/** The signal that a process is stopped with: the container's, or the one that its supervisor sends. */
export function signalTo({ hops, signal }: Stop, process: Process): string {
  return hops.find((hop) => hop.process === process)?.signal ?? signal;
}

/** What a shell that stays in front of a program comes to, as a message. */
export function endsAtShell({ break: { process, child }, stop, outcome, varies, when }: Broken, shell: string): string {
  if (varies) {
    return `\`${shell}\` does not pass ${stop.signal} on: \`${child.program}\` is killed together with it, or at the end of the grace period where it is PID 1${when}`;
  }
  if (process.supervision && outcome === 'killedAtOnce') {
    return `on ${signalTo(stop, process)} \`${shell}\` ends, and its supervisor takes \`${process.supervision.name}\` for stopped: nobody waits for \`${child.program}\`, which is killed with the container${when}`;
  }
  if (outcome === 'killedAtOnce') {
    return `on ${stop.signal} \`${shell}\` ends, and the container with it: \`${child.program}\` is killed at once${when}`;
  }
  const what = [
    ...(process === stop.root ? ['is PID 1'] : []),
    ...(process.shell?.busy === 'pipeline' ? ['stays because of the pipe'] : []),
  ].join(' and ');
  return `${stop.signal} ends at \`${shell}\`${what ? `, which ${what}` : ''}: \`${child.program}\` is never told to stop, and is killed at the end of the grace period${when}`;
}

const WHO: { readonly [source in Container['source']]: string } = {
  dockerfile: 'the image',
  compose: 'the service',
  kubernetes: 'the container',
  procfile: 'the process type',
};

/** The other breaks of the same stop, and who runs it: one story, told at every place; `told` is where it is told. */
export function storyOf(container: Container, { break: own, stop }: Broken, told: Place = own.at): readonly Related[] {
  // What happens to a job beside the server is a story of its own.
  const facts: Related[] = stop.breaks
    .filter(({ at, kind }) => !samePlace(at, own.at) && kind !== 'jobUntold' && own.kind !== 'jobUntold')
    .map((other) => ({ at: other.at, message: hopOf(stop, other) }));
  for (const at of startedAt(own)) {
    const root = container.pod?.platforms?.some(({ tells }) => tells !== 'pid1') ? '' : 'as PID 1 ';
    facts.push({
      at,
      message: `started ${stop.root === own.process ? root : `as \`${own.process.program}\` `}here`,
    });
  }
  if (container.source !== 'dockerfile' && container.at.path !== own.at.path) {
    facts.push({ at: container.at, message: `${WHO[container.source]} \`${container.name}\` runs this` });
  }
  return facts.filter(({ at }, i) => !samePlace(at, told) && facts.findIndex((other) => samePlace(other.at, at)) === i);
}

/** A break as a fact of another's story. */
function hopOf({ root }: Stop, { kind, process, child }: Break): string {
  switch (kind) {
    case 'initOverScript':
      return `\`${root.program}\` starts \`${process.program}\` here`;
    case 'packageManager':
      return `\`${process.program}\` starts the server through a shell of its own here`;
    case 'trapWaits':
      return `the trap of \`${process.program}\` waits for \`${child.program}\` here`;
    case 'trapEndsEarly':
      return `this trap does not wait for \`${child.program}\``;
    case 'trapRefused':
      return `\`${process.program}\` does not set this trap`;
    case 'exitTrapOnly':
      return `\`${process.program}\` does not run this trap`;
    default:
      return `\`${process.program}\` keeps \`${child.program}\` as its child here`;
  }
}

/** Where the process that stands in the way is started, if that is elsewhere. */
function startedAt({ process, at }: Break): readonly Place[] {
  const elsewhere = process.at?.path !== at.path || process.shell?.reads.kind === 'script';
  return process.at && elsewhere ? [process.at] : [];
}

/** Raises a severity where clients wait for the container. */
export function whereServing(container: Container, own: Severity, raised: Severity): Severity {
  return servesTraffic(container).answer === 'yes' ? raised : own;
}
