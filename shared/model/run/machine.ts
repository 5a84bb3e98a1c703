// A container's processes and what the kernel does with them: starting, replacing, signalling, ending, in simulated time.
// Knows no shell, no image and no program by name; bodies and natives say what a process does.
import type { Supervision } from '../launch/supervisord.ts';
import type { ForegroundCommand, InitState, Process, Refused, ShellState, Step, Traps } from '../stop/processTree.ts';

/** What a shell waits for. */
export type Block =
  /** A command in the foreground: traps have to wait. */
  | { readonly kind: 'foreground'; readonly processes: readonly Proc[] }
  /** The builtin `wait`: for all jobs or any of them, each to the end of all of its processes. A trap interrupts it. */
  | { readonly kind: 'wait'; readonly jobs: readonly (readonly Proc[])[]; readonly any: boolean }
  /** The process becomes something else; the body that asked for it is never resumed. */
  | { readonly kind: 'become'; readonly image: ProcessImage };

/** What a blocked body is told: the status of what it waited for, absent where it is open; or that a trap wants to run. */
export interface Resumed {
  readonly status: number | undefined;
  readonly interrupted: boolean;
}

/** A process that is followed command by command; returns its exit status. */
export type Body = Generator<Block, number | undefined, Resumed>;

/** What a process that is not followed does with signals and children. */
export interface Native {
  /** Called once when it starts. */
  start?(machine: Machine, process: Proc): void;
  onSignal(machine: Machine, process: Proc, signal: string): void;
  onChildEnd?(machine: Machine, process: Proc, child: Proc): void;
}

/** What a process is: its words, and what it does. */
export interface ProcessImage extends Pick<Process, 'argv' | 'program' | 'role' | 'facts' | 'at' | 'was'> {
  readonly shell?: Pick<ShellState, 'dialect' | 'text' | 'reads'>;
  readonly init?: InitState;
  readonly supervision?: Supervision;
  /** Whether a Go program has started it: it hands on only that SIGHUP and SIGINT are ignored. */
  readonly throughGo?: boolean;
  /** Signals that it is started to ignore. */
  readonly ignores?: readonly string[];
  /** It does nothing but read what these write, and is no node of the tree. */
  readonly writers?: readonly Proc[];
  /** What it does; one of both. */
  readonly body?: (process: Proc) => Body;
  readonly native?: Native;
  /** Handles a signal as a shell does; absent for natives. */
  readonly onSignal?: (process: Proc, signal: string) => void;
}

/** How a process came to its end. */
export interface End {
  /** Seconds. */
  readonly at: number;
  /** The exit status; absent where it is open. */
  readonly status: number | undefined;
  /**
   * `self`: it ended by itself. `signal`: a signal ended it. `container`: PID 1 was gone. `kill`: the grace period was over.
   * `supervisor`: so was the patience of its supervisor.
   */
  readonly by: 'self' | 'signal' | 'container' | 'kill' | 'supervisor';
}

/** What happens to a process when a signal comes. */
export type EventKind =
  | 'lacksHandler'
  | 'ignores'
  | 'dies'
  | 'trapWaits'
  | 'trapRuns'
  | 'passesOn'
  | 'drops'
  | 'drains'
  | 'ends'
  | 'gets';

/** What a process did with a signal. */
export interface SignalEvent {
  /** Seconds. */
  readonly at: number;
  readonly process: Proc;
  readonly kind: EventKind;
  readonly signal: string;
  /** The signal as it is passed on, where that is another. */
  readonly passed?: string;
}

/** A process. Changes as it runs. */
export interface Proc {
  readonly id: number;
  readonly parent: Proc | undefined;
  group: number;
  image: ProcessImage;
  /** What it was before it became something else. */
  was: Step[];
  readonly children: Proc[];
  /** Signals that it ignores, as its ancestors have told it to. */
  ignored: Set<string>;
  traps: Traps;
  /** Signal names that it has refused, as a shell. */
  readonly refused: Refused[];
  body: Body | undefined;
  block: Block | undefined;
  /** Signals whose traps are still to run. */
  readonly pending: string[];
  /** What a shell is busy with. */
  command: ForegroundCommand | undefined;
  busy: ShellState['busy'];
  end: End | undefined;
  /** Whether its last act is to send itself the signal that it ends by, as shells do. */
  killsItself: boolean;
  /** Whether it is as good as ended. */
  dying: boolean;
  /** Whether it has got a signal that it drains on. */
  draining: boolean;
  /** Whether its standard input is a pipe. */
  readsPipe: boolean;
}

/** What cannot be followed; the launch is unknown then. */
export class Lost extends Error {}

/** Something that happens at a time. */
interface Wake {
  readonly at: number;
  readonly wake: () => void;
}

/** More processes than this are somebody's loop. */
const MAX_PROCESSES = 400;
const MAX_STEPS = 5000;
const MAX_LIVES = 24;

