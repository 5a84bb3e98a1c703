// What a supervisord of the launch looks after, as processes: finds its configuration in the image, and says what each
// program of it is.
import type { ProgramFacts } from '../../knowledge/programs.ts';
import type { Embedded } from '../../text/embedded.ts';
import type { Place } from '../../text/span.ts';
import type { Image } from '../image/image.ts';
import type { Arg } from '../launch/args.ts';
import { type SupervisedProgram, supervisorConfig } from '../launch/supervisord.ts';
import { resolvePath } from '../paths.ts';
import type { Resolved, Surroundings } from './host.ts';
import { Lost, type ProcessImage } from './machine.ts';
import { type DrainTime, program } from './natives.ts';
import { ENDED, named, running } from './resolved.ts';
import { supervisor } from './supervisors.ts';

/** What is asked of whoever knows the commands of the launch. */
interface Hands {
  resolve(args: readonly Arg[], around: Surroundings): Resolved;
  readonly drainTime: DrainTime;
  /** Told of a file that a place leads to. */
  link(at: Place | undefined, text: Embedded): void;
}

/** A supervisord with its programs; `undefined` where the project does not say what those are. */
export function supervised(
  args: readonly Arg[],
  facts: ProgramFacts,
  around: Surroundings,
  image: Image,
  hands: Hands,
): Resolved | undefined {
  const read: { readonly text: Embedded; readonly by: Place | undefined }[] = [];
  const directory = around.named.get('PWD') ?? '/';
  const config = supervisorConfig(
    args.map(({ text }) => text),
    {
      directory,
      text: (path) => {
        const file = image.file(path);
        return file.kind === 'text' ? file.text : undefined;
      },
      list: (folder) => (image.list(folder) ?? []).map((name) => `${folder}/${name}`),
      variable: (name) => around.named.get(name),
      reads: (text, by) => read.push({ text, by }),
    },
  );
  if (!config) return undefined;
  // One that does not stay leaves its programs behind, which nobody can tell any more.
  if (around.more && !config.stays) return ENDED;
  for (const { text, by } of read) hands.link(by ?? leadingWord(args)?.at, text);
  const groups = config.groups.map((programs) => programs.flatMap((one) => imagesOf(one, around, directory, hands)));
  return running({ ...named(args), role: 'supervisor', facts, native: supervisor(groups) });
}

/** The word that names the configuration, else the program. */
function leadingWord(args: readonly Arg[]): Arg | undefined {
  const option = args.findIndex(({ text }) => /^(?:-[nst]*c|--configuration)$/.test(text ?? ''));
  return args[option + 1] ?? args[0];
}

/** The processes that a program starts as; none where it has done its work at once. */
function imagesOf(
  { supervision, words, directory, environment, count }: SupervisedProgram,
  around: Surroundings,
  from: string,
  hands: Hands,
): readonly ProcessImage[] {
  const variables = new Map([...around.named, ...environment]);
  variables.set('PWD', directory === undefined ? from : resolvePath(from, directory));
  return Array.from({ length: count }).flatMap(() => {
    const resolved = resolvedOr(words, { more: false, named: variables }, hands);
    return resolved.kind === 'short' ? [] : { ...resolved.image, supervision };
  });
}

/** A program that cannot be followed is one of which nothing is known. */
function resolvedOr(words: readonly Arg[], around: Surroundings, hands: Hands): Resolved {
  try {
    return hands.resolve(words, around);
  } catch (error) {
    if (!(error instanceof Lost)) throw error;
    return running({ ...named(words), role: 'program', facts: undefined, native: program(undefined, hands.drainTime) });
  }
}
