// What is said of a build before anybody reads its Dockerfile. Plain data.

/** Where a build reads its Dockerfile and its files. */
export interface Build {
  readonly dockerfile: string;
  /** The folder that COPY reads from; absent: the Dockerfile's own, or one above it. */
  readonly context?: string;
  /** The stage; absent: the last. */
  readonly target?: string;
}
