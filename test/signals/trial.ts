// Starts a server as PID 1 of a PID namespace, sends it a signal while a request runs, and records what became of both.
// Knows nothing of the data.
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SYSTEM_PATH } from '../proof/inside.ts';
import type { Setup } from './setup.ts';

/** How long the request takes, and how long it has run when the signal comes, in milliseconds. */
const REQUEST = 2000;
const BEFORE = 500;
/** When a new request is made, in milliseconds after the signal. */
const NEWCOMER = 300;
/** How long a server is given to end, in seconds, if its setup names no other; and to be ready. */
const PATIENCE = 6;
const START_PATIENCE = 30;

/** What became of a request: `ok`, or how it failed. */
interface Answer {
  readonly ok: boolean;
  readonly text: string;
}

/** What was seen. Times are in seconds after the signal. */
export interface Seen {
  readonly request: Answer & { readonly at: number };
  /** A request on a connection of its own that was made after the signal; `waits` where it had no answer by the end. */
  readonly newcomer: string;
  /** How it ended; absent where it was still there. */
  readonly end: { readonly at: number; readonly code: number } | undefined;
}

let count = 0;

/** Sends a signal to a server that is PID 1 while a request runs. Throws where the server does not start. */
export function tryServer(setup: Setup, signal: NodeJS.Signals, lab: string): Promise<Seen> {
  return withServer(setup, lab, [], async (server, port, folder) => {
    const request = timed(ask(setup, port, REQUEST));
    if (setup.begins) await begun(path.join(folder, setup.begins));
    await sleep(BEFORE);
    const from = performance.now();
    process.kill(server.pid, signal);
    const newcomer = sleep(NEWCOMER).then(() => ask(setup, port, 0));
    const limit = from + (setup.patience ?? PATIENCE) * 1000;
    while (!server.end() && performance.now() < limit) await sleep(10);
    const end = server.end();
    const { answer, at } = await request;
    return {
      request: { ...answer, at: (at - from) / 1000 },
      newcomer: await Promise.race([newcomer.then(({ text }) => text), sleep(2 * NEWCOMER, 'waits')]),
      end: end && { at: (end.at - from) / 1000, code: end.code },
    };
  });
}

/** A PID 1 that waits for the one program that it starts, and ends as that does. */
const PARENT = ['perl', '-e', 'system { $ARGV[0] } @ARGV; exit($? & 127 ? 128 + ($? & 127) : $? >> 8)'];

/** Whether a server dies of a signal where it is not PID 1, so that the kernel would not have spared it. */
export function diesOf(setup: Setup, signal: NodeJS.Signals, lab: string): Promise<boolean> {
  return withServer(setup, lab, PARENT, async (server) => {
    const [child] = readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8').split(' ');
    process.kill(Number(child), signal);
    const limit = performance.now() + 2000;
    while (!server.end() && performance.now() < limit) await sleep(10);
    return server.end() !== undefined;
  });
}

async function begun(file: string): Promise<void> {
  const limit = performance.now() + START_PATIENCE * 1000;
  while (!existsSync(file)) {
    if (performance.now() > limit) throw new Error('the request did not begin');
    await sleep(20);
  }
}

/** Starts a server below the words of `parent`, waits until it answers, and takes it away in the end. */
async function withServer<T>(
  setup: Setup,
  lab: string,
  parent: readonly string[],
  use: (server: Server, port: number, folder: string) => Promise<T>,
): Promise<T> {
  const port = 20_000 + ++count;
  const folder = path.join(lab, String(count));
  mkdirSync(path.join(folder, 'log'), { recursive: true });
  // Some give up being root before they write there.
  chmodSync(path.join(folder, 'log'), 0o777);
  for (const [name, text] of Object.entries(setup.files?.(port) ?? {})) writeFileSync(path.join(folder, name), text);
  if (setup.user) execFileSync('chown', [setup.user, folder]);
  if (setup.prepare) prepare(asUser(setup, setup.prepare), folder);
  const beside = setup.beside && startedBeside(asUser(setup, setup.beside(port)), folder);
  try {
    const server = await started(setup, port, folder, parent);
    try {
      await ready(server, setup, port);
      return await use(server, port, folder);
    } finally {
      await server.kill();
    }
  } finally {
    await beside?.end();
  }
}

function asUser({ user }: Setup, words: readonly string[]): readonly string[] {
  return user ? ['setpriv', `--reuid=${user}`, '--clear-groups', ...words] : words;
}

