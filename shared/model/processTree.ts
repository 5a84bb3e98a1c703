// What runs as PID 1 and below it once the container is ready. Filled in below.
import type { Place } from '../text/span.ts';

export interface Process {
  /** The program's base name: `sh`, `node`. */
  readonly program: string;
  readonly at: Place | undefined;
  readonly children: readonly Process[];
}
