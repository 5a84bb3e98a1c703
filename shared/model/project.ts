// The files as the analysis sees them: an immutable set of path → text. Every question is recorded, so that a result
// can be reused as long as all recorded answers are the same. Never reads a file; hosts load what is asked for.

/** What is known of a path. Only `absent` is a fact; `notLoaded` is a wish that the host may grant. */
export type FileState =
  | { readonly kind: 'present'; readonly text: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly why: string }
  | { readonly kind: 'notLoaded' };

/** What a host hands over. Paths are absolute, with `/` between names. */
export interface ProjectInput {
  /** The folders of the workspace; nothing outside of them is asked for. */
  readonly roots: readonly string[];
  readonly files: ReadonlyMap<string, FileState>;
  /** Settings of the editor: what `.softstop.yaml` does not say. */
  readonly defaults?: unknown;
  /** Settings of the command line: they win over everything. */
  readonly overrides?: unknown;
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
  readonly #searches: Search[] = [];
  /** The files in which searches have found something. */
  readonly #found = new Set<string>();
  /** The files that were asked for and are not loaded. */
  readonly wants = new Set<string>();

  addFile(path: string, state: FileState): void {
    this.#files.add(path);
    if (state.kind === 'notLoaded') this.wants.add(path);
  }

  addSearch(search: Search, found: readonly string[]): void {
    this.#searches.push(search);
    for (const path of found) this.#found.add(path);
  }

  /** Whether the answers came from any of these files. */
  restsOn(paths: readonly string[]): boolean {
    return paths.some((path) => this.#files.has(path) || this.#found.has(path));
  }

  /** Whether an answer differs between two projects that differ in these files alone. */
  differs(changed: readonly string[], before: Project, after: Project): boolean {
    return changed.some(
      (path) =>
        this.#files.has(path) ||
        this.#searches.some(({ derive, counts }) => {
          const old = before.factsIn(path, derive).filter(counts);
          const now = after.factsIn(path, derive).filter(counts);
          return old.length !== now.length || old.some((fact, i) => fact !== now[i]);
        }),
    );
  }
}

/** An immutable set of files with the questions that model and rules may ask. */
export class Project {
  readonly input: ProjectInput;
  readonly #derived: DerivedFacts;
  readonly #recording: Recording | undefined;
  #paths: readonly string[] | undefined;

  /** Facts derived from texts that `related`, an earlier state of the same files, had too are not derived again. */
  constructor(input: ProjectInput, related?: Project, recording?: Recording) {
    this.input = input;
    this.#derived = related ? related.#derived : new DerivedFacts();
    this.#recording = recording;
  }

  /** The same files, with every question written down in `recording`. */
  recordedBy(recording: Recording): Project {
    return new Project(this.input, this, recording);
  }

  /** The same project with some files' texts replaced. */
  withTexts(texts: ReadonlyMap<string, string>): Project {
    const files = new Map(this.input.files);
    for (const [path, text] of texts) files.set(path, { kind: 'present', text });
    return new Project({ ...this.input, files }, this);
  }

  /** What is known of a path. Outside the workspace everything is unreadable: it is nobody's business. */
  file(path: string): FileState {
    const state = this.#state(path);
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
    return text === undefined ? undefined : this.#derived.get(path, text, derive);
  }

  /** Those of the facts that `derive` finds in all loaded files that count here, in path order. */
  find<T>(derive: Derive<T>, counts: (fact: T) => boolean = () => true): readonly T[] {
    const found = this.paths().map((path) => ({ path, facts: this.factsIn(path, derive).filter(counts) }));
    const paths = found.filter(({ facts }) => facts.length > 0).map(({ path }) => path);
    this.#recording?.addSearch({ derive, counts: counts as Search['counts'] }, paths);
    return found.flatMap(({ facts }) => facts);
  }

  /** The facts that `derive` finds in one file, unrecorded. */
  factsIn<T>(path: string, derive: Derive<T>): readonly T[] {
    const state = this.#state(path);
    return state.kind === 'present' ? this.#derived.get(path, state.text, derive) : [];
  }

  /** The files that are not the same as in another project. */
  changedSince(before: Project): readonly string[] {
    const paths = new Set([...this.input.files.keys(), ...before.input.files.keys()]);
    return [...paths].filter((path) => !sameState(this.#state(path), before.#state(path)));
  }

  /** The loaded paths, sorted. */
  paths(): readonly string[] {
    this.#paths ??= [...this.input.files.keys()].sort();
    return this.#paths;
  }

  /** A path as a person would name it: relative to the workspace folder that holds it. */
  display(path: string): string {
    const root = this.#rootOf(path);
    return root === undefined ? path : path.slice(root.length).replace(/^\//, '');
  }

  #rootOf(path: string): string | undefined {
    return this.input.roots.find((root) => path.startsWith(root.endsWith('/') ? root : `${root}/`));
  }

  #state(path: string): FileState {
    return this.input.files.get(path) ?? (this.#rootOf(path) === undefined ? OUTSIDE : NOT_LOADED);
  }
}

/** How many texts of one file keep their facts: the current one, and a few that fixes were tried on. */
const TEXTS_KEPT = 4;

/** Facts by file and text, most recent texts first. */
class DerivedFacts {
  readonly #byPath = new Map<string, { text: string; facts: Map<unknown, unknown> }[]>();

  get<T>(path: string, text: string, derive: (path: string, text: string) => T): T {
    const entries = this.#byPath.get(path) ?? [];
    const entry = entries.find((one) => one.text === text) ?? { text, facts: new Map<unknown, unknown>() };
    this.#byPath.set(path, [entry, ...entries.filter((one) => one !== entry)].slice(0, TEXTS_KEPT));
    if (!entry.facts.has(derive)) entry.facts.set(derive, derive(path, text));
    return entry.facts.get(derive) as T;
  }
}

function sameState(a: FileState, b: FileState): boolean {
  return a === b || (a.kind === b.kind && (a.kind !== 'present' || a.text === (b as typeof a).text));
}
