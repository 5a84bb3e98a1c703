// What a shell has started in the background: which of it it still remembers, and what `$(jobs -p)` names. Knows no command.
import type { Dialect } from '../../knowledge/images.ts';
import { Lost, type Proc } from './machine.ts';
import type { Shell } from './shell.ts';

/** The jobs of one shell. */
export class Jobs {
  readonly #dialect: Dialect;
  /** All processes that it has started in the background, the first ones first. */
  readonly all: Proc[] = [];
  /** The parts of the pipelines among them, by their last one. */
  readonly #pipelines = new Map<Proc, readonly Proc[]>();
  /** What it has waited for to its end. */
  readonly #collected = new Set<Proc>();
  /** What it has waited for and does not know any more. */
  readonly #forgotten = new Set<Proc>();
  /** What it may have waited for to its end. */
  readonly #blurred = new Set<Proc>();
  /** What it waits for in the foreground, or has waited for last; of a pipeline bash counts the first process alone. */
  #foreground: readonly Proc[] = [];

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  /** A new job: one process, or the parts of a pipeline. */
  add(started: readonly Proc[]): void {
    const last = started.at(-1);
    this.all.push(...started);
    if (last && started.length > 1) this.#pipelines.set(last, started);
  }

  /** A command in the foreground, or the parts of a pipeline. */
  addForeground(started: readonly Proc[]): void {
    const named = this.#dialect === 'bash' ? started.slice(0, 1) : started;
    this.#foreground = [...this.#foreground.filter(({ end }) => !end), ...named];
  }

  /** With whatever they start, dash and busybox forget the jobs that they have waited for. */
  forgetCollected(): void {
    if (this.#dialect === 'dash' || this.#dialect === 'busybox-ash') this.forget([...this.#collected]);
  }

  forget(processes: readonly Proc[]): void {
    for (const one of processes) this.#forgotten.add(one);
  }

  forgetAll(): void {
    this.forget(this.all.splice(0));
  }

  isForgotten(process: Proc): boolean {
    return this.#forgotten.has(process);
  }

  /** Those of them that have ended have been waited for. */
  collect(processes: readonly Proc[]): void {
    for (const one of processes) if (one.end) this.#collected.add(one);
  }

  /** Nobody knows whether these have been waited for. */
  blur(processes: readonly Proc[]): void {
    if (this.#dialect === 'dash' || this.#dialect === 'busybox-ash')
      for (const one of processes) this.#blurred.add(one);
  }

  /** Whether these have ended and may have been waited for. */
  mayBeForgotten(processes: readonly Proc[]): boolean {
    return processes.length > 0 && processes.every((one) => one.end && this.#blurred.has(one));
  }

  isCollected(process: Proc): boolean {
    return this.#collected.has(process);
  }

  /** What `wait $!` waits for: the whole pipeline, except in ksh and zsh. */
  wholeOf(last: Proc): readonly Proc[] {
    const whole = this.#dialect === 'ksh' || this.#dialect === 'zsh' ? undefined : this.#pipelines.get(last);
    return whole ?? [last];
  }

  /** These processes, those of one pipeline together with the rest of it. */
  grouped(processes: readonly Proc[]): readonly (readonly Proc[])[] {
    return [...new Set(processes.map((one) => this.#jobOf(one)))];
  }

  get hasPipeline(): boolean {
    return [...this.#pipelines.values()].some((parts) => parts.some(({ end }) => !end));
  }

  get hasForeground(): boolean {
    return this.#foreground.some(({ end }) => !end);
  }

  /** What `$(jobs -p)` gives: dash has forgotten them in the subshell, zsh shows them in a way that `kill` cannot read. */
  named({ isTerminated, handling }: Pick<Shell, 'isTerminated' | 'handling'>): readonly Proc[] {
    const dialect = this.#dialect;
    const foreground = this.#foreground;
    if (dialect === 'ksh' && foreground.some(({ end }) => !end))
      throw new Lost('ksh may count what runs in the foreground among its jobs');
    // Of a pipeline only the first process is named, by ksh and mksh the last.
    const namesLast = dialect === 'ksh' || dialect === 'mksh';
    const others = new Set(
      [...this.#pipelines.values()].flatMap((parts) => (namesLast ? parts.slice(0, -1) : parts.slice(1))),
    );
    const jobs = this.all.filter((job) => !others.has(job));
    // Bash counts what runs in the foreground, too; where a signal ends it or it is interrupted, even when that has ended.
    // And what has ended by itself and has not been waited for.
    const isListed = (job: Proc) => !this.#isOver(job) || (job.end?.by === 'self' && !this.#collected.has(job));
    const late = isTerminated || handling === 'SIGINT';
    if (dialect === 'bash') return [...jobs.filter(isListed), ...foreground.filter(({ end }) => late || !end)];
    return dialect === 'dash' || dialect === 'zsh' ? [] : jobs.filter((job) => !this.#isOver(job));
  }

  #isOver(process: Proc): boolean {
    return this.#jobOf(process).every(({ end }) => end);
  }

  #jobOf(process: Proc): readonly Proc[] {
    return [...this.#pipelines.values()].find((parts) => parts.includes(process)) ?? [process];
  }
}
