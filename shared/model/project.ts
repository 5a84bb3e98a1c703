// The files as the analysis sees them: an immutable set of path → text. Every question is recorded, so that a result
// can be reused as long as all recorded answers are the same. Never reads a file; hosts load what is asked for.

/** What is known of a path. Only `absent` is a fact; `notLoaded` is a wish that the host may grant. */
export type FileState =
  | { readonly kind: 'present'; readonly text: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly why: string }
  | { readonly kind: 'notLoaded' };

/** What holds for all files. */
export interface Scope {
  /** The folders of the workspace; nothing outside of them is asked for. */
  readonly roots: readonly string[];
  /** Settings of the editor: what `.softstop.yaml` does not say. */
  readonly defaults?: unknown;
  /** Settings of the command line: they win over everything. */
  readonly overrides?: unknown;
}

/** What a host hands over. Paths are absolute, with `/` between names. */
export interface ProjectInput extends Scope {
  readonly files: ReadonlyMap<string, FileState>;
}

const NOT_LOADED: FileState = { kind: 'notLoaded' };
const OUTSIDE: FileState = { kind: 'unreadable', why: 'outside the workspace' };

/** Finds facts in a file's text; must depend on its arguments alone. */
export type Derive<T> = (path: string, text: string) => readonly T[];

/** A recorded search: what was looked for, and which of it counted. */
interface Search {
  readonly derive: Derive<unknown>;
  readonly counts: (fact: unknown) => boolean;
}

/** The questions that one piece of work has asked. */
export class Recording {
  readonly #files = new Set<string>();
  readonly #searches = new Set<Search>();
  /** The files in which searches have found something. */
  readonly #found = new Set<string>();
  /** Other pieces of work that it rests on. */
  readonly #shared = new Set<Recording>();
  /** Whether answers differ, by the later project and the earlier one. */
  readonly #compared = new WeakMap<Project, WeakMap<Project, boolean>>();
  /** The files that were asked for and are not loaded. */
  readonly wants = new Set<string>();

  addFile(path: string, state: FileState): void {
    this.#files.add(path);
    if (state.kind === 'notLoaded') this.wants.add(path);
  }

  addSearch(search: Search, found: readonly string[]): void {
    this.#searches.add(search);
    for (const path of found) this.#found.add(path);
  }

  /** Rests on another piece of work too, which others may share. */
  include(other: Recording): void {
    this.#shared.add(other);
    for (const path of other.wants) this.wants.add(path);
  }

