// A command as a shell runs it: its words expanded, and which of them each came from.
import type { SimpleCommand } from '../../sources/shell.ts';
import type { Arg } from '../launch/args.ts';
import type { Written } from '../stop/processTree.ts';
import type { Standing } from './flow.ts';
import type { Shell } from './shell.ts';

/** A command with its words expanded. */
export interface Call {
  readonly command: SimpleCommand;
  readonly args: readonly Arg[];
  readonly standing: Standing;
}

/** The word of a command that an argument comes from. */
export function written({ text }: Shell, { raw }: Arg, { command }: Call): Written | undefined {
  const word = command.words.find((one) => one.raw === raw);
  return word && { text, span: word, raw };
}

/** Where the words of a call stand in a file; those that stand nowhere are left out. */
export function writtenAll(shell: Shell, args: readonly Arg[], call: Call): readonly Written[] {
  return args.flatMap((arg) => written(shell, arg, call) ?? []);
}
