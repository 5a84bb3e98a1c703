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

const CONFIG_MAP = kindOf('ConfigMap');
/** A key that names a file of the kind that servers read, or a variable. */
const SERVER_FILE =
  /^[ \t]+["']?(?:[\w.-]+\.(?:conf|cfg|ini|rb|py|properties|ya?ml|template)|[A-Z][A-Z\d_]+)["']?[ \t]*:/m;

/** Whether a ConfigMap in a text may hold what a server reads. */
export function mayHoldFiles(text: string): boolean {
  return CONFIG_MAP.test(text) && SERVER_FILE.test(text);
}
