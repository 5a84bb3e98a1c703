// What stands in the way of a stop signal, each place once: found by supposing that it were repaired. Knows no fix.
import { type Place, samePlace } from '../../text/span.ts';
import { runsExitTrap } from '../launch/shellBuiltins.ts';
import type { followLaunch, Life } from '../run/followLaunch.ts';
import { Lost } from '../run/machine.ts';
import type { Condition } from '../value.ts';
import { isLost, type Outcome, outcomeOf } from './outcome.ts';
import { type Process, spine } from './processTree.ts';
import { refusedTrap, shellBreaks } from './shellBreaks.ts';
import { leavesItsPrograms } from './supervisedWays.ts';

/** Why a signal does not get through, and where. Each kind belongs to exactly one rule. */
export interface Break {
  readonly kind:
    | 'shellFormStays'
    | 'shellStays'
    /** The shell that reads a line of a Procfile. */
    | 'lineStays'
    | 'scriptStays'
    | 'initOverShell'
    | 'initOverScript'
    | 'packageManager'
    /** A shell's trap waits for the foreground command, which nobody tells. */
    | 'trapWaits'
    /** A shell's trap passes the signal on, but the shell does not wait for what it told. */
    | 'trapEndsEarly'
    /** A shell does not know the signal by the name that its trap gives it. */
    | 'trapRefused'
    /** A shell has only an EXIT trap, which it does not run for a signal. */
    | 'exitTrapOnly'
    /** A program in the background is never told, and killed with the container. */
    | 'jobUntold'
    /** A script waits for a pipeline. */
    | 'pipelineStays'
    /** A script starts the program again and again. */
    | 'loopStays'
    /** An init is told to drop the signal. */
    | 'signalDropped'
    /** A supervisor ends without a word to the programs that it looks after. */
    | 'supervisorLeaves';
  /** The process that stands in the way. */
  readonly process: Process;
  /** What the signal should get to. */
  readonly child: Process;
  readonly at: Place;
}

/** Follows the launch again, as if something in it were repaired. */
export type Follow = (suppositions?: Parameters<typeof followLaunch>[4]) => ReturnType<typeof followLaunch>;

/** What stands in the way of the whole stop, each place once. */
export function allBreaks(
  life: Life,
  outcome: Outcome,
  when: readonly Condition[],
  signal: string | undefined,
  follow: Follow,
): readonly Break[] {
  const own = shellBreaks(life, signal ?? 'SIGTERM');
  // What only keeps the container there needs no signal.
  const needed = spine(life.root).at(-1)?.facts?.role !== 'task';
  const hops = needed && isLost(outcome) ? breaksOf(wayToTrap(life, own), when, signal, follow) : [];
  const last = spine(life.root).at(-1);
  const left: readonly Break[] =
    outcome === 'killedAtOnce' && last?.at && leavesItsPrograms(last)
      ? [{ kind: 'supervisorLeaves', process: last, child: last, at: last.at }]
      : [];
  const all = [...hops, ...own, ...left];
  return all.filter((one, i) => all.findIndex((other) => other.kind === one.kind && samePlace(other.at, one.at)) === i);
}

/** The way to the server, up to a shell whose trap waits: what is behind it is told by the trap. */
function wayToTrap({ root }: Life, own: readonly Break[]): readonly Process[] {
  const way = spine(root);
  const trapped = way.findIndex((process) => own.some((one) => one.kind === 'trapWaits' && one.process === process));
  return trapped < 0 ? way : way.slice(0, trapped + 1);
}

/** The hops in the way: as few of them, from the outermost on, as let the signal through when they are gone. */
function breaksOf(
  way: readonly Process[],
  when: readonly Condition[],
  signal: string | undefined,
  follow: Follow,
): readonly Break[] {
  const inTheWay = way.filter((hop, i) => way[i + 1] && standsInTheWay(hop, signal));
  for (let count = 1; count <= inTheWay.length; count++) {
    const repaired = inTheWay.slice(0, count);
    const behind = repaired.some(({ role }) => role === 'init') ? [] : leftBehind(way, repaired, when, signal, follow);
    if (!behind) continue;
    const own = repaired.flatMap((hop) => {
      const i = way.indexOf(hop);
      const child = way[i + 1];
      const underInit = way.slice(0, i).some(({ role }) => role === 'init');
      return child ? breakAt(hop, child, underInit) : [];
    });
    return [...own, ...behind];
  }
  return [];
}

