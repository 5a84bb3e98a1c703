// A real API server on this machine: built from Kubernetes' own modules, with Debian's etcd behind it. Knows how to start
// it and how to ask it; nothing of what it is asked.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildInGo } from '../go.ts';

/** What this machine lacks, or what went wrong in starting; shown without a stack trace. */
export class ClusterError extends Error {}

/** An answer of the server. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A running API server. */
export interface Cluster {
  ask(method: string, url: string, body?: string, contentType?: string): Promise<Answer>;
  stop(): void;
}

/** The versions that are tried: one before the kubelet sleeps by itself, and the newest. */
export const VERSIONS = ['v1.29.6', 'v1.37.2'];

const SOURCES = path.join('test', 'tools', 'apiserver');
const TOKEN = 'softstop';
/** Tries of a second each: a busy machine takes its time. */
const PATIENCE = 180;
/** Plug-ins that ask for objects which a controller or an administrator makes. */
const NOT_HERE = 'ServiceAccount,Priority,RuntimeClass';

/** Builds the API server of a version: ten minutes or more the first time, a moment after that. */
function buildServer(version: string): string {
  if (spawnSync('etcd', ['--version']).status !== 0) {
    throw new ClusterError('it needs etcd; on Debian, as root: apt-get install etcd-server');
  }
  console.log(`Building the API server of Kubernetes ${version}, which takes a while the first time …`);
  // In-tree cloud providers would need modules that are no longer published.
  const args = ['-trimpath', '-tags', 'providerless'];
  return buildInGo(
    path.join(SOURCES, version),
    `kube-apiserver-${version}`,
    args,
    'k8s.io/kubernetes/cmd/kube-apiserver',
  );
}

/** Starts the API server of a version, with nothing in it. */
export async function startCluster(version: string): Promise<Cluster> {
  const server = buildServer(version);
  const folder = mkdtempSync(path.join(tmpdir(), 'softstop-apiserver-'));
  const running: ChildProcess[] = [];
  const stop = () => {
    for (const child of running) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  const start = (program: string, args: readonly string[]) => {
    const log = openSync(path.join(folder, `${path.basename(program)}.log`), 'w');
    running.push(spawn(program, [...args], { stdio: ['ignore', log, log], cwd: folder }));
    closeSync(log);
  };
  const [client, peer, secure] = await freePorts(3);
  const etcd = `http://127.0.0.1:${client}`;
  const peers = `http://127.0.0.1:${peer}`;
  start('etcd', [
    ...['--data-dir', 'etcd', '--unsafe-no-fsync', '--listen-client-urls', etcd, '--advertise-client-urls', etcd],
    ...['--listen-peer-urls', peers, '--initial-advertise-peer-urls', peers, '--initial-cluster', `default=${peers}`],
  ]);
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(path.join(folder, 'key.pem'), privateKey.export({ type: 'pkcs1', format: 'pem' }));
  writeFileSync(path.join(folder, 'tokens.csv'), `${TOKEN},admin,admin,system:masters\n`);
  start(server, [
    `--etcd-servers=${etcd}`,
    ...[`--secure-port=${secure}`, '--bind-address=127.0.0.1', '--cert-dir=certificates'],
    ...['--advertise-address=192.0.2.1', '--endpoint-reconciler-type=none', '--service-cluster-ip-range=10.0.0.0/16'],
    ...['--service-account-issuer=https://localhost', '--service-account-key-file=key.pem'],
    ...['--service-account-signing-key-file=key.pem', '--token-auth-file=tokens.csv'],
    ...['--authorization-mode=AlwaysAllow', `--disable-admission-plugins=${NOT_HERE}`],
  ]);
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
  const cluster: Cluster = {
    ask: (...question) => ask(agent, Number(secure), ...question),
    stop,
  };
  try {
    await whenReady(cluster, running, folder);
  } catch (error) {
    stop();
    throw error;
  }
  return cluster;
}

async function whenReady(cluster: Cluster, running: readonly ChildProcess[], folder: string): Promise<void> {
  for (let tries = 0; tries < PATIENCE; tries++) {
    const ended = running.find(({ exitCode, signalCode }) => exitCode !== null || signalCode !== null);
    if (ended) {
      const name = path.basename(ended.spawnfile);
      const log = readFileSync(path.join(folder, `${name}.log`), 'utf8');
      throw new ClusterError(`${name} has ended:\n${log.slice(-2000)}`);
    }
    const answer = await cluster.ask('GET', '/readyz').catch(() => undefined);
    if (answer?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  throw new ClusterError(`the API server is not ready after ${PATIENCE} s`);
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer();
          server.listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as { readonly port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function ask(
  agent: Agent,
  port: number,
  method: string,
  url: string,
  body?: string,
  contentType = 'application/json',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { Authorization: `Bearer ${TOKEN}`, Accept: 'application/json', 'Content-Type': contentType };
    const sent = request({ agent, host: '127.0.0.1', port, method, path: url, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: read(text) }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