  /** Whether the answers came from any of these files. */
  restsOn(paths: readonly string[]): boolean {
    return (
      paths.some((path) => this.#files.has(path) || this.#found.has(path)) ||
      [...this.#shared].some((part) => part.restsOn(paths))
    );
  }

  /** Whether an answer differs between two projects that differ in these files alone. */
  differs(changed: readonly string[], before: Project, after: Project): boolean {
    return (
      changed.some((path) => this.#differsIn(path, before, after)) ||
      [...this.#shared].some((part) => part.#differsForAll(changed, before, after))
    );
  }

  /** The same of work that is shared: asked by all who share it. */
  #differsForAll(changed: readonly string[], before: Project, after: Project): boolean {
    const known = this.#compared.get(after)?.get(before);
    if (known !== undefined) return known;
    const differs = this.differs(changed, before, after);
    this.#compared.set(after, new WeakMap([[before, differs]]));
    return differs;
  }

  #differsIn(path: string, before: Project, after: Project): boolean {
    return (
      this.#files.has(path) ||
      [...this.#searches].some(({ derive, counts }) => {
        const old = before.factsIn(path, derive);
        const now = after.factsIn(path, derive);
        return old !== now && !sameFacts(old.filter(counts), now.filter(counts));
      })
    );
  }
}

/** An immutable set of files with the questions that model and rules may ask. */
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
    const changed = new Map([...texts].map(([path, text]): [string, FileState] => [path, { kind: 'present', text }]));
    return new Project(this.#files.given, this, undefined, this.#files.with(changed));
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

  /** Work that several files rest on, done once for these files; what it asked is recorded for everyone who needs it. */
  once<T>(key: string, work: (project: Project) => T): T {
    let entry = this.#files.done.get(key);
    if (!entry) {
      const recording = new Recording();
      entry = { result: work(this.recordedBy(recording)), recording };
      this.#files.done.set(key, entry);
    }
    this.#recording?.include(entry.recording);
    return entry.result as T;
  }

  /** The files that are not the same as in another project. */
  changedSince(before: Project): readonly string[] {
    const paths = new Set([...this.paths(), ...before.paths()]);
    return [...paths].filter((path) => !sameState(this.#files.state(path), before.#files.state(path)));
  }

  /** The loaded paths, sorted. */
  paths(): readonly string[] {
    return this.#files.paths;
  }

  /** A path as a person would name it: relative to the workspace folder that holds it. */
  display(path: string): string {
    const root = this.#files.rootOf(path);
    return root === undefined ? path : path.slice(root.length).replace(/^\//, '');
  }
}

/** The files of a project, and what is found in all of them; some may be changed over others. */
class Files {
  readonly derived: DerivedFacts;
  /** What was done once for these files. */
  readonly done = new Map<string, Done>();
  /** What was handed over at first. */
  readonly given: ProjectInput;
  readonly #below: Files | undefined;
  readonly #changed: ReadonlyMap<string, FileState>;
  readonly #found = new Map<Derive<unknown>, ReadonlyMap<string, readonly unknown[]>>();
  #paths: readonly string[] | undefined;

  constructor(
    input: ProjectInput,
    derived: DerivedFacts,
    below?: Files,
    changed: ReadonlyMap<string, FileState> = new Map(),
  ) {
    this.given = input;
    this.derived = derived;
    this.#below = below;
    this.#changed = changed;
  }

  with(changed: ReadonlyMap<string, FileState>): Files {
    return new Files(this.given, this.derived, this, changed);
  }

  /** What was handed over, with the changes over it. */
  get input(): ProjectInput {
    if (!this.#below) return this.given;
    return { ...this.given, files: new Map([...this.#below.input.files, ...this.#changed]) };
  }

  get paths(): readonly string[] {
    this.#paths ??= this.#below?.paths ?? [...this.given.files.keys()].sort();
    return this.#paths;
  }

  state(path: string): FileState {
    const own = this.#changed.get(path) ?? (this.#below ? this.#below.state(path) : this.given.files.get(path));
    return own ?? (this.rootOf(path) === undefined ? OUTSIDE : NOT_LOADED);
  }

  factsIn<T>(path: string, derive: Derive<T>): readonly T[] {
    const state = this.state(path);
    return state.kind === 'present' ? this.derived.get(path, state.text, derive) : NO_FACTS;
  }

  /** The files in which something is found, in path order. */
  found<T>(derive: Derive<T>): ReadonlyMap<string, readonly T[]> {
    const known = this.#found.get(derive);
    if (known) return known as ReadonlyMap<string, readonly T[]>;
    const found = this.#below ? this.#foundOver(this.#below.found(derive), derive) : this.#foundIn(this.paths, derive);
    this.#found.set(derive, found);
    return found;
  }

  #foundIn<T>(paths: readonly string[], derive: Derive<T>): ReadonlyMap<string, readonly T[]> {
    return new Map(
      paths.map((path) => [path, this.factsIn(path, derive)] as const).filter(([, facts]) => facts.length > 0),
    );
  }

  /** What is found below, with the changed files looked at anew. */
  #foundOver<T>(below: ReadonlyMap<string, readonly T[]>, derive: Derive<T>): ReadonlyMap<string, readonly T[]> {
    const own = [...this.#changed.keys()].map((path) => [path, this.factsIn(path, derive)] as const);
    if (
      own.every(([path, facts]) => (below.get(path) ?? NO_FACTS) === facts || (facts.length === 0 && !below.has(path)))
    )
      return below;
    return this.#foundIn([...new Set([...below.keys(), ...this.#changed.keys()])].sort(), derive);
  }

  rootOf(path: string): string | undefined {
    return this.given.roots.find((root) => path.startsWith(root.endsWith('/') ? root : `${root}/`));
  }
}

const NO_FACTS: readonly never[] = [];

/** Work that was done once, with what it asked. */
interface Done {
  readonly result: unknown;
  readonly recording: Recording;
}

/** How many texts of one file keep their facts: the current one, and a few that fixes were tried on. */
const TEXTS_KEPT = 4;

/** Facts by file and text, most recent texts first. */
class DerivedFacts {
  readonly #byPath = new Map<string, { text: string; facts: Map<unknown, unknown> }[]>();

  get<T>(path: string, text: string, derive: (path: string, text: string) => T): T {
    const entries = this.#byPath.get(path) ?? [];
    const [latest] = entries;
    if (latest?.text === text && latest.facts.has(derive)) return latest.facts.get(derive) as T;
    const entry = entries.find((one) => one.text === text) ?? { text, facts: new Map<unknown, unknown>() };
    this.#byPath.set(path, [entry, ...entries.filter((one) => one !== entry)].slice(0, TEXTS_KEPT));
    if (!entry.facts.has(derive)) entry.facts.set(derive, derive(path, text));
    return entry.facts.get(derive) as T;
  }
}

function sameFacts(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((fact, i) => fact === b[i]);
}

function sameState(a: FileState, b: FileState): boolean {
  return a === b || (a.kind === b.kind && (a.kind !== 'present' || a.text === (b as typeof a).text));
}
