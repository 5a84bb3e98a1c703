// Hooks, probes and ports: what a manifest says about how one container is told to stop, as data with places and with
// the ways to change it. Knows no notation and judges nothing.
import type { Place } from '../../text/span.ts';
import type { Interval } from '../interval.ts';
import type { Word } from '../launch/words.ts';
import type { Change, Setting } from '../setting.ts';
import type { Value } from '../value.ts';

/** Something that is written down and can be taken out. */
export interface Field {
  /** The key, or the whole value where it has none. */
  readonly at: Place;
  /** The edits that remove it. */
  remove(): Change;
}

/** What a hook or a probe does. */
export type Handler =
  | ExecHandler
  | (Field & { readonly kind: 'httpGet' | 'tcpSocket' | 'grpc'; readonly port: string | undefined })
  | (Field & { readonly kind: 'sleep'; readonly seconds: Setting<number> });

/** A program that is started in the container; no shell reads its words. */
export interface ExecHandler extends Field {
  readonly kind: 'exec';
  /** Absent: the field is missing, which no API server takes. */
  readonly command: Value<readonly Word[]> | undefined;
  /** The edits that give it these words. */
  setCommand(words: readonly string[]): Change;
}

/** A hook: what runs when the container starts, or when it is told to stop. */
export interface Hook extends Field {
  readonly name: 'preStop' | 'postStart';
  /** As many as are written; a valid hook has one. */
  readonly handlers: readonly Handler[];
  /** Whether these are all: a template may add more. */
  readonly complete: boolean;
  /** How long it takes, in seconds; literal sleeps count, whatever else it runs may take any time. */
  readonly duration: Interval;
  /** The edits that make it a native sleep. */
  becomeSleep(seconds: number): Change;
  /** The edits that make it start a program, whatever it does now. */
  becomeExec(words: readonly string[]): Change;
}

/** A question that the kubelet asks the container again and again. */
export interface Probe extends Field {
  readonly name: 'livenessProbe' | 'readinessProbe' | 'startupProbe';
  readonly handlers: readonly Handler[];
  /** Its own `terminationGracePeriodSeconds`, with the way to take it out. */
  readonly grace: (Setting<number> & Field) | undefined;
  /** The edits that give it one. */
  setGrace(seconds: number): Change;
  /** Seconds between two questions, and how many wrong answers in a row count. */
  readonly period: Setting<number>;
  readonly failures: Setting<number>;
}

/** A port that the container says it listens on. */
export interface Port {
  readonly name: string | undefined;
  /** Absent where a template decides. */
  readonly number: number | undefined;
  readonly protocol: string;
  /** Whether the node forwards a port of its own. */
  readonly onHost: boolean;
  readonly at: Place;
}

/** A name and a value that the container is given. */
export interface Variable {
  readonly name: string;
  /** Absent where it comes from elsewhere. */
  readonly value: string | undefined;
  readonly at: Place;
}

/** A delay before the stop signal, in one of two notations. */
export interface Delay {
  readonly seconds: number;
  /** `sleep`: the kubelet waits. `exec`: the image's own `sleep` does. */
  readonly by: 'sleep' | 'exec';
  /** What a shell of the image does after it; with `exec` alone. */
  readonly then?: string;
}

/** What makes process 1 of a container another program than its own: one of the pod, or of the node. */
export interface SharedProcesses extends Field {
  readonly name: 'shareProcessNamespace' | 'hostPID';
}

/** What a manifest says about one container's stop. */
export interface Lifecycle {
  /** The image reference as written. */
  readonly image: string | undefined;
  /** The field that holds the hooks. */
  readonly field: Field | undefined;
  readonly preStop: Value<Hook | undefined>;
  readonly postStart: Value<Hook | undefined>;
  readonly probes: readonly Probe[];
  /** Whether something else may decide that it is ready: a readiness gate, a template, a patch. */
  readonly readyElsewhere?: boolean;
  /** The `restartPolicy` that makes an init container a native sidecar. */
  readonly restartPolicy?: Place;
  /** `lifecycle.stopSignal`; absent where there is none. */
  readonly stopSignal: Field | undefined;
  /** The edits that give the container a stop signal of its own; absent where there is no such field. */
  readonly setStopSignal?: (signal: string) => Change;
  readonly sharedProcesses?: SharedProcesses;
  readonly ports: readonly Port[];
  /** Whether those are all that are declared. */
  readonly hasAllPorts: boolean;
  /** The words of its command line that are given here, whatever the image puts around them. */
  readonly arguments: readonly Word[];
  readonly environment: readonly Variable[];
  /** The edits that make a regular container a native sidecar, which is stopped when the others have ended. */
  readonly becomeSidecar?: () => Change;
  /** The edits that give it a readiness probe of a port, by name or number, asked as its liveness probe asks. */
  readonly addReadiness?: (port: string) => Change;
  /** The edits that give a container without a preStop hook one that waits. */
  addDelay(delay: Delay): Change;
}
