// An editor for the tests of the language server: starts the program that is shipped and talks to it, over standard input
// and output unless a test is about another way, as a client of full abilities or of none. Waits for what the server says, never for a time.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { TestContext } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  type ClientCapabilities,
  type CodeAction,
  type CodeActionContext,
  createProtocolConnection,
  type Diagnostic,
  type DocumentDiagnosticReport,
  type InitializeParams,
  type InitializeResult,
  type LogMessageParams,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  type Range,
  type Registration,
  type RegistrationParams,
  type ShowMessageParams,
  StreamMessageReader,
  StreamMessageWriter,
  type TextEdit,
  type WorkDoneProgressBegin,
  type WorkDoneProgressEnd,
  type WorkspaceDiagnosticReport,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';

/** The command line as it is shipped. */
export const CLI = path.resolve('dist/cli.js');

/** Everything that the server can make use of. */
export const EVERYTHING: ClientCapabilities = {
  textDocument: {
    publishDiagnostics: { relatedInformation: true, codeDescriptionSupport: true, dataSupport: true },
    diagnostic: { relatedDocumentSupport: false },
    codeAction: {
      codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'source'] } },
      isPreferredSupport: true,
      dataSupport: true,
    },
    hover: { contentFormat: ['markdown', 'plaintext'] },
    completion: {
      completionItem: { documentationFormat: ['markdown', 'plaintext'], insertTextModeSupport: { valueSet: [1, 2] } },
    },
  },
  workspace: {
    configuration: true,
    workspaceFolders: true,
    diagnostics: { refreshSupport: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
    didChangeConfiguration: { dynamicRegistration: true },
    workspaceEdit: { documentChanges: true, changeAnnotationSupport: {}, snippetEditSupport: true },
  },
  window: { workDoneProgress: true },
  experimental: { softstop: { status: true } },
};

/** The token of a request whose partial results are kept. */
export const PARTS = 'parts';

/** What the client is and has. */
export interface Setup {
  readonly capabilities?: ClientCapabilities;
  /** The folders that are open; the test's own by default. */
  readonly folders?: readonly string[];
  /** What it answers when it is asked for its settings. */
  readonly settings?: unknown;
  readonly initializationOptions?: unknown;
  /** The way to the server. */
  readonly transport?: 'stdio' | 'pipe' | 'socket';
}

/** The server's program, and the two ends of the way to it. */
interface Served {
  readonly program: ChildProcess;
  readonly input: Readable;
  readonly output: Writable;
}

/** A folder of files that goes with the test. */
export function folderOf(t: TestContext, files: { readonly [name: string]: string | Uint8Array } = {}): string {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'softstop-')));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) write(folder, name, text);
  return folder;
}

/** A copy of an example. */
export function exampleOf(t: TestContext, name: string): string {
  const folder = folderOf(t);
  cpSync(path.join('examples', name), folder, { recursive: true });
  return folder;
}

