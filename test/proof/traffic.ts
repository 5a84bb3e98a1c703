// The router in front of the pods and the requests that it sends on. Open loop: a request comes when it is due, whether
// or not earlier ones are answered. Nothing is sent twice but what meets a kept connection just as that is closed.
import http from 'node:http';
import net from 'node:net';
import type { Load } from './case.ts';

/** What became of a request; times by performance.now. */
export interface Answer {
  readonly at: number;
  readonly end: number;
  readonly slow: boolean;
  /** The pod's address, where it got that far. */
  readonly pod: string;
  /** A status, or `refused`, `reset`, `cut` (an answer that broke off), `timeout`. */
  readonly result: string;
}

/** An answer that came whole and is no error. */
export function isGood({ result }: Answer): boolean {
  return result === '200';
}

/** Callers that stay on their connections. */
const CALLERS = 101;
/** A kept connection that is closed so soon after a request was written to it was closed before that arrived. */
const CROSSED_MS = 20;
const PATIENCE_MS = 30_000;

export class Traffic {
  readonly answers: Answer[] = [];
  readonly #load: Load;
  readonly #port: number;
  readonly #agents = new Map<string, http.Agent>();
  #endpoints: readonly string[];
  #sent = 0;
  #open = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(load: Load, port: number, endpoints: readonly string[]) {
    this.#load = load;
    this.#port = port;
    this.#endpoints = endpoints;
  }

  /** Sends until `stop`, but never more than `most` requests. */
  start(most: number): void {
    const from = performance.now();
    this.#timer = setInterval(() => {
      const due = Math.min(most, ((performance.now() - from) * this.#load.rate) / 1000);
      while (this.#sent < due) this.#send(this.#sent++);
    }, 4);
  }

  /** From now on, nothing new is sent there. */
  remove(endpoint: string): void {
    this.#endpoints = this.#endpoints.filter((one) => one !== endpoint);
  }

  /** Sends nothing more, and waits for the last answers. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    while (this.#open > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    for (const agent of this.#agents.values()) agent.destroy();
  }

  #endpointFor(number: number): string {
    return this.#endpoints[number % this.#endpoints.length] ?? '';
  }

  /** The connections that a request may use: those to one endpoint, or those of one caller. */
  #agentFor(number: number): { readonly agent: http.Agent; readonly host: string } {
    const balanced = this.#load.balances === 'requests';
    const caller = number % CALLERS;
    const host = this.#endpointFor(balanced ? number : caller);
    const key = balanced ? host : `caller ${caller}`;
    const known = this.#agents.get(key);
    if (known) return { agent: known, host };
    const agent = new http.Agent({ keepAlive: true, ...(balanced ? {} : { maxFreeSockets: 1 }) });
    if (!balanced) {
      agent.createConnection = () => net.connect({ host: this.#endpointFor(caller), port: this.#port, noDelay: true });
      // All connections of a caller are alike, wherever they lead.
      agent.getName = () => key;
    }
    this.#agents.set(key, agent);
    return { agent, host };
  }

  #send(number: number, again = false): void {
    const { agent, host } = this.#agentFor(number);
    const slow = number % this.#load.slowEvery === 0;
    const at = performance.now();
    let pod = host;
    let settled = false;
    this.#open++;
    const settle = (result: string) => {
      if (settled) return;
      settled = true;
      this.#open--;
      this.answers.push({ at, end: performance.now(), slow, pod, result });
    };
    const path = `/?ms=${slow ? this.#load.slowMs : 0}`;
    const request = http.get({ host, port: this.#port, path, agent, timeout: PATIENCE_MS }, (response) => {
      response.resume();
      response.once('close', () => settle(response.complete ? String(response.statusCode) : 'cut'));
      response.once('error', () => settle('cut'));
    });
    request.once('socket', (socket) => {
      const note = () => {
        pod = socket.remoteAddress ?? pod;
      };
      if (socket.connecting) socket.once('connect', note);
      else note();
    });
    request.once('timeout', () => request.destroy(Object.assign(new Error('late'), { code: 'timeout' })));
    request.once('error', (error: NodeJS.ErrnoException) => {
      const crossed = request.reusedSocket && performance.now() - at < CROSSED_MS;
      if (!crossed || again || settled) return settle(KINDS[error.code ?? ''] ?? error.code ?? 'reset');
      settled = true;
      this.#open--;
      this.#send(number, true);
    });
  }
}

const KINDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
};
