// What tools that build images are told: which image comes from which Dockerfile. Knows no tool.

/** An image that a tool is told to build. */
export interface BuildEntry {
  /** The image's name as written, perhaps with a tag. */
  readonly image: string;
  /** The folder that COPY reads from, relative to the file's own. */
  readonly context: string;
  /** The Dockerfile, and what its path is relative to. */
  readonly dockerfile: string;
  readonly within: 'context' | 'folder';
  /** The stage; absent: the last. */
  readonly target?: string | undefined;
}

/** Whether a name is known as far as it matters: a registry or a tag may come from a variable, the last part may not. */
export function isNamed(image: string): boolean {
  return /(?:^|\/)[a-z\d][\w.-]*(?:[:@][^/]*)?$/.test(image);
}