/** The processes of one container. */
export class Machine {
  /** Seconds since the machine was started or its clock was set back. */
  now = 0;
  readonly events: SignalEvent[] = [];
  /** The process that the container ends with: PID 1, unless the launch shares its namespace. */
  main: Proc | undefined;
  /** Whether it is still getting ready: nobody has told it to stop. */
  isBooting = true;
  /** Whether something was run after the first signal that may have told anybody. */
  mayHaveTold = false;
  readonly #processes: Proc[] = [];
  readonly #wakes: Wake[] = [];
  readonly #ready: { readonly process: Proc; readonly resumed: Resumed }[] = [];
  #steps = 0;

  /** Starts a process; the first one is PID 1. */
  start(image: ProcessImage, parent: Proc | undefined, group?: 'own'): Proc {
    if (this.#processes.length >= MAX_PROCESSES) throw new Lost('it starts processes without end');
    const id = this.#processes.length + 1;
    const process: Proc = {
      id,
      parent,
      group: group === 'own' || !parent ? id : parent.group,
      image,
      was: [...image.was],
      children: [],
      ignored: parent ? passedOn(parent) : new Set(),
      traps: new Map(),
      refused: [],
      body: undefined,
      block: undefined,
      pending: [],
      command: undefined,
      busy: 'foreground',
      end: undefined,
      killsItself: false,
      dying: false,
      draining: false,
      readsPipe: parent?.readsPipe ?? false,
    };
    this.#processes.push(process);
    this.main ??= process;
    parent?.children.push(process);
    this.#run(process);
    return process;
  }

  /** All processes that live. */
  get living(): readonly Proc[] {
    return this.#processes.filter(({ end }) => !end);
  }

  /** Whether it has been given to a supervisor to look after its programs. */
  get supervises(): boolean {
    return this.#processes.some(({ image }) => image.role === 'supervisor');
  }

  /** A process by its number. */
  byId(id: number): Proc | undefined {
    return this.#processes[id - 1];
  }

  get root(): Proc | undefined {
    return this.#processes[0];
  }

  /** Calls back at a time. */
  wakeAt(at: number, wake: () => void): void {
    this.#wakes.push({ at, wake });
  }

  /** Sends a signal as `kill` does. */
  signal(process: Proc, signal: string): void {
    if (process.end || process.dying) return;
    if (signal === 'SIGKILL') {
      // From inside, the kernel spares PID 1.
      if (process === this.root) return;
      this.note(process, 'dies', signal);
      this.finishSoon(process, 137, 'signal');
      return;
    }
    if (signal === 'SIGSTOP') {
      if (process === this.root) return;
      throw new Lost('what SIGSTOP has stopped may be told to go on');
    }
    if (process.image.onSignal) process.image.onSignal(process, signal);
    else process.image.native?.onSignal(this, process, signal);
  }

  /** What SIGSTOP from outside does: it acts on nothing any more. */
  freeze(process: Proc): void {
    process.dying = true;
    process.body = undefined;
    process.block = undefined;
  }

  /** All get it before one of them can act on it: those that others wait for first, so that nobody's end hides it. */
  signalGroup(group: number, signal: string, except?: Proc): void {
    for (const process of [...this.living].reverse())
      if (process.group === group && process !== except) this.signal(process, signal);
  }

  /** What the kernel does with a signal that nobody handles. */
  byDefault(process: Proc, signal: string): void {
    if (HARMLESS.has(signal)) return;
    const spared = process === this.root ? 'lacksHandler' : process.ignored.has(signal) ? 'ignores' : undefined;
    this.note(process, spared ?? 'dies', signal);
    if (spared) return;
    this.finishSoon(process, 128 + (NUMBERS[signal] ?? 0), 'signal');
  }

  /** Ends a process now, but after all that takes no time: a death is slower than a signal. It does nothing more. */
  finishSoon(process: Proc, status: number | undefined, by: 'self' | 'signal' | 'supervisor'): void {
    this.freeze(process);
    this.wakeAt(this.now, () => this.finish(process, { at: this.now, status, by }));
  }

  /** Keeps what happens from the stop signal on. */
  note(process: Proc, kind: EventKind, signal: string, passed?: string): void {
    if (this.isBooting) return;
    this.events.push({ at: this.now, process, kind, signal, ...(passed !== undefined && { passed }) });
  }

  /** Interrupts the builtin `wait` of a shell. */
  interrupt(process: Proc, status: number): void {
    if (process.block?.kind !== 'wait') return;
    process.block = undefined;
    this.#ready.push({ process, resumed: { status, interrupted: true } });
  }

  /** Gives a process another body in place of the one it has. */
  replaceBody(process: Proc, body: Body): void {
    process.block = undefined;
    process.body = body;
    this.#ready.push({ process, resumed: { status: 0, interrupted: false } });
  }

  /** Ends a process; with the main one all others end. */
  finish(process: Proc, end: End): void {
    if (process.end) return;
    process.end = end;
    process.block = undefined;
    process.body = undefined;
    if (process === this.main) {
      for (const other of this.living)
        other.end = { at: this.now, status: 137, by: end.by === 'kill' ? 'kill' : 'container' };
      return;
    }
    const { parent } = process;
    for (const reader of this.#processes) if (!reader.end && reader.image.writers) this.#endReader(reader);
    // Orphans are PID 1's.
    const reaper = parent?.end ? this.root : parent;
    if (!reaper || reaper.end) return;
    if (!reaper.dying) reaper.image.native?.onChildEnd?.(this, reaper, process);
    this.#satisfy(reaper);
  }

  /** Who reads to the end of a pipe ends when nobody is left to write to it. */
  #endReader(reader: Proc): void {
    const writers = reader.image.writers ?? [];
    const holds = (process: Proc | undefined): boolean =>
      process !== undefined && (writers.includes(process) || holds(process.parent));
    if (this.living.some((one) => one !== reader && holds(one))) return;
    this.wakeAt(this.now, () => this.finish(reader, { at: this.now, status: 0, by: 'self' }));
  }

  /** Runs until nothing can happen by itself any more, the container or `awaited` is gone, or the clock would pass `limit`. */
  settle(limit: number, awaited?: Proc): void {
    while (!this.main?.end && !awaited?.end) {
      const next = this.#ready.shift();
      if (next) {
        this.#resume(next.process, next.resumed);
        continue;
      }
      const wake = this.#earliest();
      if (!wake || wake.at > limit) return;
      this.#wakes.splice(this.#wakes.indexOf(wake), 1);
      this.now = Math.max(this.now, wake.at);
      wake.wake();
    }
  }

  /** Sets the clock back to zero, where the stop begins; whatever is planned keeps its distance. */
  resetClock(): void {
    const shift = this.now;
    const moved = this.#wakes.map((one) => ({ ...one, at: one.at - shift }));
    this.#wakes.splice(0, this.#wakes.length, ...moved);
    this.now = 0;
    this.isBooting = false;
  }

  #earliest(): Wake | undefined {
    return this.#wakes.reduce<Wake | undefined>((first, one) => (!first || one.at < first.at ? one : first), undefined);
  }

