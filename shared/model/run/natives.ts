// What programs do that are not followed command by command: servers, sleeps, inits, package managers, su and timeout.
// Facts come from knowledge; how long a server drains is for whoever asks to say.
import { innerCommand, type ProgramFacts, type WrapperWay } from '../../knowledge/programs.ts';
import type { InitState } from '../stop/processTree.ts';
import {
  type Body,
  Lost,
  type Machine,
  type Native,
  NUMBERS,
  type Proc,
  type ProcessImage,
  type SignalEvent,
} from './machine.ts';

/** Seconds from a signal that it drains on to a program's end. */
export type DrainTime = (process: Proc) => number;

/** A server, a worker, a tool that stays: by its facts; one of which nothing is known is taken to handle its signal. */
export function program(facts: ProgramFacts | undefined, drainTime: DrainTime): Native {
  const drain = (machine: Machine, process: Proc) => {
    if (process.draining) return;
    process.draining = true;
    // What a script has started for its own preparations has nobody to answer.
    machine.wakeAt(machine.now + (machine.isBooting ? 0 : drainTime(process)), () =>
      machine.finish(process, { at: machine.now, status: 0, by: 'self' }),
    );
  };
  return {
    onSignal(machine, process, signal) {
      if (facts?.graceful.includes(signal)) {
        machine.note(process, 'drains', signal);
        drain(machine, process);
      } else if (facts?.fast.includes(signal)) {
        machine.note(process, 'ends', signal);
        machine.finishSoon(process, undefined, 'self');
      } else if (facts?.ignored.includes(signal)) {
        machine.note(process, 'ignores', signal);
      } else if (facts?.bare) {
        machine.byDefault(process, signal);
      } else if (!HARMLESS.has(signal)) {
        machine.note(process, 'gets', signal);
        drain(machine, process);
      }
    },
  };
}

const HARMLESS = new Set(['SIGWINCH', 'SIGCHLD', 'SIGCONT', 'SIGURG', '0']);

/** `sleep` and what else ends after a known time; handles nothing. */
export function sleeper(seconds: number): Native {
  return {
    start(machine, process) {
      machine.wakeAt(machine.now + seconds, () => machine.finish(process, { at: machine.now, status: 0, by: 'self' }));
    },
    onSignal: (machine, process, signal) => machine.byDefault(process, signal),
  };
}

/** tini, dumb-init and their like: one child, which they end with. */
export function init(state: InitState, inner: ProcessImage): Native {
  // A shell that has become this may have other children.
  let child: Proc | undefined;
  const tell = (machine: Machine, process: Proc, signal: string) => {
    const passed = state.rewrites.has(signal) ? state.rewrites.get(signal) : signal;
    if (passed === undefined) return machine.note(process, 'drops', signal);
    machine.note(process, 'passesOn', signal, passed);
    if (!child) return;
    if (state.signals === 'group') machine.signalGroup(child.group, passed);
    else machine.signal(child, passed);
  };
  return {
    start(machine, process) {
      const isDumbInit = process.image.facts?.id === 'dumb-init';
      // It handles all signals, so that nothing is ignored below it; its child gets a session, unless it tells nobody else.
      if (isDumbInit) process.ignored = new Set();
      const shares = isDumbInit && state.signals === 'child';
      child = machine.start(inner, process, shares ? undefined : 'own');
    },
    onSignal: tell,
    onChildEnd(machine, process, ended) {
      if (ended !== child) return;
      if (process.image.facts?.id === 'dumb-init') tell(machine, process, 'SIGTERM');
      machine.finish(process, { at: machine.now, status: ended.end?.status, by: 'self' });
    },
  };
}

/** setsid replaces itself by the command in a session of its own; only one that leads a group already stays as its parent. */
export function* setsid(machine: Machine, process: Proc, inner: ProcessImage, waits: boolean): Body {
  if (process.group !== process.id) {
    process.group = process.id;
    yield { kind: 'become', image: inner };
  }
  const child = machine.start(inner, process, 'own');
  if (!waits) return 0;
  // It goes with the first of its children; a shell that has become this may have others.
  const children = process.children.filter(({ end }) => !end);
  const { status } = yield { kind: 'wait', jobs: children.map((one) => [one]), any: true };
  return child.end ? status : 1;
}

function isBelow({ parent }: Proc, way: WrapperWay): boolean {
  return parent !== undefined && (parent.image.facts?.wrapper?.ways.has(way) === true || isBelow(parent, way));
}

/** Whether it has left a process behind that looks once a second whether it is still there: busybox's timeout has. */
export function isWatched({ was }: Proc): boolean {
  return was.some(({ program }) => program === 'timeout');
}

/** Whether a process was started by another, or by what that has started. */
export function descendsFrom({ parent }: Proc, from: Proc): boolean {
  return parent !== undefined && (parent === from || descendsFrom(parent, from));
}

