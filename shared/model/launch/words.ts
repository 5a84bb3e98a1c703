// The words of a command and who wrote them. Plain data; knows neither image nor container.
import type { Embedded } from '../../text/embedded.ts';
import type { Value } from '../value.ts';

/** What wrote a word: the instruction or field that a person would look for. */
export type Origin = 'ENTRYPOINT' | 'CMD' | 'SHELL' | 'command' | 'args' | 'entrypoint' | 'Procfile' | 'init';

/** How a command was written: by words, as a text that a shell reads, or as a line of a Procfile that one reads. */
export type Form = 'exec' | 'shell' | 'line';

/** One word of the argument vector. */
export interface Word {
  readonly text: string;
  readonly origin: Origin;
  /** `shell` for the text of a shell-form instruction. */
  readonly form: Form;
  /** The word in its file, with the way back; absent when nothing in the project wrote it. */
  readonly source?: Embedded;
}

/** Words that replace an image's ENTRYPOINT or CMD; `unknown` where a template decides. */
export type Override = Value<readonly Word[]>;
