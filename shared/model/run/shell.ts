// Runs a shell text command by command, as the shell of its dialect would: what it starts, waits for and becomes, what its
// traps do. Set-up commands are taken to succeed; what the text leaves open is asked of the choices.
import type { Dialect } from '../../knowledge/images.ts';
import { type Command, type List, literal, parseShell, type SimpleCommand } from '../../sources/shell.ts';
import { Embedded } from '../../text/embedded.ts';
import { type Arg, expand } from '../launch/args.ts';
import { replacesItself, scriptGivesWay, textStays } from '../launch/shellBuiltins.ts';
import type { ShellState } from '../stop/processTree.ts';
import { runBuiltin } from './builtins.ts';
import type { Call } from './call.ts';
import { andOr, branches, caseOf, loop } from './compounds.ts';
import {
  Exit,
  Leave,
  lastForBash,
  losesTraps,
  nested,
  Return,
  type Standing,
  type Status,
  type Steps,
} from './flow.ts';
import { inBackground, pipeline, subshell, substitute } from './forks.ts';
import type { Host, Variables } from './host.ts';
import { isVariable, nextProgram } from './inert.ts';
import { Jobs } from './jobs.ts';
import { type Body, Lost, type Proc, type ProcessImage } from './machine.ts';
import { type Fork, optionsOf, type ShellJob } from './shellJob.ts';
import { tell } from './tellers.ts';
import { atWork, exitTrap, fail, isInterrupted, onSignal, runPending } from './traps.ts';

/** The process that a shell is when it starts. */
export function shellImage(host: Host, job: ShellJob): ProcessImage {
  const { dialect, text, argv, program, at, reads } = job;
  return {
    argv,
    program,
    role: 'shell',
    facts: undefined,
    at,
    was: [],
    shell: { dialect, text, reads },
    body: (process) =>
      new Shell(host, process, {
        ...job,
        named: new Map([...job.named, ['!', job.dialect === 'zsh' ? '0' : '']]),
      }).whole(job),
    onSignal: (process, signal) => onSignal(host.machine, process, dialect, signal),
  };
}

/** One shell at work. */
export class Shell {
  readonly host: Host;
  readonly process: Proc;
  readonly dialect: Dialect;
  text: Embedded;
  positional: readonly Arg[] | undefined;
  named: Map<string, string | undefined>;
  readonly asSh: boolean;
  errexit = false;
  /** Whether `set -e` lets the last status pass: that of a command before `&&` or `||`, or behind `!`. */
  spared = false;
  /** Whether it only runs its EXIT trap. */
  isEnding = false;
  /** Whether a signal has ended it. */
  isTerminated = false;
  /** Whether bash has been interrupted. */
  isInterrupted = false;
  /** Whether it is a subshell, even if it has no process of its own. */
  isSubshell: boolean;
  /** Absent where it is a shell of its own. */
  readonly fork: Fork | undefined;
  /** Whether it runs the last part of a pipeline itself. */
  isInPipeline = false;
  /** Whether it has had a trap that does something. */
  everTrapped = false;
  /**
   * Signals that it leaves to the kernel though it is a shell: in bash those that had a trap before the first EXIT trap
   * came, in subshells of dash and busybox those whose trap has been taken away.
   */
  readonly leftToKernel = new Set<string>();
  /** Whether bash has had an EXIT trap. */
  heeds = false;
  /** `$?` */
  status: Status = 0;
  readonly jobs: Jobs;
  readonly #zero: string | undefined;
  #functions: Map<string, { readonly body: List; readonly text: Embedded }>;
  /** Whether SIGINT has ended what it has waited for last in the foreground; absent where that is open. */
  isCommandInterrupted: boolean | undefined = false;
  /** Whether a signal has ended what it has waited for last in the foreground. */
  isCommandKilled = false;
  /** The names that what it starts gets to see. */
  readonly #exported: Set<string>;
  /** How many functions it has been told. */
  #defined = 0;
  #depth = 0;
  /** The signal whose handler runs. */
  handling: string | undefined;
  /** Whether a signal has come again before its handler was through. */
  isToldAgain = false;
  /** How many handlers run, each in the other. */
  handlers = 0;
  /** The status before the trap that runs, where `exit` alone leaves with that. */
  beforeTrap: { readonly status: Status } | undefined;
  /** How many files it sources, one from the other. */
  sources = 0;
  /** Whether it waits for what a substitution says. */
  isReading = false;
  /** How many loops it is in. */
  loops = 0;

