// Finds in a manifest file how the kubelets of the cluster are told to stop pods by themselves. Knows where things
// stand, not what they mean.
import { parseDuration } from '../text/duration.ts';
import type { Place } from '../text/span.ts';
import { objectsIn, textAt } from './kubernetes.ts';
import { lookup, type YamlMap } from './yaml/yaml.ts';

/** A KubeletConfiguration, as far as it is about stopping pods. */
export interface KubeletManifest {
  readonly path: string;
  /** The key that gives pods their time when the node shuts down; absent where nothing is said of it. */
  readonly shutdownAt: Place | undefined;
  /** Seconds of `shutdownGracePeriod` and `shutdownGracePeriodCriticalPods`. */
  readonly shutdown: number | undefined;
  readonly critical: number | undefined;
  /** Whether the time goes by the priority of pods. */
  readonly byPriority: boolean;
  /** Seconds of `evictionMaxPodGracePeriod`; absent where no eviction comes with notice. */
  readonly softEviction: number | undefined;
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
  const seconds = (key: string) => parseDuration(textAt(manifest, key) ?? '');
  const has = (key: string) => lookup(manifest, key).kind !== 'absent';
  const found = lookup(manifest, 'shutdownGracePeriod');
  return {
    path,
    shutdownAt: found.kind === 'node' ? found.key.at : undefined,
    shutdown: seconds('shutdownGracePeriod'),
    critical: has('shutdownGracePeriodCriticalPods') ? seconds('shutdownGracePeriodCriticalPods') : 0,
    byPriority: has('shutdownGracePeriodByPodPriority'),
    // What a negative number comes to differs between versions.
    softEviction: !has('evictionSoft') ? undefined : has(MOST) ? seconds(MOST) : 0,
  };
}
