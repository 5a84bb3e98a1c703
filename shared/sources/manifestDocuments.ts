// Which documents of a manifest file are worth a look. Knows them by their texts.
import { BUDGET, mayHoldFiles, SCALER, WEBHOOKS } from './kinds.ts';
import { mayHoldPods } from './podTemplates.ts';
import { GATEWAY, ROUTE, SERVICE } from './traffic.ts';

/** Whether a document may hold pods, send traffic to some, say how many there are, guard what is created, or hold a server's files. */
export function matters(part: string): boolean {
  return (
    [SERVICE, ROUTE, GATEWAY, SCALER, BUDGET, WEBHOOKS].some((kind) => kind.test(part)) ||
    mayHoldPods(part) ||
    mayHoldFiles(part)
  );
}
