// A launch whose supervisor looks after several programs, seen from each of them: the same processes, with the way down to
// that program as the way that the signal goes, and whether it is left behind. Says nothing about signals.
import type { Life } from '../run/followLaunch.ts';
import { type Process, spine } from './processTree.ts';

/** A life seen from a program, which its supervisor knows by this name. */
export interface View {
  readonly name: string | undefined;
  readonly life: Life;
}

/** One view for each program under the supervisor at the end of the way; the life itself where there is none. */
export function viewsOf(life: Life): readonly View[] {
  const supervisor = spine(life.root).at(-1);
  if (supervisor?.role !== 'supervisor' || supervisor.background.length === 0) return [{ name: undefined, life }];
  return supervisor.background.map((program) => ({
    name: program.supervision?.name,
    life: seenFrom(life, supervisor, program),
  }));
}

/** The view of a program by its supervisor's name for it; the life itself where there is none of that name. */
export function viewOf(life: Life, name: string | undefined): Life {
  return name === undefined ? life : (viewsOf(life).find((view) => view.name === name)?.life ?? life);
}

function seenFrom(life: Life, supervisor: Process, program: Process): Life {
  const processOf = new Map(life.processOf);
  const copy = (process: Process, changed: Partial<Process>): Process => {
    const copied = { ...process, ...changed };
    const proc = life.processOf.get(process);
    if (proc) processOf.set(copied, proc);
    return copied;
  };
  const along = (process: Process): Process => {
    if (process === supervisor)
      return copy(process, { child: program, background: process.background.filter((one) => one !== program) });
    if (process.child) return copy(process, { child: along(process.child) });
    return copy(process, { background: process.background.map(along) });
  };
  return { ...life, root: along(life.root), processOf };
}

/** A supervisor that neither tells its programs nor waits for them when it ends. */
export function leavesItsPrograms({ facts }: Process): boolean {
  return facts?.role === 'supervisor' && facts.wrapper?.forwards === 'none' && facts.wrapper.waits === false;
}

/** Whether its supervisor takes a program for ended while what it has started still runs; nobody waits for that any more. */
export function isAbandoned(life: Life, server: Process): boolean {
  const supervised = spine(life.root).find(({ supervision }) => supervision);
  const end = supervised && life.processOf.get(supervised)?.end;
  const own = life.processOf.get(server)?.end;
  return supervised !== server && end !== undefined && own?.by === 'container' && end.by !== 'container';
}
