// Says in words how a container stops: for a hover, and for `softstop explain`.
import type { Analysis } from '../engine.ts';
import type { Place } from '../text/span.ts';

/** What a hover shows. */
export interface Explanation {
  /** What the text is about. */
  readonly at: Place;
  readonly markdown: string;
}

/** The stop path and the timeline at an offset of a file, if something there takes part in stopping. */
export function explainAt(_analysis: Analysis, _path: string, _offset: number): Explanation | undefined {
  return undefined;
}

/** The same in plain text for a whole file, or for the containers that a zero-based line takes part in. */
export function explainFile(_analysis: Analysis, _path: string, _line?: number): string | undefined {
  return undefined;
}
