// supervisord at work: it starts its programs, and when it is told to stop, stops one group after the other.
// As read in supervisor 4.2 (supervisor/supervisord.py, process.py) and measured on Debian 12.
import type { Supervision } from '../launch/supervisord.ts';
import { knownValue } from '../value.ts';
import { Lost, type Machine, type Native, type Proc, type ProcessImage } from './machine.ts';

/** Signals that it stops on. */
const STOPS = new Set(['SIGTERM', 'SIGINT', 'SIGQUIT']);

/** A supervisor over groups of programs, in the order in which it starts them. */
export function supervisor(groups: readonly (readonly ProcessImage[])[]): Native {
  const started: (readonly Proc[])[] = [];
  let stopping: readonly Proc[] | undefined;
  const stopNext = (machine: Machine, process: Proc): void => {
    stopping = undefined;
    while (!stopping) {
      const group = started.pop();
      if (!group) {
        machine.finish(process, { at: machine.now, status: 0, by: 'self' });
        return;
      }
      const living = group.filter(({ end }) => !end);
      if (living.length > 0) stopping = living;
    }
    for (const one of stopping) stop(machine, one);
  };
  return {
    start(machine, process) {
      for (const group of groups) started.push(group.map((image) => machine.start(image, process, 'own')));
    },
    onSignal(machine, process, signal) {
      if (signal === 'SIGUSR2' || signal === 'SIGCHLD') return machine.note(process, 'ignores', signal);
      if (signal === 'SIGHUP') throw new Lost('supervisord starts everything anew on SIGHUP');
      if (!STOPS.has(signal)) return machine.byDefault(process, signal);
      machine.note(process, 'passesOn', signal);
      if (!stopping) stopNext(machine, process);
    },
    onChildEnd(machine, process) {
      if (stopping?.every(({ end }) => end)) stopNext(machine, process);
    },
  };
}

/** The signal that a program is stopped with, and SIGKILL when it takes too long. */
function stop(machine: Machine, process: Proc): void {
  const { supervision } = process.image;
  const signal = supervision && knownValue(supervision.stopSignal.value);
  const patience = supervision && knownValue(supervision.patience.value);
  if (!supervision || signal === undefined || patience === undefined)
    throw new Lost('how a program is stopped is open');
  if (supervision.tellsGroup) machine.signalGroup(process.group, signal);
  else machine.signal(process, signal);
  machine.wakeAt(machine.now + patience, () => kill(machine, process, supervision));
}

function kill(machine: Machine, process: Proc, { killsGroup }: Supervision): void {
  if (process.end) return;
  const killed = killsGroup ? machine.living.filter(({ group }) => group === process.group) : [process];
  for (const one of killed) machine.finishSoon(one, 137, 'supervisor');
}
