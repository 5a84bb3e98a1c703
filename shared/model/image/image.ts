// An image: what a container inherits when it runs it. A stage of a Dockerfile, or what is known of one outside.
import type { Dialect, ImageFacts } from '../../knowledge/images.ts';
import type { Instruction } from '../../sources/dockerfile.ts';
import type { Embedded } from '../../text/embedded.ts';
import type { Edit, Place } from '../../text/span.ts';
import type { Form, Word } from '../launch/words.ts';
import type { Change, Setting } from '../setting.ts';
import type { Value } from '../value.ts';

/** An ENTRYPOINT or CMD. */
export interface ImageCommand {
  readonly form: Form;
  /** Exec form: its words. Shell form: the words of SHELL and the text. */
  readonly words: readonly Word[];
  /** The instruction; absent when inherited from an image outside the project. */
  readonly at?: Place;
}

/** A file that the image holds, as far as the project tells. */
export type ImageFile =
  /** Copied from the project, or written in place: its text with the way back. */
  | { readonly kind: 'text'; readonly text: Embedded }
  /** Surely not from this project: it comes with a base image or is built; `mounted` where something is laid over it. */
  | { readonly kind: 'unknown'; readonly why: string; readonly mounted?: true };

/** What a container inherits. */
export interface Image {
  /** As a person would name it: `node:22`, or the Dockerfile and its stage. */
  readonly name: string;
  /** The outermost base image, as written: whatever no file of the project says comes from there. */
  readonly origin: string;
  /** The Dockerfile that builds it, if it is one of the project. */
  readonly dockerfile: string | undefined;
  /** What a Dockerfile that builds on it does before anything else. */
  readonly triggers: readonly Instruction[];
  readonly os: 'linux' | 'windows';
  readonly entrypoint: Value<ImageCommand | undefined>;
  readonly cmd: Value<ImageCommand | undefined>;
  readonly stopSignal: Setting<string>;
  /** The edit that adds an instruction to the Dockerfile, in front of the one that says what runs. */
  insert(instruction: string): Change;
  /** The SHELL that shell-form instructions are read by; absent: `/bin/sh -c`. */
  readonly shell: readonly Word[] | undefined;
  /** What answers to `/bin/sh`. */
  readonly sh: Value<Dialect | 'none'>;
  /** Environment variables; one without a value is set to something unknown. */
  readonly env: ReadonlyMap<string, string | undefined>;
  /** The directory that relative paths start from. */
  readonly workdir: Value<string>;
  /** What is known of the outermost base image. */
  readonly base: ImageFacts | undefined;
  /** The file at an absolute or relative path inside the image. */
  file(path: string): ImageFile;
  /**
   * The names of the files of the project that it holds in a folder, sorted; it may hold others of its own. Absent where
   * something is laid over it that nobody here knows.
   */
  list(folder: string): readonly string[] | undefined;
  /** A file of the folder that it is built from, which the build may have packed into something. */
  context(path: string): ImageFile;
  /** Whether a Dockerfile on the way to it names something: what it then does with that is not followed. */
  mentions(text: string): boolean;
  /** Has the build run a line right after it has begun with an image from outside, as that one's user; absent where no Dockerfile builds it. */
  readonly runFirst?: (line: string) => Edit;
  /** Whether it holds a program, by its name or path; absent where nobody here knows. */
  holds(program: string): boolean | undefined;
}
