// npm and its like: which line of package.json they start, with which shell, and what stands there where nobody knows it;
// make, and the lines of its Makefile.
import { type ProgramFacts, programById } from '../../knowledge/programs.ts';
import { isShort } from '../../knowledge/shortCommands.ts';
import { Embedded } from '../../text/embedded.ts';
import { NOWHERE } from '../../text/span.ts';
import { type Arg, shown } from '../launch/args.ts';
import { recipeLines } from '../launch/makefile.ts';
import { packageScript, yarnProgram } from '../launch/packageScript.ts';
import type { Resolved, Surroundings } from './host.ts';
import type { ProcessImage } from './machine.ts';
import { type DrainTime, parent, program } from './natives.ts';
import { ENDED, named, running, step, was } from './resolved.ts';
import type { Reading } from './shellCalls.ts';

/** What a package manager finds and does in its image. */
interface Hands {
  /** The text of a file, by its path. */
  read(path: string): Embedded | undefined;
  runShell(name: string, reading: Reading, around: Surroundings): Resolved;
  /** What a command is. */
  resolve(args: readonly Arg[], around: Surroundings): Resolved;
  readonly drainTime: DrainTime;
  /** Whether what it starts is supposed to stand in its place. */
  readonly isLeftOut: boolean;
}

/** npm and its like start a line of package.json with a shell of their own. */
export function packageManager(
  args: readonly Arg[],
  given: ProgramFacts,
  around: Surroundings,
  hands: Hands,
): Resolved {
  const ends = isShort(args.map(shown)) ?? around.more;
  if (ends) return ENDED;
  if (given.id === 'make') return make(args, given, around, hands);
  const facts = (given.id === 'yarn' ? programById(yarnProgram(hands.read) ?? given.id) : undefined) ?? given;
  const found = packageScript(
    args.map(({ text }) => text),
    hands.read,
  );
  const inner = found ? lineOf(found, facts, around, hands) : usualScript(args, facts, hands);
  if (inner.kind === 'short') return inner;
  if (hands.isLeftOut) return was(inner, step(args));
  return running({ ...named(args), role: 'launcher', facts, native: parent(facts, inner.image) });
}

/** Characters and words for which make calls a shell; it runs all other lines itself. */
const FOR_SHELL = /[#;"*?[\]&|<>(){}$`^~!]|^\S*=/;
const SHELL_WORDS = new Set(
  '. : alias bg break case cd command continue eval exec exit export fc fg for getopts hash if jobs login logout read readonly return set shift test times trap type ulimit umask unalias unset wait while'.split(
    ' ',
  ),
);

/** make runs the lines of its targets, one after the other. */
function make(args: readonly Arg[], facts: ProgramFacts, around: Surroundings, hands: Hands): Resolved {
  const argv = args.map(({ text }) => text);
  const lines = recipeLines(argv, hands.read) ?? [];
  if (lines.length === 0)
    return running({ ...named(args), role: 'program', facts: undefined, native: program(undefined, hands.drainTime) });
  const resolved = lines.map((line, i) => {
    const inside = { ...around, more: i < lines.length - 1 };
    const words = wordsOf(line);
    const needsShell = FOR_SHELL.test(line.text) || SHELL_WORDS.has(words[0]?.raw ?? '');
    if (!needsShell && !/['\\]/.test(line.text)) return hands.resolve(words, inside);
    const { wrapper } = facts;
    return lineOf(line, { ...facts, wrapper: wrapper && { ...wrapper, throughShell: needsShell } }, inside, hands);
  });
  const [first, ...others] = resolved.flatMap((one) => (one.kind === 'image' ? [one.image] : []));
  if (!first) return ENDED;
  if (hands.isLeftOut) return was(running(others.at(-1) ?? first), step(args));
  return running({ ...named(args), role: 'launcher', facts, native: parent(facts, first, others) });
}

/** The words of a line, as they stand. */
function wordsOf(line: Embedded): readonly Arg[] {
  return [...line.text.matchAll(/\S+/g)].map(({ 0: text, index }) => {
    const at = line.place(index, index + text.length);
    return { text, raw: text, at, source: undefined, form: 'exec' };
  });
}

function lineOf(line: Embedded, { wrapper }: ProgramFacts, around: Surroundings, hands: Hands): Resolved {
  const job = {
    text: line,
    mode: 'text' as const,
    argv: ['sh', '-c', line.text],
    positional: [],
    reads: { kind: 'packageScript' as const },
  };
  // Without a shell between, and where a launcher is left out, the last command stands in its place.
  const direct = hands.isLeftOut || wrapper?.throughShell !== true;
  return hands.runShell(direct ? 'ash' : 'sh', { ...job, at: line.at }, around);
}

/** A script that is not in the project: a plain command, as nearly all of them are. */
function usualScript(args: readonly Arg[], { wrapper }: ProgramFacts, hands: Hands): Resolved {
  const at = args[0]?.at;
  const server: ProcessImage = {
    ...named(args),
    program: 'the script',
    role: 'program',
    facts: undefined,
    native: program(undefined, hands.drainTime),
  };
  if (hands.isLeftOut || wrapper?.throughShell !== true) return running(server);
  const job = {
    text: new Embedded("'the script'", at ?? NOWHERE),
    mode: 'text' as const,
    argv: ['sh', '-c', '…'],
    positional: [],
    reads: { kind: 'packageScript' as const },
    at,
  };
  return hands.runShell('sh', job, { more: false, named: new Map() });
}
