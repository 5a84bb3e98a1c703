// Runs a launch for real, as PID 1 of a PID namespace, stops it as a runtime does, and records what became of it.
// Knows nothing of the model.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dialect } from '../../shared/knowledge/images.ts';
import { type Course, type Fate, GRACE, type RealLaunch } from './launch.ts';
import { STAND_INS, standIn } from './standIns.ts';

/** What was seen. */
export type Measured =
  | {
      readonly kind: 'stopped';
      readonly course: Course;
      /** Seconds that a hook took, if it came to its end by itself. */
      readonly hook: number | undefined;
      readonly tree: readonly string[];
      readonly output: string;
    }
  /** It was over before anybody stopped it. */
  | { readonly kind: 'endedByItself'; readonly status: number; readonly output: string };

/** Where each shell is, to answer to /bin/sh. */
const SHELL_PATHS: Readonly<Record<Dialect, string>> = {
  dash: '/usr/bin/dash',
  bash: '/usr/bin/bash',
  'busybox-ash': '/usr/bin/busybox',
  ksh: '/usr/bin/ksh93',
  mksh: '/usr/bin/mksh',
  zsh: '/usr/bin/zsh',
};

const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Without being root, a user namespace has to make us so. */
const NAMESPACES = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
// If we end, so does the launch.
const START = ['--pdeathsig', 'KILL', 'unshare', ...NAMESPACES, '--mount', '--propagation', 'private', '--pid'];

/** Programs that the launches use, and the Debian packages that hold them. */
const PROGRAMS: Readonly<Record<string, string>> = {
  perl: 'perl-base',
  unshare: 'util-linux',
  setpriv: 'util-linux',
  dash: 'dash',
  bash: 'bash',
  busybox: 'busybox-static',
  ksh93: 'ksh93u+m',
  mksh: 'mksh',
  zsh: 'zsh',
  tini: 'tini',
  'dumb-init': 'dumb-init',
  catatonit: 'catatonit',
  gosu: 'gosu',
  chpst: 'runit',
  supervisord: 'supervisor',
  sudo: 'sudo',
  strace: 'strace',
  chronic: 'moreutils',
  time: 'time',
  setuidgid: 'daemontools',
  's6-setuidgid': 's6',
  make: 'make',
  pgrep: 'procps',
  ip: 'iproute2',
};

