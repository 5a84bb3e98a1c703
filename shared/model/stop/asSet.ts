// What a server's own settings change about what it does on a signal that it handles.
import type { ServerSettings, SignalEffect } from '../servers/serverSettings.ts';
import type { Outcome } from './outcome.ts';
import type { Hop } from './stopPath.ts';

const BY_EFFECT: Readonly<Record<SignalEffect, Outcome>> = {
  drains: 'drains',
  drops: 'drops',
  stays: 'killedAfterGrace',
};

/** What becomes of the work in flight, where its settings tell. */
export function outcomeAsSet(
  outcome: Outcome,
  settings: ServerSettings | undefined,
  signal: string | undefined,
): Outcome {
  const effect = settings?.onSignal?.get(signal ?? '');
  return effect && (outcome === 'reaches' || outcome === 'drains') ? BY_EFFECT[effect] : outcome;
}

/** What the server does at the end of the way, where its settings tell. */
export function hopAsSet(hop: Hop, settings: ServerSettings | undefined): Hop {
  const effect = settings?.onSignal?.get(hop.signal ?? '');
  const handled = hop.effect === 'drains' || hop.effect === 'gets';
  if (!handled || !effect || effect === 'stays') return hop;
  return { ...hop, effect: effect === 'drains' ? 'drains' : 'ends' };
}
