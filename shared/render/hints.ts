// Short remarks at the end of a line: which program PID 1 is, where the file does not show it; whether the times of a stop
// fit into its grace period.
import type { Analysis } from '../engine/engine.ts';
import type { Container } from '../model/container.ts';
import { MARGIN } from '../model/pod/gracePeriod.ts';
import type { Pod } from '../model/pod/pod.ts';
import type { Row } from '../model/pod/row.ts';
import { timelineOf } from '../model/pod/timeline.ts';
import type { Project } from '../model/project.ts';
import { givenAt } from '../model/setting.ts';
import { alternatives, knownValue } from '../model/value.ts';
import { contains, type Place } from '../text/span.ts';

/** A remark behind a place. */
export interface Hint {
  readonly at: Place;
  readonly label: string;
  /** What it means, as Markdown. */
  readonly tooltip: string;
}

/** The remarks in a file. */
export function hintsIn({ project, containers }: Analysis, path: string): readonly Hint[] {
  const isHere = (place: Place | undefined): boolean => place !== undefined && project.inFile(place).path === path;
  const pods = new Set(containers.flatMap(({ pod }) => (pod && isHere(givenAt(pod.grace)) ? [pod] : [])));
  const hints = [
    ...containers.flatMap((container) => firstProcess(project, container) ?? []),
    ...[...pods].flatMap((pod) => budget(pod, timelineOf(project, pod).rows) ?? []),
  ]
    .map((hint) => ({ ...hint, at: project.inFile(hint.at) }))
    .filter(({ at }) => isHere(at));
  // Several containers may share a place; where they differ, no remark is true of all.
  return hints.filter(
    ({ at, label }, i) =>
      hints.every((other) => other.at.end !== at.end || other.label === label) &&
      hints.findIndex((other) => other.at.end === at.end) === i,
  );
}

/** The program that is PID 1 once everything runs, where its launch does not begin with its name. */
function firstProcess(project: Project, { launch, stop, source, at }: Container): Hint | undefined {
  const words = knownValue(launch);
  const where = words?.at;
  // A Dockerfile is remarked on for itself, whatever runs its image.
  if (!words || !where || (source !== 'dockerfile' && where.path !== at.path)) return undefined;
  const roots = alternatives(stop).map(({ value }) => value.root);
  const [program, ...others] = new Set(roots.map((root) => root.program));
  if (program === undefined || others.length > 0) return undefined;
  const written = words.words.flatMap((word) => {
    const place = word.source?.place(0, word.source.text.length);
    // Of a Dockerfile, only the instruction that decides; a manifest has keys, whose values stand behind them.
    const counts = place?.path === where.path && (source !== 'dockerfile' || contains(where, place));
    return place && counts ? [{ word, place }] : [];
  });
  const first = written[0]?.word;
  if (first?.form === 'exec' && first.text.split('/').at(-1) === program) return undefined;
  const last = source === 'dockerfile' ? where : written.at(-1)?.place;
  if (!last) return undefined;
  const tooltip = `\`${program}\` is process 1: it gets the stop signal.`;
  return { at: endOfLine(project.text(last.path) ?? '', last), label: `PID 1: ${program}`, tooltip };
}

/** The place, and what follows it on its line. */
function endOfLine(text: string, { path, start, end }: Place): Place {
  return { path, start, end: end + (/^[^\r\n]*?(?=[ \t]*(?:[\r\n]|$))/.exec(text.slice(end))?.[0].length ?? 0) };
}

/** The time that the neediest container takes, against the grace period that is given. */
function budget(pod: Pod, rows: readonly Row[]): Hint | undefined {
  const at = givenAt(pod.grace);
  const grace = knownValue(pod.grace.value);
  if (!at || grace === undefined) return undefined;
  const needs = ({ before, drain }: Row) => before + (drain?.seconds ?? 0);
  const [row] = rows.filter((one) => needs(one) > 0 && !isNeverTold(one)).sort((a, b) => needs(b) - needs(a));
  if (!row) return undefined;
  const { container, preStop, path, before, drain } = row;
  const parts = [
    { seconds: preStop.min, what: 'its preStop hook' },
    { seconds: path, what: 'a trap' },
    { seconds: before - preStop.min - path, what: 'the delay that it makes itself' },
    { seconds: drain?.seconds ?? 0, what: `its last requests${drain ? ` (${drain.why})` : ''}` },
  ].filter(({ seconds }) => seconds > 0);
  const sign = needs(row) > grace ? '>' : needs(row) === grace ? '=' : '<';
  const list = parts.map(({ seconds, what }) => `${seconds} s for ${what}`).join(', ');
  const spare = sign === '<' && needs(row) + MARGIN > grace ? ` Less than ${MARGIN} s are left.` : '';
  return {
    at,
    label: `${parts.map(({ seconds }) => `${seconds} s`).join(' + ')} ${sign} ${grace} s`,
    tooltip: `\`${container.name}\` needs ${list}, in a grace period of ${grace} s.${spare}`,
  };
}

function isNeverTold({ container: { stop } }: Row): boolean {
  return alternatives(stop).some(
    ({ value }) => value.outcome === 'killedAfterGrace' || value.outcome === 'killedAtOnce',
  );
}
