// Finds `# softstop-ignore` comments in any file that has `#` comments.
import type { Place } from '../text/span.ts';

/** A comment that silences a rule. */
export interface IgnoreComment {
  readonly rule: string;
  readonly reason: string | undefined;
  readonly scope: 'nextLine' | 'file';
  readonly at: Place;
}
