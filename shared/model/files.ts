// The texts behind a project: what was handed over, changes laid over it, and what was derived from them. Records nothing.
import { type DocumentFile, documentsOf, fileOf } from './documents.ts';
import type { Derive, Recording } from './recording.ts';

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
const NO_FACTS: readonly never[] = [];

/** Work that was done once, with what it asked. */
export interface Done {
  readonly result: unknown;
  readonly recording: Recording;
}

/** The files of a project, and what is found in all of them; the texts of some may be changed over others. */
export class Files {
  readonly derived: DerivedFacts;
  /** What was done once for these files. */
  readonly done = new Map<string, Done>();
  /** What was handed over at first. */
  readonly given: ProjectInput;
  readonly below: Files | undefined;
  /** The files, and the documents, whose texts are not those below. */
  readonly changed: ReadonlyMap<string, FileState>;
  readonly #found = new Map<Derive<unknown>, ReadonlyMap<string, readonly unknown[]>>();
  readonly #documents = new Map<string, DocumentFile>();
  readonly #paths: readonly string[];

  constructor(input: ProjectInput, derived: DerivedFacts, below?: Files, changed?: ReadonlyMap<string, FileState>) {
    this.given = input;
    this.derived = derived;
    this.below = below;
    this.changed = changed ?? new Map();
    this.#paths = below ? below.paths : [...input.files.keys()].sort().flatMap((path) => this.#pathsIn(path));
  }

  #pathsIn(path: string): readonly string[] {
    const documents = this.documentsIn(path);
    for (const one of documents) this.#documents.set(one.path, one);
    return documents.length > 0 ? documents.map((one) => one.path) : [path];
  }

  /** The documents that a file is looked at as; none where it is looked at as a whole. */
  documentsIn(path: string): readonly DocumentFile[] {
    if (this.below) return this.below.documentsIn(path);
    const state = this.given.files.get(path);
    return state?.kind === 'present' ? this.derived.get(path, state.text, documentsOf) : NO_FACTS;
  }

  document(path: string): DocumentFile | undefined {
    return this.below ? this.below.document(path) : this.#documents.get(path);
  }

  /** The same files with some texts replaced, of whole files or of documents. */
  with(texts: ReadonlyMap<string, string>): Files {
    const changed = new Map([...texts].map(([path, text]): [string, FileState] => [path, { kind: 'present', text }]));
    const isSplit = ([path, text]: readonly [string, string]) =>
      this.documentsIn(path).length > 0 || documentsOf(path, text).length > 0;
    if (![...texts].some(isSplit)) return new Files(this.given, this.derived, this, changed);
    return new Files({ ...this.input, files: new Map([...this.input.files, ...changed]) }, this.derived);
  }

  /** What was handed over, with the changes over it. */
  get input(): ProjectInput {
    if (!this.below) return this.given;
    const files = [...this.changed.keys()].map((path): [string, FileState] => [fileOf(path), this.state(fileOf(path))]);
    return { ...this.given, files: new Map([...this.below.input.files, ...files]) };
  }

  /** What is looked at: loaded files, or their documents, in order. */
  get paths(): readonly string[] {
    return this.#paths;
  }

  state(path: string): FileState {
    return this.changed.get(path) ?? this.#joined(path) ?? (this.below ? this.below.state(path) : this.#ownState(path));
  }

  #ownState(path: string): FileState {
    const document = this.#documents.get(path);
    if (document) return { kind: 'present', text: document.text };
    return this.given.files.get(path) ?? (this.rootOf(path) === undefined ? OUTSIDE : NOT_LOADED);
  }

  /** A whole file of which a document was changed. */
  #joined(path: string): FileState | undefined {
    if (![...this.changed.keys()].some((one) => one !== path && fileOf(one) === path)) return undefined;
    const texts = this.documentsIn(path).map((one) => {
      const state = this.state(one.path);
      return state.kind === 'present' ? state.text : '';
    });
    return { kind: 'present', text: texts.join('') };
  }

  /** What `derive` finds in a file or a document; what a file of several documents holds is found in those. */
  factsIn<T>(path: string, derive: Derive<T>): readonly T[] {
    if (this.documentsIn(path).length > 0) return NO_FACTS;
    const state = this.state(path);
    return state.kind === 'present' ? this.derived.get(path, state.text, derive) : NO_FACTS;
  }

  /** The files in which something is found, in path order. */
  found<T>(derive: Derive<T>): ReadonlyMap<string, readonly T[]> {
    const known = this.#found.get(derive);
    if (known) return known as ReadonlyMap<string, readonly T[]>;
    const found = this.below ? this.#foundOver(this.below.found(derive), derive) : this.#foundIn(this.paths, derive);
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
    const own = [...this.changed.keys()].map((path) => [path, this.factsIn(path, derive)] as const);
    if (
      own.every(([path, facts]) => (below.get(path) ?? NO_FACTS) === facts || (facts.length === 0 && !below.has(path)))
    )
      return below;
    const found = new Map(below);
    for (const [path, facts] of own) {
      if (facts.length > 0) found.set(path, facts);
      else found.delete(path);
    }
    const isInOrder = own.every(([path]) => below.has(path));
    return isInOrder ? found : new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  rootOf(path: string): string | undefined {
    return this.given.roots.find((root) => path.startsWith(root.endsWith('/') ? root : `${root}/`));
  }
}

/** How many texts of one file keep their facts: the current one, and a few that fixes were tried on. */
const TEXTS_KEPT = 4;

/** Facts by file and text, most recent texts first. */
export class DerivedFacts {
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
