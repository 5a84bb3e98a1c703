// Says in words how a container stops: for a hover, and for `softstop explain`.
import type { Analysis } from '../engine/engine.ts';
import type { Container } from '../model/container.ts';
import type { Origin } from '../model/launch/words.ts';
import { timelineOf } from '../model/pod/timeline.ts';
import type { Project } from '../model/project.ts';
import { placesOf } from '../model/servers/serverSettings.ts';
import { givenAt } from '../model/setting.ts';
import { type Process, spine } from '../model/stop/processTree.ts';
import { seenByAll } from '../model/stop/stopPath.ts';
import { alternatives, type Condition, knownValue } from '../model/value.ts';
import { LineIndex } from '../text/lineIndex.ts';
import type { Place } from '../text/span.ts';
import type { Chart } from './chart.ts';
import { stopChart } from './stopChart.ts';
import { drawStop, sayOutcome, saySettings } from './stopPath.ts';
import { sayOtherStops, sayTimeline } from './timeline.ts';

/** What a hover shows. */
export interface Explanation {
  /** What the text is about. */
  readonly at: Place;
  readonly markdown: string;
}

/** The stop path and the timeline at an offset of a file, if something there takes part in stopping. */
export function explainAt(analysis: Analysis, path: string, offset: number): Explanation | undefined {
  const found = topicsNear(analysis, path, offset);
  const [first] = found;
  if (!first) return undefined;
  const chosen = chosenOf(found);
  return { at: first.at, markdown: chosen.map(({ container }) => explain(analysis, container)).join('\n\n---\n\n') };
}

/** The process tree of one way that a container's launch can go. */
export interface Tree {
  readonly container: Container;
  /** Which of its ways. */
  readonly way: number;
  readonly root: Process;
}

/** The process trees that an offset of a file takes part in. */
export function treesAt(analysis: Analysis, path: string, offset: number): readonly Tree[] {
  const found = topicsNear(analysis, path, offset);
  return chosenOf(found).flatMap(({ container }) => treesOf(container).map((root, way) => ({ container, way, root })));
}

/** PID 1 of every way that a container's launch can go. */
export function treesOf({ stop }: Container): readonly Process[] {
  return alternatives(stop).map(({ value }) => value.root);
}

interface Topic {
  readonly container: Container;
  readonly at: Place;
}

/** What stands at an offset, or behind the key there: that is about the same thing. */
function topicsNear(analysis: Analysis, path: string, offset: number): readonly Topic[] {
  const text = analysis.project.text(path) ?? '';
  const found = topicsAt(analysis, path, (place) => place.start <= offset && offset <= place.end);
  if (found.length > 0) return found;
  return topicsAt(analysis, path, (place) => keyStart(text, place) <= offset && offset <= place.end);
}

/** An image's own container says nothing that those that run it do not say better. */
function chosenOf(found: readonly Topic[]): readonly Topic[] {
  const running = found.filter(({ container }) => container.pod);
  return (running.length > 0 ? running : found).slice(0, 3);
}

function topicsAt({ project, containers }: Analysis, path: string, holds: (place: Place) => boolean): Topic[] {
  return containers.flatMap((container) => {
    const at = topicsOf(project, container).find((place) => place.path === path && holds(place));
    return at ? [{ container, at }] : [];
  });
}

/** Where the words on a place's line begin. */
function keyStart(text: string, { start }: Place): number {
  const line = text.lastIndexOf('\n', start - 1) + 1;
  return line + (/^[\s-]*/.exec(text.slice(line, start))?.[0].length ?? 0);
}

/** The same in plain text for a whole file, or for the containers that a zero-based line takes part in. */
export function explainFile(analysis: Analysis, path: string, line?: number): string | undefined {
  const chosen = containersIn(analysis, path, line);
  if (chosen.length === 0) return undefined;
  return chosen.map((container) => plain(explain(analysis, container))).join('\n\n');
}

/** The charts of the pods and services whose stop a file, or a zero-based line of it, takes part in. */
export function chartsOfFile(analysis: Analysis, path: string, line?: number): readonly Chart[] {
  return chartsOf(analysis, containersIn(analysis, path, line));
}

/** The charts of the pods whose stop an offset of a file takes part in; if it does in none, of what was named last above. */
export function chartsAt(analysis: Analysis, path: string, offset: number): readonly Chart[] {
  const near = topicsNear(analysis, path, offset);
  const found = chosenOf(near.length > 0 ? near : topicsAbove(analysis, path, offset));
  return chartsOf(
    analysis,
    found.map(({ container }) => container),
  );
}

