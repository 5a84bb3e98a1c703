// One container as a runtime starts and stops it, whatever kind of file describes it, so that one rule serves all.
import type { Place } from '../text/span.ts';
import type { Image } from './image.ts';
import type { Launch, Word } from './launch.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Pod } from './pod.ts';
import type { Project } from './project.ts';
import type { Change, Setting } from './setting.ts';
import type { Stop } from './stopPath.ts';
import type { Value } from './value.ts';

/** The kind of file that describes a container. */
export type Source = 'dockerfile' | 'compose' | 'kubernetes' | 'procfile';

/** `sidecar`: a native one, an init container that is restarted. `stage`: an image that some workload may run. */
export type Role = 'regular' | 'init' | 'sidecar' | 'stage';

/** A container, resolved as far as the project's files allow. */
export interface Container {
  readonly source: Source;
  readonly role: Role;
  /** The container's, service's or image's name, as a person would say it. */
  readonly name: string;
  /** What declares it: the name in a manifest, the service key, the launch instruction of a Dockerfile. */
  readonly at: Place;
  /** The image it runs: a stage of the project, or what is known of one outside; unknown otherwise. */
  readonly image: Value<Image>;
  readonly launch: Value<Launch>;
  /** `SIGTERM` style names; as written where they are invalid. */
  readonly stopSignal: Setting<string>;
  /** What the stop signal does to what runs; one alternative per way the launch can go. */
  readonly stop: Value<Stop>;
  /** Hooks, probes, ports; absent for an image on its own. */
  readonly lifecycle: Lifecycle | undefined;
  /** The pod or service that it is part of; absent for an image on its own. */
  readonly pod: Pod | undefined;
}

/** Words that replace an image's ENTRYPOINT or CMD; `unknown` where a template decides. */
export type Override = Value<readonly Word[]>;

/** What a manifest or a Compose file says about one container. */
export interface ContainerParts {
  readonly source: Source;
  readonly role: Role;
  readonly name: string;
  readonly at: Place;
  /** The image reference as written (`registry/app:1.2`), and where. Unknown when templated. */
  readonly image: Value<string>;
  readonly imageAt?: Place;
  /** A Compose `build`: the Dockerfile's path, the context folder, the target stage. */
  readonly build?: { readonly dockerfile: string; readonly context: string; readonly target?: string };
  /** Kubernetes `command`, Compose `entrypoint`. Absent: the image's. An empty list resets it. */
  readonly entrypoint?: Override;
  /** Kubernetes `args`, Compose `command`. Absent: the image's (or none, where `entrypoint` is given). */
  readonly command?: Override;
  /** The whole field that decides the launch, where one is given. */
  readonly launchAt?: Place;
  /** A stop signal given here; absent: the image's. */
  readonly stopSignal?: Setting<string>;
  /** The edits that give this container a stop signal of its own; absent where its source cannot. */
  readonly setStopSignal?: (signal: string) => Change;
  /** Compose `init: true`. */
  readonly init?: Value<boolean>;
  /** Kubernetes `shareProcessNamespace` or `hostPID`: the launch is not PID 1. */
  readonly sharedPidNamespace?: Value<boolean>;
  readonly lifecycle?: Lifecycle;
}

/** Resolves what a manifest says together with the image that it runs. */
export declare function resolveContainer(project: Project, parts: ContainerParts, pod: Pod | undefined): Container;
