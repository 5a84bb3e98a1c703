// What shells that stay do wrong with a signal: traps that wait, that do not wait, that are not set, and jobs that nobody
// tells. Reads it off a launch that was followed; what `exec` would repair is not looked at here.
import { isQuickTool } from '../../knowledge/quickTools.ts';
import type { Place } from '../../text/span.ts';
import { runsExitTrap } from '../launch/shellBuiltins.ts';
import type { Life } from '../run/followLaunch.ts';
import type { End, EventKind } from '../run/machine.ts';
import type { Break } from './breaks.ts';
import { type Process, spine, type Written } from './processTree.ts';

/** The breaks of the shells on the way to the server, outermost first. `signal` is what the container is stopped with. */
export function shellBreaks(life: Life, signal: string): readonly Break[] {
  const way = spine(life.root);
  return way.flatMap((process, i) => {
    const underInit = way.slice(0, i).some(({ role }) => role === 'init');
    return process.shell?.busy === 'wait'
      ? waitBreaks(life, process, signal, underInit)
      : besideBreaks(life, process, signal);
  });
}

/** When a process first got a signal that it acts on, in seconds; `undefined` if it never did. */
export function toldAt({ processOf, events }: Life, process: Process): number | undefined {
  return events.find((event) => event.process === processOf.get(process) && TOLD.has(event.kind))?.at;
}

const TOLD: ReadonlySet<EventKind> = new Set(['drains', 'ends', 'gets']);

/** A program that a shell has started in the background, and the job that it belongs to. */
interface Work {
  readonly job: Process;
  readonly program: Process;
}

/** A shell with a command in the foreground, or a program that was one. */
function besideBreaks(life: Life, process: Process, signal: string): readonly Break[] {
  const { shell, child } = process;
  const own = eventsOf(life, process);
  const refused = refusedTrap(process, signal);
  const breaks: Break[] = [];
  if (shell && child && refused) breaks.push({ kind: 'trapRefused', process, child, at: placeOf(refused) });
  const ended = life.processOf.get(process)?.end?.by;
  const waits =
    shell?.traps.has(signal) &&
    own.includes('trapWaits') &&
    !own.includes('trapRuns') &&
    (ended === 'kill' || ended === 'supervisor');
  if (shell && child && (waits || refused)) {
    const { command } = shell;
    const at = command?.text.place(command.span.start, command.span.end) ?? child.at;
    // Nobody misses a `tail -f`; it stands for what runs beside it.
    const kept = hasWork(child) ? child : (workOf(process)[0]?.program ?? child);
    if (at) breaks.push({ kind: 'trapWaits', process, child: kept, at });
  }
  const trapped = refused ?? shell?.traps.get(signal);
  // What runs in the same pipe is no job.
  const piped = shell?.busy === 'pipeline' || shell?.busy === 'loop';
  // A supervisor tells its programs one after the other.
  const tells = process.role === 'supervisor';
  return trapped || piped || tells ? breaks : [...breaks, ...untold(life, process)];
}

/** A shell that waits for its jobs, so that a trap would run at once. */
function waitBreaks(life: Life, process: Process, signal: string, underInit: boolean): readonly Break[] {
  const { shell } = process;
  const cut = workOf(process).filter(({ program }) => isCut(life, program));
  const [first] = cut;
  if (!shell || !first) return [];
  const told = cut.find(({ program }) => toldAt(life, program) !== undefined);
  const trap = shell.traps.get(signal);
  const exit = shell.traps.get('EXIT');
  const own = eventsOf(life, process);
  const ran = own.includes('trapRuns') ? trap : own.includes('dies') && runsExitTrap(shell.dialect) ? exit : undefined;
  if (told && ran?.word) return [{ kind: 'trapEndsEarly', process, child: told.program, at: placeOf(ran.word) }];
  const refused = refusedTrap(process, signal);
  if (refused) return [{ kind: 'trapRefused', process, child: first.program, at: placeOf(refused) }];
  // A `kill` that the shell has refused is a story of its own.
  const refusedKill = shell.refused.some(({ by }) => by === 'kill');
  if (trap) return ran && !life.mayHaveTold && !refusedKill ? untold(life, process) : [];
  if (exit?.word && !runsExitTrap(shell.dialect))
    return [{ kind: 'exitTrapOnly', process, child: first.program, at: placeOf(exit.word) }];
  return underInit && own.includes('dies') ? underInitBreaks(process, first) : untold(life, process);
}

/** The shell dies of the signal, and its init goes with it. */
function underInitBreaks(process: Process, { program, job }: Work): readonly Break[] {
  const script = process.shell?.reads.kind === 'script';
  const at = script ? process.at : (job.at ?? process.at);
  return at ? [{ kind: script ? 'initOverScript' : 'initOverShell', process, child: program, at }] : [];
}

/** The jobs of a process that are never told and killed with the container. */
function untold(life: Life, process: Process): readonly Break[] {
  return workOf(process).flatMap(({ job, program }): readonly Break[] => {
    const at = job.was.find(({ program: before }) => before === '(…)')?.at ?? job.at ?? program.at;
    // A job that was told and keeps it to itself is a story of its own.
    const keepsIt = job !== program && job.shell?.reads.kind !== 'subshell' && eventsOf(life, job).length > 0;
    return at && isCut(life, program) && eventsOf(life, program).length === 0 && !keepsIt
      ? [{ kind: 'jobUntold', process, child: program, at }]
      : [];
  });
}

/** The programs in the background of a process that have work to lose. */
function workOf({ background }: Process): readonly Work[] {
  return background.flatMap((job) =>
    programsOf(job).flatMap((program) => (hasWork(program) ? [{ job, program }] : [])),
  );
}

function programsOf(process: Process): readonly Process[] {
  if (process.role === 'program') return [process];
  return [...(process.child ? programsOf(process.child) : []), ...process.background.flatMap(programsOf)];
}

/** Helpers answer nobody, and what ends the same way on every signal loses nothing by not getting one. */
function hasWork({ facts, program }: Process): boolean {
  if (!facts) return !isQuickTool(program);
  return facts.role !== 'task' && !HELPERS.has(facts.id) && (facts.dependsOnConfig || facts.graceful.length > 0);
}

/** Programs that run beside servers and answer no requests of their own. */
const HELPERS = new Set(['crond', 'fluent-bit', 'fluentd', 'otelcol', 'sshd', 'supercronic', 'telegraf']);

function isCut({ processOf }: Life, program: Process): boolean {
  const by: End['by'] | undefined = processOf.get(program)?.end?.by;
  return by === 'container' || by === 'kill' || by === 'supervisor';
}

function eventsOf({ processOf, events }: Life, process: Process): readonly EventKind[] {
  return events.filter((event) => event.process === processOf.get(process)).map(({ kind }) => kind);
}

/** The name that has kept a shell from setting its trap for the signal. */
export function refusedTrap({ shell }: Process, signal: string): Written | undefined {
  return shell?.refused.find(({ trap, signals }) => trap && signals.includes(signal))?.words[0];
}

function placeOf({ text, span }: Written): Place {
  return text.place(span.start, span.end);
}
