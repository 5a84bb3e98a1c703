// Runs a shell text command by command, as the shell of its dialect would: what it starts, waits for and becomes, what its
// traps do. Set-up commands are taken to succeed; what the text leaves open is asked of the choices.
import type { Dialect } from '../../knowledge/images.ts';
import {
  type Command,
  type List,
  type ListItem,
  literal,
  parseShell,
  type ShellText,
  type SimpleCommand,
} from '../../sources/shell.ts';
import { Embedded } from '../../text/embedded.ts';
import type { Place, Span } from '../../text/span.ts';
import { type Arg, expand } from '../launch/args.ts';
import {
  isBuiltin,
  replacesItself,
  scriptGivesWay,
  subshellReplaces,
  type Tail,
  trailingNewlineStays,
} from '../launch/shellBuiltins.ts';
import { unquoted } from '../stop/handlers.ts';
import type { ShellState, Trap } from '../stop/processTree.ts';
import type { Condition } from '../value.ts';
import { type Call, Exit, Leave, Return, runBuiltin } from './builtins.ts';
import { inertAssignments, mayRun } from './inert.ts';
import {
  type Block,
  type Body,
  Lost,
  type Machine,
  type Native,
  NUMBERS,
  type Proc,
  type ProcessImage,
  type Resumed,
} from './machine.ts';
import { matchingItem } from './patterns.ts';
import { tell } from './tellers.ts';

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

export type Variables = ReadonlyMap<string, string | undefined>;

/** What a command is started in. */
export interface Surroundings {
  /** Whether a program is still to come after it: one that nothing is known of is then taken to end. */
  readonly more: boolean;
  /** Environment and shell variables; `PWD` is the directory that relative paths start from. */
  readonly named: Variables;
}

export type Resolved =
  | { readonly kind: 'short'; readonly status: number | undefined }
  | { readonly kind: 'image'; readonly image: ProcessImage };

/** What a shell is given to run. */
export interface ShellJob {
  readonly dialect: Dialect;
  readonly text: Embedded;
  readonly mode: 'text' | 'script';
  readonly argv: readonly string[];
  readonly program: string;
  readonly at: Place | undefined;
  readonly positional: readonly Arg[] | undefined;
  /** `$0` */
  readonly zero: string | undefined;
  readonly reads: ShellState['reads'];
  /** Whether it was called `sh`: bash is stricter then. */
  readonly asSh: boolean;
  readonly named: Variables;
  /** Whether a program is still to come after the shell. */
  readonly more: boolean;
}

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

/** What a shell does with a signal: a trap runs at once in `wait`, else when the foreground command has ended. */
function onSignal(machine: Machine, process: Proc, dialect: Dialect, signal: string) {
  const trap = process.traps.get(signal);
  const waits = process.block?.kind === 'wait';
  if (
    (dialect === 'ksh' || dialect === 'zsh') &&
    process.busy === 'pipeline' &&
    !waits &&
    (trap || signal === 'SIGINT')
  ) {
    throw new Lost('ksh and zsh may go on before all of a pipeline or a subshell has ended');
  }
  if (trap?.text === '') return machine.note(process, 'ignores', signal);
  if (trap) {
    // A signal that is waiting already does not wait twice.
    if (!process.pending.includes(signal)) process.pending.push(signal);
    machine.note(process, waits ? 'trapRuns' : 'trapWaits', signal);
    machine.interrupt(process, 128 + (NUMBERS[signal] ?? 0));
    return;
  }
  const shell = shells.get(process);
  const deaf =
    process.ignored.has(signal) || (shell instanceof ForkedShell && shell.isDeaf && UNHEARD.includes(signal));
  const own = deaf ? 'ignores' : ownWay(dialect, process, signal, shell?.isSubshell === true);
  if (own === 'ignores') return machine.note(process, 'ignores', signal);
  if (own === 'later') {
    process.pending.push(signal);
    return machine.note(process, 'trapWaits', signal);
  }
  if (own !== undefined) {
    machine.note(process, 'dies', signal);
    return machine.replaceBody(process, exitTrapOf(process, own));
  }
  // bash and ksh run the EXIT trap when a signal ends them, and are ended by it as PID 1 too.
  const heeds = dialect === 'ksh' || (dialect === 'bash' && !shell?.untrapped.has(signal));
  if (shell?.isEnding && dialect === 'bash') {
    return machine.finishSoon(process, 128 + (NUMBERS[signal] ?? 0), 'signal');
  }
  if (heeds && hasExitTrap(process) && !process.ignored.has(signal)) {
    machine.note(process, 'dies', signal);
    return machine.replaceBody(
      process,
      exitTrapOf(process, dialect === 'ksh' ? undefined : 128 + (NUMBERS[signal] ?? 0)),
    );
  }
  machine.byDefault(process, signal);
}

