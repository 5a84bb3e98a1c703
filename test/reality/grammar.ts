// Launches by chance: scripts, shells, inits, wrappers, traps, background jobs, in each other. A launch is a tree of parts,
// so that it can be made smaller.
import type { Dialect } from '../../shared/knowledge/images.ts';
import { INITS, MANAGED_WAYS, type ManagedWay, managedBy, wrappersWhere } from './fronts.ts';
import type { RealLaunch } from './launch.ts';
import { type Files, type Part, smallerParts, writePart } from './parts.ts';
import { chanceFrom } from './random.ts';
import { pickDialect, shebangOf, shellOf, Writer } from './writer.ts';

/** A launch that came by chance. */
export interface Generated {
  readonly signal: string;
  readonly sh: Dialect;
  /** Inits and wrappers in front of it. */
  readonly before: readonly string[];
  readonly way: 'script' | 'text' | 'server' | ManagedWay;
  readonly dialect: Dialect;
  readonly body: Part;
}

/** How deep parts stand in each other at most. */
const DEPTH = 4;

export function generate(seed: number): Generated {
  const chance = chanceFrom(seed);
  const sh = chance.weighted<Dialect>([
    [8, 'dash'],
    [1, 'bash'],
    [1, 'busybox-ash'],
  ]);
  const dialect = pickDialect(chance, sh);
  const before = chance.happens(0.5) ? [chance.one(chance.happens(0.55) ? INITS : wrappersWhere(sh))] : [];
  if (chance.happens(0.3)) before.push(chance.one(wrappersWhere(sh)));
  const way = chance.weighted<Generated['way']>([
    [12, 'script'],
    [8, 'text'],
    [1, 'server'],
    ...MANAGED_WAYS.map((way) => [0.7, way] as const),
  ]);
  const signal = chance.weighted([
    [14, 'SIGTERM'],
    [2, 'SIGINT'],
    [2, 'SIGQUIT'],
    [1, 'SIGHUP'],
    [1, 'SIGUSR1'],
  ]);
  const writer = new Writer(chance, sh, dialect);
  const body = way === 'script' || way === 'text' ? writer.text(DEPTH) : writer.server();
  return { signal, sh, before, way, dialect, body };
}

/** The launch as it is run. */
export function written({ signal, sh, before, way, dialect, body }: Generated): RealLaunch {
  const files: Record<string, string> = {};
  const put: Files = (text) => {
    const name = `s${Object.keys(files).length}`;
    files[name] = text;
    return `/srv/${name}`;
  };
  const text = writePart(body, put);
  const front = before.flatMap((words) => words.split(' '));
  if (way !== 'server' && way !== 'script' && way !== 'text') {
    const managed = managedBy(way, text);
    return { ...managed, words: [...front, ...managed.words], sh, signal };
  }
  const core =
    way === 'server'
      ? text.split(' ')
      : way === 'script'
        ? [put(`${shebangOf(dialect, sh)}${text}\n`)]
        : [...shellOf(dialect, sh), '-c', text];
  return { words: [...front, ...core], files, sh, signal };
}

/** The constructs in a launch, each once. */
export function constructsOf({ signal, sh, before, way, dialect, body }: Generated): ReadonlySet<string> {
  const inside = (part: Part): readonly string[] => [part.construct, ...part.inside.flatMap(inside)];
  const fronts = before.map((words) => words.replace(/ --$/, ''));
  return new Set([
    `signal ${signal}`,
    `shell ${dialect}`,
    `sh is ${sh}`,
    `launched as ${way}`,
    ...fronts,
    ...inside(body).filter((one) => one !== ''),
  ]);
}

/** Every construct that there is, as many launches show. */
export function allConstructs(): ReadonlySet<string> {
  return new Set(Array.from({ length: 4000 }, (_, seed) => [...constructsOf(generate(seed))]).flat());
}

/** Launches that are a little smaller, the much smaller ones first. */
export function* smaller(launch: Generated): Generator<Generated> {
  for (const [i] of launch.before.entries())
    yield { ...launch, before: launch.before.filter((_, other) => other !== i) };
  if (launch.signal !== 'SIGTERM') yield { ...launch, signal: 'SIGTERM' };
  for (const body of smallerParts(launch.body)) yield { ...launch, body };
}
