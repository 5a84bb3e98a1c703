// The language server: says what it can do, takes in what the client tells, and hands each question to its feature.
// Knows neither where it runs nor how files are read.
import {
  type CancellationToken,
  CodeActionKind,
  type Connection,
  ErrorCodes,
  type InitializeParams,
  type InitializeResult,
  LSPErrorCodes,
  ResponseError,
  TextDocumentSyncKind,
  TextDocuments,
  type WorkspaceFoldersChangeEvent,
} from 'vscode-languageserver';
import { type Client, clientOf } from './clientCapabilities.ts';
import { clientFiles } from './clientFiles.ts';
import { incomingCalls, outgoingCalls, prepareCallHierarchy } from './features/callHierarchy.ts';
import { codeActions } from './features/codeActions.ts';
import { completion } from './features/completion.ts';
import { Diagnostics } from './features/diagnostics.ts';
import { FIX_ALL } from './features/fixAll.ts';
import { hover } from './features/hover.ts';
import { inlayHints } from './features/inlayHints.ts';
import { definition, documentLinks } from './features/links.ts';
import { fetchSettings, sentSettings, watchSettings } from './features/settings.ts';
import { StatusReporter } from './features/status.ts';
import { type Timeline, type TimelineParams, timeline, timelineLenses } from './features/timeline.ts';
import {
  FILE_OPERATIONS,
  filesChanged,
  filesCreated,
  filesDeleted,
  filesRenamed,
  watchFiles,
} from './features/watchedFiles.ts';
import { documentsIn } from './positionEncoding.ts';
import { version } from './product.ts';
import { Uris } from './uris.ts';
import { type FileAccess, Workspace } from './workspace.ts';

/**
 * Serves a client until it is told to stop. `disk` reaches the files of this machine; without it, and for folders that
 * lie elsewhere, files are asked of the client.
 */
export function serve(connection: Connection, disk?: FileAccess): void {
  let isInitialized = false;
  connection.onInitialize((params): InitializeResult | ResponseError<never> => {
    if (isInitialized) return new ResponseError(ErrorCodes.InvalidRequest, 'the server is initialized already');
    isInitialized = true;
    const client = clientOf(params);
    run(connection, client, params, disk);
    return {
      serverInfo: { name: 'softstop', version },
      capabilities: {
        positionEncoding: client.encoding,
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
        diagnosticProvider: { identifier: 'softstop', interFileDependencies: true, workspaceDiagnostics: true },
        codeActionProvider: client.actionKinds ? { codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL] } : true,
        hoverProvider: true,
        completionProvider: { triggerCharacters: [' ', ':'] },
        inlayHintProvider: true,
        ...(client.timeline && { codeLensProvider: {} }),
        documentLinkProvider: {},
        definitionProvider: true,
        callHierarchyProvider: true,
        workspace: {
          workspaceFolders: { supported: true, changeNotifications: true },
          ...(client.tellsOfFiles && { fileOperations: FILE_OPERATIONS }),
        },
      },
    };
  });
  // What nothing else answers.
  connection.onRequest((method) =>
    isInitialized
      ? new ResponseError(ErrorCodes.MethodNotFound, `there is no answer to ${method}`)
      : new ResponseError(ErrorCodes.ServerNotInitialized, 'the server is not initialized yet'),
  );
  connection.listen();
}