  constructor(
    host: Host,
    process: Proc,
    from: Pick<ShellJob, 'dialect' | 'text' | 'positional' | 'named' | 'zero' | 'asSh'> & {
      readonly functions?: Shell['functions'];
      readonly fork?: Fork;
    },
  ) {
    this.host = host;
    this.process = process;
    this.dialect = from.dialect;
    this.jobs = new Jobs(from.dialect);
    this.text = from.text;
    this.positional = from.positional;
    this.named = new Map(from.named);
    this.#exported = new Set(['PWD', ...this.named.keys()]);
    this.#zero = from.zero;
    this.asSh = from.asSh;
    this.#functions = new Map(from.functions);
    this.fork = from.fork;
    this.isSubshell = from.fork !== undefined;
    atWork(this);
  }

  /** This shell once more, as another process. */
  forkedAs(process: Proc, fork: Fork): Shell {
    const { host, dialect, text, positional, named, functions, asSh, errexit } = this;
    const shell = new Shell(host, process, {
      ...{ dialect, text, positional, named, functions, asSh, fork },
      zero: this.#zero,
    });
    shell.errexit = errexit;
    shell.heeds = this.heeds && this.leftToKernel.size === 0;
    return shell;
  }

  /** The variables that what it starts gets to see. */
  get environment(): Variables {
    return new Map([...this.named].filter(([name]) => this.#exported.has(name)));
  }

  get isInFunction(): boolean {
    return this.#depth > 0;
  }

  get functions(): ReadonlyMap<string, { readonly body: List; readonly text: Embedded }> {
    return this.#functions;
  }

  /** Runs the whole text to the shell's end. */
  *whole({ mode, argv, more }: ShellJob): Body {
    const parsed = parseShell(this.text.text);
    if (!parsed.whole) throw new Lost('the shell text cannot be read to its end');
    if (mode === 'script') for (const option of optionsOf(argv, parsed)) this.errexit ||= option.includes('e');
    if (mode === 'text' && argv.some((word) => /^-[a-z]*e[a-z]*$/.test(word))) this.errexit = true;
    const open = (mode === 'text' || scriptGivesWay(this.dialect)) && !textStays(this.dialect, this.text.text);
    return yield* this.toItsEnd(parsed.list, { more, tail: open ? 'top' : 'none', last: true, tested: false });
  }

  /** Runs a list to the end of this process: `exit` ends it, the EXIT trap comes last. */
  *toItsEnd(list: List, standing: Standing): Body {
    return yield* exitTrap(this, yield* this.#untilExit(list, standing));
  }

  *#untilExit(list: List, standing: Standing): Steps<Status> {
    try {
      return yield* this.list(list, standing);
    } catch (control) {
      if (control instanceof Exit) return control.status;
      if (control instanceof Return || control instanceof Leave) return 0;
      throw control;
    }
  }

  *list(list: List, standing: Standing): Steps<Status> {
    let status: Status = 0;
    const atEnd = this.dialect === 'bash' ? lastForBash(list, standing, this.text.text, !!this.fork) : standing;
    // Where the next program may stand; a function that is defined since may have changed that.
    let next = 0;
    let defined = -1;
    for (const [index, item] of list.entries()) {
      if (!standing.more && (next <= index || defined !== this.#defined)) {
        defined = this.#defined;
        next = nextProgram(list, index + 1, this.#functions);
      }
      const inner: Standing =
        index === list.length - 1
          ? atEnd
          : { ...standing, more: standing.more || next < list.length, tail: 'none', last: false };
      if (item.background) inBackground(this, item, inner);
      status = item.background ? 0 : yield* this.command(item.command, inner);
      this.status = status;
      if (this.dialect === 'bash' && !this.fork && losesTraps(item.command, inner)) this.process.pending.length = 0;
      const exits = this.errexit && !inner.tested && !this.spared && status !== undefined && status > 0;
      // Ksh exits before it runs the traps that have waited.
      if (!exits || this.dialect !== 'ksh') yield* runPending(this, inner.tested);
      this.spared = false;
      if (exits) fail(this, status);
    }
    return status;
  }

  /** The status that `exit` alone leaves with. */
  get leaving(): Status {
    return this.beforeTrap ? this.beforeTrap.status : this.status;
  }

  /** Runs a text inside another; one that came here through a variable has lost its place, and is never edited. */
  *inText(text: Embedded | string, list: List, standing: Standing): Steps<Status> {
    const outer = this.text;
    this.text = typeof text === 'string' ? new Embedded(text, outer.at) : text;
    try {
      return yield* this.list(list, standing);
    } finally {
      this.text = outer;
    }
  }

  *command(command: Command, standing: Standing): Steps<Status> {
    switch (command.kind) {
      case 'simple':
        return yield* this.#simple(command, standing);
      case 'andOr':
        return yield* andOr(this, command, standing);
      case 'pipeline':
        return yield* pipeline(this, command, standing);
      case 'if':
        return yield* branches(this, command, standing);
      case 'case':
        return yield* caseOf(this, command, standing);
      case 'loop':
        return yield* loop(this, command, standing);
      case 'group':
        if (
          command.redirections.length > 0 &&
          this.dialect === 'ksh' &&
          standing.tail !== 'none' &&
          !(command.body.length === 1 && command.body[0]?.command.kind === 'simple')
        ) {
          throw new Lost('ksh may be replaced by the last command of a group');
        }
        return yield* this.list(
          command.body,
          nested(standing, command.redirections.length > 0 && this.dialect !== 'zsh'),
        );
      case 'subshell':
        return yield* subshell(this, command, standing);
      case 'function':
        this.#functions.set(command.name, { body: command.body, text: this.text });
        this.#defined++;
        return 0;
      case 'test':
        return undefined;
    }
  }

  *#simple(command: SimpleCommand, standing: Standing): Steps<Status> {
    yield* substitute(this, command, standing);
    this.#assign(command);
    const args = command.words.flatMap((word) => this.expand(word));
    const [program] = args;
    if (!program) return 0;
    if (program.text === undefined && isVariable(command.words[0])) throw new Lost('it may hold `exec`');
    const called = program.text === undefined ? undefined : this.#functions.get(program.text);
    if (called) return yield* this.call(called, args.slice(1), standing);
    const call: Call = { command, args, standing };
    const result = yield* runBuiltin(this, call);
    return result === 'external' ? yield* this.external(call) : result;
  }

  expand(word: Parameters<typeof expand>[0]): readonly Arg[] {
    return expand(word, this.text, { positional: this.positional, named: { get: (name) => this.#variable(name) } });
  }

  #variable(name: string): string | undefined {
    switch (name) {
      case '$':
        return String(this.process.id);
      case '?':
        return this.status === undefined ? undefined : String(this.status);
      case '0':
      case 'BASH_SOURCE':
        return this.#zero;
      default:
        return this.named.get(name);
    }
  }

  /** Starts a program, waits for it, or becomes it. */
  *external({ command, args, standing }: Call): Steps<Status> {
    const resolved = this.host.resolve(args, { more: standing.more, named: this.environment });
    if (resolved.kind === 'short') return yield* tell(this, args, resolved.status);
    const nameStart = command.words.find((word) => !/^(?:command|builtin)$/.test(word.raw))?.start ?? command.start;
    const trapped = this.isTrapped();
    const at = this.text.place(nameStart, nameStart);
    if (this.host.assumesExec(at) || this.#givesWay(command, standing)) {
      // What it ignores itself, busybox does not hand back then.
      if (this.dialect === 'busybox-ash' && !this.fork) this.process.ignored.add('SIGQUIT');
      yield { kind: 'become', image: resolved.image };
    }
    const child = this.host.machine.start(resolved.image, this.process);
    // A word that only the shell knows may be a builtin, unless it is a path.
    const named = args[0]?.text !== undefined || args[0]?.raw.includes('/');
    const replaceable = standing.last && !trapped && this.jobs.all.length === 0 && named === true;
    return yield* this.waitFor([child], this.loops > 0 ? 'loop' : 'foreground', {
      text: this.text,
      span: command,
      nameStart,
      replaceable,
    });
  }

  /**
   * Whether the shell is replaced by a command without being told to: a subshell in every shell, in bash by what is as
   * plain as at the end of `-c TEXT`.
   */
  #givesWay(command: SimpleCommand, { tail, last }: Standing): boolean {
    if (this.fork && this.fork.only === command) return true;
    if (this.fork && this.dialect !== 'bash')
      return this.dialect !== 'mksh' && last && !this.isInFunction && !this.isTrapped();
    if (this.keepsPipeline()) return false;
    return replacesItself(this.dialect, tail, command.redirections.length > 0, this.isTrapped());
  }

  /** Whether zsh keeps itself for a pipeline that runs in the background. */
  keepsPipeline(): boolean {
    return this.dialect === 'zsh' && this.jobs.hasPipeline;
  }

  /** Whether a trap would be lost with this shell; busybox goes on thinking so when it has been taken away. */
  isTrapped(): boolean {
    if (this.dialect === 'busybox-ash' && this.everTrapped) return true;
    return [...this.process.traps].some(
      ([name, { text }]) => text !== '' || (this.dialect === 'bash' && name === 'EXIT'),
    );
  }

  /** Waits for commands in the foreground; the status is that of the last. */
  *waitFor(processes: readonly Proc[], busy: ShellState['busy'], command?: Proc['command']): Steps<Status> {
    this.jobs.forgetCollected();
    if (!this.isReading) this.jobs.addForeground(processes);
    this.process.busy = this.isInPipeline ? 'pipeline' : busy;
    this.process.command = busy === 'foreground' ? command : undefined;
    const { status } = yield { kind: 'foreground', processes };
    const last = processes.at(-1)?.end;
    this.isCommandInterrupted = isInterrupted(last);
    this.isCommandKilled = last?.by === 'signal';
    this.process.command = undefined;
    return status;
  }

  *call(
    called: { readonly body: List; readonly text: Embedded },
    args: readonly Arg[],
    standing: Standing,
  ): Steps<Status> {
    if (this.#depth > 16) throw new Lost('functions call each other without end');
    const { text, positional } = this;
    this.text = called.text;
    this.positional = args;
    this.#depth++;
    try {
      return yield* this.list(called.body, { ...standing, tail: 'none' });
    } catch (control) {
      if (control instanceof Return) return control.status;
      throw control;
    } finally {
      this.#depth--;
      this.text = text;
      this.positional = positional;
    }
  }

  #assign(command: SimpleCommand): void {
    const exported = command.words[0] && literal(command.words[0]);
    const declared = exported !== undefined && /^(?:export|local|readonly|declare|typeset)$/.test(exported);
    if (command.words.length > 0 && !declared) return;
    for (const { name, value } of command.assignments) {
      const values = value ? this.expand(value).map((arg) => arg.text) : [undefined];
      // An assignment does not split.
      this.named.set(name, values.includes(undefined) ? undefined : values.join(' '));
    }
    for (const word of declared ? command.words.slice(1) : []) {
      const name = /^\w+/.exec(word.raw)?.[0];
      if (name !== undefined && exported === 'export') this.#exported.add(name);
      const pair = /^(\w+)=(.*)$/s.exec(word.raw);
      if (pair?.[1]) this.named.set(pair[1], /^[\w./:@%+-]*$/.test(pair[2] ?? '') ? pair[2] : undefined);
    }
  }
}
