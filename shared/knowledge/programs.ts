// What is known of programs: what they do when they are told to stop, what they start, whom they tell. Data with sources
// stands in programs.json; nothing here knows of containers.
import {
  type CommandGrammar,
  commandIndex,
  type ScriptGrammar,
  scriptIndex,
  subcommandIndex,
  type Words,
} from './commandLine.ts';
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

/** The script or the module that an interpreter is told to run; `undefined` where that is not known, or it is given code. */
export function scriptOf(argv: Words): { readonly name: string; readonly isModule: boolean } | undefined {
  const grammar = directEntry(argv)?.script;
  const index = grammar && scriptIndex(grammar, argv);
  const name = index === undefined ? undefined : argv[index];
  return index === undefined || name === undefined
    ? undefined
    : { name, isModule: argv[index - 1] === grammar?.module };
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
  readonly command?: CommandGrammar;
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
  readonly command: CommandGrammar | undefined;
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