function run(connection: Connection, client: Client, params: InitializeParams, disk: FileAccess | undefined): void {
  const uris = new Uris();
  const status = new StatusReporter(connection, client);
  const workspace = new Workspace(uris, filesOf(connection, uris, disk), {
    reading: (files) => status.reading(files),
    note: (text) => status.note(text),
    failed: (error) => status.failed('The analysis failed', error),
    analysed: (analysis) => {
      status.analysed(analysis);
      diagnostics.analysed(analysis);
    },
  });
  const diagnostics = new Diagnostics(connection, workspace, client);
  let hasShutDown = false;

  /** A handler that gives way when the client has changed its mind, and answers emptily where Softstop fails. */
  function answering<P, R, M extends readonly unknown[]>(
    doing: string,
    empty: R,
    handler: (params: P, token: CancellationToken, ...more: M) => Promise<R>,
  ) {
    return async (params: P, token: CancellationToken, ...more: M): Promise<R | ResponseError<never>> => {
      if (hasShutDown) return new ResponseError(ErrorCodes.InvalidRequest, 'the server has been shut down');
      if (token.isCancellationRequested) return CANCELLED;
      const answer = handler(params, token, ...more).catch((error: unknown) => {
        status.failed(`${doing} failed`, error);
        return empty;
      });
      return Promise.race([answer, cancelled(token)]);
    };
  }

  /** A listener whose failure ends nothing else. */
  function taking<E>(what: string, listener: (event: E) => void) {
    return (event: E): void => {
      try {
        listener(event);
      } catch (error) {
        status.failed(`Taking in ${what} failed`, error);
      }
    };
  }

  const { languages } = connection;
  languages.diagnostics.on(
    answering('Reporting on a document', { kind: 'full', items: [] }, (asked) => diagnostics.forDocument(asked)),
  );
  languages.diagnostics.onWorkspace(
    answering('Reporting on the workspace', { items: [] }, (asked, token, _, progress) =>
      diagnostics.forWorkspace(asked, token, progress),
    ),
  );
  connection.onCodeAction(answering('Finding fixes', [], (asked) => codeActions(workspace, client, asked)));
  connection.onHover(answering('Explaining', null, (asked) => hover(workspace, client, asked)));
  connection.onCompletion(
    answering('Finding what may be written', null, (asked) => completion(workspace, client, asked)),
  );
  languages.inlayHint.on(answering('Finding remarks', [], (asked) => inlayHints(workspace, client, asked)));
  connection.onCodeLens(answering('Finding containers', [], (asked) => timelineLenses(workspace, client, asked)));
  const draw = answering<TimelineParams, Timeline | null, []>('Drawing', null, (asked) =>
    timeline(workspace, client, asked),
  );
  connection.onRequest<Timeline | null, never>('softstop/timeline', draw);
  connection.onDocumentLinks(answering('Finding links', [], (asked) => documentLinks(workspace, client, asked)));
  connection.onDefinition(answering('Finding a definition', null, (asked) => definition(workspace, client, asked)));
  const { callHierarchy } = languages;
  callHierarchy.onPrepare(
    answering('Finding processes', null, (asked) => prepareCallHierarchy(workspace, client, asked)),
  );
  callHierarchy.onOutgoingCalls(
    answering('Finding processes', [], ({ item }) => outgoingCalls(workspace, client, item)),
  );
  callHierarchy.onIncomingCalls(
    answering('Finding processes', [], ({ item }) => incomingCalls(workspace, client, item)),
  );

  const documents = new TextDocuments(documentsIn(client.encoding));
  documents.onDidOpen(({ document: { uri } }) => {
    const failed = (error: unknown) => status.failed('Reporting on a document', error);
    diagnostics.opened(uri).catch(failed);
  });
  documents.onDidChangeContent(
    taking('a document', ({ document }) => {
      const { uri, languageId, version } = document;
      workspace.setDocument(uris.open(uri, languageId), { uri, version, text: document.getText() });
    }),
  );
  documents.onDidClose(
    taking('a closed document', ({ document: { uri } }) => {
      const path = uris.pathOf(uri);
      uris.close(uri);
      workspace.closeDocument(path);
      diagnostics.closed(uri);
    }),
  );
  documents.listen(connection);

  connection.onDidChangeWatchedFiles(taking('changed files', (event) => filesChanged(workspace, event)));
  connection.workspace.onDidCreateFiles(taking('created files', (event) => filesCreated(workspace, event)));
  connection.workspace.onDidRenameFiles(taking('renamed files', (event) => filesRenamed(workspace, event)));
  connection.workspace.onDidDeleteFiles(taking('deleted files', (event) => filesDeleted(workspace, event)));

  const folders = new Set(foldersOf(params).map((uri) => uris.addFolder(uri)));
  workspace.setFolders([...folders]);
  const foldersChanged = taking('changed folders', ({ added, removed }: WorkspaceFoldersChangeEvent) => {
    for (const { uri } of removed) {
      const path = uris.pathOf(uri).replace(/(.)\/$/, '$1');
      folders.delete(path);
      uris.removeFolder(path);
    }
    for (const { uri } of added) folders.add(uris.addFolder(uri));
    workspace.setFolders([...folders]);
  });

  const initial: unknown = params.initializationOptions ?? undefined;
  workspace.setSettings(Promise.resolve(initial));
  connection.onDidChangeConfiguration(
    taking('changed settings', (event) =>
      workspace.setSettings(
        client.configuration ? fetchSettings(connection, initial) : Promise.resolve(sentSettings(event)),
      ),
    ),
  );

  connection.onInitialized(() => {
    if (client.configuration) workspace.setSettings(fetchSettings(connection, initial));
    if (client.workspaceFolders) connection.workspace.onDidChangeWorkspaceFolders(foldersChanged);
    const refused = (error: unknown) => status.note(`The client did not register: ${error}`);
    if (client.registersConfiguration) watchSettings(connection).catch(refused);
    if (client.registersWatchedFiles) watchFiles(connection).catch(refused);
  });
  connection.onShutdown(() => {
    hasShutDown = true;
    diagnostics.end();
    workspace.dispose();
  });
}

/** Files of this machine, where it can be reached; all others by way of the client. */
function filesOf(connection: Connection, uris: Uris, disk: FileAccess | undefined): FileAccess {
  const remote = clientFiles(connection, uris);
  const by = (path: string) => (disk && uris.isLocal(path) ? disk : remote);
  return { find: (path, root) => by(path).find(path, root), read: (path) => by(path).read(path) };
}

/** The folders that are open when the client starts; older clients name one. */
function foldersOf({ workspaceFolders, rootUri, rootPath }: InitializeParams): readonly string[] {
  if (workspaceFolders) return workspaceFolders.map(({ uri }) => uri);
  const root = rootUri ?? (rootPath ? `file://${rootPath}` : undefined);
  return root === undefined ? [] : [root];
}

const CANCELLED = new ResponseError<never>(LSPErrorCodes.RequestCancelled, 'cancelled');

/** Settles when the client takes a request back. */
function cancelled(token: CancellationToken): Promise<ResponseError<never>> {
  return new Promise((resolve) => {
    token.onCancellationRequested(() => resolve(CANCELLED));
  });
}
