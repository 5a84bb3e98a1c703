// The repair for a rewrite of dumb-init: another value in its place.
import { signalNumber } from '../../knowledge/signals.ts';
import type { Fix } from '../finding.ts';
import type { Rewrite } from '../stop/processTree.ts';

/** The fix that makes it pass its signal on as another; none where it is not written here. */
export function rewriteTo({ from = '', replace }: Rewrite, to: string): readonly Fix[] {
  const edit = replace(`${signalNumber(from)}:${signalNumber(to)}`);
  const title = from === to ? `Pass ${from} on` : `Rewrite ${from} to ${to}`;
  return edit ? [{ title, safety: 'unsafe', edits: [edit] }] : [];
}
