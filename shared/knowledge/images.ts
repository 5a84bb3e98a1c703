// What is known of images outside the project, and the look-up. Data with sources stands in images.json.

/** A shell that behaves in its own way when it is told to stop; `unknown` behaves in one of the known ways. */
export type Dialect = 'dash' | 'busybox-ash' | 'bash' | 'ksh' | 'zsh';

/** What a container inherits from an image that the project does not build. */
export interface ImageFacts {
  readonly os: 'linux' | 'windows';
  /** Exec-form words; empty when it sets none; absent when that is not known. */
  readonly entrypoint: readonly string[] | undefined;
  /** Like `entrypoint`; a shell-form CMD stands as `/bin/sh -c TEXT`. */
  readonly cmd: readonly string[] | undefined;
  /** Whether its ENTRYPOINT, a script, ends as the command that it is given. Absent: not known. */
  readonly entrypointExecs: boolean | undefined;
  /** `SIGTERM` style; absent when the tag does not tell which of several it is. */
  readonly stopSignal: string | undefined;
  /** What answers to `/bin/sh`; absent when it is not known. */
  readonly sh: Dialect | 'none' | undefined;
  readonly hasBash: boolean | undefined;
  /** Whether it has a `sleep` program. */
  readonly hasSleep: boolean | undefined;
  /** Where the facts were read: repository, commit and path. */
  readonly source: string;
}

/** The facts of an image by its reference, such as `docker.io/library/nginx:1.27-alpine`; none of most. */
export function imageFacts(_reference: string): ImageFacts | undefined {
  return undefined;
}
