// How many pods of a workload a rollout stops at the same time, before new ones are ready.
import type { PodTemplate } from '../../sources/podTemplates.ts';
import { setKey } from '../../sources/yaml/yamlEdit.ts';
import { lookup, type YamlNode } from '../../sources/yaml/yamlNode.ts';
import type { Place } from '../../text/span.ts';
import { asInteger, asText, find, read, type Section, subsection } from '../manifests/yamlValue.ts';
import { type Change, refuse } from '../setting.ts';
import { fewestPods, holdsHostPort, type Placement } from './placement.ts';

/** What a rollout may stop, as somebody has written it. */
export interface Rollout {
  readonly strategy: 'Recreate' | 'RollingUpdate';
  /** The value that says so. */
  readonly at: Place;
  /** How many pods may be stopped at once, and of how many; of a DaemonSet, all or not. */
  readonly stopped: number;
  readonly count: number;
  /** Starts a new pod before an old one is stopped. */
  soften(): Change;
}

/** The rollout of a workload, if its manifest says how it goes and how many pods there are. */
export function rolloutOf(template: PodTemplate, pod: Section, placement: Placement): Rollout | undefined {
  const { kind, manifest } = template;
  const spec = subsection({ map: manifest, partial: pod.partial }, 'spec');
  if (!spec) return undefined;
  if (kind === 'DaemonSet') return daemonRollout(spec);
  const count = fewestPods(placement)?.count;
  if (kind !== 'Deployment' || count === undefined) return undefined;
  const type = read(spec, ['strategy', 'type'], asText);
  const typeAt = lookup(spec.map, 'strategy', 'type');
  if (type.kind === 'unknown') return undefined;
  if (type.value === 'Recreate' && typeAt.kind === 'node') {
    const gentle = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } };
    return {
      strategy: 'Recreate',
      at: typeAt.node.at,
      stopped: count,
      count,
      soften: () => withRoom(pod, () => setKey(spec.map, ['strategy'], gentle)),
    };
  }
  return rolling(spec, pod, count);
}

function rolling(spec: Section, pod: Section, count: number): Rollout | undefined {
  const keys = ['strategy', 'rollingUpdate', 'maxUnavailable'];
  const found = lookup(spec.map, ...keys);
  const unavailable = read(spec, keys, (node) => podsOf(node, count, Math.floor));
  const surge = read(spec, ['strategy', 'rollingUpdate', 'maxSurge'], (node) => podsOf(node, count, Math.ceil));
  if (found.kind !== 'node' || unavailable.kind === 'unknown' || surge.kind === 'unknown') return undefined;
  const more = surge.value ?? Math.ceil(count / 4);
  // With neither, no rollout could begin: the API takes it as one.
  const stopped = unavailable.value === 0 && more === 0 ? 1 : (unavailable.value ?? 0);
  return {
    strategy: 'RollingUpdate',
    at: found.node.at,
    stopped,
    count,
    soften: () =>
      withRoom(pod, () => {
        const none = setKey(spec.map, keys, 0);
        const one = more > 0 ? none : setKey(spec.map, ['strategy', 'rollingUpdate', 'maxSurge'], 1);
        if (!none.ok || !one.ok) return none.ok ? one : none;
        return { ok: true, edits: more > 0 ? none.edits : [...none.edits, ...one.edits] };
      }),
  };
}

/** One pod on every node: only a share tells whether that is all of them. */
function daemonRollout(spec: Section): Rollout | undefined {
  const keys = ['updateStrategy', 'rollingUpdate', 'maxUnavailable'];
  const found = find(spec, ...keys);
  if (found.kind !== 'node' || asText(found.node) !== '100%') return undefined;
  const soften = () => setKey(spec.map, keys, 1);
  return { strategy: 'RollingUpdate', at: found.node.at, stopped: Infinity, count: Infinity, soften };
}

/** A second pod cannot start on a node whose port the first one holds. */
function withRoom(pod: Section, change: () => Change): Change {
  return holdsHostPort(pod) === 'no' ? change() : refuse('the pods hold a port of their node');
}

function podsOf(node: YamlNode, count: number, round: (pods: number) => number): number | undefined {
  const percent = /^(\d+)%$/.exec(asText(node) ?? '')?.[1];
  return percent === undefined ? asInteger(node) : round((Number(percent) * count) / 100);
}
