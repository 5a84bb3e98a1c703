// The workspace as the server sees it: its folders, the files in them, the documents that are open, the settings; and the
// analysis of all that, made anew when somebody asks and something has changed. Knows no feature and no connection.
import { type Analysis, type FileState, isCandidate, type ProjectInput } from '../shared/index.ts';
import { analyzeWhole } from './analysis.ts';
import type { Uris } from './uris.ts';

/** How the server gets at files; paths are the project's. */
export interface FileAccess {
  /**
   * The candidates at a path (a file's own, or all below a folder), as far as a walk of `root`, the folder of the
   * workspace that holds it, would come by them. `notes` tells people what was left out.
   */
  find(path: string, root: string): Promise<{ readonly paths: readonly string[]; readonly notes: readonly string[] }>;
  read(path: string): Promise<FileState>;
}

/** What happened to a file or a folder on disk. */
export interface FileChange {
  readonly path: string;
  readonly kind: 'created' | 'changed' | 'deleted';
}

/** A document that is open in the client; its text wins over the file's. */
export interface OpenDocument {
  readonly uri: string;
  readonly version: number;
  readonly text: string;
}

/** Who is told what. */
export interface Observer {
  /** Files are about to be read; what is returned is told how many of them have been. */
  reading(files: number): Progress;
  analysed(analysis: Analysis): void;
  /** An analysis that nobody had asked for could not be made. */
  failed(error: unknown): void;
  note(text: string): void;
}

/** Follows the reading of many files. */
export interface Progress {
  report(read: number): void;
  done(): void;
}

/** Larger texts are data, in an editor as on disk. */
const MAX_LENGTH = 2 * 1024 * 1024;
/** A NUL among the first characters tells a binary file. */
const BINARY_PROBE = 8 * 1024;
/** Files that are asked for at once. */
const READ_AT_ONCE = 64;
/** Milliseconds that changes are gathered before an analysis that nobody has asked for. */
const GATHER = 100;
/** Milliseconds that a client has to tell its settings. */
const PATIENCE = 3000;

/** Holds the files as the editor sees them, and analyses them when somebody asks. */
export class Workspace {
  readonly uris: Uris;
  readonly #files: FileAccess;
  readonly #observer: Observer;
  #folders: readonly string[] = [];
  readonly #onDisk = new Map<string, FileState>();
  readonly #open = new Map<string, OpenDocument>();
  /** Open documents whose file was deleted: what is shown of them is no file until somebody edits or saves it. */
  readonly #orphans = new Set<string>();
  /** Paths that may hold candidates which are not known yet. */
  #toFind = new Set<string>();
  #toRead = new Set<string>();
  #settings: unknown;
  #settingsAsked: Promise<unknown> | undefined;
  #settingsArrive: Promise<void> = Promise.resolve();
  #stale = true;
  #analysis: Analysis | undefined;
  #running: Promise<Analysis> | undefined;
  #gathering: ReturnType<typeof setTimeout> | undefined;
  #disposed = false;

  constructor(uris: Uris, files: FileAccess, observer: Observer) {
    this.uris = uris;
    this.#files = files;
    this.#observer = observer;
  }