/** Why launches cannot be tried here; absent where they can. */
export function whyNotHere(): string | undefined {
  if (process.platform !== 'linux') return 'PID namespaces are a thing of Linux';
  const lacking = lackingPackages();
  if (lacking.length > 0) {
    return `programs are not installed; on Debian, as root: apt-get install -y --no-install-recommends ${lacking.join(' ')}`;
  }
  try {
    const test = [...START, '--fork', 'mount', '-t', 'proc', 'proc', '/proc'];
    execFileSync('setpriv', test, { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    const [line = ''] = String((error as { stderr?: unknown }).stderr ?? error)
      .trim()
      .split('\n');
    return `PID namespaces are not allowed here (${line}); run it as root, or where user namespaces are allowed`;
  }
}

/** The Debian packages of programs that are not here. */
export function lackingPackages(): readonly string[] {
  return [...new Set(Object.entries(PROGRAMS).flatMap(([program, name]) => (isThere(program) ? [] : [name])))];
}

function isThere(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}

/** Where launches are tried: a folder with the stand-ins, and one for each launch. */
export interface Lab {
  run(launch: RealLaunch): Promise<Measured>;
  /** Clears up. */
  close(): void;
}

export function openLab(): Lab {
  const folder = mkdtempSync(path.join(tmpdir(), 'softstop-reality-'));
  // Programs that run as another user must get in.
  chmodSync(folder, 0o755);
  const bin = path.join(folder, 'bin');
  mkdirSync(bin);
  const body = readFileSync('test/reality/server.pl', 'utf8');
  for (const name of STAND_INS) writeFileSync(path.join(bin, name), standIn(name, body), { mode: 0o755 });
  let count = 0;
  return {
    run: (launch) => tryLaunch(launch, path.join(folder, String(++count)), bin),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function tryLaunch(launch: RealLaunch, folder: string, bin: string): Promise<Measured> {
  mkdirSync(folder);
  symlinkSync(bin, path.join(folder, 'bin'));
  for (const [name, text] of Object.entries(launch.files ?? {}))
    writeFileSync(path.join(folder, name), text, { mode: 0o755 });
  const log = path.join(folder, 'log');
  writeFileSync(log, '');
  chmodSync(log, 0o666);
  const shell = launch.sh === undefined ? '' : SHELL_PATHS[launch.sh];
  const { hook = [], words } = launch;
  const told = [folder, shell, launch.shared ? 'pause' : '', String(hook.length), ...hook, ...words];
  const child = spawn('setpriv', [...START, 'perl', 'test/reality/namespace.pl', ...told], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: { PATH: `/srv/bin:${SYSTEM_PATH}`, HOME: '/srv', LC_ALL: 'C', ...launch.env },
  });
  try {
    return await stop(launch, child, log);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function stop(launch: RealLaunch, child: ChildProcess, log: string): Promise<Measured> {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (output += data));
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let told = '';
  child.stdio[3]?.on('data', (data) => {
    told += data;
  });
  const said = (pattern: RegExp) => pattern.exec(told);
  let started = said(/^started (\d+)$/m);
  while (!started && child.exitCode === null) {
    await sleep(5);
    started = said(/^started (\d+)$/m);
  }
  if (child.exitCode !== null) await closed;
  started ??= said(/^started (\d+)$/m);
  if (!started) throw new Error(`the namespace did not start: ${output}`);
  const ended = () => said(/^ended (\d+) ([\d.]+)$/m);
  const first = Number(started[1]);
  const pid = launch.shared
    ? await onlyChild(first, () => child.exitCode !== null || said(/^launched$/m) !== null)
    : first;
  const tree = await ready(pid, () => ended() !== null, launch.quiet);
  // What was said until now is no part of the stop.
  const before = readFileSync(log, 'utf8').length;
  const early = ended();
  const from = uptime();
  const grace = launch.grace ?? GRACE;
  let limit = from + grace;
  if (launch.hook && !early) {
    child.kill('SIGUSR1');
    while (!said(/^hooked /m) && !ended() && uptime() < limit) await sleep(5);
    limit = uptime() + leftOf(grace, uptime() - from);
  }
  const isThere = !ended() && signalled(pid, launch.signal ?? 'SIGTERM');
  const over = early ?? (isThere || launch.hook ? null : await closed.then(ended));
  if (over) return { kind: 'endedByItself', status: Number(over[1]), output };

  // The clock has hundredths; what is over by itself in the last moment is.
  while (!ended() && uptime() < limit) await sleep(Math.min(20, Math.max(1, (limit - uptime()) * 1000)));
  const killed = !ended();
  if (killed) signalled(pid, 'SIGKILL');
  await closed;
  const end = ended();
  if (!end) throw new Error(`the namespace did not end: ${output}`);
  const course = {
    fates: fatesIn(readFileSync(log, 'utf8').slice(before)),
    at: Number(end[2]) - from,
    status: Number(end[1]),
    killed,
  };
  const hooked = said(/^hooked (\d+) ([\d.]+)$/m);
  const hook = hooked && Number(hooked[1]) < 128 ? Number(hooked[2]) - from : undefined;
  return { kind: 'stopped', course, hook, tree, output };
}

/** Seconds that the kubelet leaves from the signal on, where a hook has taken so many: whole ones come off, 2 stay. */
function leftOf(grace: number, taken: number): number {
  return Math.max(grace - Math.floor(taken), 2);
}

/** Sends a signal; false where the process is no more. */
function signalled(pid: number, signal: string): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

function uptime(): number {
  return Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
}

/** How long nothing may change before a launch counts as ready, and how long that is waited for, in milliseconds. */
const QUIET_MS = 400;
const PATIENCE_MS = 6000;

/** Waits until all processes sleep, and the same ones do so for a while. Gives their command lines. */
async function ready(pid: number, over: () => boolean, quiet = QUIET_MS): Promise<readonly string[]> {
  const limit = Date.now() + PATIENCE_MS;
  let last = '';
  let since = Date.now();
  while (!over() && Date.now() < limit) {
    const processes = processesFrom(pid);
    const busy = processes.some(({ state }) => state !== 'S' && state !== 'Z' && state !== 'T');
    const now = processes.map(({ id, words }) => `${id} ${words}`).join('\n');
    if (busy || now !== last) since = Date.now();
    last = now;
    if (Date.now() - since >= quiet) break;
    await sleep(30);
  }
  return processesFrom(pid).map(({ words }) => words);
}

/** The process that stands in for PID 1 has one child: the launch. */
async function onlyChild(pid: number, launched: () => boolean): Promise<number> {
  while (!launched()) await sleep(5);
  return processesFrom(pid)[1]?.id ?? pid;
}

interface Seen {
  readonly id: number;
  readonly state: string;
  readonly words: string;
}

/** A process and all below it. Orphans are children of PID 1, so these are all in the namespace. */
function processesFrom(id: number): readonly Seen[] {
  try {
    const state = /\) (.)/.exec(readFileSync(`/proc/${id}/stat`, 'utf8'))?.[1] ?? '?';
    const words = readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    const children = readFileSync(`/proc/${id}/task/${id}/children`, 'utf8').trim().split(' ').filter(Boolean);
    return [{ id, state, words }, ...children.flatMap((child) => processesFrom(Number(child)))];
  } catch {
    return [];
  }
}

function fatesIn(log: string): readonly Fate[] {
  const lines = log
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(' '));
  const names = [...new Set(lines.map(([name = '']) => name))].sort();
  return names.map((name) => {
    const said = lines.filter(([who]) => who === name).map(([, what = '']) => what);
    const signals = [...new Set(said.filter((what) => what in constants.signals))].sort();
    return { name, signals, drained: said.includes('drained') };
  });
}
