// The kinds of things that a rule can be about. Adding a kind is a line here and a line in the engine.

import type { Container } from './container.ts';
import type { Pod } from './pod/pod.ts';
import type { Ignore } from './suppression.ts';
import type { Service } from './workload/service.ts';
import type { Webhook } from './workload/webhook.ts';

/** The type of a subject by its name. */
export interface Subjects {
  readonly container: Container;
  readonly pod: Pod;
  readonly service: Service;
  readonly webhook: Webhook;
  readonly ignoreComment: Ignore;
}
