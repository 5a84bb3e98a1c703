// What a shell asks of whoever runs the machine: what commands are, what files say, how open questions are answered.
import type { Embedded } from '../../text/embedded.ts';
import type { Place } from '../../text/span.ts';
import type { Arg } from '../launch/args.ts';
import type { Condition } from '../value.ts';
import type { Machine, ProcessImage } from './machine.ts';

/** What a shell asks of whoever runs the machine. */
export interface Host {
  readonly machine: Machine;
  /** How an open question is answered; `anew`: by a script that has started itself again. */
  decide(question: Omit<Condition, 'holds'>, anew?: boolean): boolean;
  /** What a command would be; `short` has done its work at once, with a status that may be open. */
  resolve(args: readonly Arg[], around: Surroundings): Resolved;
  /** The text of a file of the project that a word names by its path in the image. */
  textOf(word: Arg, named: Variables): Embedded | undefined;
  /** Whether a command is to be run as if `exec` stood in front of it. */
  assumesExec(at: Place): boolean;
}

/** Values by name; one that is set to something unknown is `undefined`. */
export type Variables = ReadonlyMap<string, string | undefined>;

/** What a command is started in. */
export interface Surroundings {
  /** Whether a program is still to come after it: one that nothing is known of is then taken to end. */
  readonly more: boolean;
  /** Environment and shell variables; `PWD` is the directory that relative paths start from. */
  readonly named: Variables;
}

/** What a command is: `short`, over before the next one begins; `image`, what a process becomes by it. */
export type Resolved =
  | { readonly kind: 'short'; readonly status: number | undefined }
  | { readonly kind: 'image'; readonly image: ProcessImage };