/**
 * What a shell does with a signal without a trap, where that is not what the kernel does: it looks at it when its
 * foreground command has ended, or exits with a status, as PID 1 too.
 */
function ownWay(
  dialect: Dialect,
  { block, children, parent }: Proc,
  signal: string,
  isSubshell: boolean,
): 'ignores' | 'later' | number | undefined {
  switch (signal) {
    case 'SIGQUIT':
      return dialect === 'dash' || dialect === 'ksh' || isSubshell ? undefined : 'ignores';
    case 'SIGHUP':
      return dialect === 'zsh' ? 1 : undefined;
    case 'SIGINT':
      if (dialect === 'zsh' && children.filter(({ end }) => !end).length > 1)
        throw new Lost('zsh may end with any of its children');
      if (block?.kind === 'foreground') return 'later';
      return parent === undefined && (dialect === 'dash' || dialect === 'busybox-ash') ? INTERRUPTED : undefined;
    default:
      return undefined;
  }
}

function hasExitTrap({ traps }: Proc): boolean {
  return (traps.get('EXIT')?.text ?? '') !== '';
}

/** The status of what SIGINT has ended. */
const INTERRUPTED = 130;

/** The running shells, so that a signal finds what runs their EXIT trap. */
const shells = new WeakMap<Proc, Shell>();

function* exitTrapOf(process: Proc, status: number | undefined): Body {
  const shell = shells.get(process);
  if (shell) shell.isEnding = true;
  const exited = shell ? yield* shell.exitTrap(status) : status;
  // Bash ends by the signal, whatever its trap says.
  return shell?.dialect === 'bash' ? status : exited;
}

/** Where a command stands. */
export interface Standing {
  /** Whether a program is still to come after it, here or in a shell that waits for this one. */
  readonly more: boolean;
  readonly tail: Tail;
  /** Whether nothing at all comes after it in its shell. */
  readonly last: boolean;
  /** Whether somebody looks at its status, so that `set -e` does not. */
  readonly tested: boolean;
}

/** Work that may block and gives a result. */
export type Steps<T> = Generator<Block, T, Resumed>;
/** An exit status; absent where it is open. */
export type Status = number | undefined;

/** More rounds of one loop are somebody's endless one. */
const MAX_ROUNDS = 700;

