// Finds in a manifest file what says how many pods of a workload there are, and how many may be missing. Knows where
// things stand, not what they mean.
import type { Place } from '../text/span.ts';
import { BUDGET, SCALER } from './kinds.ts';
import { objectsLike, placeOfName, textAt } from './manifestObjects.ts';
import type { YamlMap } from './yaml/yamlNode.ts';

/** What decides how many pods of a workload there are: a HorizontalPodAutoscaler, or a ScaledObject of KEDA. */
export interface ScalerManifest {
  readonly path: string;
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly at: Place;
  /** Kind and name of the workload; absent where a template decides. */
  readonly target: { readonly kind: string | undefined; readonly name: string | undefined };
  readonly manifest: YamlMap;
}

/** A PodDisruptionBudget. */
export interface BudgetManifest {
  readonly path: string;
  readonly namespace: string | undefined;
  readonly at: Place;
  readonly manifest: YamlMap;
}

/** The scalers of a manifest file. */
export function scalersIn(path: string, text: string): readonly ScalerManifest[] {
  return scalersAmong(path, objectsLike(path, text, SCALER));
}

/** The budgets of a manifest file. */
export function budgetsIn(path: string, text: string): readonly BudgetManifest[] {
  return budgetsAmong(path, objectsLike(path, text, BUDGET));
}

/** Where a file names the kind, whether or not a template makes a budget of it. */
export function budgetNamesIn(path: string, text: string): readonly Place[] {
  const start = text.indexOf('PodDisruptionBudget');
  return start < 0 ? [] : [{ path, start, end: start + 'PodDisruptionBudget'.length }];
}

/** The scalers among some objects. */
export function scalersAmong(path: string, objects: readonly YamlMap[]): readonly ScalerManifest[] {
  return objects.flatMap((manifest) => {
    const kind = textAt(manifest, 'kind');
    if (kind !== 'HorizontalPodAutoscaler' && kind !== 'ScaledObject') return [];
    const target = {
      kind: textAt(manifest, 'spec', 'scaleTargetRef', 'kind') ?? (kind === 'ScaledObject' ? 'Deployment' : undefined),
      name: textAt(manifest, 'spec', 'scaleTargetRef', 'name'),
    };
    return [
      { path, kind, namespace: textAt(manifest, 'metadata', 'namespace'), at: placeOfName(manifest), target, manifest },
    ];
  });
}

/** The budgets among some objects. */
export function budgetsAmong(path: string, objects: readonly YamlMap[]): readonly BudgetManifest[] {
  return objects
    .filter((manifest) => textAt(manifest, 'kind') === 'PodDisruptionBudget')
    .map((manifest) => ({
      path,
      namespace: textAt(manifest, 'metadata', 'namespace'),
      at: placeOfName(manifest),
      manifest,
    }));
}
