// The builtin `wait`: whom it waits for, and what it says when a trap has interrupted it.
import type { Arg } from '../launch/args.ts';
import type { Standing, Status, Steps } from './flow.ts';
import { targetsOf } from './kill.ts';
import { Lost, type Proc } from './machine.ts';
import { isWatched } from './natives.ts';
import type { Shell } from './shell.ts';
import { fail, runPending } from './traps.ts';

/** `wait`, `wait PID …`, `wait -n`: the only command that a trap interrupts. */
export function* wait(shell: Shell, args: readonly Arg[], { tested }: Standing): Steps<Status> {
  const { jobs } = shell;
  const any = args.some(({ text }) => text === '-n');
  const named = args.filter(({ text }) => !text?.startsWith('-'));
  // Where zsh has started nothing, `$!` is 0.
  if (named.some(({ text }) => text === '0')) return 127;
  const processes =
    named.length > 0 ? named.flatMap((arg) => targetsOf(shell, arg)).flatMap((one) => jobs.wholeOf(one)) : jobs.all;
  if (processes.some((one) => one.parent !== shell.process)) return 127;
  if (named.length > 0 && processes.length > 0 && processes.every((one) => jobs.isForgotten(one)))
    return shell.dialect === 'ksh' ? undefined : 127;
  // Once it has waited for all, bash forgets them.
  const strict = shell.asSh || (named.length === 0 && !any);
  const forgets = /^(?:m?ksh|zsh)$/.test(shell.dialect) || (shell.dialect === 'bash' && strict);
  if (forgets) jobs.forget(processes.filter(({ end }) => end));
  const untold = processes.filter((one) => one.end && !jobs.isCollected(one));
  if (jobs.mayBeForgotten(processes)) return undefined;
  jobs.collect(processes);
  const living = processes.filter(({ end }) => !end);
  refuseOpen(shell, processes, named.length > 0);
  if (any && living.length > 0 && untold.length > 0)
    throw new Lost('whether bash has told of a job that has ended is open');
  if (any && living.length === 0)
    return untold.length === 0 ? 127 : untold.length > 1 ? undefined : untold[0]?.end?.status;
  if (living.length === 0 && adopted(shell, named).length === 0)
    return named.length > 0 ? processes.at(-1)?.end?.status : 0;
  shell.process.busy = 'wait';
  const { machine } = shell.host;
  const begun = machine.now;
  let { status, interrupted } = yield { kind: 'wait', jobs: any ? jobs.grouped(living) : [processes], any };
  for (let more = adopted(shell, named); more.length > 0 && !interrupted; more = adopted(shell, named))
    ({ status, interrupted } = yield { kind: 'wait', jobs: [more], any: false });
  if (any && machine.isBooting && machine.now === begun && !interrupted)
    throw new Lost('whether a job ends before or in `wait -n` is open');
  // Under `set -e`, ksh and mksh exit before they run a trap.
  const early = interrupted && shell.errexit && !tested;
  if (early && shell.dialect === 'ksh') fail(shell, 1);
  if (early && shell.dialect === 'mksh') fail(shell, status);
  // Where they die of the same signal, they may be faster.
  const isRaced = interrupted && processes.every(({ end, dying }) => end || dying);
  const { traps } = shell.process;
  const gone = () => shell.process.children.filter(({ end, dying }) => end || dying).length;
  const children = gone();
  yield* runPending(shell, tested, interrupted ? { status: isRaced ? undefined : status } : undefined);
  if (forgets && !interrupted) jobs.forget(processes);
  if (!interrupted) jobs.collect(processes);
  if (!interrupted && shell.dialect === 'ksh' && shell.handling === 'SIGINT') return undefined;
  if (!interrupted) return named.length === 0 && !any ? 0 : status;
  if (isRaced) {
    jobs.blur(processes);
    if (shell.errexit && !tested) throw new Lost('`set -e` hangs on whether a `wait` is interrupted before it is over');
    return undefined;
  }
  const settled = shell.process.traps === traps && living.length === 1 && gone() === children;
  if (shell.dialect === 'zsh' && !settled) throw new Lost('zsh may go on with a `wait` that a trap has interrupted');
  if (shell.dialect === 'ksh' && shell.process.traps !== traps)
    throw new Lost('ksh may go on with a `wait` whose trap takes itself away');
  // Ksh has a number of its own for that, of which 1 is left.
  return shell.dialect === 'ksh' ? 1 : status;
}

/** Throws where nobody can tell whom a shell waits for, or what comes of that. */
function refuseOpen(shell: Shell, processes: readonly Proc[], isNamed: boolean): void {
  const { jobs } = shell;
  const living = processes.filter(({ end }) => !end);
  if (shell.dialect === 'bash' && shell.handling && shell.isToldAgain && areDying(living))
    throw new Lost('bash may go on with what it has waited for when the same signal comes again');
  const others = shell.process.children.some((child) => !child.end && !jobs.all.includes(child));
  // As PID 1 they get the orphans, too: what busybox's timeout looks after its command with is one from the start.
  const isWatching = [shell.process, ...shell.process.children].some(isWatched);
  const orphans = shell.host.machine.living.some(({ parent }) => parent?.dying || parent?.end);
  const mayAdopt = shell.dialect === 'busybox-ash' ? orphans || isWatching : shell.dialect === 'ksh' && isWatching;
  if (mayAdopt && !isNamed) throw new Lost('busybox and ksh may wait for orphans');
  if (shell.dialect === 'bash' && shell.isTerminated && !isNamed && processes.length > 0 && jobs.hasForeground)
    throw new Lost('bash that a signal ends may wait for its foreground, too');
  const inherited = shell.process.parent?.children.some((child) => !child.end && child !== shell.process);
  if (shell.fork?.as === 'part' && !isNamed && inherited)
    throw new Lost('ksh may wait in a subshell for what has been started before it');
  if (shell.dialect === 'ksh' && others) throw new Lost('ksh may wait for more than what runs in the background');
}

/** The orphans that ksh waits for, too, where it is PID 1 and `wait` names nobody. */
function adopted({ dialect, process, host: { machine } }: Shell, named: readonly Arg[]): readonly Proc[] {
  const all = dialect === 'ksh' && process === machine.root && named.length === 0;
  return all ? machine.living.filter(({ parent }) => parent?.end) : [];
}

/** Whether nothing is left but who is about to end. */
function areDying(living: readonly Proc[]): boolean {
  return living.length > 0 && living.every(({ dying }) => dying);
}
