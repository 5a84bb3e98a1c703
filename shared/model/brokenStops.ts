// The stops of a container that fail, by what breaks them and where, over all ways that its launch can go: what the
// rules about lost signals have in common. Knows no rule.
import type { Place } from '../text/span.ts';
import { samePlace } from '../text/span.ts';
import type { Container } from './container.ts';
import type { Related, Severity } from './finding.ts';
import { servesTraffic } from './serving.ts';
import type { Break, Outcome, Stop } from './stopPath.ts';
import { type Alternative, alternatives, type Condition, knownValue } from './value.ts';

/** What breaks some or all ways that a container's launch can go, at one place. */
export interface Broken {
  readonly break: Break;
  /** Of the stops that it breaks, the one with the longest story. */
  readonly stop: Stop;
  readonly outcome: Outcome;
  /** Whether it breaks all of them. */
  readonly always: boolean;
  /** When it breaks them, as a clause such as ``, unless `[ -n "$X" ]` ``; empty where it always does. */
  readonly when: string;
  /** How sure it is: the given severity where it always happens, less where it depends. */
  severity(own: Severity): Severity;
}

/** The breaks of some kinds, each place once. Work that ends by itself has none: nobody waits for its answer. */
export function brokenBy(container: Container, ...kinds: readonly Break['kind'][]): readonly Broken[] {
  const ways = alternatives(container.stop);
  const supposes = knownValue(container.launch)?.supposes;
  if (container.role === 'init' || container.pod?.workload.nature === 'oneOff') return [];
  const found: Broken[] = [];
  for (const { value } of ways) {
    for (const one of value.breaks) {
      if (!kinds.includes(one.kind) || found.some((known) => samePlace(known.break.at, one.at))) continue;
      const broken = ways.filter((way) => way.value.breaks.some((other) => other.kind === one.kind && samePlace(other.at, one.at)));
      const [longest = value] = broken.map((way) => way.value).sort((a, b) => b.breaks.length - a.breaks.length);
      const always = broken.length === ways.length;
      const conditions = always ? [] : conditionsOf(broken);
      found.push({
        break: longest.breaks.find((other) => other.kind === one.kind && samePlace(other.at, one.at)) ?? one,
        stop: longest,
        outcome: longest.outcome,
        always,
        when: [...conditions.map(clause), ...(supposes ? [`, if ${supposes}`] : [])].join(''),
        severity: (own) => (supposes ? 'hint' : always ? own : conditions.some(({ at }) => at) ? 'info' : 'hint'),
      });
    }
  }
  return found;
}

/** The conditions that all of these share; of several, whoever reads them needs no more than the last. */
function conditionsOf(ways: readonly Alternative<Stop>[]): readonly Condition[] {
  const [first, ...others] = ways;
  const shared = (first?.when ?? []).filter((one) =>
    others.every(({ when }) => when.some(({ text, holds }) => text === one.text && holds === one.holds)),
  );
  return shared.length > 0 ? shared.slice(-1) : (first?.when ?? []).slice(-1);
}

function clause({ text, holds }: Condition): string {
  return holds ? `, when ${text}` : `, unless ${text}`;
}

/** The other breaks of the same stop, and who runs it: one story, told at every place. */
export function storyOf(container: Container, { break: own, stop }: Broken): readonly Related[] {
  const facts: Related[] = stop.breaks
    .filter(({ at }) => !samePlace(at, own.at))
    .map(({ at, process, child }) => ({ at, message: `\`${process.program}\` keeps \`${child.program}\` as its child here` }));
  for (const at of startedAt(own)) facts.push({ at, message: `started as ${stop.root === own.process ? 'PID 1' : `\`${own.process.program}\``} here` });
  if (container.source !== 'dockerfile' && container.at.path !== own.at.path) {
    const what = container.source === 'compose' ? 'the service' : 'the container';
    facts.push({ at: container.at, message: `${what} \`${container.name}\` runs this` });
  }
  return facts.filter(({ at }, i) => facts.findIndex((other) => samePlace(other.at, at)) === i);
}

/** Where another file starts the process that stands in the way. */
function startedAt({ process, at }: Break): readonly Place[] {
  return process.at && process.at.path !== at.path ? [process.at] : [];
}

/** Raises a severity where clients wait for the container. */
export function whereServing(container: Container, own: Severity, raised: Severity): Severity {
  return servesTraffic(container).answer === 'yes' ? raised : own;
}
