// How a manifest looks that is read beside pods and their Services, before it is parsed. Knows nothing but kinds.

/** What decides how many pods of a workload there are. */
export const SCALER = kindOf('HorizontalPodAutoscaler|ScaledObject');
/** How many pods may be missing while a node is emptied. */
export const BUDGET = kindOf('PodDisruptionBudget');
/** What the API server asks before it stores an object. */
export const WEBHOOKS = kindOf('(?:Validating|Mutating)WebhookConfiguration');
export const NAMESPACE = kindOf('Namespace');

/** Lists may hold any kind. */
function kindOf(kinds: string): RegExp {
  return new RegExp(`kind["']?\\s*:\\s*["']?(?:(?:${kinds})(?:List)?|List)\\b`);
}
