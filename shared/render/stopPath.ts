// Draws the way of a stop signal as text: one line for every process, with what it does. Knows no editor.
import { type Manner, mannerOf } from '../knowledge/programs.ts';
import type { Process, Step } from '../model/stop/processTree.ts';
import type { Hop, Stop } from '../model/stop/stopPath.ts';
import { knownValue } from '../model/value.ts';

const DOES: Readonly<Record<Manner, string>> = {
  finishes: 'finishes its requests',
  putsInOrder: 'puts its data in order, cutting off what runs',
  waitsForClients: 'waits until its clients have left',
};

/** The way through one stop, as lines of plain text. */
export function drawStop(stop: Stop): string {
  const { hops } = stop;
  const names = hops.map(
    ({ process }, i) => `${'  '.repeat(Math.max(0, i - 1))}${i > 0 ? '└ ' : ''}${nameOf(process)}`,
  );
  const width = Math.max(...names.map((name) => name.length));
  return hops
    .map((hop, i) => `${(names[i] ?? '').padEnd(width)}  ${sayHop(hop, hops[i + 1], stop)}`.trimEnd())
    .join('\n');
}

/** One sentence about what becomes of the work in flight; `grace` is in seconds where it is known. */
export function sayOutcome(stop: Stop, grace: number | undefined): string {
  const { outcome, server, signal: first, hops, endsAfter } = stop;
  const program = server ? `\`${server.program}\`` : 'The program';
  const last = hops.at(-1);
  const signal = last?.signal ?? first;
  const after = grace === undefined ? 'the grace period' : `${grace} s`;
  switch (outcome) {
    case 'drains':
      return `${program} gets ${signal} and ${doesOn(server, signal)}.`;
    case 'reaches':
      if (last?.effect === 'ends') return `${program} ${supposed(signal)} and drops the requests in flight.`;
      if (mannerOf(server?.facts, signal) === 'waitsForClients')
        return `${program} gets ${signal} and ${doesOn(server, signal)}.`;
      if (last?.effect === 'drains' && !isOpen(last, stop))
        return `${program} ${supposed(signal)} and ${doesOn(server, signal)}.`;
      return `${program} gets ${signal}; what it does then depends on its code or configuration.`;
    case 'drops':
      return `${program} gets ${signal} and drops the requests in flight.`;
    case 'killedAfterGrace':
      return `${program} is never told to stop and is killed after ${after}.`;
    case 'cutShort':
      return `${program} is killed when the container ends by itself, ${endsAfter ?? 'some'} s after ${first}.`;
    case 'killedAtOnce':
      if (server?.facts?.role === 'supervisor' && last?.effect === 'ends')
        return `What ${program} looks after is killed at once, before any grace period.`;
      return `${program} is killed at once, before any grace period.`;
    case 'unknown':
      return 'What becomes of the requests in flight depends on what a hook, a script or a wrapper does.';
  }
}

/** One sentence about what a server's own settings give its last requests. */
export function saySettings({ settings, outcome }: Stop): string | undefined {
  const seconds = settings && knownValue(settings.drain.value);
  if (!settings || seconds === undefined) return undefined;
  // On a fast stop it waits for nobody, whatever it is told.
  if (seconds !== 0 && /^(?:drops|killed)/.test(outcome)) return undefined;
  const name = `\`${settings.name}\``;
  const how = settings.drain.given.kind === 'default' ? `${name} is not given` : name;
  if (seconds === 0) return `Its last requests get no time (${how}).`;
  return Number.isFinite(seconds)
    ? `Its last requests get ${seconds} s (${settings.drain.given.kind === 'default' ? `${name} by default` : name}).`
    : `It waits for its last requests without a limit of its own (${how}).`;
}

function nameOf({ argv, was }: Process): string {
  const command = argv.join(' ').replace(/\s+/g, ' ');
  const short = command.length > 60 ? `${command.slice(0, 59)}…` : command;
  return was.length === 0 ? short : `${short} (was ${was.map(({ program }: Step) => program).join(', ')})`;
}

function doesOn(process: Process | undefined, signal: string): string {
  return DOES[mannerOf(process?.facts, signal) ?? 'finishes'];
}

/** Where neither a file nor a known image says which signal it is. */
function supposed(signal: string): string {
  return `gets ${signal}, unless another stop signal is set,`;
}

/** Whether the program finishes only what its code or configuration makes it finish. */
function isOpen({ process }: Hop, { server, outcome }: Stop): boolean {
  return process === server && outcome === 'reaches' && process.facts?.dependsOnConfig === true;
}

function sayHop(hop: Hop, next: Hop | undefined, stop: Stop): string {
  const { process, signal, passed, effect } = hop;
  const child = next?.process.program ?? 'its child';
  const supervision = effect === 'passesOn' ? next?.process.supervision : undefined;
  if (supervision) {
    const sent = knownValue(supervision.stopSignal.value) ?? 'a signal';
    const patience = knownValue(supervision.patience.value);
    const limit = patience === undefined ? '' : `, and kills it after ${patience} s`;
    return `${signal}: stops ${child} with ${sent}${limit}`;
  }
  switch (effect) {
    case 'drains':
      return isOpen(hop, stop) ? `gets ${signal}` : `${signal}: ${doesOn(process, signal ?? '')}, then ends`;
    case 'ends':
      return `${signal}: ends at once`;
    case 'gets':
      return `gets ${signal}`;
    case 'lacksHandler':
      return `PID 1 without a handler: ${signal} is dropped by the kernel`;
    case 'ignores':
      return `ignores ${signal}`;
    case 'dies':
      return `dies of ${signal} and leaves ${child} behind`;
    case 'trapWaits':
      return `its trap waits until ${child} has ended`;
    case 'trapRuns':
      return `its trap for ${signal} runs`;
    case 'passesOn': {
      const whom = process.init?.signals === 'group' ? `to the group of ${child}` : `to ${child}`;
      return passed === undefined || passed === signal
        ? `passes ${signal} on ${whom}`
        : `turns ${signal} into ${passed}, ${whom}`;
    }
    case 'drops':
      return `drops ${signal}`;
    case 'neverTold':
      return stop.outcome === 'unknown' ? 'not told by the signal' : 'never told';
  }
}