/** More handlers in each other than this set each other off. */
const MAX_HANDLERS = 8;

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
  #spared = false;
  /** Whether a signal has ended it, and it only runs its EXIT trap. */
  isEnding = false;
  /** Whether it is a subshell, even if it has no process of its own. */
  isSubshell = false;
  /** What it has waited for and does not know any more; the other shells remember. */
  readonly forgotten = new Set<Proc>();
  /** The parts of the pipelines that it has started in the background, by their last one. */
  readonly pipelines = new Map<Proc, readonly Proc[]>();
  /** What it waits for in the foreground, or has waited for last. */
  foreground: readonly Proc[] = [];
  #inPipeline = false;
  /** Whether it has had a trap that does something. */
  everTrapped = false;
  /** Signals whose traps have been taken away: bash leaves them to the kernel from then on. */
  readonly untrapped = new Set<string>();
  /** `$?` */
  status: Status = 0;
  jobs: Proc[] = [];
  readonly #zero: string | undefined;
  #functions: Map<string, { readonly body: List; readonly text: Embedded }>;
  /** The status of the last foreground command. */
  #foreground: Status;
  /** The names that what it starts gets to see. */
  readonly #exported: Set<string>;
  #depth = 0;
  #handlers = 0;
  #before: { readonly status: Status } | undefined;
  #loops = 0;

  constructor(
    host: Host,
    process: Proc,
    from: Pick<ShellJob, 'dialect' | 'text' | 'positional' | 'named' | 'zero' | 'asSh'> & {
      readonly functions?: Shell['functions'];
    },
  ) {
    this.host = host;
    this.process = process;
    this.dialect = from.dialect;
    this.text = from.text;
    this.positional = from.positional;
    this.named = new Map(from.named);
    this.#exported = new Set(['PWD', ...this.named.keys()]);
    this.#zero = from.zero;
    this.asSh = from.asSh;
    this.#functions = new Map(from.functions);
    shells.set(process, this);
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
    const open =
      (mode === 'text' || scriptGivesWay(this.dialect)) && !trailingNewlineStays(this.dialect, this.text.text);
    return yield* this.toItsEnd(parsed.list, { more, tail: open ? 'top' : 'none', last: true, tested: false });
  }

  /** Runs a list to the end of this process: `exit` ends it, the EXIT trap comes last. */
  *toItsEnd(list: List, standing: Standing): Body {
    return yield* this.exitTrap(yield* this.untilExit(list, standing));
  }

  *untilExit(list: List, standing: Standing): Steps<Status> {
    try {
      return yield* this.list(list, standing);
    } catch (control) {
      if (control instanceof Exit) return control.status;
      if (control instanceof Return || control instanceof Leave) return 0;
      throw control;
    }
  }

  /** Runs the EXIT trap, which may exit with another status. */
  *exitTrap(status: Status): Steps<Status> {
    const trap = this.process.traps.get('EXIT');
    if (!trap) return status;
    const traps = new Map(this.process.traps);
    traps.delete('EXIT');
    this.process.traps = traps;
    this.status = status;
    try {
      yield* this.handler(trap, 'EXIT', status);
      return status;
    } catch (control) {
      if (control instanceof Exit) return control.status;
      throw control;
    }
  }

  *list(list: List, standing: Standing): Steps<Status> {
    let status: Status = 0;
    for (const [index, item] of list.entries()) {
      const rest = list.slice(index + 1);
      const inner: Standing =
        rest.length === 0
          ? standing
          : {
              ...standing,
              more: standing.more || rest.some((one) => mayRun(one, this.#functions)),
              tail: 'none',
              last: false,
            };
      status = yield* this.#item(item, inner);
      this.status = status;
      yield* this.runPending();
      const spared = this.#spared;
      this.#spared = false;
      if (this.errexit && !inner.tested && !spared && status !== undefined && status > 0) throw new Exit(status);
    }
    return status;
  }

  /** Runs the traps whose signals have come; `over` is the status of a `wait` that they have interrupted. */
  *runPending(over?: number): Steps<void> {
    for (let signal = this.process.pending.shift(); signal; signal = this.process.pending.shift()) {
      const trap = this.process.traps.get(signal);
      if (!trap) this.#interrupted();
      if (!trap || trap.text === '') continue;
      this.host.machine.note(this.process, 'trapRuns', signal);
      if (this.#handlers > MAX_HANDLERS) throw new Lost('a trap sets itself off');
      this.#handlers++;
      const { status } = this;
      if (over !== undefined && (this.dialect === 'bash' || this.dialect === 'busybox-ash')) this.status = over;
      if (over !== undefined && this.dialect === 'dash') this.status = undefined;
      if (this.dialect === 'ksh') this.status = over === undefined ? undefined : 1;
      yield* this.handler(trap, signal, over ?? status);
      this.status = status;
      this.#handlers--;
    }
  }

  /** SIGINT has come during the foreground command. Bash is interrupted only if that was, too. */
  #interrupted(): void {
    const { process, dialect } = this;
    const first = process === this.host.machine.root;
    if (dialect === 'bash') {
      if (this.#foreground === undefined) throw new Lost('bash is interrupted if its command was, which is not known');
      if (this.#foreground === INTERRUPTED && (!first || hasExitTrap(process))) throw new Exit(INTERRUPTED);
      return;
    }
    if (dialect === 'ksh' && hasExitTrap(process)) throw new Lost('ksh may end with any status after an interrupt');
    // The others end themselves by the signal, which the kernel does not let PID 1 do.
    if (!first) process.traps = new Map();
    throw new Exit(INTERRUPTED);
  }

  /** `before` is the status before the trap, which `exit` alone leaves with in some shells. */
  *handler({ text, word }: Trap, signal: string, before: Status): Steps<void> {
    if (text === undefined) throw new Lost(`the trap for ${signal} is not known`);
    const parsed = parseShell(text);
    if (!parsed.whole) throw new Lost(`the trap for ${signal} cannot be read`);
    const written = word && unquoted(word);
    const held = written?.text === text ? written : text;
    const outer = this.#before;
    const keeps =
      this.dialect === 'dash' || this.dialect === 'busybox-ash' || (this.dialect === 'bash' && signal === 'EXIT');
    this.#before = keeps ? { status: before } : undefined;
    yield* this.inText(held, parsed.list, { more: true, tail: 'none', last: false, tested: false });
    this.#before = outer;
  }

  /** The status that `exit` alone leaves with. */
  get leaving(): Status {
    return this.#before ? this.#before.status : this.status;
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

  *#item(item: ListItem, standing: Standing): Steps<Status> {
    if (!item.background) return yield* this.command(item.command, standing);
    if (this.dialect === 'zsh' && item.command.kind === 'andOr')
      throw new Lost('zsh runs `… || … &` in ways of its own');
    if (this.dialect === 'zsh' && [...this.process.traps.values()].some(({ text }) => text === '')) {
      throw new Lost('zsh may not ignore in the background what it ignores itself');
    }
    // The parts of a pipeline are the shell's own children; `$!` is the last.
    const parts =
      item.command.kind === 'pipeline' && item.command.commands.length > 1 ? item.command.commands : [item.command];
    const started = this.#startParts(parts, { ...standing, more: false }, true);
    this.jobs.push(...started);
    const last = started.at(-1);
    this.named.set('!', last && String(last.id));
    // `wait $!` waits for the whole pipeline.
    const whole = this.dialect !== 'ksh' && this.dialect !== 'zsh';
    if (whole && last && started.length > 1) this.pipelines.set(last, started);
    return 0;
  }

  *command(command: Command, standing: Standing): Steps<Status> {
    switch (command.kind) {
      case 'simple':
        return yield* this.#simple(command, standing);
      case 'andOr':
        return yield* this.#andOr(command, standing);
      case 'pipeline':
        return yield* this.#pipeline(command, standing);
      case 'if':
        return yield* this.#if(command, standing);
      case 'case':
        return yield* this.#case(command, standing);
      case 'loop':
        return yield* this.#loop(command, standing);
      case 'group':
        if (command.redirected && this.dialect === 'ksh' && standing.tail !== 'none' && command.body.length > 1) {
          throw new Lost('ksh may be replaced by the last command of a group');
        }
        return yield* this.list(command.body, nested(standing, command.redirected && this.dialect !== 'zsh'));
      case 'subshell':
        return yield* this.#subshell(command, standing);
      case 'function':
        this.#functions.set(command.name, { body: command.body, text: this.text });
        return 0;
      case 'test':
        return undefined;
    }
  }

  *#simple(command: SimpleCommand, standing: Standing): Steps<Status> {
    yield* this.#substitute(command);
    this.#assign(command);
    const args = command.words.flatMap((word) => this.expand(word));
    const [program] = args;
    if (!program) return 0;
    const called = program.text === undefined ? undefined : this.#functions.get(program.text);
    if (called) return yield* this.call(called, args.slice(1), standing);
    const call: Call = { command, args, standing };
    const result = yield* runBuiltin(this, call);
    return result === 'external' ? yield* this.external(call) : result;
  }

  /** Waits for the commands in `$(…)`. */
  *#substitute(command: SimpleCommand): Steps<void> {
    for (const subshell of substitutionsIn(command)) {
      const process = this.#fork(subshell, { more: true, tail: 'none', last: false, tested: true }, false);
      const waits = this.dialect !== 'ksh' && this.dialect !== 'zsh';
      if (process) yield* this.waitFor([process], waits ? 'foreground' : 'pipeline');
    }
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
    if (this.host.assumesExec(at) || this.givesWay(command, standing)) {
      // What it ignores itself, busybox does not hand back then.
      if (this.dialect === 'busybox-ash' && !(this instanceof ForkedShell)) this.process.ignored.add('SIGQUIT');
      yield { kind: 'become', image: resolved.image };
    }
    const child = this.host.machine.start(resolved.image, this.process);
    // A word that only the shell knows may be a builtin, unless it is a path.
    const named = args[0]?.text !== undefined || args[0]?.raw.includes('/');
    const replaceable = standing.last && !trapped && this.jobs.length === 0 && named === true;
    return yield* this.waitFor([child], this.#loops > 0 ? 'loop' : 'foreground', {
      text: this.text,
      span: command,
      nameStart,
      replaceable,
    });
  }

  /** Whether a subshell that stands here needs no process of its own. */
  mergesSubshell({ tail }: Standing): boolean {
    return tail !== 'none' && subshellReplaces(this.dialect);
  }

  #isExternal({ words }: SimpleCommand): boolean {
    const [first, second] = words.map((word) => literal(word));
    const name = first === 'command' ? second : first;
    return name !== undefined && !isBuiltin(name) && !this.#functions.has(name);
  }

  /** Whether the shell is replaced by a command without being told to. */
  givesWay(command: SimpleCommand, { tail }: Standing): boolean {
    return replacesItself(this.dialect, tail, command.redirected, this.isTrapped());
  }

  /** Whether a trap would be lost with this shell; busybox goes on thinking so when it has been taken away. */
  isTrapped(): boolean {
    if (this.dialect === 'busybox-ash' && this.everTrapped) return true;
    return [...this.process.traps.values()].some(({ text }) => text !== '');
  }

  /** Waits for commands in the foreground; the status is that of the last. */
  *waitFor(processes: readonly Proc[], busy: ShellState['busy'], command?: Proc['command']): Steps<Status> {
    this.foreground = [...this.foreground.filter(({ end }) => !end), ...processes];
    this.process.busy = this.#inPipeline ? 'pipeline' : busy;
    this.process.command = busy === 'foreground' ? command : undefined;
    const { status } = yield { kind: 'foreground', processes };
    this.#foreground = status;
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

  *#andOr(command: Extract<Command, { kind: 'andOr' }>, standing: Standing): Steps<Status> {
    let status: Status = 0;
    for (const [index, part] of command.commands.entries()) {
      const operator = index === 0 ? '&&' : command.operators[index - 1];
      const rest = command.commands.slice(index + 1);
      const isLast = rest.length === 0;
      if (index > 0) {
        if (status === undefined) {
          if (this.#areInert([part], standing.more)) continue;
          status = this.#decide(this.#condition(command.commands[index - 1] ?? command)) ? 0 : 1;
        }
        if ((status === 0) !== (operator === '&&')) continue;
      }
      const more =
        standing.more ||
        rest.some(
          (one, i) =>
            command.operators[index + i] === '&&' && mayRun({ command: one, background: false }, this.#functions),
        );
      const givesUp =
        rest.length > 0 && command.operators.slice(index).every((one) => one === '||') && rest.every(leaves);
      // A shell keeps itself for what may come after `||`; what stands last it may give way to.
      const inner: Standing = isLast
        ? standing
        : { ...standing, more, tail: 'none', last: standing.last && givesUp, tested: true };
      status = yield* this.command(part, inner);
      yield* this.runPending();
      this.#spared = !isLast;
    }
    return status;
  }

  /** Whether nothing hangs on which of these run; the variables that they may set are open then. */
  #areInert(parts: readonly Command[], more: boolean): boolean {
    const inert = parts.map((part) => inertAssignments([{ command: part, background: false }], more, this.#functions));
    if (!inert.every((names) => names !== undefined)) return false;
    for (const names of inert) for (const name of names ?? []) this.named.set(name, undefined);
    return true;
  }

  *#pipeline(command: Extract<Command, { kind: 'pipeline' }>, standing: Standing): Steps<Status> {
    const [only, ...others] = command.commands;
    if (only && others.length === 0) {
      const status = yield* this.command(only, {
        ...standing,
        tail: 'none',
        last: standing.last && this.dialect === 'zsh',
        tested: true,
      });
      this.#spared = true;
      return status === undefined ? undefined : status === 0 ? 1 : 0;
    }
    const inner: Standing = { more: standing.more, tail: 'none', last: false, tested: true };
    // Ksh and zsh run the last part themselves.
    const final = command.commands.at(-1);
    const reads = final?.kind === 'simple' && READERS.has(final.words[0]?.raw ?? '');
    const own = (this.dialect === 'ksh' || this.dialect === 'zsh') && !reads ? final : undefined;
    const processes = this.#startParts(own ? command.commands.slice(0, -1) : command.commands, inner, false);
    if (own && own.kind !== 'simple' && this.dialect === 'ksh')
      throw new Lost('ksh may be replaced by the last part of a pipeline');
    this.#inPipeline = own !== undefined;
    const last = own ? yield* this.command(own, inner) : undefined;
    this.#inPipeline = false;
    const status = processes.length > 0 ? yield* this.waitFor(processes, this.#loops > 0 ? 'loop' : 'pipeline') : 0;
    if (own) return last;
    // Which part's end tells bash that it is interrupted hangs on which comes last.
    if (processes.some(({ end }) => end?.status !== status)) this.#foreground = undefined;
    return command.negated && status !== undefined ? (status === 0 ? 1 : 0) : status;
  }

  /** Starts the parts of a pipeline, which are the shell's own children. */
  #startParts(parts: readonly Command[], standing: Standing, background: boolean): readonly Proc[] {
    const started: Proc[] = [];
    for (const part of parts) {
      const reads = started.length > 0 && part.kind === 'simple' && READERS.has(part.words[0]?.raw ?? '');
      const process = reads
        ? this.host.machine.start(readerOf(part, started), this.process)
        : this.#fork(part, standing, background);
      if (process) started.push(process);
    }
    return started;
  }

  *#subshell(command: Extract<Command, { kind: 'subshell' }>, standing: Standing): Steps<Status> {
    const replaced = this.mergesSubshell(standing) && !this.isTrapped();
    if (replaced) {
      this.isSubshell ||= this.dialect === 'zsh';
      return yield* this.list(command.body, { ...standing, tail: 'nested' });
    }
    const process = this.#fork(command, standing, false);
    if (!process) return 0;
    // Ksh runs it inside itself.
    const busy = this.dialect === 'ksh' ? 'pipeline' : this.#loops > 0 ? 'loop' : 'foreground';
    return yield* this.waitFor([process], busy);
  }

  /** A command in a process of its own; a plain program takes that process's place. Nothing, where it ends at once. */
  #fork(command: Command, standing: Standing, background: boolean): Proc | undefined {
    const body = command.kind === 'subshell' ? command.body : [{ command, background: false }];
    const simple =
      body.length === 1 && body[0]?.command.kind === 'simple' && !body[0].background ? body[0].command : undefined;
    if (
      simple &&
      onlyBuiltins([simple]) &&
      simple.words.every(({ parts }) => parts.every((part) => part.kind !== 'open' || !part.runs)) &&
      !/^(?:exec|command|builtin|wait|eval|\.|source|read)$/.test(simple.words[0]?.raw ?? '')
    )
      return undefined;
    const at = this.text.place(command.start, command.end);
    const image: ProcessImage = {
      argv: ['(…)'],
      program: '(…)',
      role: 'shell',
      facts: undefined,
      at,
      was: [],
      shell: { dialect: this.dialect, text: this.text, reads: { kind: 'subshell' } },
      body: (process) =>
        this.#forked(
          process,
          body,
          { ...standing, tail: command.kind === 'subshell' ? 'top' : 'none', last: true, tested: false },
          background,
        ),
      onSignal: (process, signal) => onSignal(this.host.machine, process, this.dialect, signal),
    };
    return this.host.machine.start(image, this.process);
  }

  #forked(process: Proc, body: List, standing: Standing, background: boolean): Body {
    // Handlers are the parent's own; what it ignores, a subshell ignores too until it is told otherwise.
    process.traps = new Map([...this.process.traps].filter(([, { text }]) => text === ''));
    const { dialect, text, positional, named, functions, host } = this;
    const shell = new ForkedShell(host, process, {
      dialect,
      text,
      positional,
      named,
      functions,
      zero: this.#zero,
      asSh: this.asSh,
    });
    shell.errexit = this.errexit;
    const [first, ...others] = body;
    const sole = others.length === 0 ? first?.command : undefined;
    // Bash and zsh do not look at the `!` of what they do not wait for.
    const negated =
      sole?.kind === 'pipeline' && sole.commands.length === 1 && (dialect === 'bash' || dialect === 'zsh');
    const plain = negated ? sole.commands[0] : sole;
    if (plain?.kind === 'simple') shell.only = plain;
    if (background) {
      // What is in the background ignores these; bash gives them back to what such a subshell starts.
      shell.isDeaf = dialect === 'bash' && !(shell.only && this.#isExternal(shell.only));
      if (!shell.isDeaf) for (const signal of UNHEARD) process.ignored.add(signal);
    }
    return shell.toItsEnd(body, standing);
  }

  *#if(command: Extract<Command, { kind: 'if' }>, standing: Standing): Steps<Status> {
    const inner = nested(standing, false);
    const bodies = [...command.branches.map(({ body }) => body), ...(command.otherwise ? [command.otherwise] : [])];
    for (const { condition, body } of command.branches) {
      const status = yield* this.list(condition, { more: true, tail: 'none', last: false, tested: true });
      yield* this.runPending();
      const span = { start: condition[0]?.command.start ?? 0, end: condition.at(-1)?.command.end ?? 0 };
      if (status === undefined) {
        const inert = bodies.map((one) => inertAssignments(one, standing.more, this.#functions));
        if (inert.every((names) => names !== undefined)) {
          for (const names of inert) for (const name of names ?? []) this.named.set(name, undefined);
          return 0;
        }
      }
      const holds = status === undefined ? this.#decide(this.#condition(span)) : status === 0;
      if (holds) return yield* this.list(body, inner);
    }
    return command.otherwise ? yield* this.list(command.otherwise, inner) : 0;
  }

  *#case(command: Extract<Command, { kind: 'case' }>, standing: Standing): Steps<Status> {
    const [subject] = this.expand(command.subject);
    const inner = nested(standing, false);
    if (command.items.some(({ fallsThrough }) => fallsThrough)) throw new Lost('`;&` in a case');
    const inert = command.items.map(({ body }) => inertAssignments(body, standing.more, this.#functions));
    if (subject?.text === undefined && inert.every((names) => names !== undefined)) {
      for (const names of inert) for (const name of names ?? []) this.named.set(name, undefined);
      return 0;
    }
    const item = matchingItem(command.items, subject?.text, (patterns) => {
      const text = `\`${command.subject.raw}\` is \`${patterns.map(({ raw }) => raw).join(' or ')}\``;
      return this.#decide({ text, at: this.text.place(command.subject.start, command.subject.end) });
    });
    return item ? yield* this.list(item.body, inner) : 0;
  }

  *#loop(command: Extract<Command, { kind: 'loop' }>, standing: Standing): Steps<Status> {
    const inner: Standing = { more: standing.more, tail: 'none', last: false, tested: standing.tested };
    this.#loops++;
    try {
      if (command.variable !== undefined) return yield* this.#forEach(command, inner, standing);
      let done: Status = 0;
      for (let round = 0; round < MAX_ROUNDS; round++) {
        const status = command.condition
          ? yield* this.list(command.condition, { ...inner, more: true, tested: true })
          : undefined;
        yield* this.runPending();
        if (status === undefined) {
          // It is taken to wait for something that comes, or to have done its work after one round.
          if (command.until || round > 0 || inertAssignments(command.body, true, this.#functions)) return done;
        } else if ((status === 0) === command.until) {
          return done;
        }
        const goesOn = yield* this.#round(command.body, inner);
        done = this.status;
        if (!goesOn) return done;
      }
      throw new Lost('a loop goes on without end');
    } finally {
      this.#loops--;
    }
  }

  *#forEach(command: Extract<Command, { kind: 'loop' }>, inner: Standing, standing: Standing): Steps<Status> {
    const values = command.words?.flatMap((word) => this.expand(word)) ?? this.positional ?? [];
    for (const [index, value] of values.entries()) {
      const last = index === values.length - 1 && this.dialect === 'zsh';
      if (command.variable !== undefined) this.named.set(command.variable, value.text);
      if (!(yield* this.#round(command.body, last ? nested(standing, false) : inner))) break;
    }
    return values.length === 0 ? 0 : this.status;
  }

  /** One round of a loop; false where `break` leaves it. */
  *#round(body: List, inner: Standing): Steps<boolean> {
    try {
      yield* this.list(body, inner);
      return true;
    } catch (control) {
      if (!(control instanceof Leave)) throw control;
      if (control.levels > 1) throw new Leave(control.goesOn, control.levels - 1);
      this.status = 0;
      return control.goesOn;
    }
  }

  #assign(command: SimpleCommand): void {
    const exported = command.words[0] && literal(command.words[0]);
    const declared = exported !== undefined && /^(?:export|local|readonly|declare|typeset)$/.test(exported);
    if (command.words.length > 0 && !declared) return;
    for (const { name, value } of command.assignments) {
      this.named.set(name, value ? this.expand(value).map((arg) => arg.text)[0] : undefined);
    }
    for (const word of declared ? command.words.slice(1) : []) {
      const name = /^\w+/.exec(word.raw)?.[0];
      if (name !== undefined && exported === 'export') this.#exported.add(name);
      const pair = /^(\w+)=(.*)$/s.exec(word.raw);
      if (pair?.[1]) this.named.set(pair[1], /^[\w./:@%+-]*$/.test(pair[2] ?? '') ? pair[2] : undefined);
    }
  }

  #decide(question: Omit<Condition, 'holds'>): boolean {
    const { was, image } = this.process;
    return this.host.decide(
      question,
      was.some(({ program }) => program === image.program),
    );
  }

  /** What decides a branch, as a person reads it. */
  #condition({ start, end }: Span): Omit<Condition, 'holds'> {
    return { text: `\`${this.text.text.slice(start, end).replace(/\s+/g, ' ')}\``, at: this.text.place(start, end) };
  }
}

