// What a Dockerfile may say: the signal after STOPSIGNAL. Instructions are for other extensions.
import type { Analysis } from '../engine/engine.ts';
import { type Completion, type Cursor, lastLetters } from './completion.ts';
import { signalChoices } from './signals.ts';

/** What may be written at the cursor of a Dockerfile. */
export function dockerfileWords({ containers }: Analysis, cursor: Cursor): readonly Completion[] {
  const [, word] = /^\s*STOPSIGNAL\s+([\w+-]*)$/i.exec(cursor.before) ?? [];
  if (word === undefined) return [];
  // The stage that is stopped is the last one; a launch that stands above the cursor counts as well.
  const own = containers.filter(({ source, at }) => source === 'dockerfile' && at.path === cursor.path);
  return signalChoices(own.at(-1), lastLetters(cursor, word.length));
}
