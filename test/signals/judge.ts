// What a signal did to a server, and whether that is what the data says.
import { mannerOf, type ProgramFacts } from '../../shared/knowledge/programs.ts';
import type { Setup } from './setup.ts';
import type { Seen } from './trial.ts';

/** `deaf`: the kernel spared it as PID 1; where it is not, it dies of the signal. */
export type Effect = 'finishes' | 'cuts' | 'goes on' | 'cuts and goes on' | 'deaf';

export function effectOf({ request, end }: Seen, dies: boolean): Effect {
  if (end) return request.ok ? 'finishes' : 'cuts';
  if (dies) return 'deaf';
  return request.ok ? 'goes on' : 'cuts and goes on';
}

/** How a database ends by itself. As PID 1 the kernel spares it, so a Java that ends like one killed has done its work. */
const IN_ORDER = [0, 143];

/** `silent`: the data says nothing of it, or leaves it to a configuration that this setup has not. */
export type Verdict = 'as said' | 'silent' | { readonly said: string };

export function judge(facts: ProgramFacts, setup: Setup, signal: string, effect: Effect, code?: number): Verdict {
  const allowed = said(facts, setup, signal);
  if (!allowed) return 'silent';
  // Its data is in order if it says so; what became of the request is told all the same.
  if (mannerOf(facts, signal) === 'putsInOrder' && IN_ORDER.includes(code ?? -1)) return 'as said';
  return allowed.effects.includes(effect) ? 'as said' : { said: allowed.name };
}

function said(facts: ProgramFacts, setup: Setup, signal: string) {
  if (facts.graceful.includes(signal)) {
    const waits = !facts.dependsOnConfig || setup.configured === true;
    return waits ? { name: 'graceful', effects: ['finishes'] } : undefined;
  }
  if (facts.fast.includes(signal)) return { name: 'fast', effects: ['cuts'] };
  if (facts.ignored.includes(signal)) return { name: 'ignored', effects: ['goes on', 'cuts and goes on'] };
  // Nobody dies of a window that changes its size.
  return facts.bare ? { name: 'no handler', effects: [signal === 'SIGWINCH' ? 'goes on' : 'deaf'] } : undefined;
}