export function write(folder: string, name: string, text: string | Uint8Array): void {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

export function uriOf(folder: string, name = ''): string {
  return pathToFileURL(path.join(folder, name)).href;
}

interface Status {
  readonly state: string;
  readonly message: string;
}

type Kind = 'created' | 'changed' | 'deleted';

/** A client with its server. */
export class LanguageClient {
  readonly connection: ProtocolConnection;
  readonly #server: ChildProcess;
  readonly #toServer: Writable;
  readonly #folder: string;
  settings: unknown;
  initialized: InitializeResult = { capabilities: {} };
  /** What the server has published, by URI. */
  readonly published = new Map<string, Diagnostic[]>();
  /** The messages that it has shown, and those in its log. */
  readonly shown: string[] = [];
  readonly log: string[] = [];
  readonly status: Status[] = [];
  readonly registered: Registration[] = [];
  readonly progress: (WorkDoneProgressBegin | WorkDoneProgressEnd)[] = [];
  /** The partial results of a request with the token PARTS. */
  readonly parts: WorkspaceDiagnosticReport[] = [];
  refreshes = 0;
  #versions = new Map<string, number>();
  #waiting: (() => void)[] = [];
  #ended = false;

  constructor(folder: string, settings: unknown, { program, input, output }: Served) {
    this.#folder = folder;
    this.settings = settings;
    this.#server = program;
    this.#toServer = output;
    this.connection = createProtocolConnection(new StreamMessageReader(input), new StreamMessageWriter(output));
    const { connection } = this;
    const look = () => {
      for (const waiting of this.#waiting.splice(0)) waiting();
    };
    const hear = <P>(method: string, take: (params: P) => void) =>
      connection.onNotification(method, (params: P) => {
        take(params);
        look();
      });
    const grant = <P>(method: string, take: (params: P) => void) =>
      connection.onRequest(method, (params: P) => {
        take(params);
        look();
        return null;
      });
    hear<PublishDiagnosticsParams>('textDocument/publishDiagnostics', ({ uri, diagnostics }) => {
      this.published.set(uri, diagnostics);
    });
    hear<ShowMessageParams>('window/showMessage', ({ message }) => this.shown.push(message));
    hear<LogMessageParams>('window/logMessage', ({ message }) => this.log.push(message));
    hear<Status>('softstop/status', (status) => this.status.push(status));
    hear<{ token: string; value: never }>('$/progress', ({ token, value }) => {
      if (token === PARTS) this.parts.push(value);
      else this.progress.push(value);
    });
    grant('workspace/diagnostic/refresh', () => this.refreshes++);
    grant<RegistrationParams>('client/registerCapability', ({ registrations }) =>
      this.registered.push(...registrations),
    );
    grant('window/workDoneProgress/create', () => {});
    connection.onRequest('workspace/configuration', () => [this.settings ?? null]);
    connection.onUnhandledNotification(({ method }) => assert.fail(`the server sent ${method}`));
    connection.listen();
    // Whoever still waits for an answer gets an error instead of none.
    this.#server.once('close', () => {
      this.#ended = true;
      connection.dispose();
      look();
    });
  }

  /** Begins the talk. */
  async initialize({ capabilities = EVERYTHING, folders, initializationOptions }: Setup): Promise<void> {
    const params: InitializeParams = {
      processId: process.pid,
      rootUri: null,
      capabilities,
      initializationOptions,
      workspaceFolders: (folders ?? [this.#folder]).map((folder) => ({ uri: uriOf(folder), name: folder })),
    };
    this.initialized = await this.connection.sendRequest('initialize', params);
    await this.connection.sendNotification('initialized', {});
  }

  uri(name: string): string {
    return uriOf(this.#folder, name);
  }

  /** A file's name in the folder, by its URI. */
  nameOf(uri: string): string {
    return path.relative(this.#folder, fileURLToPath(uri));
  }

  text(name: string): string {
    return readFileSync(path.join(this.#folder, name), 'utf8');
  }

  /** Opens a document, with the file's text unless another is given. */
  async open(name: string, text = this.text(name), languageId = 'plaintext'): Promise<void> {
    await this.openUri(this.uri(name), text, languageId);
  }

  async openUri(uri: string, text: string, languageId: string): Promise<void> {
    this.#versions.set(uri, 1);
    await this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId, version: 1, text },
    });
  }

  /** Edits an open document; without a range, all of it. */
  async edit(name: string, text: string, range?: Range): Promise<void> {
    const uri = this.uri(name);
    const version = (this.#versions.get(uri) ?? 0) + 1;
    this.#versions.set(uri, version);
    const contentChanges = [range ? { range, text } : { text }];
    await this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges,
    });
  }

  async close(name: string): Promise<void> {
    await this.connection.sendNotification('textDocument/didClose', { textDocument: { uri: this.uri(name) } });
  }

  /** Writes a file and tells the server what a watcher would. */
  async write(name: string, text: string | Uint8Array, kind: Kind = 'changed'): Promise<void> {
    write(this.#folder, name, text);
    await this.tell(name, kind);
  }

  async remove(name: string): Promise<void> {
    rmSync(path.join(this.#folder, name), { recursive: true });
    await this.tell(name, 'deleted');
  }

  async tell(name: string, kind: Kind): Promise<void> {
    const type = { created: 1, changed: 2, deleted: 3 }[kind];
    await this.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: this.uri(name), type }],
    });
  }

  /** The findings of one document, asked for. */
  async pull(name: string): Promise<Diagnostic[]> {
    return this.pullUri(this.uri(name));
  }

  async pullUri(uri: string): Promise<Diagnostic[]> {
    const report = await this.report(uri);
    assert.equal(report.kind, 'full');
    return report.kind === 'full' ? report.items : [];
  }

  async report(uri: string, previousResultId?: string): Promise<DocumentDiagnosticReport> {
    const params = { textDocument: { uri }, ...(previousResultId !== undefined && { previousResultId }) };
    return this.connection.sendRequest('textDocument/diagnostic', params);
  }

  async pullWorkspace(previousResultIds: { uri: string; value: string }[] = []): Promise<WorkspaceDiagnosticReport> {
    return this.connection.sendRequest('workspace/diagnostic', { previousResultIds });
  }

  /** The rules that report something in one document. */
  async rules(name: string): Promise<string[]> {
    return (await this.pull(name)).map(({ code }) => String(code));
  }

  /** The finding of a rule in a document. */
  async finding(name: string, rule: string): Promise<Diagnostic> {
    const found = (await this.pull(name)).find(({ code }) => code === rule);
    assert.ok(found, `${rule} in ${name}`);
    return found;
  }

  async actions(name: string, range: Range, context: Partial<CodeActionContext> = {}): Promise<CodeAction[]> {
    const params = { textDocument: { uri: this.uri(name) }, range, context: { diagnostics: [], ...context } };
    return this.connection.sendRequest('textDocument/codeAction', params);
  }

  /** The quick fixes of one finding. */
  async fixes(name: string, finding: Diagnostic): Promise<CodeAction[]> {
    return this.actions(name, finding.range, { diagnostics: [finding], only: ['quickfix'] });
  }

  /** Waits until something is so; looks at every message of the server. */
  async until<T>(look: () => T | undefined): Promise<T> {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      assert.ok(!this.#ended, 'the server has ended');
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Says goodbye and gives the exit code. */
  async stop(): Promise<number | null> {
    await this.connection.sendRequest('shutdown');
    return this.exit();
  }

  async exit(): Promise<number | null> {
    const closed = once(this.#server, 'close');
    await this.connection.sendNotification('exit');
    return (await closed)[0];
  }

  /** Goes away without a word. */
  async vanish(): Promise<number | null> {
    const closed = once(this.#server, 'close');
    this.#toServer.end();
    return (await closed)[0];
  }

  kill(): void {
    this.#server.kill('SIGKILL');
  }
}

/** Starts the server, which connects to us where it is not we who hold its streams. */
async function serve(t: TestContext, transport: Setup['transport'] = 'stdio'): Promise<Served> {
  const start = (...args: string[]) =>
    spawn(process.execPath, [CLI, 'lsp', ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  if (transport === 'stdio') {
    const program = start('--stdio');
    return { program, input: program.stdout, output: program.stdin };
  }
  const listener = net.createServer();
  t.after(() => listener.close());
  const address = transport === 'pipe' ? path.join(folderOf(t), 'pipe') : { port: 0, host: '127.0.0.1' };
  listener.listen(address);
  await once(listener, 'listening');
  const bound = listener.address();
  const program = typeof bound === 'string' ? start('--pipe', bound) : start(`--socket=${bound?.port}`);
  const [socket]: net.Socket[] = await once(listener, 'connection');
  assert.ok(socket);
  return { program, input: socket, output: socket };
}

/** A client for a folder, initialized; it goes with the test. */
export async function startClient(t: TestContext, folder: string, setup: Setup = {}): Promise<LanguageClient> {
  const client = new LanguageClient(folder, setup.settings, await serve(t, setup.transport));
  t.after(() => client.kill());
  await client.initialize(setup);
  return client;
}

/** The edits of an action by URI, in whichever form it has them. */
export function editsOf({ edit = {} }: { edit?: WorkspaceEdit }): Map<string, TextEdit[]> {
  const edits = new Map(Object.entries(edit.changes ?? {}));
  for (const change of edit.documentChanges ?? []) {
    if (!('edits' in change)) continue;
    const plain = change.edits.map((one) =>
      'newText' in one ? one : { range: one.range, newText: one.snippet.value },
    );
    edits.set(change.textDocument.uri, plain);
  }
  return edits;
}

/** A text with an action's edits for one file in it. */
export function applied(text: string, edits: readonly TextEdit[] = []): string {
  const starts = [0, ...[...text.matchAll(/\r\n|\n|\r/g)].map((found) => found.index + found[0].length)];
  const offset = ({ line, character }: Range['start']) => (starts[line] ?? text.length) + character;
  const sorted = [...edits].sort((a, b) => offset(b.range.start) - offset(a.range.start));
  return sorted.reduce(
    (now, { range, newText }) => now.slice(0, offset(range.start)) + newText + now.slice(offset(range.end)),
    text,
  );
}
