// The commands of programs that are not given them as the rest of their words: a text for a shell, a program by an option,
// a command up to a mark. Knows how those words are read, not what comes of it.
import type { ProgramFacts } from '../../knowledge/programs.ts';
import type { Arg } from '../launch/args.ts';

/** `su USER -c TEXT`, `flock FILE -c TEXT`: the shell that it starts, with the text; that of the user is taken to be the usual one. */
export function shellText({ id }: ProgramFacts, args: readonly Arg[]): readonly Arg[] | undefined {
  const takesShell = id === 'su' || id === 'runuser';
  if (!takesShell && id !== 'flock' && id !== 'script') return undefined;
  const text = after(args, /^(?:-\w*c|--command)$/);
  const word = (text: string): Arg => ({ text, raw: text, at: args[0]?.at, source: undefined, form: 'exec' });
  const shell = takesShell ? after(args, /^(?:-s|--shell)$/) : undefined;
  return text && [shell ?? word('sh'), word('-c'), text];
}

/** `find … -exec COMMAND ;`, `start-stop-daemon --start --exec PROGRAM -- ARGUMENT …`: the command with its words. */
export function scattered({ id }: ProgramFacts, args: readonly Arg[]): readonly Arg[] | undefined {
  if (id === 'find') {
    const start = args.findIndex(({ text }) => /^-(?:exec|ok)(?:dir)?$/.test(text ?? '')) + 1;
    const length = args.slice(start).findIndex(({ text }) => text === ';' || text === '+');
    // What stands for the files that are found is not known.
    return args
      .slice(start, length < 0 ? undefined : start + length)
      .map((arg) => (arg.text?.includes('{}') ? { ...arg, text: undefined } : arg));
  }
  if (id !== 'start-stop-daemon') return undefined;
  const program = after(args, /^(?:-\w*a|--startas)$/) ?? after(args, /^(?:-\w*x|--exec)$/);
  const dashes = args.findIndex(({ text }) => text === '--');
  return program && [program, ...(dashes < 0 ? [] : args.slice(dashes + 1))];
}

/** The word behind an option. */
function after(args: readonly Arg[], option: RegExp): Arg | undefined {
  const at = args.findIndex(({ text }) => option.test(text ?? ''));
  return at < 0 ? undefined : args[at + 1];
}
