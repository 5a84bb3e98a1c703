// `npm run signals`: sends each signal to the servers of programs.json while a request runs, and compares with the data.
//   --program PATTERN   only these entries      --write   writes what was measured into programs.json
//   --lacking           only say which Debian packages are not installed
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import programs from '../../shared/knowledge/programs.json';
import { type ProgramFacts, programFacts } from '../../shared/knowledge/programs.ts';
import { after, measure } from '../measurement.ts';
import { isInside, runInside } from '../proof/inside.ts';
import { type Effect, effectOf, judge } from './judge.ts';
import { installed, lackingPackages } from './packages.ts';
import { type Measurement, record } from './record.ts';
import { type Setup, UPSTREAM } from './setup.ts';
import { SETUPS } from './setups.ts';
import { diesOf, type Seen, tryServer } from './trial.ts';
import { whyUnmeasured } from './unmeasured.ts';

const SIGNALS = ['SIGTERM', 'SIGQUIT', 'SIGINT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH'] as const;
/** Trials at a time: what they do most is to wait. */
const AT_A_TIME = 4;

/** What one trial gave. */
interface Row {
  readonly setup: Setup;
  readonly signal: (typeof SIGNALS)[number];
  readonly seen: Seen;
  readonly effect: Effect;
}

async function main(args: readonly string[]): Promise<number> {
  const pattern = new RegExp(`^(?:${after(args, '--program') ?? '.*'})$`);
  const chosen = SETUPS.filter(({ id }) => pattern.test(id));
  if (args.includes('--lacking')) {
    console.log(lackingPackages(chosen).join(' '));
    return 0;
  }
  if (!isInside()) return runInside();
  const lab = openLab();
  const versions = installed(chosen);
  const ready = chosen.filter((setup) => setup.packages.every((name) => versions.has(name)));
  const problems: string[] = [];
  const rows = await tryAll(ready, lab, problems);
  execFileSync('umount', [lab]);
  rmdirSync(lab);
  for (const setup of ready) {
    const own = rows.filter((row) => row.setup === setup);
    if (own.length > 0) tell(setup, titleOf(setup, versions), own, problems);
  }
  for (const problem of problems) console.log(`NOT AS THE DATA SAYS: ${problem}`);
  for (const { id, packages } of chosen.filter((setup) => !ready.includes(setup))) {
    console.log(`${id}: not measured, not installed: ${packages.filter((name) => !versions.has(name)).join(' ')}`);
  }
  const without = programs.programs.filter(
    ({ id, role }) => ['server', 'worker'].includes(role) && !SETUPS.some((setup) => setup.id === id),
  );
  if (!args.includes('--program')) {
    for (const why of new Set(without.map(({ id }) => whyUnmeasured(id)))) {
      const own = without.filter(({ id }) => whyUnmeasured(id) === why);
      console.log(`\nNot measured: ${own.map(({ id }) => id).join(', ')} (${why})`);
    }
  }
  if (args.includes('--write')) record(measurements(ready, rows, versions));
  return problems.length > 0 || ready.length < chosen.length ? 1 : 0;
}

/** A folder for the trials, and a network and an upstream for them, inside the namespaces that this runs in. */
function openLab(): string {
  const lab = mkdtempSync(path.join(tmpdir(), 'softstop-signals-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', lab]);
  execFileSync('ip', ['link', 'set', 'lo', 'up']);
  const upstream = http.createServer((request, response) => {
    const ms = Number(new URL(request.url ?? '', 'http://upstream').searchParams.get('ms'));
    setTimeout(() => response.end('ok\n'), ms);
  });
  upstream.listen(UPSTREAM, '127.0.0.1');
  return lab;
}

async function tryAll(setups: readonly Setup[], lab: string, problems: string[]): Promise<readonly Row[]> {
  const waiting = setups.flatMap((setup) => SIGNALS.map((signal) => ({ setup, signal })));
  const rows: Row[] = [];
  const worker = async () => {
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      const { setup, signal } = one;
      try {
        const seen = await tryServer(setup, signal, lab);
        const dies = !seen.end && (await diesOf(setup, signal, lab));
        rows.push({ setup, signal, seen, effect: effectOf(seen, dies) });
      } catch (error) {
        problems.push(`${nameOf(setup)}, ${signal}: ${error instanceof Error ? error.message : error}`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  const order = (row: Row) => SIGNALS.indexOf(row.signal);
  return rows.sort((a, b) => order(a) - order(b));
}

/** Prints a server's rows as a table, and notes what the data says otherwise. */
function tell(setup: Setup, title: string, rows: readonly Row[], problems: string[]): void {
  const facts = factsOf(setup);
  console.log(`\n${setup.id}: ${title}\n`);
  console.log('| signal | effect | request | new connection | ended | the data |');
  console.log('|---|---|---|---|---|---|');
  for (const { signal, seen, effect } of rows) {
    const verdict = judge(facts, setup, signal, effect, seen.end?.code);
    const { request, newcomer, end } = seen;
    const ended = end ? `${end.at.toFixed(2)} s, exit code ${end.code}` : 'goes on';
    const data = typeof verdict === 'string' ? verdict : `says ${verdict.said}`;
    const answer = `${request.text} after ${request.at.toFixed(2)} s`;
    console.log(`| ${signal} | ${effect} | ${answer} | ${newcomer} | ${ended} | ${data} |`);
    if (typeof verdict !== 'string')
      problems.push(`${setup.id}, ${title}: ${signal} ${effect}, and the data says ${verdict.said}`);
  }
}

function measurements(
  setups: readonly Setup[],
  rows: readonly Row[],
  versions: ReadonlyMap<string, string>,
): readonly Measurement[] {
  return setups.flatMap((setup) => {
    const own = rows.filter((row) => row.setup === setup);
    const effects = new Map(own.map(({ signal, effect }) => [signal, effect]));
    return own.length === SIGNALS.length ? [{ id: setup.id, what: titleOf(setup, versions), effects }] : [];
  });
}

/** The facts that the product finds for what is started: an entry that does not match its own program is a fault too. */
function factsOf(setup: Setup): ProgramFacts {
  const facts = programFacts(setup.words(0));
  if (facts?.id !== setup.id) throw new Error(`${nameOf(setup)} is taken for ${facts?.id ?? 'nothing known'}`);
  return facts;
}

function nameOf({ id, variant }: Setup): string {
  return variant ? `${id} (${variant})` : id;
}

function titleOf({ variant, packages: [name] }: Setup, versions: ReadonlyMap<string, string>): string {
  const program = name === undefined ? `node ${process.versions.node}` : `${name} ${versions.get(name)}`;
  return variant ? `${program} (${variant})` : program;
}

measure(main);
