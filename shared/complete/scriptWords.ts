// What a script may say about signals: the names behind a trap, and those that kill sends. Plain ones, which every shell knows.
import type { Analysis } from '../engine/engine.ts';
import { type Completion, type Cursor, lastLetters } from './completion.ts';

const TRAPPED: readonly [name: string, documentation: string][] = [
  ['TERM', 'What a runtime stops a container with, unless a stop signal is given.'],
  ['INT', 'What Ctrl+C sends.'],
  ['QUIT', 'The stop signal of nginx and PHP-FPM images.'],
  ['HUP', 'A terminal has gone; a request to reload.'],
  ['USR1', 'Whatever the program has made of it.'],
  ['USR2', 'Whatever the program has made of it.'],
  ['EXIT', 'The end of the shell. dash and busybox do not run it when a signal ends them: name the signal as well.'],
];

/** What may be written at the cursor of a script. */
export function scriptWords({ project }: Analysis, cursor: Cursor): readonly Completion[] {
  if (!isScript(cursor.path, project.text(cursor.path) ?? '')) return [];
  const [, trapped] =
    /(?:^|[;&|]|\bthen|\bdo)\s*trap\s+(?:--\s+)?(?:'[^']*'|"[^"]*"|[^\s'"]+)\s+(?:[A-Z\d]+\s+)*([A-Z]*)$/.exec(
      cursor.before,
    ) ?? [];
  const [, sent] = /\bkill\s+(?:-s\s+|-)([A-Z]*)$/.exec(cursor.before) ?? [];
  const word = trapped ?? sent;
  if (word === undefined) return [];
  const names = trapped === undefined ? TRAPPED.filter(([name]) => name !== 'EXIT') : TRAPPED;
  return names.map(([name, documentation]) => ({
    label: name,
    detail: 'signal',
    documentation,
    at: lastLetters(cursor, word.length),
    newText: name,
    kind: 'value',
  }));
}

function isScript(path: string, text: string): boolean {
  return /\.(?:sh|bash|ash|dash|ksh)$/.test(path) || /^#!.*\b(?:sh|bash|ash|dash|ksh)\b/.test(text);
}
