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

/** One recorded question with its answer; reused as long as asking again gives the same answer. */
interface Recorded {
  readonly ask: (project: Project) => unknown;
  readonly answer: unknown;
}

const NOT_LOADED: FileState = { kind: 'notLoaded' };
const OUTSIDE: FileState = { kind: 'unreadable', why: 'outside the workspace' };

/** The answers that one piece of work was given. */
export class Recording {
  readonly #answers = new Map<unknown, Recorded>();

  add(key: unknown, recorded: Recorded): void {
    this.#answers.set(key, recorded);
  }

  /** Whether the project still gives every answer that was recorded. */
  holds(project: Project): boolean {
    for (const { ask, answer } of this.#answers.values()) if (!sameAnswer(ask(project), answer)) return false;
    return true;
  }

  /** Whether any of these files was asked for. */
  readsAny(paths: ReadonlySet<string>): boolean {
    return [...paths].some((path) => this.#answers.has(`file ${path}`));
  }
}

/** An immutable set of files with the questions that model and rules may ask. */
export class Project {
  readonly input: ProjectInput;
  readonly #derived: DerivedFacts;
  readonly #recording: Recording | undefined;
  readonly #wants: Set<string>;

  constructor(input: ProjectInput, previous?: Project, recording?: Recording, wants?: Set<string>) {
    this.input = input;
    this.#derived = previous ? previous.#derived : new DerivedFacts();
    this.#recording = recording;
    this.#wants = wants ?? new Set();
  }

  /** The same files, with every question written down in `recording`. */
  recordedBy(recording: Recording): Project {
    return new Project(this.input, this, recording, this.#wants);
  }

  /** The same project with some files' texts replaced. */
  withTexts(texts: ReadonlyMap<string, string>): Project {
    const files = new Map(this.input.files);
    for (const [path, text] of texts) files.set(path, { kind: 'present', text });
    return new Project({ ...this.input, files }, this);
  }

  /** The paths that were asked for and are not loaded. */
  get wants(): ReadonlySet<string> {
    return this.#wants;
  }

  /** What is known of a path. Outside the workspace everything is unreadable: it is nobody's business. */
  file(path: string): FileState {
    const state = this.#state(path);
    this.#recording?.add(`file ${path}`, { ask: (project) => project.#state(path), answer: state });
    if (state.kind === 'notLoaded') this.#wants.add(path);
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

  /**
   * What `derive` finds in all loaded files, in path order. The recorded answer is the found facts, not the texts:
   * editing a file that adds nothing to the answer leaves it the same.
   */
  find<T>(derive: (path: string, text: string) => readonly T[]): readonly T[] {
    const found = this.#find(derive);
    this.#recording?.add(derive, { ask: (project) => project.#find(derive), answer: found });
    return found;
  }

  /** The loaded paths, sorted. */
  paths(): readonly string[] {
    return [...this.input.files.keys()].sort();
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

  #find<T>(derive: (path: string, text: string) => readonly T[]): readonly T[] {
    const found: T[] = [];
    for (const path of this.paths()) {
      const state = this.#state(path);
      if (state.kind === 'present') found.push(...this.#derived.get(path, state.text, derive));
    }
    return found;
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

function sameAnswer(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => item === b[i]);
  if (isState(a) && isState(b)) return a.kind === b.kind && (a.kind !== 'present' || a.text === (b as typeof a).text);
  return a === b;
}

function isState(value: unknown): value is FileState {
  return typeof value === 'object' && value !== null && 'kind' in value && !Array.isArray(value);
}
