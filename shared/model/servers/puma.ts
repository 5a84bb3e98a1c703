// What Puma is told about its stop. https://puma.io/puma/Puma/DSL.html; defaults: lib/puma/configuration.rb.
import { type Literal, literalOf, type Named, statementsOf } from '../../sources/literalStatements.ts';
import type { Embedded } from '../../text/embedded.ts';
import type { Place } from '../../text/span.ts';
import { optionValue } from '../launch/commandOptions.ts';
import type { Setting } from '../setting.ts';
import { known, unknown, type Value } from '../value.ts';
import { byDefault, fileAt, givenAtSpan, isHidden, lineBehind, type Served } from './served.ts';
import type { CommonSettings, SignalEffect } from './serverSettings.ts';

/** Settings of Puma. */
export interface PumaSettings extends CommonSettings {
  readonly server: 'puma';
  /** Whether it runs workers, for which its own process waits. */
  readonly cluster: Value<boolean>;
  /** Where the workers are asked for. */
  readonly clusterAt: Place | undefined;
}

const USUAL = 'config/puma.rb';
const WORKER = 'worker_shutdown_timeout';
const FORCE = 'force_shutdown_after';
/** Seconds that a cluster gives its workers by default. */
const WORKER_DEFAULT = 30;

/** What Puma is told. */
export function pumaSettings(served: Served): PumaSettings | undefined {
  const named = optionValue(
    served.process.argv.map((text) => ({ text })),
    '-C',
    '--config',
  )?.value;
  const file = fileOf(served, named);
  if (!file && named !== undefined && named !== '-') return undefined;
  if (!file && isHidden(served, USUAL)) return undefined;
  // Whatever serves a Rack application without one need not be Puma.
  if (!file && served.process.facts?.id !== 'puma') return undefined;
  const said = (name: string): Named => (file ? statementsOf('ruby', file.text, name) : { kind: 'absent' });
  const workers = said('workers');
  const cluster = clusterOf(served, workers);
  const force = file && forceOf(file, said(FORCE));
  const own = workerTime(file, said(WORKER), cluster, workers);
  const forced = force?.value.kind === 'known' && own.value.kind === 'known' && force.value.value < own.value.value;
  const chosen =
    force && (force.value.kind === 'unknown' || forced || cluster.kind !== 'known' || !cluster.value) ? force : own;
  const at = (named: Named) =>
    file && named.kind === 'given' ? [file.place(named.statement.whole.start, named.statement.whole.end)] : [];
  const [clusterAt] = at(workers);
  return {
    server: 'puma',
    name: chosen === force ? FORCE : WORKER,
    after: 1,
    drain: chosen,
    cluster,
    clusterAt,
    ...(chosen.value.kind === 'known' && chosen.value.value === 0 && { onSignal: AT_ONCE }),
    also: [...at(workers), ...at(said('raise_exception_on_sigterm')), ...at(said('drain_on_shutdown'))],
  };
}

/** `-C FILE`, else the file for the environment, else the usual one; `-C -` is none. */
function fileOf(served: Served, named: string | undefined): Embedded | undefined {
  if (named !== undefined) return fileAt(served, named);
  const environment = ['APP_ENV', 'RACK_ENV', 'RAILS_ENV']
    .map((name) => served.environment.get(name))
    .find((name) => name);
  return fileAt(served, `config/puma/${environment ?? 'development'}.rb`) ?? fileAt(served, USUAL);
}

function clusterOf(served: Served, workers: Named): Value<boolean> {
  const flag = optionValue(
    served.process.argv.map((text) => ({ text })),
    '-w',
    '--workers',
  )?.value;
  const variable = served.environment.has('WEB_CONCURRENCY') ? served.environment.get('WEB_CONCURRENCY') : '0';
  const given = flag ?? (workers.kind === 'absent' ? variable : undefined);
  if (given !== undefined)
    return /^\d+$/.test(given) ? known(Number(given) > 0) : unknown('how many workers there are is not known');
  const literal = workers.kind === 'given' ? literalOf(workers.statement.value) : undefined;
  const count = literal && numberOf(served, literal);
  return count === undefined ? unknown('how many workers there are is not known') : known(count > 0);
}

/** A number, or a variable of the container; what counts where nobody sets that is only a default. */
function numberOf({ environment }: Served, literal: Literal): number | undefined {
  if (literal.kind === 'number') return literal.value;
  if (literal.kind === 'word') return undefined;
  if (!environment.has(literal.name)) return literal.fallback;
  const value = environment.get(literal.name);
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
}

/** How long a cluster waits for its workers; without workers there is nothing of that kind. */
function workerTime(
  file: Embedded | undefined,
  named: Named,
  cluster: Value<boolean>,
  workers: Named,
): Setting<number> {
  if (file && named.kind === 'given') {
    const literal = literalOf(named.statement.value);
    const value =
      literal?.kind === 'number' && !isSingle(cluster)
        ? known(literal.value)
        : unknown('it is not written as a number');
    return givenAtSpan(file, named.statement.at, isSingle(cluster) ? known(Number.POSITIVE_INFINITY) : value);
  }
  const value =
    named.kind === 'open' || cluster.kind !== 'known'
      ? unknown('its file decides it in a way that is not read')
      : known(cluster.value ? WORKER_DEFAULT : Number.POSITIVE_INFINITY);
  const behind = workers.kind === 'given' ? workers.statement.whole.end : undefined;
  return byDefault(
    value,
    'Puma',
    file && behind !== undefined ? (seconds) => lineBehind(file, behind, `${WORKER} ${seconds}`) : undefined,
  );
}

function isSingle(cluster: Value<boolean>): boolean {
  return cluster.kind === 'known' && !cluster.value;
}

/** After how long threads are killed: `:immediately`, a number, or never. */
function forceOf(file: Embedded, named: Named): Setting<number> | undefined {
  if (named.kind === 'absent') return undefined;
  if (named.kind === 'open') return byDefault(unknown('its file decides it in a way that is not read'), 'Puma');
  const literal = literalOf(named.statement.value);
  const seconds =
    literal?.kind === 'number' ? literal.value : literal?.kind === 'word' ? FORCE_WORDS.get(literal.value) : undefined;
  const value = seconds === undefined ? unknown('it is not written as a number') : known(seconds);
  return givenAtSpan(file, named.statement.at, value);
}

/** With no time at all, both graceful signals cut what runs (measured). */
const AT_ONCE: ReadonlyMap<string, SignalEffect> = new Map([
  ['SIGTERM', 'drops'],
  ['SIGINT', 'drops'],
]);

const FORCE_WORDS = new Map([
  ['immediately', 0],
  ['forever', Number.POSITIVE_INFINITY],
]);
