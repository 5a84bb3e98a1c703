// Writes what was measured into programs.json: one text for each entry, in `measured`.
import { readFileSync, writeFileSync } from 'node:fs';
import type { Effect } from './judge.ts';

const FILE = 'shared/knowledge/programs.json';
const ORDER: readonly Effect[] = ['finishes', 'cuts', 'goes on', 'cuts and goes on', 'deaf'];

/** What was seen of one entry. */
export interface Measurement {
  readonly id: string;
  /** `nginx 1.22.1`, with the variant behind it where there are several. */
  readonly what: string;
  readonly effects: ReadonlyMap<string, Effect>;
}

/** `nginx 1.22.1: finishes QUIT; cuts TERM, INT; goes on HUP` */
function inWords({ what, effects }: Measurement): string {
  const parts = ORDER.flatMap((effect) => {
    const signals = [...effects].filter(([, seen]) => seen === effect).map(([signal]) => signal.slice(3));
    return signals.length > 0 ? [`${effect} ${signals.join(', ')}`] : [];
  });
  return `${what}: ${parts.join('; ')}`;
}

export function record(measurements: readonly Measurement[]): void {
  const lines = readFileSync(FILE, 'utf8').split('\n');
  const written = lines.map((line) => {
    const id = /^ {4}\{"id": "([^"]+)"/.exec(line)?.[1];
    const own = measurements.filter((one) => one.id === id);
    if (own.length === 0) return line;
    const text = JSON.stringify(own.map(inWords).join(' | '));
    return line
      .replace(/, "measured": "(?:[^"\\]|\\.)*"/, '')
      .replace(/, "source": /, `, "measured": ${text}, "source": `);
  });
  writeFileSync(FILE, written.join('\n'));
}