/** What stands at the last place above an offset that is about a pod; above all of them, at the first. */
function topicsAbove({ project, containers }: Analysis, path: string, offset: number): readonly Topic[] {
  const topics = containers.flatMap((container) =>
    container.pod ? topicsOf(project, container).map((at) => ({ container, at })) : [],
  );
  const starts = topics.flatMap(({ at }) => (at.path === path ? [at.start] : []));
  const above = starts.filter((start) => start <= offset);
  const nearest = above.length > 0 ? Math.max(...above) : Math.min(...starts);
  return topics.filter(({ at }) => at.path === path && at.start === nearest);
}

function chartsOf({ project }: Analysis, containers: readonly Container[]): readonly Chart[] {
  const pods = new Set(containers.flatMap(({ pod }) => pod ?? []));
  return [...pods].map((pod) => stopChart(pod, timelineOf(project, pod)));
}

/** The containers that a file, or a zero-based line of it, says something about. */
function containersIn(analysis: Analysis, path: string, line: number | undefined): readonly Container[] {
  const text = analysis.project.text(path);
  if (text === undefined) return [];
  const index = new LineIndex(text);
  const takesPart = ({ path: at, start, end }: Place): boolean =>
    at === path && (line === undefined || (index.position(start).line <= line && line <= index.position(end).line));
  return analysis.containers.filter((container) => topicsOf(analysis.project, container).some(takesPart));
}

/** The places in files that say something about a container's stop. */
function topicsOf(project: Project, container: Container): readonly Place[] {
  const image = knownValue(container.image);
  const launch = knownValue(container.launch);
  // What a manifest overrides takes no part in its stop.
  const used = (origin: Origin) => launch === undefined || launch.words.some((word) => word.origin === origin);
  const commands = image
    ? [used('ENTRYPOINT') && image.entrypoint, used('CMD') && image.cmd].map(
        (command) => command && knownValue(command)?.at,
      )
    : [];
  const stops = alternatives(container.stop).flatMap(({ value }) => seenByAll(value));
  const processes = stops.flatMap(({ root }) =>
    spine(root).flatMap(({ at, shell, was, supervision }) => {
      const { text, span } = shell?.command ?? {};
      const told = supervision ? [supervision.stopSignal, supervision.patience].map(givenAt) : [];
      return [
        supervision?.at,
        ...told,
        at,
        text && span && text.place(span.start, span.end),
        ...was.map((step) => step.at),
      ];
    }),
  );
  const lifecycle = container.lifecycle;
  const hook = lifecycle && knownValue(lifecycle.preStop);
  const places = [
    container.at,
    container.imageAt,
    launch?.at,
    ...commands,
    givenAt(container.stopSignal),
    hook?.at,
    ...(hook?.handlers.map(({ at }) => at) ?? []),
    container.pod && givenAt(container.pod.grace),
    ...processes,
    ...alternatives(container.stop).flatMap(({ value }) => (value.settings ? placesOf(value.settings) : [])),
  ];
  return places.flatMap((place) => (place ? [project.inFile(place)] : []));
}

function explain({ project }: Analysis, container: Container): string {
  const { pod, stop } = container;
  const grace = pod && knownValue(pod.grace.value);
  const title = `**How \`${container.name}\` stops**`;
  const ways = alternatives(stop);
  const paths =
    stop.kind === 'unknown'
      ? [`What runs is not known: ${stop.why}.`]
      : ways.map(({ value, when }) => {
          const condition = when.length > 0 ? `${when.map(clause).join(' and ')}:\n\n` : '';
          const seen = seenByAll(value).map(
            (stop) =>
              `\`\`\`text\n${drawStop(stop)}\n\`\`\`\n\n${[sayOutcome(stop, grace), saySettings(stop) ?? ''].join(' ').trimEnd()}`,
          );
          return `${condition}${seen.join('\n\n')}`;
        });
  const timeline = pod ? sayTimeline(pod, timelineOf(project, pod)).map((line) => `- ${line}`) : [];
  const grown =
    timeline.length > 0
      ? [
          `From the stop order, with ${grace === undefined ? 'a grace period that is not known' : `a grace period of ${grace} s`}:\n\n${timeline.join('\n')}`,
        ]
      : [];
  const others = pod ? sayOtherStops(project, pod, container).map((line) => `- ${line}`) : [];
  if (others.length > 0) grown.push(`It may be stopped in other ways, too:\n\n${others.join('\n')}`);
  return [title, ...paths, ...grown].join('\n\n');
}

function clause({ text, holds }: Condition): string {
  return holds ? `When ${text}` : `Unless ${text}`;
}

/** Markdown as a terminal shows it. */
function plain(markdown: string): string {
  return markdown
    .replace(/^```\w*\n?/gm, '')
    .replace(/\*\*|`/g, '')
    .replace(/\n{3,}/g, '\n\n');
}
