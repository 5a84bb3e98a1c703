// A network of its own: a bridge for the routers, and for each pod an address in a namespace where 127.0.0.1 is its own.
// Everything is inside the namespaces that the replay was started in, and goes with them.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** The block that is set aside for the testing of networks (RFC 2544). */
const BLOCK = '198.18';

function ip(...words: readonly string[]): void {
  execFileSync('ip', words, { stdio: 'pipe' });
}

/** Lays the bridge; once, at the start. */
export function openNetwork(): void {
  ip('link', 'set', 'lo', 'up');
  ip('link', 'add', 'bridge', 'type', 'bridge');
  ip('address', 'add', `${BLOCK}.0.1/16`, 'dev', 'bridge');
  ip('link', 'set', 'bridge', 'up');
}

/** A pod's network: its address, and the process that keeps its namespace. */
export interface PodNetwork {
  readonly address: string;
  readonly pid: number;
  close(): void;
}

let count = 0;

export async function openPodNetwork(): Promise<PodNetwork> {
  const number = ++count;
  const keeper: ChildProcess = spawn('setpriv', ['--pdeathsig', 'KILL', 'unshare', '--net', 'sleep', 'infinity'], {
    stdio: 'ignore',
  });
  const pid = keeper.pid ?? 0;
  const own = readlinkSync('/proc/self/ns/net');
  while (readlinkSync(`/proc/${pid}/ns/net`) === own) await sleep(5);
  const address = `${BLOCK}.1.${number}`;
  ip('link', 'add', `pod${number}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(pid));
  ip('link', 'set', `pod${number}`, 'master', 'bridge', 'up');
  const inside = `ip link set lo up; ip address add ${address}/16 dev eth0; ip link set eth0 up`;
  execFileSync('nsenter', ['-t', String(pid), '-n', 'sh', '-c', inside], { stdio: 'pipe' });
  return { address, pid, close: () => keeper.kill('SIGKILL') };
}
