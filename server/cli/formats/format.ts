// What the formats for programs have in common: what each is given to tell.
import type { Finding } from '../../../shared/index.ts';
import type { Places } from '../places.ts';

/** The outcome of one run, for a format to write down. */
export interface Told {
  /** By path and place. */
  readonly findings: readonly Finding[];
  readonly places: Places;
  /** The checked files as the output names them, sorted. */
  readonly files: readonly string[];
  readonly elapsedMs: number;
  /** A finding's name that outlives changes elsewhere in its file. */
  readonly fingerprint: (finding: Finding) => string;
}

/** Gives the whole text of the report. */
export type Format = (told: Told) => string;

/** JSON as people can read it, too. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
