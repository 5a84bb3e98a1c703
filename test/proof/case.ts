// What a replay is told: the files of an incident, the traffic, and what is expected. Plain data; how a container is
// started and stopped stands in the files alone, and is read from them by the model.

/** The requests of a replay, which come whether or not earlier ones are answered. */
export interface Load {
  /** Requests in a second, for all pods together. */
  readonly rate: number;
  /** One of so many requests is slow; odd, so that both pods get some. */
  readonly slowEvery: number;
  readonly slowMs: number;
  /**
   * What the router in front balances. `requests`: each is sent to one of the endpoints that it knows (an ingress).
   * `connections`: a caller stays on the connection that it has for as long as the pod keeps it (a Service).
   */
  readonly balances: 'requests' | 'connections';
}

/** A file in a container: its text, or the folder of a Go program that is built. */
export type Provided = { readonly text: string; readonly program?: boolean } | { readonly go: string };

/** What is expected of a stage, before it runs. */
export interface Expected {
  /** Requests lost: about so many. */
  readonly lost: number;
  /** Seconds from the stop order to the end of the last container: about so many. */
  readonly seconds: number;
}

/** The files at one point of the story. */
export interface Stage {
  readonly title: string;
  /** Texts in place of the case's own, by path. */
  readonly texts?: Readonly<Record<string, string>>;
  /** The rules whose first quick fix is applied, each time it is offered; absent: none. */
  readonly fixes?: readonly string[];
  readonly expected: Expected;
  /** Seconds that the stop takes beyond what the model says, and where that figure comes from. */
  readonly late?: { readonly seconds: number; readonly why: string };
  /** Why requests are lost although the fix is applied. */
  readonly remark?: string;
}

/** An incident that is replayed. */
export interface Case {
  readonly id: string;
  readonly title: string;
  /** What is shown, in a sentence or two. */
  readonly about: string;
  /** Folders whose files are laid over each other, from the checkout. */
  readonly folders: readonly string[];
  /** The file that describes the pod, in these folders. */
  readonly manifest: string;
  /** The port that takes the requests. */
  readonly port: number;
  /** Seconds until the router has stopped sending to a pod that is going away. */
  readonly lag: number;
  readonly load: Load;
  /** Seconds that a program takes for its last requests here, by its name: what users can say in `.softstop.yaml`. */
  readonly drainSeconds: Readonly<Record<string, number>>;
  /** Files that take the place of what an image would bring, by container and path. */
  readonly provides: Readonly<Record<string, Readonly<Record<string, Provided>>>>;
  /** Debian packages with the programs. */
  readonly packages: readonly string[];
  readonly stages: readonly Stage[];
}
