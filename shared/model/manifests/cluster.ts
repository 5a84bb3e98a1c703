// The cluster that a manifest has to work on: as the settings say, else as its chart does.
import { type Cluster, USUAL_VERSION } from '../../knowledge/kubernetes.ts';
import { settingsFor } from '../../settings/settings.ts';
import type { Place } from '../../text/span.ts';
import type { Project } from '../project.ts';
import { chartOfTemplate } from './charts.ts';

/** The cluster of a file, with the place that says so where that is a chart. */
interface ClusterOfFile extends Cluster {
  readonly at?: Place;
}

/** The oldest cluster that a file has to work on. */
export function clusterFor(project: Project, path: string): ClusterOfFile {
  const { kubernetesVersion, featureGates } = settingsFor(project, path);
  if (kubernetesVersion !== undefined) return { kubernetesVersion, featureGates };
  const range = chartOfTemplate(project, path)?.root.kubeVersion;
  const oldest = range && oldestIn(range.text);
  if (!range || oldest === undefined) return { kubernetesVersion: USUAL_VERSION, featureGates };
  return { kubernetesVersion: oldest, featureGates, at: range.at };
}

/** The lowest version of a range such as `>=1.25.0-0 <1.31.0-0 || ^1.22`; `undefined` where it has no lower end. */
function oldestIn(range: string): string | undefined {
  const ends = range.split('||').map((part) => {
    const found = [...part.matchAll(/(<=?|!=|>=?|\^|~|=)?\s*v?1\.(\d+)/g)];
    const lower = found.filter(([, operator = '']) => !/^[<!]/.test(operator)).map(([, , minor]) => Number(minor));
    return lower.length > 0 ? Math.max(...lower) : Number.NEGATIVE_INFINITY;
  });
  const oldest = Math.min(...ends);
  return Number.isFinite(oldest) ? `1.${oldest}` : undefined;
}
