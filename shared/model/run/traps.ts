// What a shell does with signals: its traps, which wait or run at once, its own ways without one, and its EXIT trap.
// Knows no command but through the shell that runs the handlers.
import type { Dialect } from '../../knowledge/images.ts';
import { parseShell } from '../../sources/shell.ts';
import { unquoted } from '../stop/handlers.ts';
import type { Trap } from '../stop/processTree.ts';
import { Exit, type Status, type Steps } from './flow.ts';
import { type Body, type End, Lost, type Machine, NUMBERS, type Proc, type SignalEvent } from './machine.ts';
import type { Shell } from './shell.ts';

/** What a shell does with a signal: a trap runs at once in `wait`, else when the foreground command has ended. */
export function onSignal(machine: Machine, process: Proc, dialect: Dialect, signal: string) {
  const trap = process.traps.get(signal);
  const waits = process.block?.kind === 'wait';
  const shell = shells.get(process);
  const hears = trap !== undefined || signal === 'SIGINT' || (dialect === 'ksh' && shell?.isReading === true);
  if ((dialect === 'ksh' || dialect === 'zsh') && process.busy === 'pipeline' && !waits && hears)
    throw new Lost('ksh and zsh may go on before all of a pipeline or a subshell has ended');
  if (trap?.text === '') return machine.note(process, 'ignores', signal);
  if (trap && dialect === 'bash' && shell?.isReading && shell.sources > 0)
    throw new Lost('bash may run a trap at once while a sourced file waits for what a command says');
  if (trap) {
    // A signal that is waiting already does not wait twice.
    const waitsAlready = process.pending.includes(signal);
    if (shell && (waitsAlready || shell.handling === signal)) shell.isToldAgain = true;
    if (!waitsAlready) process.pending.push(signal);
    machine.note(process, waits ? 'trapRuns' : 'trapWaits', signal);
    machine.interrupt(process, 128 + (NUMBERS[signal] ?? 0));
    return;
  }
  if (dialect === 'mksh' && signal === 'SIGHUP' && !shell?.fork && !shell?.isReading && !process.ignored.has(signal))
    return hangUp(machine, process);
  const deaf = process.ignored.has(signal) || shell?.fork?.deafTo.includes(signal) === true;
  const own = deaf ? 'ignores' : ownWay(dialect, process, signal, shell);
  if (own === 'ignores') return machine.note(process, 'ignores', signal);
  if (own === 'later') {
    process.pending.push(signal);
    return machine.note(process, 'trapWaits', signal);
  }
  if (own !== undefined) {
    machine.note(process, 'dies', signal);
    if (dialect === 'mksh' && shell?.errexit && hasExitTrap(process)) throw new Lost(LEAVES_EARLY);
    if (dialect === 'mksh') tellGroup(machine, process, signal);
    return machine.replaceBody(process, exitTrapOf(process, own));
  }
  // bash and ksh run the EXIT trap when a signal ends them, and are ended by it as PID 1 too; SIGQUIT bash leaves alone.
  const isLeft = signal === 'SIGQUIT' || shell?.leftToKernel.has(signal) === true;
  const heeds = dialect === 'ksh' || (dialect === 'bash' && !isLeft);
  if (shell?.isEnding && dialect === 'ksh') throw new Lost('ksh may be ended in its EXIT trap');
  if (shell?.isEnding && dialect === 'bash' && heeds) {
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
  shell: Shell | undefined,
): 'ignores' | 'later' | number | undefined {
  if (dialect === 'mksh') return wayOfMksh(block, signal);
  switch (signal) {
    case 'SIGQUIT':
      return dialect === 'dash' || dialect === 'ksh' || shell?.isSubshell ? undefined : 'ignores';
    case 'SIGHUP':
      return dialect === 'zsh' ? 1 : undefined;
    case 'SIGINT':
      if (dialect === 'zsh' && children.filter(({ end }) => !end).length > 1)
        throw new Lost('zsh may end with any of its children');
      // A subshell of dash or busybox whose trap is gone leaves it to the kernel.
      if (shell?.fork && shell.leftToKernel.has(signal) && (dialect === 'dash' || dialect === 'busybox-ash'))
        return undefined;
      if (block?.kind === 'foreground') return 'later';
      return parent === undefined && (dialect === 'dash' || dialect === 'busybox-ash') ? INTERRUPTED : undefined;
    default:
      return undefined;
  }
}

/** mksh looks at the signals that would end it when its foreground command has ended, and ends at once in `wait`. */
function wayOfMksh(block: Proc['block'], signal: string): 'later' | number | undefined {
  if (!UNTRAPPED.includes(signal)) return undefined;
  return block?.kind === 'foreground' ? 'later' : 128 + (NUMBERS[signal] ?? 0);
}

/** Signals that mksh has handlers for without a trap. */
const UNTRAPPED = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP'];

/**
 * mksh passes SIGHUP on to its foreground command, gives that a second, and goes; from `wait` it goes at once. It runs no
 * EXIT trap then (measured with 59c).
 */
function hangUp(machine: Machine, process: Proc): void {
  const jobs = process.block?.kind === 'foreground' ? process.block.processes : [];
  const isTold = ({ at, process: one }: SignalEvent) => at === machine.now && one.image.shell && jobs.includes(one);
  if ((jobs.length > 0 && jobs.every(({ dying }) => dying)) || machine.events.some(isTold))
    throw new Lost('whether mksh is told before its foreground command is open');
  machine.note(process, 'dies', 'SIGHUP');
  for (const job of jobs) machine.signal(job, 'SIGHUP');
  machine.freeze(process);
  const status = 128 + (NUMBERS.SIGHUP ?? 0);
  machine.wakeAt(machine.now + (jobs.length > 0 ? 1 : 0), () =>
    machine.finish(process, { at: machine.now, status, by: 'self' }),
  );
}

/** mksh that leads a group and has no EXIT trap tells the group before a signal ends it. */
function tellGroup(machine: Machine, process: Proc, signal: string): void {
  if (process.group === process.id && !hasExitTrap(process)) machine.signalGroup(process.group, signal, process);
}

function hasExitTrap({ traps }: Proc): boolean {
  return (traps.get('EXIT')?.text ?? '') !== '';
}

const LEAVES_EARLY = 'under `set -e`, mksh may leave its EXIT trap before that is done';

/** The status of what SIGINT has ended. */
const INTERRUPTED = 130;

/** Whether SIGINT has ended a command, as far as that is known. */
export function isInterrupted(end: End | undefined): boolean | undefined {
  return end?.status === undefined ? undefined : end.by === 'signal' && end.status === INTERRUPTED;
}

/** The running shells, so that a signal finds what runs their EXIT trap. */
const shells = new WeakMap<Proc, Shell>();

/** Makes a shell the one that a process runs. */
export function atWork(shell: Shell): void {
  shells.set(shell.process, shell);
}

/** More handlers in each other than this set each other off. */
const MAX_HANDLERS = 8;

function* exitTrapOf(process: Proc, status: number | undefined): Body {
  const shell = shells.get(process);
  if (shell) shell.isTerminated = true;
  const exited = shell ? yield* exitTrap(shell, status) : status;
  // Bash ends by the signal, whatever its trap says.
  process.killsItself = shell?.dialect === 'bash' && process.parent !== undefined;
  return shell?.dialect === 'bash' ? status : exited;
}

/** What an interrupt at the terminal sends. */
export const UNHEARD = ['SIGINT', 'SIGQUIT'];

/** Runs the EXIT trap, which may exit with another status. */
export function* exitTrap(shell: Shell, status: Status): Steps<Status> {
  const trap = shell.process.traps.get('EXIT');
  if (!trap) return status;
  const traps = new Map(shell.process.traps);
  traps.delete('EXIT');
  shell.process.traps = traps;
  shell.status = status;
  shell.isEnding = true;
  try {
    yield* handler(shell, trap, 'EXIT', status, false);
    // In mksh the status may be that of the trap.
    return shell.dialect === 'mksh' ? undefined : status;
  } catch (control) {
    // Bash that is interrupted ends so, whatever its trap says.
    if (control instanceof Exit && shell.dialect === 'mksh' && shell.isTerminated) return undefined;
    if (control instanceof Exit) return shell.isInterrupted ? status : control.status;
    throw control;
  }
}

/**
 * Runs the traps whose signals have come, where somebody looks at a status or not; `over` is that of a `wait` that they
 * have interrupted.
 */
export function* runPending(shell: Shell, tested: boolean, over?: { readonly status: Status }): Steps<void> {
  for (let signal = shell.process.pending.shift(); signal; signal = shell.process.pending.shift()) {
    const trap = shell.process.traps.get(signal);
    if (!trap && shell.dialect === 'mksh') {
      tellGroup(shell.host.machine, shell.process, signal);
      shell.isTerminated = true;
      // Under `set -e`, a command that has failed may be faster.
      const failed = shell.errexit && !tested && shell.status !== 0;
      if (failed && hasExitTrap(shell.process)) throw new Lost(LEAVES_EARLY);
      throw new Exit(failed ? undefined : 128 + (NUMBERS[signal] ?? 0));
    }
    if (!trap && signal === 'SIGINT') interrupted(shell);
    if (!trap || trap.text === '') continue;
    shell.host.machine.note(shell.process, 'trapRuns', signal);
    if (shell.handlers > MAX_HANDLERS) throw new Lost('a trap sets itself off');
    shell.handlers++;
    const { status } = shell;
    if (over && (shell.dialect === 'bash' || shell.dialect === 'busybox-ash')) shell.status = over.status;
    if (over && (shell.dialect === 'dash' || shell.dialect === 'mksh')) shell.status = undefined;
    if (shell.dialect === 'ksh') shell.status = over === undefined ? undefined : 1;
    // In ksh and zsh, `set -e` lets a trap pass where it lets the command pass.
    const spares = tested && (shell.dialect === 'ksh' || shell.dialect === 'zsh');
    yield* handler(shell, trap, signal, over ? over.status : status, spares);
    shell.status = status;
    shell.handlers--;
  }
}

/** Leaves a shell whose command has failed under `set -e`: ksh does so before it runs the traps that have waited. */
export function fail(shell: Shell, status: Status): never {
  const { dialect, process, fork } = shell;
  if (dialect === 'mksh' && process.pending.length > 0 && hasExitTrap(process))
    throw new Lost('mksh may be ended by a signal while it exits');
  if (dialect === 'ksh' || dialect === 'mksh') process.pending.length = 0;
  // What bash reads from elsewhere in the background leaves it with a status of its own.
  const reads = fork?.as === 'background' && /^(?:\.|source|eval)$/.test(fork.only?.words[0]?.raw ?? '');
  // What a signal has left, ksh may leave with less.
  const isOpen = dialect === 'ksh' && (status ?? 0) > 128;
  throw new Exit(dialect === 'bash' && reads ? 1 : isOpen ? undefined : status);
}

/** Bash is interrupted while it reads what a substitution says, however that ends. */
export function heedInterrupt(shell: Shell): void {
  const { pending, traps } = shell.process;
  if (shell.dialect !== 'bash' || !pending.includes('SIGINT') || traps.has('SIGINT')) return;
  pending.splice(pending.indexOf('SIGINT'), 1);
  shell.isCommandInterrupted = true;
  interrupted(shell);
}

/** SIGINT has come during the foreground command. Bash is interrupted only if that was, too. */
function interrupted(shell: Shell): void {
  const { process, dialect } = shell;
  const first = process === shell.host.machine.root;
  if (dialect === 'bash') {
    const { isCommandInterrupted } = shell;
    if (isCommandInterrupted === undefined)
      throw new Lost('bash is interrupted if its command was, which is not known');
    if (!isCommandInterrupted || (first && !hasExitTrap(process))) return;
    process.killsItself = !first;
    shell.isInterrupted = true;
    throw new Exit(INTERRUPTED);
  }
  if (dialect === 'ksh' && hasExitTrap(process)) throw new Lost('ksh may end with any status after an interrupt');
  // The others end themselves by the signal, which the kernel does not let PID 1 do.
  if (!first) process.traps = new Map();
  process.killsItself = !first;
  throw new Exit(INTERRUPTED);
}

/** `before` is the status before the trap, which `exit` alone leaves with in some shells. */
function* handler(shell: Shell, { text, word }: Trap, signal: string, before: Status, tested: boolean): Steps<void> {
  if (text === undefined) throw new Lost(`the trap for ${signal} is not known`);
  const parsed = parseShell(text);
  if (!parsed.whole) throw new Lost(`the trap for ${signal} cannot be read`);
  const written = word && unquoted(word);
  const held = written?.text === text ? written : text;
  const { beforeTrap, handling, spared } = shell;
  shell.spared = false;
  shell.handling = signal;
  const keeps =
    shell.dialect === 'dash' || shell.dialect === 'busybox-ash' || (shell.dialect === 'bash' && signal === 'EXIT');
  const isOpen = shell.dialect === 'mksh';
  shell.beforeTrap = keeps ? { status: before } : isOpen ? { status: undefined } : undefined;
  yield* shell.inText(held, parsed.list, { more: true, tail: 'none', last: false, tested });
  shell.beforeTrap = beforeTrap;
  shell.handling = handling;
  shell.spared = spared;
}
