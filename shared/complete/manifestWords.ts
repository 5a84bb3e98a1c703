// What a manifest or a Compose file may say about a container's stop: times that are long enough, signals, hooks that wait.
// Keys that any editor knows from a schema are left to it.
import type { Analysis } from '../engine/engine.ts';
import { hasFeature } from '../knowledge/kubernetes.ts';
import type { Container } from '../model/container.ts';
import { clusterFor } from '../model/manifests/cluster.ts';
import { graceFor } from '../model/pod/gracePeriod.ts';
import type { Pod } from '../model/pod/pod.ts';
import { needOf } from '../model/pod/row.ts';
import { timelineOf } from '../model/pod/timeline.ts';
import { knownValue } from '../model/value.ts';
import { type Completion, type Cursor, lastLetters } from './completion.ts';
import { signalChoices } from './signals.ts';
import { type YamlPlace, yamlPlaceAt } from './yamlLines.ts';

/** What may be written at the cursor of a manifest or a Compose file. */
export function manifestWords(analysis: Analysis, cursor: Cursor): readonly Completion[] {
  const place = yamlPlaceAt(cursor);
  const container = place && containerAbove(analysis, cursor);
  const pod = container?.pod;
  if (!place || !pod) return [];
  return pod.source === 'compose'
    ? serviceWords(analysis, cursor, place, container, pod)
    : podWords(analysis, cursor, place, container, pod);
}

/** The container of the same document whose name stands last above the cursor. */
function containerAbove({ containers }: Analysis, { path, text, offset }: Cursor): Container | undefined {
  const start = text.lastIndexOf('\n---', offset);
  const end = text.indexOf('\n---', offset);
  const isHere = ({ at, pod }: Container) =>
    pod !== undefined && at.path === path && at.start > start && (end < 0 || at.start < end);
  const here = containers.filter(isHere).sort((a, b) => a.at.start - b.at.start);
  // A pod's grace period may stand above all its containers.
  return here.findLast(({ at }) => at.start <= offset) ?? here[0];
}

function serviceWords(
  analysis: Analysis,
  cursor: Cursor,
  { parents, key, word }: YamlPlace,
  container: Container,
  pod: Pod,
): readonly Completion[] {
  if (parents[0] !== 'services' || parents.length !== 2) return [];
  const at = lastLetters(cursor, word.length);
  if (key === 'stop_signal') return signalChoices(container, at);
  if (key === 'stop_grace_period') return times(analysis, pod, at, (seconds) => `${seconds}s`);
  return [];
}

function podWords(
  analysis: Analysis,
  cursor: Cursor,
  { parents, key, word, indent }: YamlPlace,
  container: Container,
  pod: Pod,
): readonly Completion[] {
  const at = lastLetters(cursor, word.length);
  const [above, parent] = [parents.at(-2), parents.at(-1)];
  const cluster = clusterFor(analysis.project, cursor.path);
  const delay = timelineOf(analysis.project, pod).lag.advised;
  if (key === 'terminationGracePeriodSeconds' && parent === 'spec') return times(analysis, pod, at, String);
  if (key === 'stopSignal' && parent === 'lifecycle') {
    return hasFeature(cluster, 'stopSignalField') ? signalChoices(container, at) : [];
  }
  const canSleep = hasFeature(cluster, 'preStopSleep');
  if (key === 'seconds' && parent === 'sleep' && above === 'preStop') {
    return [{ ...sayDelay(delay), label: String(delay), at, newText: String(delay), kind: 'value' }];
  }
  if (key !== undefined) return [];
  if (parent === 'preStop' && above === 'lifecycle') return hooks(delay, canSleep, container, at, indent);
  if (parent === 'lifecycle' && !hasPreStop(container)) {
    return hooks(delay, canSleep, container, at, indent + 2).map((hook) => ({
      ...hook,
      label: `preStop: ${hook.label}`,
      newText: `preStop:\n${' '.repeat(indent + 2)}${hook.newText}`,
    }));
  }
  return [];
}

function hasPreStop({ lifecycle }: Container): boolean {
  return lifecycle !== undefined && knownValue(lifecycle.preStop) !== undefined;
}

/** Ways to wait, as the keys below `preStop`. */
function hooks(
  delay: number,
  canSleep: boolean,
  { image }: Container,
  at: Completion['at'],
  indent: number,
): readonly Completion[] {
  const deeper = ' '.repeat(indent + 2);
  const said = { ...sayDelay(delay), at, kind: 'block' as const };
  const native = { ...said, label: `sleep ${delay} s`, newText: `sleep:\n${deeper}seconds: ${delay}` };
  const own = { ...said, label: `exec sleep ${delay}`, newText: `exec:\n${deeper}command: ["sleep", "${delay}"]` };
  const hasSleep = knownValue(image)?.base?.hasSleep !== false;
  return [...(canSleep ? [native] : []), ...(hasSleep ? [own] : [])];
}

function sayDelay(delay: number): { detail: string; documentation: string } {
  return {
    detail: 'until routers have followed',
    documentation: `The container serves on for ${delay} s before its stop signal: so long it may take until the last router has stopped sending new requests.`,
  };
}

/** Grace periods: the one that is long enough first. */
function times(
  { project }: Analysis,
  pod: Pod,
  at: Completion['at'],
  write: (seconds: number) => string,
): readonly Completion[] {
  const { rows } = timelineOf(project, pod);
  const needed = graceFor(rows.map(needOf));
  const why = rows.map(({ container, preStop, drain }) => {
    const waits = preStop.min > 0 ? `waits ${preStop.min} s in its preStop hook and ` : '';
    const works = drain
      ? `needs ${drain.seconds} s for its last requests ${drain.why}`
      : 'is given 30 s for its last requests';
    return `- \`${container.name}\` ${waits}${works}`;
  });
  const usual = [pod.source === 'compose' ? 10 : 30, 60].filter((seconds) => seconds !== needed);
  return [
    {
      seconds: needed,
      detail: 'long enough',
      documentation: [...why, '', 'rounded up, with some seconds to spare.'].join('\n'),
    },
    ...usual.map((seconds) => ({ seconds, detail: seconds === 60 ? 'a minute' : 'the default', documentation: '' })),
  ].map(({ seconds, detail, documentation }) => ({
    label: write(seconds),
    detail,
    documentation,
    at,
    newText: write(seconds),
    kind: 'value',
  }));
}
