// The kinds of things that a rule can be about. Adding a kind is a line here and a line in the engine.

import type { IgnoreComment } from '../sources/ignoreComments.ts';
import type { Container } from './container.ts';
import type { Pod } from './pod.ts';

export interface Subjects {
  readonly container: Container;
  readonly pod: Pod;
  readonly ignoreComment: IgnoreComment;
}
