// The language server as a browser runs it: dist/browserServer.js in a world that has nothing but what a worker has, so
// that nothing of Node can have found its way in. All files come from the client.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import vm from 'node:vm';

interface Message {
  readonly jsonrpc?: '2.0';
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: { readonly uri?: string; readonly folder?: string };
  readonly result?: unknown;
  readonly error?: unknown;
}

/** A worker with the server in it, and the client that it talks to: a workspace of these files, by URI. */
function worker(files: Map<string, string>) {
  const asked: string[] = [];
  const answers = new Map<Message['id'], (answer: Message) => void>();
  const self = {
    onmessage: (_: { data: Message }): void => assert.fail('the server does not listen'),
    addEventListener: () => {},
    postMessage: (message: Message) => queueMicrotask(() => receive(structuredClone(message))),
  };
  const send = (message: Message) => self.onmessage({ data: { jsonrpc: '2.0', ...message } });

  function receive({ id, method, params, ...answer }: Message): void {
    if (method === undefined) {
      const take = answers.get(id);
      assert.ok(take, 'an answer to nothing');
      take(answer);
    } else if (id !== undefined) {
      asked.push(method);
      send({ id, result: answerOf(method, params) });
    }
  }

  function answerOf(method: string, params: Message['params']): unknown {
    if (method === 'softstop/findFiles')
      return [...files.keys()].filter((uri) => uri.startsWith(params?.folder ?? '-'));
    if (method !== 'softstop/readFile') return null;
    const text = files.get(params?.uri ?? '');
    return text === undefined ? { kind: 'absent' } : { kind: 'present', text };
  }

  // Only what both a worker and the language itself have.
  const world = { self, console, setTimeout, clearTimeout, TextEncoder, TextDecoder, URL };
  vm.runInNewContext(readFileSync('dist/browserServer.js', 'utf8'), world, { filename: 'browserServer.js' });
  let last = 0;
  return {
    asked,
    notify: (method: string, params: object) => send({ method, params }),
    request: (method: string, params: object) =>
      new Promise<unknown>((resolve, reject) => {
        const id = ++last;
        answers.set(id, ({ result, error }) => (error === undefined ? resolve(result) : reject(error)));
        send({ id, method, params });
      }),
  };
}

test('answers in a browser, from files that the client reads', async () => {
  const folder = 'vscode-vfs://github/someone/shop';
  const dockerfile = `${folder}/Dockerfile`;
  const script = `${folder}/entry.sh`;
  const server = worker(
    new Map([
      [dockerfile, 'FROM node:22\nCOPY entry.sh /\nENTRYPOINT ["/entry.sh"]\n'],
      [script, '#!/bin/sh\nset -e\nnode server.js "$@"\n'],
      [`${folder}/README.md`, '# Shop\n'],
    ]),
  );
  const diagnostic = { dataSupport: true, relatedInformation: true };
  const initialized = await server.request('initialize', {
    processId: null,
    rootUri: null,
    capabilities: { textDocument: { diagnostic, publishDiagnostics: diagnostic } },
    workspaceFolders: [{ uri: folder, name: 'shop' }],
  });
  assert.equal((initialized as { serverInfo: { name: string } }).serverInfo.name, 'softstop');
  server.notify('initialized', {});

  const report = (await server.request('workspace/diagnostic', { previousResultIds: [] })) as {
    items: { uri: string; items: { code: string; relatedInformation: { location: { uri: string } }[] }[] }[];
  };
  assert.deepEqual(
    report.items.map(({ uri, items }) => [uri, items.map(({ code }) => code)]),
    [[script, ['script-missing-exec']]],
  );
  assert.equal(report.items[0]?.items[0]?.relatedInformation[0]?.location.uri, dockerfile);
  assert.deepEqual(new Set(server.asked), new Set(['softstop/findFiles', 'softstop/readFile']));

  const textDocument = {
    uri: dockerfile,
    languageId: 'dockerfile',
    version: 1,
    text: 'FROM node:22\nCMD node server.js | cat\n',
  };
  server.notify('textDocument/didOpen', { textDocument });
  const own = (await server.request('textDocument/diagnostic', { textDocument })) as { kind: string; items: unknown[] };
  assert.equal(own.kind, 'full');
  const after = (await server.request('textDocument/diagnostic', { textDocument: { uri: script } })) as typeof own;
  assert.deepEqual(after.items, []);
  await server.request('shutdown', {});
});
