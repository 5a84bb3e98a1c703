// What the model predicts of a launch. Knows nothing of how it is tried.
import { programFacts } from '../../shared/knowledge/programs.ts';
import { durationOfWords } from '../../shared/model/hooks/hookDuration.ts';
import type { Image } from '../../shared/model/image/image.ts';
import { imageNobodyKnows } from '../../shared/model/image/images.ts';
import type { Interval } from '../../shared/model/interval.ts';
import { EndsByItself, followLaunch, type Life } from '../../shared/model/run/followLaunch.ts';
import { Lost, type Proc, type SignalEvent } from '../../shared/model/run/machine.ts';
import type { Process } from '../../shared/model/stop/processTree.ts';
import { known } from '../../shared/model/value.ts';
import { Embedded } from '../../shared/text/embedded.ts';
import { type Course, type Fate, GRACE, type RealLaunch } from './launch.ts';
import { SIGNALS, STAND_INS } from './standIns.ts';

/** Seconds before the container's end in which nobody can tell whether a server still notices a signal. */
const RACE = 0.15;

export type Predicted =
  /** All ways that it may go; one is a definite prediction. */
  | {
      readonly kind: 'ways';
      readonly ways: readonly Way[];
      /** What its hook takes by its words, where it has one. */
      readonly hook: Interval | undefined;
    }
  | { readonly kind: 'endsByItself' }
  | { readonly kind: 'unknown'; readonly why: string };

export interface Way {
  readonly course: Course;
  readonly tree: readonly string[];
}

export function predict(launch: RealLaunch): Predicted {
  const words = launch.words.map((text) => ({ text, origin: 'CMD' as const, form: 'exec' as const }));
  const order = {
    signal: launch.signal ?? 'SIGTERM',
    pid1: !launch.shared,
    grace: launch.grace ?? GRACE,
    drainTime,
    ...(launch.hook && { hook: launch.hook }),
  };
  try {
    const ways = followLaunch(imageOf(launch), { words, at: undefined }, new Map(), order);
    if (ways.every(({ value }) => [...value.processOf.keys()].some(refusesToStart))) return { kind: 'endsByItself' };
    const open = ways
      .flatMap(({ value }) => value.events)
      .find(({ kind, process }) => kind === 'gets' && !isStandIn(process));
    if (open)
      return { kind: 'unknown', why: `what \`${open.process.image.program}\` does with ${open.signal} is not known` };
    return {
      kind: 'ways',
      ways: ways.map(({ value }) => ({ course: courseOf(value), tree: treeOf(value.root) })),
      hook: launch.hook && durationOfWords(launch.hook),
    };
  } catch (error) {
    if (error instanceof EndsByItself) return { kind: 'endsByItself' };
    if (error instanceof Lost) return { kind: 'unknown', why: error.message };
    throw error;
  }
}

function imageOf({ files = {}, sh = 'dash', env = {} }: RealLaunch): Image {
  const texts = new Map(
    Object.entries(files).map(([name, text]) => [`/srv/${name}`, Embedded.verbatim(`/srv/${name}`, text)]),
  );
  return {
    ...imageNobodyKnows('a launch'),
    sh: known(sh),
    env: new Map([
      ['PATH', '/srv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
      ['HOME', '/srv'],
      ...Object.entries(env),
    ]),
    workdir: known('/srv'),
    list: (folder) => (folder === '/srv' ? Object.keys(files) : []),
    file(path) {
      const text = texts.get(path.replace(/\/\.\//g, '/'));
      return text ? { kind: 'text', text } : { kind: 'unknown', why: 'it comes with the system' };
    },
  };
}

/** A stand-in is told in its second argument how long to drain. */
function drainTime({ image: { argv } }: Proc): number {
  return Number(argv[2] ?? 400) / 1000;
}

/** Signals that a stand-in with a handler notices. */
const NOTICED = new Set(['drains', 'ends', 'gets', 'ignores']);

function courseOf({ processOf, events, end }: Life): Course {
  const servers = new Set([...processOf.values(), ...events.map((event) => event.process)].filter(isStandIn));
  const names = [...new Set([...servers].map(nameOf))].sort();
  const cutItself = new Set(events.filter(({ kind }) => kind === 'ends').map((event) => event.process));
  const fates = names.map((name): Fate => {
    const own = [...servers].filter((server) => nameOf(server) === name);
    const noticed = events.filter(
      (event) => own.includes(event.process) && NOTICED.has(event.kind) && isHandled(event.process, event.signal),
    );
    // Who ends at once need not have noticed what else has come.
    const outlives = ({ at, process, kind }: SignalEvent) =>
      kind === 'ends' || !process.end || process.end.at - at > RACE;
    const certain = noticed.filter((event) => end.at - event.at > RACE && outlives(event));
    const signalsOf = (some: readonly SignalEvent[]) => [...new Set(some.map(({ signal }) => signal))].sort();
    const signals = signalsOf(certain);
    const raced = signalsOf(noticed).filter((signal) => !signals.includes(signal));
    // A terminal hangs up when `script` is gone, which may be before all that runs in it.
    if (own.some(isInTerminal)) raced.push('SIGHUP');
    // Whoever ends on a signal may notice what comes at the same time, or not.
    if (own.some((server) => cutItself.has(server))) raced.push(...SIGNALS.filter((one) => !signals.includes(one)));
    return {
      name,
      signals,
      raced,
      drained: own.some((server) => server.draining && server.end?.by === 'self' && !cutItself.has(server)),
    };
  });
  return { fates, at: end.at, status: end.status, killed: end.by === 'kill' && end.at > 0 };
}

/** dumb-init prints its usage and leaves where it cannot read what it is to rewrite. */
function refusesToStart({ init }: Process): boolean {
  return init?.written.some(({ from }) => from === undefined) === true;
}

function isStandIn({ image }: Proc): boolean {
  return image.role === 'program' && (STAND_INS as readonly string[]).includes(image.program);
}

function isInTerminal({ parent }: Proc): boolean {
  return parent !== undefined && (parent.image.program === 'script' || isInTerminal(parent));
}

function nameOf({ image }: Proc): string {
  return image.argv[1] ?? '';
}

function isHandled({ image }: Proc, signal: string): boolean {
  const facts = programFacts(image.argv);
  return !facts?.bare || [...facts.graceful, ...facts.fast, ...facts.ignored].includes(signal);
}

function treeOf({ argv, child, background }: Process): readonly string[] {
  return [argv.join(' '), ...[...(child ? [child] : []), ...background].flatMap(treeOf)];
}