function prepare([program = '', ...args]: readonly string[], cwd: string): void {
  execFileSync(program, args, { cwd, stdio: 'pipe', env: { PATH: SYSTEM_PATH, HOME: cwd, LANG: 'C.UTF-8' } });
}

/** Starts what a server needs to talk to; it ends when we do. */
function startedBeside(words: readonly string[], cwd: string): { end(): Promise<void> } {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...words], {
    cwd,
    stdio: 'ignore',
    env: { PATH: SYSTEM_PATH, HOME: cwd, LANG: 'C.UTF-8' },
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    end() {
      child.kill('SIGINT');
      return ended;
    },
  };
}

interface Server {
  readonly pid: number;
  end(): { readonly at: number; readonly code: number } | undefined;
  kill(): Promise<void>;
  output(): string;
}

// A container has shared memory of its own. If we end, so does the server.
const UNSHARE = ['unshare', '--mount', '--propagation', 'private'];
const OWN_MEMORY = ['sh', '-c', 'mount -t tmpfs tmpfs /dev/shm && exec "$@"', 'sh'];
const START = ['--pdeathsig', 'KILL', ...UNSHARE, ...OWN_MEMORY, ...UNSHARE, '--pid'];

async function started(setup: Setup, port: number, folder: string, parent: readonly string[]): Promise<Server> {
  const log = path.join(folder, 'log', 'output');
  // Servers open /dev/stderr anew, which is possible for a file and not for a socket.
  const out = openSync(log, 'a');
  const words = [
    ...START,
    'perl',
    'test/reality/namespace.pl',
    folder,
    '',
    ...parent,
    ...asUser(setup, setup.words(port)),
  ];
  const child: ChildProcess = spawn('setpriv', words, {
    stdio: ['ignore', out, out, 'pipe'],
    env: { PATH: SYSTEM_PATH, HOME: '/srv', TMPDIR: '/srv', LANG: 'C.UTF-8', PYTHONPATH: '/srv', ...setup.env },
  });
  closeSync(out);
  const output = () => readFileSync(log, 'utf8').trim();
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let told = '';
  let end: { at: number; code: number } | undefined;
  const pid = await new Promise<number>((resolve, reject) => {
    child.stdio[3]?.on('data', (data) => {
      told += data;
      const pid = /^started (\d+)$/m.exec(told)?.[1];
      if (pid) resolve(Number(pid));
      const code = /^ended (\d+) /m.exec(told)?.[1];
      if (code) end ??= { at: performance.now(), code: Number(code) };
    });
    child.once('exit', () => reject(new Error(`the namespace did not start: ${output()}`)));
  });
  return {
    pid,
    end: () => end,
    output,
    async kill() {
      if (!end) process.kill(pid, 'SIGKILL');
      await closed;
    },
  };
}

/** Waits until it answers, and then until it has nothing more to do. */
async function ready(server: Server, setup: Setup, port: number): Promise<void> {
  const limit = performance.now() + START_PATIENCE * 1000;
  for (;;) {
    const { ok, text } = await ask(setup, port, 0);
    if (ok) break;
    if (server.end() || performance.now() > limit) {
      throw new Error(`it did not start (${text}): ${server.output().split('\n').slice(-6).join(' | ').slice(-600)}`);
    }
    await sleep(100);
  }
  await sleep(500);
}

async function timed(answer: Promise<Answer>): Promise<{ readonly answer: Answer; readonly at: number }> {
  const settled = await answer;
  return { answer: settled, at: performance.now() };
}

function ask(setup: Setup, port: number, milliseconds: number): Promise<Answer> {
  return setup.client ? askByCommand(setup.client(port, milliseconds)) : askByHttp(port, milliseconds);
}

function askByHttp(port: number, milliseconds: number): Promise<Answer> {
  return new Promise((resolve) => {
    const fail = (error: NodeJS.ErrnoException) => resolve({ ok: false, text: error.code ?? error.message });
    const request = http.get({ port, host: '127.0.0.1', path: `/?ms=${milliseconds}`, agent: false }, (response) => {
      let body = '';
      response.on('data', (data) => (body += data));
      response.once('error', fail);
      response.once('end', () => {
        const text = String(response.statusCode);
        resolve({ ok: text === '200' && body === 'ok\n', text });
      });
    });
    request.once('error', fail);
  });
}

function askByCommand([program = '', ...args]: readonly string[]): Promise<Answer> {
  return new Promise((resolve) => {
    execFile(program, args, { encoding: 'utf8' }, (error, said) => {
      const ok = !error && /^ok$/m.test(said);
      resolve({ ok, text: ok ? 'ok' : error ? 'failed' : 'empty' });
    });
  });
}
