// What pieces of work have asked of a project, so that their results can be kept for as long as the answers are the same.
import type { FileState } from './files.ts';
import type { Project } from './project.ts';

/** Finds facts in a file's text; must depend on its arguments alone. */
export type Derive<T> = (path: string, text: string) => readonly T[];

/** A recorded search: what was looked for, and which of it counted. */
export interface Search {
  readonly derive: Derive<unknown>;
  readonly counts: (fact: unknown) => boolean;
}

/** A question whose answer may stay the same where what it rests on does not. */
export interface Question {
  /** What was asked for the answer, when it was asked last. */
  recording: Recording;
  /** Whether the answer is another one in another project. */
  differsIn(project: Project): boolean;
}

/** The questions that one piece of work has asked. */
export class Recording {
  readonly files = new Set<string>();
  readonly searches = new Set<Search>();
  /** Other pieces of work that it rests on. */
  readonly shared = new Set<Recording>();
  readonly questions: Question[] = [];
  readonly #missing = new Set<string>();
  /** The files in which searches have found something. */
  readonly #found = new Set<string>();

  addFile(path: string, state: FileState): void {
    this.files.add(path);
    if (state.kind === 'notLoaded') this.#missing.add(path);
  }

  addSearch(search: Search, found: readonly string[]): void {
    this.searches.add(search);
    for (const path of found) this.#found.add(path);
  }

  /** Rests on another piece of work too, which others may share. */
  include(other: Recording): void {
    this.shared.add(other);
  }

  addQuestion(question: Question): void {
    this.questions.push(question);
  }

  /** The files that were asked for and are not loaded. */
  wants(): readonly string[] {
    const below = [...this.shared, ...this.questions.map(({ recording }) => recording)];
    return [...this.#missing, ...below.flatMap((part) => part.wants())];
  }

  /** Whether the answers came from any of these files. */
  restsOn(paths: readonly string[]): boolean {
    return (
      paths.some((path) => this.files.has(path) || this.#found.has(path)) ||
      [...this.shared].some((part) => part.restsOn(paths)) ||
      this.questions.some(({ recording }) => recording.restsOn(paths))
    );
  }

  /** Whether an answer differs between two projects that differ in these files alone. */
  differs(changed: readonly string[], before: Project, after: Project): boolean {
    return (
      changed.some(
        (path) => this.files.has(path) || [...this.searches].some((search) => findsOther(search, path, before, after)),
      ) ||
      [...this.shared].some((part) => part.differs(changed, before, after)) ||
      this.questions.some((one) => one.recording.differs(changed, before, after) && one.differsIn(after))
    );
  }
}

function findsOther({ derive, counts }: Search, path: string, before: Project, after: Project): boolean {
  const old = before.factsIn(path, derive);
  const now = after.factsIn(path, derive);
  return !sameFacts(old, now) && !sameFacts(old.filter(counts), now.filter(counts));
}

/** Which of many pieces of work rest on what: told without asking each of them. */
export class Dependents<T extends { readonly recording: Recording }> {
  readonly #pieces: readonly T[];
  readonly #byFile = new Map<string, Recording[]>();
  readonly #bySearch = new Map<Derive<unknown>, (readonly [Search, Recording])[]>();
  /** What rests on a recording: pieces by their turn, and other recordings, some of which ask themselves first. */
  readonly #resting = new Map<Recording, Resting>();

  constructor(pieces: readonly T[]) {
    this.#pieces = pieces;
    for (const [turn, { recording }] of pieces.entries()) this.#add(recording).turns.push(turn);
  }

  #add(recording: Recording): Resting {
    const known = this.#resting.get(recording);
    if (known) return known;
    const resting: Resting = { turns: [], always: [], ifAsked: [] };
    this.#resting.set(recording, resting);
    for (const path of recording.files) push(this.#byFile, path, recording);
    for (const search of recording.searches) push(this.#bySearch, search.derive, [search, recording] as const);
    for (const part of recording.shared) this.#add(part).always.push(recording);
    for (const question of recording.questions) this.#add(question.recording).ifAsked.push([question, recording]);
    return resting;
  }

  /**
   * The pieces that get another answer, in their order, if projects differ in these files alone. With `renew`, those that
   * do not are kept for the later project.
   */
  affected(changed: readonly string[], before: Project, after: Project, renew = false): readonly T[] {
    const differing = new Set<Recording>();
    const turns = new Set<number>();
    const open: Recording[] = [];
    const add = (recording: Recording) => {
      if (differing.has(recording)) return;
      differing.add(recording);
      open.push(recording);
    };
    for (const path of changed) {
      for (const recording of this.#byFile.get(path) ?? []) add(recording);
      for (const [derive, searches] of this.#bySearch) {
        const old = before.factsIn(path, derive);
        const now = after.factsIn(path, derive);
        if (sameFacts(old, now)) continue;
        for (const [{ counts }, recording] of searches) {
          if (!differing.has(recording) && !sameFacts(old.filter(counts), now.filter(counts))) add(recording);
        }
      }
    }
    for (let recording = open.pop(); recording; recording = open.pop()) {
      const resting = this.#resting.get(recording);
      for (const turn of resting?.turns ?? []) turns.add(turn);
      for (const other of resting?.always ?? []) add(other);
      for (const [question, other] of resting?.ifAsked ?? []) {
        if (differing.has(other)) continue;
        const again = new Recording();
        if (question.differsIn(after.recordedBy(again))) add(other);
        else if (renew) question.recording = again;
      }
    }
    return [...turns].sort((a, b) => a - b).flatMap((turn) => this.#pieces[turn] ?? []);
  }
}

interface Resting {
  readonly turns: number[];
  readonly always: Recording[];
  readonly ifAsked: (readonly [Question, Recording])[];
}

function push<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

/** Whether both lists hold the very same. */
export function sameFacts(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a === b || (a.length === b.length && a.every((fact, i) => fact === b[i]));
}
