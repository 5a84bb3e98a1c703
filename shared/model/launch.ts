// What the runtime executes: the words, and where each was written. Knows the ENTRYPOINT × CMD × command × args table,
// not what the program does.
import type { Embedded } from '../text/embedded.ts';
import type { Place } from '../text/span.ts';

/** What wrote a word: the instruction or field that a person would look for. */
export type Origin = 'ENTRYPOINT' | 'CMD' | 'SHELL' | 'command' | 'args' | 'entrypoint' | 'Procfile' | 'init';

/** One word of the argument vector. */
export interface Word {
  readonly text: string;
  readonly origin: Origin;
  /** The word in its file, with the way back; absent when it is inherited from an image outside the project. */
  readonly source?: Embedded;
}

/** How a launch was written: by words, or as a text that a shell reads. */
export type Form = 'exec' | 'shell';

/** The argument vector that the runtime executes as PID 1. */
export interface Launch {
  readonly words: readonly Word[];
  /** `shell` when the instruction that gives the program is in shell form. */
  readonly form: Form;
  /** The whole instruction or field that decides what runs, within one line where it can be. */
  readonly at: Place;
}
