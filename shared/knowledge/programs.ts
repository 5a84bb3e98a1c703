// What is known of programs: what they do when they are told to stop, what they start, whom they tell. Data with sources
// stands in programs.json; nothing here knows of containers.
import data from './programs.json';

/**
 * What a program is there for. `wrapper`: it runs the command that it is given. `launcher`: it finds out elsewhere what
 * to run (npm, `go run`). `supervisor`: it looks after several programs. `task`: it serves nobody.
 */
export type ProgramRole =
  | 'server'
  | 'worker'
  | 'interpreter'
  | 'wrapper'
  | 'launcher'
  | 'init'
  | 'supervisor'
  | 'shell'
  | 'task';

/** How a program stops. Signals are named in `SIGTERM` style. */
export interface ProgramFacts {
  readonly id: string;
  readonly role: ProgramRole;
  /**
   * It finishes what it is doing, then ends; where `dependsOnConfig`, only if something makes it. Of some, `mannerOf` says
   * more.
   */
  readonly graceful: readonly string[];
  /** Those of the graceful ones on which it cuts off what runs and puts what it keeps in order: databases, brokers. */
  readonly orderly: readonly string[];
  /** Those of the graceful ones on which it waits until its clients have left. */
  readonly clients: readonly string[];
  /** It ends at once; running work is lost. */
  readonly fast: readonly string[];
  /** It does something else on these, such as reloading, and goes on. */
  readonly ignored: readonly string[];
  /** It has no handler for anything else: as PID 1 the kernel drops the signal, else it dies of it. */
  readonly bare: boolean;
  /** Whether what it does depends on its own configuration or on the code that it runs. */
  readonly dependsOnConfig: boolean;
  /** Seconds that it gives its last requests when nobody says anything; absent when unlimited or not known. */
  readonly drainSeconds: number | undefined;
  readonly wrapper: WrapperFacts | undefined;
  readonly source: string;
  /** Whether it was seen to do so, and not only read. */
  readonly measured: boolean;
}

/** How a program treats the command that it is given, or what it starts. */
export interface WrapperFacts {
  /** `becomes`: it replaces itself by the command. `parent`: it stays as its parent. */
  readonly keeps: 'becomes' | 'parent';
  /** The same for the tool of that name on Alpine, where that differs. */
  readonly keepsOnBusybox: 'becomes' | undefined;
  /** Whom it passes the stop signal on to; absent when not known. */
  readonly forwards: 'child' | 'group' | 'all' | 'none' | undefined;
  /** The signals that it passes on; absent when it passes on whatever it gets. */
  readonly signals: readonly string[] | undefined;
  /** The signal that it sends instead of the one that it got. */
  readonly sends: string | undefined;
  /** Whether it waits for the command after it passed a signal on; absent when not known. */
  readonly waits: boolean | undefined;
  /** Seconds after which it sends SIGKILL to a command that is still there. */
  readonly killAfterSeconds: number | undefined;
  /** Whether `sh -c` stands between it and the command (npm, yarn, foreman …). */
  readonly throughShell: boolean;
  /** The directory that the command is started in, where that is not its own. */
  readonly folder: string | undefined;
  /** What else it does. */
  readonly ways: ReadonlySet<WrapperWay>;
}

/**
 * Ways that not all wrappers have. `impatient`: told a second time, it kills its command and goes. `stays`: it ends with the
 * last of all that it has started. `dies`: it ends by the signal that its command has died of. `fresh`: its command does not
 * ignore what it handles. `once`: it does not tell its command what that has been told at the same time. `terminal`: its
 * command has a terminal, which hangs up when that has ended. `traces`: nothing below it can trace. `login`: its
 * command gets the `$SHELL` of its user. `adopts`: as PID 1 that was told, it ends with the last of all that it has been
 * left.
 */
export type WrapperWay = 'impatient' | 'stays' | 'dies' | 'fresh' | 'once' | 'terminal' | 'traces' | 'login' | 'adopts';

/** What a program does before it ends on a signal that is graceful for it. */
export type Manner = 'finishes' | 'putsInOrder' | 'waitsForClients';

/** How a program ends on a signal; `undefined` where that is not graceful for it, or nothing is known of the program. */
export function mannerOf(facts: ProgramFacts | undefined, signal: string): Manner | undefined {
  if (facts?.orderly.includes(signal)) return 'putsInOrder';
  if (facts?.clients.includes(signal)) return 'waitsForClients';
  return facts?.graceful.includes(signal) ? 'finishes' : undefined;
}

/** Words of a command line; one that is not known is `undefined`. */
type Words = readonly (string | undefined)[];

/** The facts of what an argument vector runs; an argument that is not known is `undefined`. */
export function programFacts(argv: Words): ProgramFacts | undefined {
  return entryOf(argv)?.facts;
}

/** The facts of an entry by its name, where a caller knows more than the words say: `yarn-berry`. */
export function programById(id: string): ProgramFacts | undefined {
  return BY_ID.get(id)?.facts;
}