/** A subshell gives way to its last command in every shell; in bash to what is as plain as at the end of `-c TEXT`. */
class ForkedShell extends Shell {
  /** All that it runs, where that is one command. */
  only: SimpleCommand | undefined;
  override isSubshell = true;
  /** Whether it ignores what an interrupt at the terminal sends, itself only. */
  isDeaf = false;

  override mergesSubshell({ last }: Standing): boolean {
    return last && this.dialect !== 'bash' && !this.isInFunction;
  }

  override givesWay(command: SimpleCommand, standing: Standing): boolean {
    if (command === this.only) return true;
    return this.dialect === 'bash'
      ? super.givesWay(command, standing)
      : standing.last && !this.isInFunction && !this.isTrapped();
  }
}

/** Programs that stay for as long as somebody writes to them. */
const READERS = new Set('cat tee sed awk grep sort tr cut ts logger jq rotatelogs cronolog multilog svlogd'.split(' '));

function readerOf({ words }: SimpleCommand, writers: readonly Proc[]): ProcessImage {
  const argv = words.map(({ raw }) => raw);
  const onSignal: Native['onSignal'] = (machine, process, signal) => machine.byDefault(process, signal);
  return {
    argv,
    program: argv[0] ?? '',
    role: 'program',
    facts: undefined,
    at: undefined,
    was: [],
    writers: [...writers],
    native: { onSignal },
  };
}

