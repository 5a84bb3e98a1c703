// An admission webhook: what the API server asks before it stores an object, and what it does without an answer.
import type { Place } from '../../text/span.ts';
import type { Change, Setting } from '../setting.ts';
import type { Condition } from '../value.ts';
import type { LabelSelector, Tri } from './selectors.ts';
import type { BackendWorkload } from './webhookBackend.ts';

/** One webhook of a configuration. */
export interface Webhook {
  readonly name: string;
  readonly at: Place;
  readonly kind: string;
  /** The name of the configuration that it stands in. */
  readonly specAt: Place;
  /** The values file or the overlay that makes it so; absent where there is but one way. */
  readonly when?: Condition;
  /** `Fail`: without an answer the request is refused. */
  readonly policy: Setting<string>;
  /** Seconds that the API server waits for an answer. */
  readonly timeout: Setting<number>;
  readonly rules: readonly WebhookRule[];
  /** Absent: all namespaces. */
  readonly namespaces: LabelSelector | undefined;
  /** Absent: all objects. */
  readonly objects: LabelSelector | undefined;
  /** Whether its conditions let a request through to it, as far as they are known. */
  passes(request: AskedAbout): Tri;
  /** Whether a template leaves the namespaces to whoever installs it. */
  readonly foreseen: boolean;
  /** Absent: it is called by a URL. */
  readonly backend: Backend | undefined;
  /** What answers behind that Service, as far as the project holds it. */
  behind(): readonly BackendWorkload[];
  /** Leaves objects of these namespaces alone. */
  exclude(namespaces: readonly string[]): Change;
}

/** A request, as far as conditions may ask about it. */
export interface AskedAbout {
  readonly operation: string;
  readonly group: string;
  readonly resource: string;
  /** Empty of what is in no namespace. */
  readonly namespace: string;
}

/** A rule: the requests that it is asked about. */
export interface WebhookRule {
  readonly at: Place;
  readonly operations: readonly string[];
  readonly groups: readonly string[];
  readonly resources: readonly string[];
  /** `*`, `Namespaced` or `Cluster`. */
  readonly scope: string;
}

/** The Service that answers. */
export interface Backend {
  readonly namespace: string;
  readonly name: string;
  /** The Service's port. */
  readonly port: number;
  /** The namespace where it is written. */
  readonly at: Place;
  /** Whether its namespace is written as it is, and no template decides it. */
  readonly literal: boolean;
}