/** Where the inner command of a wrapper begins: its index in `argv`. Absent where there is none, or it is not known. */
export function innerCommand(facts: ProgramFacts, argv: Words): number | undefined {
  const entry = BY_ID.get(facts.id);
  const grammar = entry?.command;
  if (!grammar) return undefined;
  const index = commandIndex(grammar, argv, entry.subcommand ? subcommandIndex(entry.subcommand, argv) : 0);
  return index !== undefined && index < argv.length ? index : undefined;
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

/** Where a command stands among the words of a wrapper. */
interface Grammar {
  readonly options?: readonly string[];
  readonly operands?: number;
  readonly dashes?: string;
  readonly assignments?: boolean;
  readonly text?: readonly string[];
  readonly needs?: readonly string[];
}

/** The script or the module that an interpreter is told to run; `undefined` where that is not known, or it is given code. */
export function scriptOf(argv: Words): { readonly name: string; readonly isModule: boolean } | undefined {
  const grammar = directEntry(argv)?.script;
  const index = grammar && scriptIndex(grammar, argv);
  const name = index === undefined ? undefined : argv[index];
  return index === undefined || name === undefined
    ? undefined
    : { name, isModule: argv[index - 1] === grammar?.module };
}

/** Where a script stands among the words of an interpreter. */
interface ScriptGrammar {
  readonly options?: readonly string[];
  readonly text?: readonly string[];
  readonly module?: string;
}

interface RawEntry {
  readonly id: string;
  readonly role: string;
  readonly argv0?: string;
  readonly args?: string;
  readonly subcommand?: string;
  readonly graceful?: readonly string[];
  readonly orderly?: readonly string[];
  readonly clients?: readonly string[];
  readonly fast?: readonly string[];
  readonly ignored?: readonly string[];
  readonly bare?: boolean;
  readonly config?: boolean;
  readonly drain?: number;
  readonly wrapper?: {
    readonly keeps: string;
    readonly busybox?: string;
    readonly forwards?: string;
    readonly signals?: readonly string[];
    readonly sends?: string;
    readonly waits?: boolean;
    readonly kill?: number;
    readonly shell?: boolean;
    readonly folder?: string;
    readonly ways?: readonly string[];
  };
  readonly command?: Grammar;
  readonly script?: ScriptGrammar;
  /** Written by `npm run signals -- --write`. */
  readonly measured?: string;
  readonly source: string;
}

/** An entry with its patterns ready for use. */
interface Entry {
  readonly facts: ProgramFacts;
  readonly argv0: RegExp | undefined;
  readonly args: RegExp | undefined;
  readonly subcommand: RegExp | undefined;
  readonly command: Grammar | undefined;
  readonly script: ScriptGrammar | undefined;
}

const ENTRIES = (data.programs as unknown as readonly RawEntry[]).map(prepare);
const BY_ID = new Map(ENTRIES.map((entry) => [entry.facts.id, entry]));
/** The entries that a program's name leaves. */
const BY_NAME = new Map<string, readonly Entry[]>();

function prepare(raw: RawEntry): Entry {
  return {
    facts: {
      id: raw.id,
      role: raw.role as ProgramRole,
      graceful: raw.graceful ?? [],
      orderly: raw.orderly ?? [],
      clients: raw.clients ?? [],
      fast: raw.fast ?? [],
      ignored: raw.ignored ?? [],
      bare: raw.bare ?? false,
      dependsOnConfig: raw.config ?? false,
      drainSeconds: raw.drain,
      wrapper: raw.wrapper && {
        keeps: raw.wrapper.keeps as WrapperFacts['keeps'],
        keepsOnBusybox: raw.wrapper.busybox as WrapperFacts['keepsOnBusybox'],
        forwards: raw.wrapper.forwards as WrapperFacts['forwards'],
        signals: raw.wrapper.signals,
        sends: raw.wrapper.sends,
        waits: raw.wrapper.waits,
        killAfterSeconds: raw.wrapper.kill,
        throughShell: raw.wrapper.shell ?? false,
        folder: raw.wrapper.folder,
        ways: new Set(raw.wrapper.ways as readonly WrapperWay[] | undefined),
      },
      source: raw.source,
      measured: raw.measured !== undefined || /\bmeasured\b/.test(raw.source),
    },
    argv0: raw.argv0 === undefined ? undefined : whole(raw.argv0),
    args: raw.args === undefined ? undefined : new RegExp(raw.args),
    subcommand: raw.subcommand === undefined ? undefined : whole(raw.subcommand),
    command: raw.command,
    script: raw.script,
  };
}

function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`);
}

function entryOf(argv: Words): Entry | undefined {
  const entry = directEntry(argv);
  const script = entry?.script && scriptIndex(entry.script, argv);
  if (script === undefined) return entry;
  const scripted = directEntry(argv.slice(script));
  return scripted && isScript(scripted) ? scripted : entry;
}

function directEntry(argv: Words): Entry | undefined {
  const [program] = argv;
  if (program === undefined) return undefined;
  // A word that is not known matches nothing.
  const rest = argv
    .slice(1)
    .map((word) => word ?? '\0')
    .join(' ');
  return entriesNamed(program).find(
    ({ args, subcommand }) =>
      (!args || args.test(rest)) && (!subcommand || subcommandIndex(subcommand, argv) !== undefined),
  );
}

function entriesNamed(program: string): readonly Entry[] {
  const known = BY_NAME.get(program);
  if (known) return known;
  const base = program.slice(program.lastIndexOf('/') + 1);
  const named = ENTRIES.filter(({ argv0 }) => argv0?.test(base) || argv0?.test(program));
  BY_NAME.set(program, named);
  return named;
}

/** Whether an interpreter that is given this program as a script is then this program. */
function isScript({ facts, command }: Entry): boolean {
  return !command && !['launcher', 'init', 'shell', 'interpreter'].includes(facts.role);
}

function subcommandIndex(subcommand: RegExp, argv: Words): number | undefined {
  return subcommandIndexes(argv).find((index) => subcommand.test(argv[index] ?? '\0'));
}

/** Where the name of a script or a module stands. */
function scriptIndex(grammar: ScriptGrammar, argv: Words): number | undefined {
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
function commandIndex(grammar: Grammar, argv: Words, from: number | undefined): number | undefined {
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
function readOption({ options = [], text = [], needs = [] }: Grammar, word: string, next: string | undefined): Option {
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