/** What an interrupt at the terminal sends. */
const UNHEARD = ['SIGINT', 'SIGQUIT'];

const SUBSTITUTIONS = new WeakMap<SimpleCommand, readonly Command[]>();

/** The commands in the `$(…)` of a command; every way of a launch asks for them again. */
function substitutionsIn(command: SimpleCommand): readonly Command[] {
  const known = SUBSTITUTIONS.get(command);
  if (known) return known;
  const { words, assignments, start, end } = command;
  const parts = [...assignments.flatMap(({ value }) => value?.parts ?? []), ...words.flatMap((word) => word.parts)];
  const found = parts.flatMap((part): readonly Command[] =>
    part.kind === 'open' && part.runs ? [{ kind: 'subshell', body: part.runs, redirected: false, start, end }] : [],
  );
  SUBSTITUTIONS.set(command, found);
  return found;
}

function nested(standing: Standing, redirected: boolean): Standing {
  return { ...standing, tail: standing.tail === 'none' || redirected ? 'none' : 'nested' };
}

/** `exit 1`, `return`: whoever replaces what stands before it loses nothing. */
function leaves(command: Command): boolean {
  return command.kind === 'simple' && /^(?:exit|return)$/.test(command.words[0]?.raw ?? '');
}

function onlyBuiltins(commands: readonly Command[]): boolean {
  return commands.every((command) => {
    const name = command.kind === 'simple' && command.words[0] ? literal(command.words[0]) : undefined;
    return name !== undefined && isBuiltin(name);
  });
}

/** Options on the interpreter's line and on the command line of a script. */
function optionsOf(argv: readonly string[], { shebang }: ShellText): readonly string[] {
  return [...(shebang?.split(/\s+/).slice(1) ?? []), ...argv].filter(
    (word) => /^-[a-z]+$/.test(word) && !word.includes('c'),
  );
}
