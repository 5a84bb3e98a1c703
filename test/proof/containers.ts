// Starts a container as its plan says, and gives what a kubelet needs to stop it. Knows nothing of the model.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SYSTEM_PATH } from './inside.ts';
import type { ContainerPlan } from './plan.ts';

/** A container that runs, or has run. */
export interface Running {
  readonly plan: ContainerPlan;
  /** The number of its PID 1 out here. */
  readonly pid: number;
  readonly ended: Promise<void>;
  /** When it ended (performance.now) and how; absent while it runs. */
  end(): { readonly at: number; readonly code: number } | undefined;
  signal(name: NodeJS.Signals): void;
  /** Runs a hook's command in the container; settles when that ends. */
  exec(words: readonly string[]): { readonly done: Promise<void>; kill(): void };
  output(): string;
}

/** Starts a container in the network of the process `network`; its files are laid over the machine's own. */
export async function startContainer(plan: ContainerPlan, folder: string, network: number): Promise<Running> {
  for (const part of ['upper', 'scratch', 'root']) mkdirSync(path.join(folder, part), { recursive: true });
  mkdirSync(path.join(folder, 'upper', plan.workdir), { recursive: true });
  for (const [name, { text, executable }] of plan.files) {
    const file = path.join(folder, 'upper', name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text, { mode: executable ? 0o755 : 0o644 });
  }
  const log = path.join(folder, 'log');
  // Servers open /dev/stderr anew, which is possible for a file and not for a socket.
  const out = openSync(log, 'a');
  const words = [
    '--pdeathsig',
    'KILL',
    'nsenter',
    `--net=/proc/${network}/ns/net`,
    'unshare',
    '--mount',
    '--propagation',
  ];
  const start = [...words, 'private', '--pid', 'perl', path.resolve('test/proof/container.pl'), folder, plan.workdir];
  const child: ChildProcess = spawn('setpriv', [...start, ...plan.words], {
    stdio: ['ignore', out, out, 'pipe'],
    env: { PATH: SYSTEM_PATH, HOME: '/root', LANG: 'C.UTF-8', ...plan.environment },
  });
  closeSync(out);
  let told = '';
  let end: { at: number; code: number } | undefined;
  const started = new Promise<number>((resolve, reject) => {
    child.stdio[3]?.on('data', (data) => {
      told += data;
      const pid = /^started (\d+)$/m.exec(told)?.[1];
      if (pid) resolve(Number(pid));
      const code = /^ended (\d+)$/m.exec(told)?.[1];
      if (code) end ??= { at: performance.now(), code: Number(code) };
    });
    child.once('exit', () => reject(new Error(`a container did not start: ${readFileSync(log, 'utf8')}`)));
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const pid = await started;
  return {
    plan,
    pid,
    ended,
    end: () => end,
    signal(name) {
      try {
        process.kill(pid, name);
      } catch {
        // It is gone.
      }
    },
    exec(command) {
      const inside = spawn('nsenter', ['-t', String(pid), '-m', '-n', '-p', '-r', '-w', '--', ...command], {
        stdio: 'ignore',
        detached: true,
        env: { PATH: SYSTEM_PATH, ...plan.environment },
      });
      const done = new Promise<void>((resolve) => inside.once('close', () => resolve()));
      return { done, kill: () => inside.pid && process.kill(-inside.pid, 'SIGKILL') };
    },
    output: () => readFileSync(log, 'utf8'),
  };
}
