// What real editors have said to the server (test/editors/traffic), said again to the server that is shipped: it answers
// as it did then. Wording may change meanwhile, and is not compared.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import {
  type CodeAction,
  type Diagnostic,
  type DocumentDiagnosticReport,
  type Hover,
  type InitializeResult,
  type Message,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { layProject, STEPS } from './editors/project.mjs';
import { CLI, editsOf, write } from './languageClient.ts';

const TRAFFIC = path.join('test', 'editors', 'traffic');

/** A message with what it may hold; `from` tells who said it. */
interface Said extends Message {
  readonly from: 'editor' | 'server';
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number };
}

function recorded(name: string, workspace: string): readonly Said[] {
  const text = readFileSync(path.join(TRAFFIC, name), 'utf8');
  return JSON.parse(text.replaceAll('/shop', workspace));
}

/** What an answer says, but for its words. */
function gist(method: string, { result, error }: Said): unknown {
  if (error) return { error: error.code };
  switch (method) {
    case 'initialize':
      return (result as InitializeResult).capabilities.positionEncoding;
    case 'textDocument/hover':
      return (result as Hover | null)?.range;
    case 'textDocument/diagnostic': {
      const report = result as DocumentDiagnosticReport;
      return report.kind === 'full' ? report.items.map(gistOf) : report.kind;
    }
    case 'textDocument/codeAction':
      return (result as CodeAction[]).map((action) => ({ kind: action.kind, edits: [...editsOf(action)] }));
    default:
      return result ?? null;
  }
}

function gistOf({ code, range, severity }: Diagnostic): unknown {
  return { code, range, severity };
}

/** What was told last about each file. */
function published(messages: readonly Said[]): Map<string, unknown> {
  const told = messages.filter(({ from, method }) => from === 'server' && method === 'textDocument/publishDiagnostics');
  return new Map(
    told.map(({ params }) => {
      const { uri, diagnostics } = params as PublishDiagnosticsParams;
      return [uri, diagnostics.map(gistOf)];
    }),
  );
}

/** The server with whoever speaks to it line by line. */
function startServer(t: TestContext, script: readonly Said[]) {
  const server = spawn(process.execPath, [CLI, 'lsp', '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => server.kill('SIGKILL'));
  const writer = new StreamMessageWriter(server.stdin);
  const heard: Said[] = [];
  const waiting: (() => void)[] = [];
  const asked = new Map(script.flatMap(({ from, id, method }) => (from === 'server' && method ? [[id, method]] : [])));
  const answers = script.filter(({ from, id, method }) => from === 'editor' && !method && asked.has(id));
  new StreamMessageReader(server.stdout).listen((message) => {
    const said: Said = { ...message, from: 'server' };
    heard.push(said);
    if (said.method && said.id !== undefined) {
      // As the editor has answered the same question then; nothing, if it was not asked so often.
      const at = answers.findIndex(({ id }) => asked.get(id) === said.method);
      const [answer] = at < 0 ? [] : answers.splice(at, 1);
      const { from: _, ...rest } = answer ?? { from: 'editor', jsonrpc: '2.0', result: null };
      void writer.write({ ...rest, id: said.id } as Message);
    }
    for (const look of waiting.splice(0)) look();
  });
  const until = async <T>(look: () => T | undefined): Promise<T> => {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  return { server, writer, heard, until };
}

for (const name of readdirSync(TRAFFIC)) {
  test(`answers as it did in ${path.parse(name).name}`, { timeout: 60_000 }, async (t) => {
    const { workspace, remove } = layProject();
    t.after(remove);
    // Of several servers, each was started for one step and finds what those before it have left.
    const steps = Number(/-(\d+)\.json$/.exec(name)?.[1] ?? 1) - 1;
    for (const { file, saved } of STEPS.slice(0, steps)) write(workspace, file, saved);
    const script = recorded(name, workspace);
    const { server, writer, heard, until } = startServer(t, script);
    const closed = once(server, 'close');
    for (const { from, ...message } of script) {
      if (from === 'server' || !message.method) continue;
      if (message.method === 'shutdown') {
        const told = published(script);
        await until(() => (same(published(heard), told) ? true : undefined));
      }
      save(workspace, message.method, message.params);
      await writer.write(message);
      if (message.id === undefined) continue;
      const answer = await until(() => heard.find(({ id, method }) => !method && id === message.id));
      const then = script.find(({ from, id, method }) => from === 'server' && !method && id === message.id);
      // An editor that ends does not hear the last answer.
      if (then) assert.deepEqual(gist(message.method, answer), gist(message.method, then), message.method);
    }
    // Some are killed before they can say goodbye, and Kate asks for no answer to it.
    server.stdin.end();
    const polite = script.some(({ method, id }) => method === 'shutdown' && id !== undefined);
    assert.equal((await closed)[0], polite ? 0 : 1);
  });
}

/** Before an editor says that it has saved or closed a file, it has written it. */
function save(workspace: string, method: string, params: unknown): void {
  if (method !== 'textDocument/didSave' && method !== 'textDocument/didClose') return;
  const { uri } = (params as { textDocument: { uri: string } }).textDocument;
  const step = STEPS.find(({ file }) => pathToFileURL(path.join(workspace, file)).href === uri);
  if (step) write(workspace, step.file, step.saved);
}

function same(a: unknown, b: unknown): boolean {
  try {
    assert.deepEqual(a, b);
    return true;
  } catch {
    return false;
  }
}

test('every page that editors are set up with is tried: its traffic is kept', () => {
  const pages = readdirSync(path.join('docs', 'editors')).filter((name) => name !== 'README.md');
  const readme = readFileSync(path.join('docs', 'editors', 'README.md'), 'utf8');
  for (const name of pages) assert.ok(readme.includes(`](${name})`), `README.md leads to ${name}`);
  const own = readme.split(/^## /m).filter((section) => /^(?:```|- Server:)/m.test(section) && !/^### /m.test(section));
  for (const section of own) assert.match(section, /^.+\n\nUntried\. /, 'a set-up that is no file of its own');
  const kept = new Set(readdirSync(TRAFFIC).map((name) => name.replace(/(?:-\d+)?\.json$/, '')));
  assert.deepEqual([...kept].sort(), pages.map((name) => path.parse(name).name).sort());
});
