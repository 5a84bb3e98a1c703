// The language servers of other extensions, as an editor runs them beside ours on the same documents.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import {
  type CompletionItem,
  type CompletionList,
  createProtocolConnection,
  type Diagnostic,
  type DocumentLink,
  type Hover,
  type InitializeResult,
  type Location,
  type LocationLink,
  type MarkedString,
  type Position,
  type ProtocolConnection,
  type ServerCapabilities,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { EVERYTHING, folderOf } from '../languageClient.ts';

/** Where `npm test` has installed them. */
const home = process.env.SOFTSTOP_SERVERS ?? '';
const installed = (file: string) => [process.execPath, path.join(home, 'node_modules', file), '--stdio'];

/** The words that start each server; `softstop` is ours, as it ships. */
export const SERVERS = {
  softstop: [process.execPath, path.resolve('dist/cli.js'), 'lsp', '--stdio'],
  dockerfile: installed('dockerfile-language-server-nodejs/bin/docker-langserver'),
  compose: installed('@microsoft/compose-language-service/bin/docker-compose-langserver'),
  yaml: installed('yaml-language-server/bin/yaml-language-server'),
} as const;

/** Answers to `workspace/configuration`: a schema for manifests, as the extensions for Kubernetes give one. */
const KUBERNETES = pathToFileURL(path.resolve('test/beside/kubernetes.schema.json')).href;
const SETTINGS: Readonly<Record<string, unknown>> = {
  yaml: {
    schemas: { [KUBERNETES]: '*.yaml' },
    completion: true,
    hover: true,
    validate: true,
    schemaStore: { enable: false },
  },
};

/** One server with documents open. */
export class Neighbour {
  readonly #connection: ProtocolConnection;
  readonly #folder: string;
  readonly #published = new Map<string, Diagnostic[]>();
  #can: ServerCapabilities = {};

  constructor(connection: ProtocolConnection, folder: string) {
    this.#connection = connection;
    this.#folder = folder;
    connection.onNotification('textDocument/publishDiagnostics', ({ uri, diagnostics }) => {
      this.#published.set(uri, diagnostics);
    });
    connection.onRequest('workspace/configuration', ({ items }: { items: readonly { section?: string }[] }) =>
      items.map(({ section = '' }) => SETTINGS[section] ?? null),
    );
    for (const method of [
      'client/registerCapability',
      'window/workDoneProgress/create',
      'workspace/diagnostic/refresh',
    ])
      connection.onRequest(method, () => null);
    connection.listen();
  }

  async initialize(): Promise<void> {
    const { experimental: _, ...capabilities } = EVERYTHING;
    const { completion, ...rest } = capabilities.textDocument ?? {};
    const items = { ...completion?.completionItem, snippetSupport: true };
    const uri = pathToFileURL(this.#folder).href;
    const { capabilities: can } = await this.#connection.sendRequest<InitializeResult>('initialize', {
      processId: process.pid,
      rootUri: uri,
      capabilities: { ...capabilities, textDocument: { ...rest, completion: { completionItem: items } } },
      workspaceFolders: [{ uri, name: 'beside' }],
    });
    this.#can = can;
    await this.#connection.sendNotification('initialized', {});
    await this.#connection.sendNotification('workspace/didChangeConfiguration', { settings: SETTINGS });
  }

  async open(name: string, text: string, languageId: string): Promise<void> {
    await this.#connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri: this.uri(name), languageId, version: 1, text },
    });
  }

  uri(name: string): string {
    return pathToFileURL(path.join(this.#folder, name)).href;
  }

  async completion(name: string, position: Position): Promise<readonly CompletionItem[]> {
    const answer = await this.#ask<CompletionList | CompletionItem[] | null>('completion', name, position);
    return Array.isArray(answer) ? answer : (answer?.items ?? []);
  }

  /** What a hover says; empty where nothing is said. */
  async hover(name: string, position: Position): Promise<string> {
    const answer = await this.#ask<Hover | null>('hover', name, position);
    const contents = answer?.contents ?? [];
    const all: readonly (MarkedString | { value: string })[] = Array.isArray(contents) ? contents : [contents];
    return all.map((one) => (typeof one === 'string' ? one : one.value)).join('\n');
  }

  /** Where a place leads to. */
  async definition(name: string, position: Position): Promise<readonly string[]> {
    if (!this.#can.definitionProvider) return [];
    const answer = await this.#ask<Location | (Location | LocationLink)[] | null>('definition', name, position);
    return [answer ?? []].flat().map((one) => ('uri' in one ? one.uri : one.targetUri));
  }

  async links(name: string): Promise<readonly DocumentLink[]> {
    if (!this.#can.documentLinkProvider) return [];
    return (await this.#connection.sendRequest('textDocument/documentLink', {
      textDocument: { uri: this.uri(name) },
    })) as readonly DocumentLink[];
  }

  /** What it reports in a document, asked for where it can be asked. */
  async diagnostics(name: string): Promise<readonly Diagnostic[]> {
    if (this.#can.diagnosticProvider) {
      const document = { textDocument: { uri: this.uri(name) } };
      return (await this.#connection.sendRequest<{ items: Diagnostic[] }>('textDocument/diagnostic', document)).items;
    }
    const told = () => this.#published.get(this.uri(name));
    for (let i = 0; i < 100 && !told()?.length; i++) await setTimeout(50);
    return told() ?? [];
  }

  async #ask<T>(method: string, name: string, position: Position): Promise<T> {
    return this.#connection.sendRequest(`textDocument/${method}`, {
      textDocument: { uri: this.uri(name) },
      position,
      ...(method === 'completion' && { context: { triggerKind: 1 } }),
    });
  }
}

/** Starts one of the servers for a folder; it goes with the test. */
export async function startServer(t: TestContext, name: keyof typeof SERVERS, folder: string): Promise<Neighbour> {
  const [program = '', ...args] = SERVERS[name];
  // What a server may keep for itself is kept in a home of its own.
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, HOME: folderOf(t) },
  });
  const reader = new StreamMessageReader(child.stdout);
  const connection = createProtocolConnection(reader, new StreamMessageWriter(child.stdin));
  t.after(() => {
    connection.dispose();
    child.kill('SIGKILL');
  });
  const server = new Neighbour(connection, folder);
  await server.initialize();
  return server;
}

/** All positions of a text. */
export function positionsIn(text: string): readonly Position[] {
  return text
    .split('\n')
    .flatMap((line, at) => Array.from({ length: line.length + 1 }, (_, character) => ({ line: at, character })));
}

/** A manifest's schema says so much, so that the tests can tell whether it is in use. */
export const SCHEMA_SAYS: string = JSON.parse(readFileSync('test/beside/kubernetes.schema.json', 'utf8')).definitions
  .PodSpec.properties.terminationGracePeriodSeconds.description;
