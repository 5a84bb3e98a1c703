// Finds preStop hooks that ask their program for a graceful stop and return: the stop signal follows at once, and makes a
// fast stop of it. Knows no notation.
import { signalName } from '../../knowledge/signals.ts';
import { type Container, stopsOn } from '../container.ts';
import type { ExecHandler, Hook } from '../pod/lifecycle.ts';
import type { Process } from '../stop/processTree.ts';
import { alternatives, knownValue } from '../value.ts';
import { hookEnd } from './hookEnd.ts';
import { wordsOfHook } from './hookScript.ts';
import { refusedByHook } from './hookSignals.ts';

/** A graceful stop that a hook asks for and the stop signal overrides. */
export interface Override {
  readonly hook: Hook;
  readonly handler: ExecHandler;
  /** The words of the hook, and the part of them that tells the program. */
  readonly words: readonly string[];
  readonly command: string;
  /** What the program gets from the hook, and what it gets right after. */
  readonly asked: string;
  readonly arriving: string;
  readonly server: Process;
  /** Whether that happens whichever way the launch goes. */
  readonly always: boolean;
}

/** The graceful stop that a container's preStop hook asks for in vain. */
export function overrideOf(container: Container): Override | undefined {
  const { lifecycle, source } = container;
  const hook = lifecycle && source === 'kubernetes' ? knownValue(lifecycle.preStop) : undefined;
  const [handler, ...others] = hook?.handlers ?? [];
  if (!hook?.complete || handler?.kind !== 'exec' || !handler.command || others.length > 0) return undefined;
  const words = (knownValue(handler.command) ?? []).map(({ text }) => text);
  const run = wordsOfHook(container, handler) ?? words;
  const end = hookEnd(run);
  const arriving = signalName(knownValue(container.stopSignal.value) ?? '');
  if (end?.kind !== 'tells' || arriving === undefined || end.signal === arriving) return undefined;
  if (refusedByHook(container).some(({ isDash }) => isDash)) return undefined;
  // A hook that tells PID 1 tells the program only if that passes it on.
  const byPid1 = end.target === 'pid1';
  const stops = byPid1 ? stopsOn(container, arriving, run) : container.stop;
  const ways = alternatives(stops).map(({ value }) => value);
  const fast = ways.filter(
    ({ outcome, server, hops }) =>
      outcome === 'drops' &&
      server?.facts?.graceful.includes(end.signal) === true &&
      (!byPid1 || hops.at(-1)?.signal === end.signal),
  );
  const server = fast[0]?.server;
  const { command, signal: asked } = end;
  return server && { hook, handler, words, command, asked, arriving, server, always: fast.length === ways.length };
}
