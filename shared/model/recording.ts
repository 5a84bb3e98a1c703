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

/** The questions that one piece of work has asked. */
export class Recording {
  readonly files = new Set<string>();
  readonly searches = new Set<Search>();
  /** Other pieces of work that it rests on. */
  readonly shared = new Set<Recording>();
  /** The files that were asked for and are not loaded. */
  readonly wants = new Set<string>();
  /** The files in which searches have found something. */
  readonly #found = new Set<string>();

  addFile(path: string, state: FileState): void {
    this.files.add(path);
    if (state.kind === 'notLoaded') this.wants.add(path);
  }

  addSearch(search: Search, found: readonly string[]): void {
    this.searches.add(search);
    for (const path of found) this.#found.add(path);
  }

  /** Rests on another piece of work too, which others may share. */
  include(other: Recording): void {
    this.shared.add(other);
    for (const path of other.wants) this.wants.add(path);
  }

  /** Whether the answers came from any of these files. */
  restsOn(paths: readonly string[]): boolean {
    return (
      paths.some((path) => this.files.has(path) || this.#found.has(path)) ||
      [...this.shared].some((part) => part.restsOn(paths))
    );
  }

  /** Whether an answer differs between two projects that differ in these files alone. */
  differs(changed: readonly string[], before: Project, after: Project): boolean {
    return (
      changed.some(
        (path) => this.files.has(path) || [...this.searches].some((search) => findsOther(search, path, before, after)),
      ) || [...this.shared].some((part) => part.differs(changed, before, after))
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
  /** The pieces that rest on a recording, by their turn. */
  readonly #resting = new Map<Recording, number[]>();

  constructor(pieces: readonly T[]) {
    this.#pieces = pieces;
    for (const [turn, { recording }] of pieces.entries()) this.#add(recording, turn);
  }

  #add(recording: Recording, turn: number): void {
    const resting = this.#resting.get(recording);
    if (resting) {
      resting.push(turn);
    } else {
      this.#resting.set(recording, [turn]);
      for (const path of recording.files) push(this.#byFile, path, recording);
      for (const search of recording.searches) push(this.#bySearch, search.derive, [search, recording] as const);
    }
    for (const part of recording.shared) this.#add(part, turn);
  }

  /** The pieces that get another answer, in their order, if projects differ in these files alone. */
  affected(changed: readonly string[], before: Project, after: Project): readonly T[] {
    const differing = new Set(changed.flatMap((path) => this.#byFile.get(path) ?? []));
    for (const path of changed) {
      for (const [derive, searches] of this.#bySearch) {
        const old = before.factsIn(path, derive);
        const now = after.factsIn(path, derive);
        if (sameFacts(old, now)) continue;
        for (const [{ counts }, recording] of searches) {
          if (!differing.has(recording) && !sameFacts(old.filter(counts), now.filter(counts))) differing.add(recording);
        }
      }
    }
    const turns = new Set([...differing].flatMap((recording) => this.#resting.get(recording) ?? []));
    return [...turns].sort((a, b) => a - b).flatMap((turn) => this.#pieces[turn] ?? []);
  }
}

function push<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

function sameFacts(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a === b || (a.length === b.length && a.every((fact, i) => fact === b[i]));
}
