// Finds in a manifest file how the kubelets of the cluster are told to stop pods by themselves. Knows where things
// stand, not what they mean.
import { parseDuration } from '../text/duration.ts';
import type { Place } from '../text/span.ts';
import { objectsIn, textAt } from './manifestObjects.ts';
import { lookup, type YamlMap, type YamlNode } from './yaml/yamlNode.ts';

/** A KubeletConfiguration, as far as it is about stopping pods. */
export interface KubeletManifest {
  readonly path: string;
  /** What pods get when the node shuts down; absent where nothing is said of it, or it is not known. */
  readonly shutdown: NodeShutdown | undefined;
  /** Seconds of `evictionMaxPodGracePeriod`; absent where no eviction comes with notice. */
  readonly softEviction: number | undefined;
}

/** How long pods get when their node shuts down, in seconds. */
export interface NodeShutdown {
  readonly seconds: number;
  /** What pods get that are critical for the cluster. */
  readonly critical: number;
  /** The key that says so. */
  readonly key: 'shutdownGracePeriod' | 'shutdownGracePeriodByPodPriority';
  readonly at: Place;
}

/** The kubelet configurations of a file. */
export function kubeletsIn(path: string, text: string): readonly KubeletManifest[] {
  if (!text.includes('KubeletConfiguration')) return [];
  return objectsIn(path, text, (part) => part.includes('KubeletConfiguration')).flatMap((manifest) =>
    textAt(manifest, 'kind') === 'KubeletConfiguration' ? [kubeletOf(path, manifest)] : [],
  );
}

const MOST = 'evictionMaxPodGracePeriod';

function kubeletOf(path: string, manifest: YamlMap): KubeletManifest {
  const has = (key: string) => lookup(manifest, key).kind !== 'absent';
  // What a negative number comes to differs between versions.
  const softEviction = !has('evictionSoft') ? undefined : has(MOST) ? secondsAt(manifest, MOST) : 0;
  return { path, shutdown: byPriority(manifest) ?? forAll(manifest), softEviction };
}

function forAll(manifest: YamlMap): NodeShutdown | undefined {
  const key = 'shutdownGracePeriod';
  const found = lookup(manifest, key);
  const total = secondsAt(manifest, key);
  const none = lookup(manifest, 'shutdownGracePeriodCriticalPods').kind === 'absent';
  const critical = none ? 0 : secondsAt(manifest, 'shutdownGracePeriodCriticalPods');
  if (found.kind !== 'node' || total === undefined || critical === undefined) return undefined;
  return { seconds: Math.trunc(total - critical), critical: Math.trunc(critical), key, at: found.key.at };
}

/** `system-cluster-critical`: pkg/apis/scheduling/types.go. */
const CRITICAL = 2_000_000_000;

/** Of several groups, pods belong to the highest that is not above them, or to the lowest. */
function byPriority(manifest: YamlMap): NodeShutdown | undefined {
  const key = 'shutdownGracePeriodByPodPriority';
  const found = lookup(manifest, key);
  const items = found.kind === 'node' && found.node.kind === 'sequence' ? found.node.items : [];
  const groups = items.map((item) => ({
    priority: Number(textAt(item, 'priority')),
    seconds: secondsAt(item, 'shutdownGracePeriodSeconds'),
  }));
  const sorted = groups.sort((a, b) => a.priority - b.priority);
  const secondsFor = (most: number) => (sorted.findLast(({ priority }) => priority <= most) ?? sorted[0])?.seconds;
  const [usual, critical] = [secondsFor(0), secondsFor(CRITICAL)];
  const known = groups.every(({ priority, seconds }) => Number.isFinite(priority) && seconds !== undefined);
  if (found.kind !== 'node' || usual === undefined || critical === undefined || !known) return undefined;
  return { seconds: usual, critical, key, at: found.key.at };
}

function secondsAt(node: YamlNode, key: string): number | undefined {
  return parseDuration(textAt(node, key) ?? '');
}
