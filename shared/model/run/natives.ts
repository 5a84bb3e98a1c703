// What programs do that are not followed command by command: servers, sleeps, inits, package managers, su and timeout.
// Facts come from knowledge; how long a server drains is for whoever asks to say.
import type { ProgramFacts } from '../../knowledge/programs.ts';
import type { InitState } from '../processTree.ts';
import { Lost, type Machine, type Native, NUMBERS, type Proc, type ProcessImage } from './machine.ts';

/** Seconds from a signal that it drains on to a program's end. */
export type DrainTime = (process: Proc) => number;

/** A server, a worker, a tool that stays: by its facts; one of which nothing is known is taken to handle its signal. */
export function program(facts: ProgramFacts | undefined, drainTime: DrainTime): Native {
  const drain = (machine: Machine, process: Proc) => {
    if (process.draining) return;
    process.draining = true;
    machine.wakeAt(machine.now + drainTime(process), () => machine.finish(process, { at: machine.now, status: 0, by: 'self' }));
  };
  return {
    onSignal(machine, process, signal) {
      if (facts?.graceful.includes(signal)) {
        machine.note(process, 'drains', signal);
        drain(machine, process);
      } else if (facts?.fast.includes(signal)) {
        machine.note(process, 'ends', signal);
        machine.finish(process, { at: machine.now, status: undefined, by: 'self' });
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
  return {
    start(machine, process) {
      machine.start(inner, process, 'own');
    },
    onSignal(machine, process, signal) {
      const passed = state.rewrites.has(signal) ? state.rewrites.get(signal) : signal;
      if (passed === undefined) return machine.note(process, 'drops', signal);
      machine.note(process, 'passesOn', signal, passed);
      const [child] = process.children;
      if (!child) return;
      if (state.signals === 'group') machine.signalGroup(child.group, passed);
      else machine.signal(child, passed);
    },
    onChildEnd(machine, process, child) {
      if (child === process.children[0]) machine.finish(process, { at: machine.now, status: child.end?.status, by: 'self' });
    },
  };
}

/** A parent that stays over one command: npm, su, timeout, time … */
export function parent(facts: ProgramFacts, inner: ProcessImage): Native {
  const { forwards, waits, signals, sends, killAfterSeconds } = facts.wrapper ?? {};
  let counting = false;
  return {
    start(machine, process) {
      machine.start(inner, process, forwards === 'group' ? 'own' : undefined);
    },
    onSignal(machine, process, signal) {
      const [child] = process.children;
      if (HARMLESS.has(signal)) return;
      if (forwards === 'none') return machine.byDefault(process, signal);
      if (forwards === undefined || (signals && !signals.includes(signal)) || (waits === undefined && killAfterSeconds === undefined)) {
        throw new Lost(`nobody knows what \`${process.image.program}\` does with ${signal}`);
      }
      const passed = sends ?? signal;
      machine.note(process, 'passesOn', signal, passed);
      if (child) machine.signal(child, passed);
      if (killAfterSeconds !== undefined && !counting) {
        counting = true;
        machine.wakeAt(machine.now + killAfterSeconds, () => leave(machine, process, signal));
      } else if (waits === false) {
        machine.finish(process, { at: machine.now, status: undefined, by: 'self' });
      }
    },
    onChildEnd(machine, process, child) {
      // One that counts its seconds does so to the end.
      if (counting || child !== process.children[0]) return;
      const status = facts.role === 'launcher' ? undefined : child.end?.status;
      machine.finish(process, { at: machine.now, status, by: 'self' });
    },
  };
}

/** su and runuser give their child a few seconds, kill it and go. */
function leave(machine: Machine, process: Proc, signal: string): void {
  for (const child of process.children) machine.signal(child, 'SIGKILL');
  machine.finish(process, { at: machine.now, status: 128 + (NUMBERS[signal] ?? 0), by: 'self' });
}