function standsInTheWay(process: Process, signal: string | undefined): boolean {
  const { role, shell, init, facts } = process;
  if (role === 'launcher') return facts?.role === 'launcher';
  if (role === 'init')
    return init?.rewrites.has(signal ?? 'SIGTERM') === true && init.rewrites.get(signal ?? 'SIGTERM') === undefined;
  if (role !== 'shell' || !shell || shell.reads.kind === 'subshell') return false;
  return shell.busy !== 'wait' && !shell.traps.has(signal ?? 'SIGTERM') && !refusedTrap(process, signal ?? 'SIGTERM');
}

/**
 * What a shell behind these hops does to the signal, where `exec` stands in front of every hop's command and no package
 * manager is in between. Nothing, where the server is told; `undefined`, where it is lost all the same.
 */
function leftBehind(
  way: readonly Process[],
  inTheWay: readonly Process[],
  when: readonly Condition[],
  signal: string | undefined,
  follow: Follow,
): readonly Break[] | undefined {
  // Out of a pipeline, a loop or a subshell there is no way by `exec`; it is enough that the program could act on a signal.
  if (inTheWay.some(({ shell }) => shell && !shell.command)) return way.at(-1)?.facts?.bare === true ? undefined : [];
  const exec = inTheWay.flatMap(({ shell }) =>
    shell?.command ? [shell.command.text.place(shell.command.nameStart, shell.command.nameStart)] : [],
  );
  const withoutLaunchers = inTheWay.some(({ role }) => role === 'launcher');
  const repaired = supposing(follow, { exec, withoutLaunchers }).filter((one) =>
    one.when.every(
      (condition) => !when.some((other) => other.text === condition.text && other.holds !== condition.holds),
    ),
  );
  const through = repaired.some(({ value }) => {
    const last = spine(value.root).at(-1);
    return !isLost(outcomeOf(value, last?.role === 'program' ? last : undefined, signal));
  });
  if (through) return [];
  return repaired.map(({ value }) => shellBreaks(value, signal ?? 'SIGTERM')).find((breaks) => breaks.length > 0);
}

/** The ways that a launch can go under some suppositions; none where it cannot be followed. */
function supposing(follow: Follow, suppositions: Parameters<Follow>[0]): ReturnType<Follow> {
  try {
    return follow(suppositions);
  } catch (error) {
    if (error instanceof Lost) return [];
    throw error;
  }
}

/** A part of a pipe as it is written, with what it was on its way to the program; else the program's own word. */
function writtenAs({ was: [first], at }: Process): Place | undefined {
  return first?.program === '(…)' ? first.at : at;
}

function breakAt(process: Process, child: Process, underInit: boolean): readonly Break[] {
  const { shell, role } = process;
  const command = shell?.command;
  const inText = command?.text.place(command.span.start, command.span.end) ?? writtenAs(child) ?? process.at;
  const launch = process.at ?? inText;
  if (!inText?.path || !launch) return [];
  if (role === 'launcher') return [{ kind: 'packageManager', process, child, at: launch }];
  if (role === 'init') return [{ kind: 'signalDropped', process, child, at: launch }];
  const own = ownKind(process);
  if (own) return [{ kind: own, process, child, at: exitTrapOf(process) ?? inText }];
  switch (shell?.reads.kind) {
    case 'text': {
      const written = { exec: 'shellStays', shell: 'shellFormStays', line: 'lineStays' } as const;
      const kind = underInit && shell.reads.form !== 'line' ? 'initOverShell' : written[shell.reads.form];
      return [{ kind, process, child, at: inText }];
    }
    case 'script':
      return [
        ...(underInit ? [{ kind: 'initOverScript' as const, process, child, at: launch }] : []),
        { kind: 'scriptStays', process, child, at: inText },
      ];
    default:
      return [];
  }
}

/** What makes a script's shell stay, where it is more than a missing `exec`. */
function ownKind({ shell }: Process): Break['kind'] | undefined {
  if (!shell || shell.reads.kind === 'packageScript') return undefined;
  if (shell.traps.has('EXIT') && !runsExitTrap(shell.dialect)) return 'exitTrapOnly';
  if (shell.busy === 'loop') return 'loopStays';
  return shell.busy === 'pipeline' && shell.reads.kind === 'script' ? 'pipelineStays' : undefined;
}

function exitTrapOf({ shell }: Process): Place | undefined {
  const word = shell?.traps.get('EXIT')?.word;
  return word?.text.place(word.span.start, word.span.end);
}
