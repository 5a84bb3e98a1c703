// The two ways out where a server gives its last requests more time than there is: a longer grace period, a shorter limit.
import type { Container } from '../container.ts';
import type { Fix } from '../finding.ts';
import { asTitle, graceFor, MARGIN, raiseGrace } from '../pod/gracePeriod.ts';
import { needOf, type Row } from '../pod/row.ts';
import { timelineOf } from '../pod/timeline.ts';
import type { Project } from '../project.ts';
import type { ServerSettings } from '../servers/serverSettings.ts';
import { knownValue } from '../value.ts';

/** Seconds that are left for the last requests when the delay is over, with a little to spare; a multiple of 5. */
export function roomIn({ pod }: Container, row: Row | undefined): number {
  const grace = pod && knownValue(pod.grace.value);
  return Math.floor(((grace ?? 30) - (row?.before ?? 0) - MARGIN) / 5) * 5;
}

/** The fixes for a limit that does not fit into the grace period. */
export function limitFixes(project: Project, container: Container, row: Row, settings: ServerSettings): readonly Fix[] {
  const { pod } = container;
  const rows = pod ? timelineOf(project, pod).rows : [];
  const raised = pod && raiseGrace(pod, graceFor(rows.map(needOf)));
  const shorter = shorterLimit(container, row, settings);
  return [
    ...(raised ? [{ title: asTitle(raised.phrase), safety: 'safe' as const, edits: raised.edits }] : []),
    ...(shorter ? [shorter] : []),
  ];
}

/** The limit as long as there is room. */
export function shorterLimit(
  container: Container,
  row: Row | undefined,
  { drain, name }: ServerSettings,
): Fix | undefined {
  const seconds = roomIn(container, row);
  const change = seconds > 0 ? drain.set(seconds) : undefined;
  return change?.ok ? { title: `Set ${name} to ${seconds} s`, safety: 'unsafe', edits: change.edits } : undefined;
}
