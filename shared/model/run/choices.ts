// What files leave open, decided one way after the other until every way has been gone.
import type { Condition } from '../value.ts';
import { Lost } from './machine.ts';

/** More ways than this are not followed. */
const MAX_WAYS = 64;

/** A launch that can go more ways than anybody follows. */
export class TooManyWays extends Lost {}

/** The decisions of one way. */
export class Choices {
  readonly #given: readonly boolean[];
  readonly #made: Condition[] = [];

  constructor(given: readonly boolean[]) {
    this.#given = given;
  }

  /**
   * How an open question is answered on this way; the same question gets the same answer. A script that has started itself
   * anew (`exec gosu app "$0"`) has done so to get another one.
   */
  decide(question: Omit<Condition, 'holds'>, anew: boolean): boolean {
    const asked = this.#made.find(
      ({ text, at }) => text === question.text && at?.start === question.at?.start && at?.path === question.at?.path,
    );
    if (asked) return asked.holds !== anew;
    const holds = this.#given[this.#made.length] ?? true;
    this.#made.push({ ...question, holds });
    return holds;
  }

  get made(): readonly Condition[] {
    return this.#made;
  }
}

/** Goes every way; `go` must ask all its questions of the choices that it is given. */
export function everyWay<T>(
  go: (choices: Choices) => T,
): readonly { readonly value: T; readonly when: readonly Condition[] }[] {
  const ways: { value: T; when: readonly Condition[] }[] = [];
  let next: readonly boolean[] | undefined = [];
  while (next) {
    if (ways.length >= MAX_WAYS) throw new TooManyWays('there are too many ways that the launch can go');
    const choices = new Choices(next);
    const value = go(choices);
    ways.push({ value, when: choices.made });
    next = following(choices.made.map(({ holds }) => holds));
  }
  return ways;
}

/** The next way: the last `true` becomes `false`, and what came after it is open again. */
function following(made: readonly boolean[]): readonly boolean[] | undefined {
  const last = made.lastIndexOf(true);
  return last < 0 ? undefined : [...made.slice(0, last), false];
}