  /** The analysis of all that is known now; what has to be read for it is read first. */
  analysis(): Promise<Analysis> {
    this.#running ??= this.#catchUp().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** The document that is open for a path. */
  document(path: string): OpenDocument | undefined {
    return this.#open.get(path);
  }

  /** All documents that are open. */
  documents(): readonly OpenDocument[] {
    return [...this.#open.values()];
  }

  /** What is on disk at a path, whether it is known yet or not. */
  read(path: string): Promise<FileState> {
    return this.#files.read(path);
  }

  /** Whether a fix may change a file: it lies in the workspace, or somebody has it open. */
  mayChange(path: string): boolean {
    return this.#folderOf(path) !== undefined || this.#open.has(path);
  }

  /** Takes in a document that was opened or edited. */
  setDocument(path: string, document: OpenDocument): void {
    const before = this.#open.get(path)?.text ?? textOf(this.#onDisk.get(path));
    this.#open.set(path, document);
    this.#orphans.delete(path);
    if (before !== document.text) this.#changed();
  }

  /** From now on, what is on disk counts again. */
  closeDocument(path: string): void {
    this.#open.delete(path);
    this.#orphans.delete(path);
    this.#look(path);
    this.#changed();
  }

  /** Takes in which folders are open now. */
  setFolders(folders: readonly string[]): void {
    for (const folder of folders) if (!this.#folders.includes(folder)) this.#toFind.add(folder);
    this.#folders = folders;
    for (const path of this.#onDisk.keys()) if (this.#folderOf(path) === undefined) this.#onDisk.delete(path);
    this.#changed();
  }

  /** Takes in the editor's settings as they arrive. An analysis waits for them, though not for ever. */
  setSettings(settings: Promise<unknown>): void {
    this.#settingsAsked = settings;
    const arrive = settings.then((value) => {
      if (this.#settingsAsked !== settings) return;
      this.#settings = value;
      this.#changed();
    });
    this.#settingsArrive = new Promise((resolve) => {
      const late = setTimeout(resolve, PATIENCE);
      void arrive.then(() => {
        clearTimeout(late);
        resolve();
      });
    });
  }

  /** Takes in what happened on disk. What happens to a folder happens to everything below it. */
  filesChanged(changes: readonly FileChange[]): void {
    for (const { path, kind } of changes) {
      const folder = this.#folderOf(path);
      if (folder === undefined) continue;
      if (path.endsWith('/.gitignore')) this.#startOver(folder);
      else if (kind === 'deleted') this.#forget(path);
      else if (kind === 'created' || this.#onDisk.has(path) || isCandidate(path)) this.#look(path);
    }
  }

  /** Stops working: nobody listens any more. */
  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#gathering);
  }

  /** Which files are looked at may have changed. */
  #startOver(folder: string): void {
    for (const path of this.#onDisk.keys()) if (isWithin(path, folder)) this.#onDisk.delete(path);
    this.#toFind.add(folder);
    this.#changed();
  }

  #forget(path: string): void {
    for (const known of this.#onDisk.keys()) if (isWithin(known, path)) this.#setState(known, { kind: 'absent' });
    for (const open of this.#open.keys()) {
      if (!isWithin(open, path)) continue;
      this.#orphans.add(open);
      this.#changed();
    }
  }

  /** Reads what is known at or below a path again, and finds what is not known yet. */
  #look(path: string): void {
    if (!this.#onDisk.has(path)) this.#toFind.add(path);
    for (const known of this.#onDisk.keys()) if (isWithin(known, path)) this.#toRead.add(known);
    for (const orphan of this.#orphans) {
      if (!isWithin(orphan, path)) continue;
      this.#orphans.delete(orphan);
      this.#changed();
    }
    this.#schedule();
  }

  #setState(path: string, state: FileState): void {
    if (sameState(this.#onDisk.get(path), state)) return;
    this.#onDisk.set(path, state);
    this.#changed();
  }

  #changed(): void {
    this.#stale = true;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#disposed) return;
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      this.analysis().catch((error: unknown) => this.#observer.failed(error));
    }, GATHER);
  }

  async #catchUp(): Promise<Analysis> {
    // What the client has sent along with the question is taken in first.
    await new Promise((resolve) => setTimeout(resolve));
    for (;;) {
      await this.#settingsArrive;
      await this.#load();
      if (this.#toFind.size + this.#toRead.size > 0) continue;
      if (!this.#stale && this.#analysis) return this.#analysis;
      this.#stale = false;
      try {
        this.#analysis = await this.#analyse();
      } catch (error) {
        this.#stale = true;
        throw error;
      }
    }
  }

  async #analyse(): Promise<Analysis> {
    const analysis = await analyzeWhole(this.#input(), (path) => this.#files.read(path), this.#analysis);
    for (const [path, state] of analysis.project.input.files) {
      const loaded = !this.#open.has(path) && !this.#onDisk.has(path) && this.#folderOf(path) !== undefined;
      if (loaded) this.#onDisk.set(path, state);
    }
    this.#observer.analysed(analysis);
    return analysis;
  }

  #input(): ProjectInput {
    const files = new Map(this.#onDisk);
    for (const [path, { text }] of this.#open) if (!this.#orphans.has(path)) files.set(path, stateOf(text));
    return { roots: this.#folders, files, defaults: this.#settings };
  }

  /** Finds and reads what changed on disk since the last time. */
  async #load(): Promise<void> {
    const toFind = this.#toFind;
    this.#toFind = new Set();
    for (const path of toFind) {
      const root = this.#folderOf(path);
      if (root === undefined) continue;
      const { paths, notes } = await this.#files.find(path, root);
      for (const found of paths) this.#toRead.add(found);
      for (const note of notes) this.#observer.note(note);
    }
    const toRead = [...this.#toRead];
    this.#toRead = new Set();
    if (toRead.length > 0) await this.#read(toRead);
  }

  async #read(paths: readonly string[]): Promise<void> {
    const progress = this.#observer.reading(paths.length);
    try {
      for (let at = 0; at < paths.length; at += READ_AT_ONCE) {
        const some = paths.slice(at, at + READ_AT_ONCE);
        const states = await Promise.all(some.map((path) => this.#files.read(path)));
        for (const [i, path] of some.entries()) {
          if (this.#folderOf(path) !== undefined) this.#setState(path, states[i] ?? { kind: 'absent' });
        }
        progress.report(at + some.length);
      }
    } finally {
      progress.done();
    }
  }

  /** The folder of the workspace that holds a path. */
  #folderOf(path: string): string | undefined {
    return this.#folders.find((folder) => isWithin(path, folder));
  }
}

/** Whether a path is the folder itself or lies below it. */
function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

function sameState(a: FileState | undefined, b: FileState): boolean {
  return a?.kind === b.kind && textOf(a) === textOf(b) && whyOf(a) === whyOf(b);
}

function textOf(state: FileState | undefined): string | undefined {
  return state?.kind === 'present' ? state.text : undefined;
}

function whyOf(state: FileState): string | undefined {
  return state.kind === 'unreadable' ? state.why : undefined;
}

/** A document's text, unless it is nothing that a person wrote. */
function stateOf(text: string): FileState {
  if (text.length > MAX_LENGTH) return { kind: 'unreadable', why: 'larger than 2 MB' };
  return text.slice(0, BINARY_PROBE).includes('\0') ? { kind: 'unreadable', why: 'binary' } : { kind: 'present', text };
}
