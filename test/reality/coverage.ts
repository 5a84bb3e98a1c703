// Counts what occurred in generated launches, and of how much of it the model said that it did not know.

/** How often a construct occurred, and how often its launch was not predicted. */
interface Count {
  readonly times: number;
  readonly unknown: number;
}

/** What is promised of 1,000 launches: how often each construct occurs, and how much may be unknown. */
const LEAST_PER_THOUSAND = 10;
const MOST_UNKNOWN = 0.05;
const MOST_UNKNOWN_OF_ONE = 0.2;

export class Coverage {
  readonly #counts = new Map<string, Count>();
  readonly #whys = new Map<string, number>();
  #all: Count = { times: 0, unknown: 0 };

  /** `why` is there where the model did not commit itself. */
  add(constructs: Iterable<string>, why: string | undefined): void {
    const plus = ({ times, unknown }: Count): Count => ({
      times: times + 1,
      unknown: unknown + (why === undefined ? 0 : 1),
    });
    this.#all = plus(this.#all);
    for (const construct of constructs)
      this.#counts.set(construct, plus(this.#counts.get(construct) ?? { times: 0, unknown: 0 }));
    if (why !== undefined) this.#whys.set(why, (this.#whys.get(why) ?? 0) + 1);
  }

  /** What is not as promised; says nothing of how often constructs occur where there were too few launches to tell. */
  broken(known: Iterable<string>): readonly string[] {
    const { times, unknown } = this.#all;
    const enough = times >= 1000;
    const least = (times * LEAST_PER_THOUSAND) / 1000;
    const rare = [...known].filter((construct) => enough && (this.#counts.get(construct)?.times ?? 0) < least);
    const open = [...this.#counts].filter(([, count]) => enough && count.unknown >= count.times * MOST_UNKNOWN_OF_ONE);
    return [
      ...rare.map((construct) => `${construct} occurred too seldom: ${this.#counts.get(construct)?.times ?? 0} times`),
      ...open.map(([construct, count]) => `${construct} is too often unknown: ${percent(count)}`),
      ...(unknown >= times * MOST_UNKNOWN ? [`too much is unknown: ${percent(this.#all)}`] : []),
    ];
  }

  /** The table, as it is printed. */
  table(): string {
    const rows = [...this.#counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([construct, count]) => row(construct, count));
    const whys = [...this.#whys]
      .sort(([, a], [, b]) => b - a)
      .map(([why, times]) => `${String(times).padStart(6)}  ${why}`);
    return [
      row('all launches', this.#all),
      ...rows,
      ...(whys.length > 0 ? ['', 'Unknown, because:', ...whys] : []),
    ].join('\n');
  }
}

function row(name: string, count: Count): string {
  return `${name.padEnd(48)}${String(count.times).padStart(7)}${percent(count).padStart(9)} unknown`;
}

function percent({ times, unknown }: Count): string {
  return `${((100 * unknown) / times).toFixed(1)} %`;
}