  #run(process: Proc): void {
    const { body, native, ignores = [], throughGo } = process.image;
    if (throughGo) process.ignored = new Set(['SIGHUP', 'SIGINT'].filter((signal) => process.ignored.has(signal)));
    for (const signal of ignores) process.ignored.add(signal);
    process.body = body?.(process);
    if (process.body) this.#ready.push({ process, resumed: { status: 0, interrupted: false } });
    native?.start?.(this, process);
    if (process.image.writers) this.#endReader(process);
  }

  #resume(process: Proc, resumed: Resumed): void {
    if (process.end || !process.body) return;
    if (++this.#steps > MAX_STEPS) throw new Lost('it goes on without end');
    const { body } = process;
    const step = body.next(resumed);
    if (process.body !== body) return;
    if (step.done) {
      this.finish(process, { at: this.now, status: step.value, by: process.killsItself ? 'signal' : 'self' });
    } else if (step.value.kind === 'become') {
      const before: Step = { program: process.image.program, at: process.image.at, traps: process.traps };
      process.was = [...process.was, before, ...step.value.image.was];
      if (process.was.length > MAX_LIVES) throw new Lost('it starts itself anew without end');
      const { supervision } = process.image;
      process.image = { ...step.value.image, ...(supervision && { supervision }) };
      process.ignored = passedOn(process);
      process.traps = new Map();
      process.pending.length = 0;
      process.command = undefined;
      this.#run(process);
    } else {
      process.block = step.value;
      this.#satisfy(process);
    }
  }

  /** Resumes a shell whose wait is over. */
  #satisfy(process: Proc): void {
    const { block } = process;
    if (!block || block.kind === 'become') return;
    const [jobs, any] = block.kind === 'wait' ? [block.jobs, block.any] : [[block.processes], false];
    const ended = jobs.filter((job) => job.every(({ end }) => end));
    if (any ? ended.length === 0 : ended.length < jobs.length) return;
    process.block = undefined;
    const last = (any ? ended[0] : jobs.at(-1))?.at(-1);
    this.#ready.push({ process, resumed: { status: last ? last.end?.status : 0, interrupted: false } });
  }
}

/** The signals that a process's children, and what it becomes, ignore. Handlers do not survive; what is ignored stays so. */
function passedOn({ ignored, traps }: Proc): Set<string> {
  const handled = (signal: string) => (traps.get(signal)?.text ?? '') !== '';
  const own = [...traps].flatMap(([signal, { text }]) => (text === '' && signal !== 'EXIT' ? signal : []));
  return new Set([...[...ignored].filter((signal) => !handled(signal)), ...own]);
}

/** Signals that end nothing by default. */
const HARMLESS = new Set(['SIGCHLD', 'SIGCONT', 'SIGURG', 'SIGWINCH', '0']);

/** Numbers of the signals that scripts and runtimes stop programs with (Linux on x86-64 and arm64). */
export const NUMBERS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGUSR2: 12,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGCONT: 18,
  SIGSTOP: 19,
  SIGWINCH: 28,
};