/** A parent that stays over one command: npm, su, timeout, time …; make goes on with the next when one has done its work. */
export function parent(facts: ProgramFacts, inner: ProcessImage, others: readonly ProcessImage[] = []): Native {
  const { forwards, waits, signals, sends, killAfterSeconds } = facts.wrapper ?? {};
  const is = (way: WrapperWay) => facts.wrapper?.ways.has(way) === true;
  let child: Proc | undefined;
  /** When it began to count the seconds to its SIGKILL. */
  let counting: number | undefined;
  let told = false;
  const next = others[Symbol.iterator]();
  const tellsGroup = ({ image: { argv } }: Proc) =>
    forwards === 'group' && !argv.slice(0, innerCommand(facts, argv)).includes('--foreground');
  return {
    start(machine, process) {
      if (is('traces') && isBelow(process, 'traces')) throw new Lost('who is traced cannot trace');
      if (is('terminal') && isBelow(process, 'login')) throw new Lost('`script` starts the shell that `$SHELL` names');
      // The group is its own, or the one that it leads already.
      if (tellsGroup(process)) process.group = process.id;
      // It has handlers before it has a child, which ignores nothing of that then.
      if (is('fresh')) for (const signal of signals ?? []) process.ignored.delete(signal);
      child = machine.start(inner, process, is('terminal') ? 'own' : undefined);
    },
    onSignal(machine, process, signal) {
      if (HARMLESS.has(signal)) return;
      told = true;
      if (facts.ignored.includes(signal)) return machine.note(process, 'ignores', signal);
      const passes = !signals || signals.includes(signal);
      if (forwards === 'none' || (forwards && !passes && (facts.role === 'wrapper' || facts.bare)))
        return machine.byDefault(process, signal);
      if (forwards === undefined || !passes || (waits === undefined && killAfterSeconds === undefined)) {
        throw new Lost(`nobody knows what \`${process.image.program}\` does with ${signal}`);
      }
      if (counting !== undefined && is('impatient')) {
        if (process.ignored.has(signal)) return machine.note(process, 'ignores', signal);
        if (counting === machine.now) throw new Lost(`\`${process.image.program}\` is told twice at once`);
        return leave(machine, process, child, signal);
      }
      // Whether it sees the death or the signal first is open.
      if (is('impatient') && child?.dying)
        throw new Lost(`\`${process.image.program}\` and its command are told at once`);
      if (is('terminal') && (process.readsPipe || process.ignored.has('SIGTERM') || process.children.length > 1))
        throw new Lost(
          '`script` ends in ways of its own where it reads from a pipe, ignores SIGTERM or has other children',
        );
      if (is('terminal') && machine.living.filter((one) => child && descendsFrom(one, child)).length > 1)
        throw new Lost('what a terminal tells all that run in it is not known');
      const passed = sends ?? signal;
      machine.note(process, 'passesOn', signal, passed);
      // What sudo passes on to a command that has it already is lost in that.
      const isDouble = ({ at, process: one, signal }: SignalEvent) =>
        at === machine.now && one === child && signal === passed;
      if (is('once') && machine.events.some(isDouble)) return;
      const starts = killAfterSeconds !== undefined && counting === undefined;
      if (starts) counting = machine.now;
      const leads = process.group === process.id && tellsGroup(process);
      if (child) machine.signal(child, passed);
      // So that a command in that group is told twice.
      if (leads) machine.signalGroup(process.group, passed, process);
      if (starts) {
        machine.wakeAt(machine.now + killAfterSeconds, () => leave(machine, process, child, signal));
      } else if (waits === false) {
        machine.finish(process, { at: machine.now, status: undefined, by: 'self' });
      }
    },
    onChildEnd(machine, process, ended) {
      // The terminal that it was given hangs up with the first of its session.
      if (is('terminal') && ended === child) machine.signalGroup(ended.group, 'SIGHUP');
      // One that counts its seconds does so to the end.
      if (counting !== undefined) return;
      const adopts = told && is('adopts') && process === machine.root;
      if (adopts ? machine.living.some((one) => one !== process) : ended !== child) return;
      const following = told || ended.end?.status ? undefined : next.next().value;
      if (following) {
        child = machine.start(following, process);
        return;
      }
      const leaves =
        ended.image.facts?.role === 'supervisor' ||
        [ended, ...ended.children].some(isWatched) ||
        process.children.some((one) => one !== ended && !one.end) ||
        machine.living.some((one) => descendsFrom(one, ended));
      if (is('stays') && leaves) throw new Lost(`\`${process.image.program}\` may wait for more than its command`);
      // timeout and sudo end as their command did; the kernel spares a sudo that is PID 1.
      const by = ended.end?.by === 'signal' && is('dies') ? 'signal' : 'self';
      const isSpared = by === 'signal' && is('once') && process === machine.root;
      const status = facts.role === 'launcher' ? undefined : isSpared ? 0 : ended.end?.status;
      machine.finish(process, { at: machine.now, status, by });
    },
  };
}

/** su, runuser and script give their child a few seconds, kill it and go; the first two end by the signal themselves. */
function leave(machine: Machine, process: Proc, child: Proc | undefined, signal: string): void {
  if (child) machine.signal(child, 'SIGKILL');
  const isScript = process.image.facts?.wrapper?.ways.has('terminal') === true;
  const status = isScript ? 0 : 128 + (NUMBERS[signal] ?? 0);
  machine.finish(process, { at: machine.now, status, by: isScript ? 'self' : 'signal' });
}
