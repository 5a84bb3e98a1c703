// The files as the analysis sees them: an immutable set of path → text. Every question is recorded, so that a result
// can be reused as long as all recorded answers are the same. Never reads a file; hosts load what is asked for.
import type { Place } from '../text/span.ts';
import { fileOf } from './documents.ts';
import { DerivedFacts, type FileState, Files, type ProjectInput, type Scope } from './files.ts';
import { type Derive, Recording, type Search, sameFacts } from './recording.ts';

export type { FileState, ProjectInput, Scope } from './files.ts';

/**
 * An immutable set of files with the questions that model and rules may ask. A manifest file of several documents counts
 * as that many files; `inFile` leads back.
 */
export class Project {
  readonly #files: Files;
  readonly #recording: Recording | undefined;

  /** Facts derived from texts that `related`, an earlier state of the same files, had too are not derived again. */
  constructor(input: ProjectInput, related?: Project, recording?: Recording, files?: Files) {
    this.#files = files ?? new Files(input, related ? related.#files.derived : new DerivedFacts());
    this.#recording = recording;
  }

  /** What was handed over, with the texts that were replaced since. */
  get input(): ProjectInput {
    return this.#files.input;
  }

  /** What holds for all files; the same object for as long as only texts are replaced. */
  get scope(): Scope {
    return this.#files.given;
  }

  /** The same files, with every question written down in `recording`. */
  recordedBy(recording: Recording): Project {
    return new Project(this.#files.given, this, recording, this.#files);
  }

  /** The same project with some files' texts replaced. */
  withTexts(texts: ReadonlyMap<string, string>): Project {
    return new Project(this.#files.given, this, undefined, this.#files.with(texts));
  }

  /** What is known of a path. Outside the workspace everything is unreadable: it is nobody's business. */
  file(path: string): FileState {
    const state = this.#files.state(path);
    this.#recording?.addFile(path, state);
    return state;
  }

  /** The text of a file, if it is present. */
  text(path: string): string | undefined {
    const state = this.file(path);
    return state.kind === 'present' ? state.text : undefined;
  }

  /** What a file that somebody names is looked at as: the file, or its documents. */
  partsOf(path: string): readonly string[] {
    const documents = this.#files.documentsIn(path);
    return documents.length > 0 ? documents.map((one) => one.path) : [path];
  }

  /** Where something that stands in a document stands in its file. */
  inFile<P extends Place>(place: P): P {
    const document = this.#files.document(place.path);
    if (!document) return place;
    const { start } = document;
    return { ...place, path: fileOf(place.path), start: start + place.start, end: start + place.end };
  }

  /**
   * A fact derived from one file's text, computed once per text and shared by all analyses.
   * `derive` must depend on its arguments alone.
   */
  derived<T>(path: string, derive: (path: string, text: string) => T): T | undefined {
    const text = this.text(path);
    return text === undefined ? undefined : this.#files.derived.get(path, text, derive);
  }

  /** Those of the facts that `derive` finds in all loaded files that count here, in path order. */
  find<T>(derive: Derive<T>, counts: (fact: T) => boolean = () => true): readonly T[] {
    const paths: string[] = [];
    const found: T[] = [];
    for (const [path, facts] of this.#files.found(derive)) {
      const counting = facts.filter(counts);
      if (counting.length > 0) paths.push(path);
      found.push(...counting);
    }
    this.#recording?.addSearch({ derive, counts: counts as Search['counts'] }, paths);
    return found;
  }

  /** The facts that `derive` finds in one file, unrecorded. */
  factsIn<T>(path: string, derive: Derive<T>): readonly T[] {
    return this.#files.factsIn(path, derive);
  }

  /**
   * Work that several files rest on, done once for as long as its answers are the same; what it asked is recorded for
   * everyone who needs it.
   */
  once<T>(key: string, work: (project: Project) => T): T {
    const { done, below, changed } = this.#files;
    let entry = done.get(key);
    if (!entry) {
      const earlier = below?.done.get(key);
      const paths = [...changed.keys()].flatMap((path) => [path, fileOf(path)]);
      if (earlier && below && !earlier.recording.differs(paths, this.#over(below), this)) entry = earlier;
    }
    if (!entry) {
      const recording = new Recording();
      entry = { result: work(this.recordedBy(recording)), recording };
    }
    done.set(key, entry);
    this.#recording?.include(entry.recording);
    return entry.result as T;
  }

  /**
   * The facts that some work finds. Whoever asks has to ask anew only when the facts are others, however much of what
   * they rest on has changed.
   */
  ask<T>(work: (project: Project) => readonly T[]): readonly T[] {
    const recording = new Recording();
    const facts = work(this.recordedBy(recording));
    const differsIn = (other: Project) => !sameFacts(facts, work(other));
    this.#recording?.addQuestion({ recording, differsIn });
    return facts;
  }

  #over(files: Files): Project {
    return new Project(files.given, this, undefined, files);
  }

  /** Takes over what was done once for an earlier state, from which some files differ. */
  takeOver(before: Project, changed: readonly string[]): void {
    for (const [key, entry] of before.#files.done) {
      if (!entry.recording.differs(changed, before, this)) this.#files.done.set(key, entry);
    }
  }

  /** The files, whole ones and documents, that are not the same as in another project. */
  changedSince(before: Project): readonly string[] {
    const paths = new Set([...this.#all(), ...before.#all()]);
    return [...paths].filter((path) => !sameState(this.#files.state(path), before.#files.state(path)));
  }

  #all(): readonly string[] {
    return [...this.#files.given.files.keys(), ...this.paths()];
  }

  /** What is looked at: the loaded files, or their documents, in order. */
  paths(): readonly string[] {
    return this.#files.paths;
  }

  /** A path as a person would name it: relative to the workspace folder that holds it. */
  display(path: string): string {
    const file = fileOf(path);
    const root = this.#files.rootOf(file);
    return root === undefined ? file : file.slice(root.length).replace(/^\//, '');
  }
}

function sameState(a: FileState, b: FileState): boolean {
  return a === b || (a.kind === b.kind && (a.kind !== 'present' || a.text === (b as typeof a).text));
}
