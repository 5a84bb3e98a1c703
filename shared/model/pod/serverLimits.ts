// Where a server's own limit for its last requests does not fit into what is left of the grace period.
import type { Container } from '../container.ts';
import type { Related } from '../finding.ts';
import type { Project } from '../project.ts';
import type { ServerSettings } from '../servers/serverSettings.ts';
import { alternatives, knownValue } from '../value.ts';
import type { Drain } from './drain.ts';
import { defaultGrace } from './gracePeriod.ts';
import type { Loss } from './losses.ts';
import { delaysOf, type Row } from './row.ts';
import { timelineOf } from './timeline.ts';

/** A limit that is too long. */
export interface LimitCut<S extends ServerSettings = ServerSettings> {
  readonly settings: S;
  readonly row: Row;
  readonly loss: Extract<Loss, { readonly kind: 'drainCut' }>;
  readonly drain: Drain;
  /** Seconds that are left when the delay is over. */
  readonly left: number;
}

/** The settings of one kind of server, if that is what a container runs. Those of an image are told by what runs it. */
export function settingsOf<K extends ServerSettings['server']>(
  { stop, represented }: Container,
  server: K,
): Extract<ServerSettings, { readonly server: K }> | undefined {
  const ways = alternatives(stop).map(({ value }) => value.settings);
  const [first] = ways;
  const all = !represented && ways.every((one) => one?.server === server);
  return all && first ? (first as Extract<ServerSettings, { readonly server: K }>) : undefined;
}

/** A container's part of the timeline. */
export function rowOf(project: Project, container: Container): Row | undefined {
  return container.pod && timelineOf(project, container.pod).rows.find((row) => row.container === container);
}

/** A limit of this kind of server that is longer than there is time. */
export function limitCut<K extends ServerSettings['server']>(
  project: Project,
  container: Container,
  server: K,
): LimitCut<Extract<ServerSettings, { readonly server: K }>> | undefined {
  const settings = settingsOf(container, server);
  const { pod } = container;
  if (!settings || !pod || !container.awaited) return undefined;
  const loss = timelineOf(project, pod).losses.find(
    (one) => one.kind === 'drainCut' && one.row.container === container && one.drain?.limit !== undefined,
  );
  return loss?.kind === 'drainCut' && loss.drain
    ? { settings, loss, drain: loss.drain, row: loss.row, left: loss.grace - loss.row.before }
    : undefined;
}

/** Whether the limit is longer than what is left, and not just as long; what nobody gave is never more than a hint. */
export function isLonger({ drain, left }: LimitCut): boolean {
  return !drain.assumed && drain.seconds > left;
}

/** `25 s of the grace period are left behind 5 s of preStop`, as the end of a sentence. */
export function whatIsLeft({ row, loss, left }: LimitCut): string {
  const delays = delaysOf(row).join(' and ');
  return delays
    ? `${left} s are left of the grace period of ${loss.grace} s after ${delays}`
    : `the grace period is ${loss.grace} s`;
}

/** Where the time comes from that the limit has to fit into. */
export function factsOf({ row, loss }: LimitCut): readonly Related[] {
  const { pod } = row.container;
  if (!pod) return [];
  const { given } = pod.grace;
  const grace = knownValue(pod.grace.value) ?? loss.grace;
  return [
    given.kind === 'here'
      ? { at: given.at, message: `\`${row.container.name}\` is killed after ${grace} s` }
      : { at: pod.specAt, message: defaultGrace(pod, grace, given.kind === 'default' ? given.whose : given.from) },
    ...(row.hook && row.preStop.min > 0
      ? [{ at: row.hook.at, message: `${row.preStop.min} s before the stop signal` }]
      : []),
  ];
}
