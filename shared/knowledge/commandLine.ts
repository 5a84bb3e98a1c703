// Reads the words of a command line by a grammar: which is the subcommand, where the command of a wrapper begins, and where
// the script of an interpreter stands. Knows no program.

/** Words of a command line; one that is not known is `undefined`. */
export type Words = readonly (string | undefined)[];

/** Where a command stands among the words of a wrapper; programs.json says what each key means. */
export interface CommandGrammar {
  readonly options?: readonly string[];
  readonly operands?: number;
  readonly dashes?: string;
  readonly assignments?: boolean;
  readonly text?: readonly string[];
  readonly needs?: readonly string[];
}

/** Where a script stands among the words of an interpreter. */
export interface ScriptGrammar {
  readonly options?: readonly string[];
  readonly text?: readonly string[];
  readonly module?: string;
}

/**
 * The words that may be a command line's subcommand, by index: the first operand, and the ones behind options that may
 * have taken the word before as their value (`flask --app x run`).
 */
export function subcommandIndexes(argv: Words): readonly number[] {
  const found: number[] = [];
  for (let i = 1; i < argv.length; i++) {
    const word = argv[i];
    if (word === '--') return argv.length > i + 1 ? [...found, i + 1] : found;
    if (word?.startsWith('-')) continue;
    found.push(i);
    const before = argv[i - 1];
    if (i === 1 || !before?.startsWith('-') || before.includes('=')) return found;
  }
  return found;
}

/** Where the subcommand stands; `undefined` where it is another one. */
export function subcommandIndex(subcommand: RegExp, argv: Words): number | undefined {
  return subcommandIndexes(argv).find((index) => subcommand.test(argv[index] ?? '\0'));
}

/** Where the name of a script or a module stands. */
export function scriptIndex(grammar: ScriptGrammar, argv: Words): number | undefined {
  for (let i = 1; i < argv.length; ) {
    const word = argv[i];
    if (word === undefined) return undefined;
    if (word === grammar.module) return i + 1;
    if (!word.startsWith('-')) return i;
    const option = readOption(grammar, word, argv[i + 1]);
    if (option.text) return undefined;
    i += option.words;
  }
  return undefined;
}

/** Where a command starts, behind the word at `from`. */
export function commandIndex(grammar: CommandGrammar, argv: Words, from: number | undefined): number | undefined {
  if (from === undefined) return undefined;
  if (grammar.dashes === 'required') {
    const dashes = argv.indexOf('--', from + 1);
    return dashes < 0 ? undefined : dashes + 1;
  }
  let operands = grammar.operands ?? 0;
  let needed = !grammar.needs;
  let optional = true;
  for (let i = from + 1; i < argv.length; ) {
    const word = argv[i];
    if (word === '--' && optional) {
      optional = false;
      i++;
    } else if (word?.startsWith('-') && optional) {
      const option = readOption(grammar, word, argv[i + 1]);
      if (option.text) return undefined;
      needed ||= option.needed;
      i += option.words;
    } else if (grammar.assignments && word !== undefined && /^[A-Za-z_]\w*=/.test(word)) {
      i++;
    } else if (operands > 0) {
      operands--;
      i++;
    } else {
      // A word that is not known may be an option or an assignment as well as the command.
      const open = word === undefined && (grammar.assignments === true || (optional && argv.includes('--', i)));
      return needed && !open ? i : undefined;
    }
  }
  return undefined;
}

/** An option as it stands in a command line. */
interface Option {
  /** Two if its value is the next word. */
  readonly words: 1 | 2;
  readonly text: boolean;
  readonly needed: boolean;
}

/** Reads `-u`, `-uroot`, `-Eu`, `--user`, `--user=root`, `-timeout`; a value is never `--`. */
function readOption(
  { options = [], text = [], needs = [] }: CommandGrammar,
  word: string,
  next: string | undefined,
): Option {
  const single = /^-[^-]/.test(word) && !options.includes(word);
  const names = single ? lettersOf(word, options) : [word.replace(/=.*/s, '')];
  const last = names.at(-1) ?? '';
  const takes = options.includes(last) || (options.includes('--*') && last.startsWith('--'));
  const attached = single ? names.length < word.length - 1 : word.includes('=');
  return {
    words: takes && !attached && next !== '--' ? 2 : 1,
    text: text.includes(word) || names.some((name) => text.includes(name)),
    needed: names.some((name) => needs.includes(name)),
  };
}

/** The options in a word such as `-Eu`, up to the one that takes the rest as its value. */
function lettersOf(word: string, options: readonly string[]): readonly string[] {
  const letters = [...word.slice(1)].map((letter) => `-${letter}`);
  const valued = letters.findIndex((letter) => options.includes(letter));
  return valued < 0 ? letters : letters.slice(0, valued + 1);
}
