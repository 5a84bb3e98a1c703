// What the protocol asks of any server: its ways to start and to end, its ways to count, and what it must refuse.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { renameSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { type Diagnostic, ErrorCodes, type Hover, HoverRequest } from 'vscode-languageserver/node';
import { applied, CLI, EVERYTHING, editsOf, folderOf, type Setup, startClient, write } from './languageClient.ts';

const SHELL_FORM = 'FROM debian:12-slim\nCOPY server /srv/server\nCMD /srv/server\n';
const EXEC_FORM = SHELL_FORM.replace('CMD /srv/server', 'CMD ["/srv/server"]');

/** Runs the server with some arguments to its end, with nothing on standard input. */
async function lsp(...args: string[]) {
  const child = spawn(process.execPath, [CLI, 'lsp', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code, stdout, stderr };
}

for (const transport of ['stdio', 'pipe', 'socket'] as const) {
  test(`answers over ${transport}, ends politely, and ends when the client is gone`, async (t) => {
    const folder = folderOf(t, { Dockerfile: SHELL_FORM });
    const [polite, hasty, gone] = await Promise.all([1, 2, 3].map(() => startClient(t, folder, { transport })));
    assert.deepEqual(await polite?.rules('Dockerfile'), ['shell-form-pid1']);
    assert.equal(await polite?.stop(), 0);
    assert.equal(await hasty?.exit(), 1);
    assert.equal(await gone?.vanish(), 1);
  });
}

test('says in one line why it cannot start', async (t) => {
  const wrong: [string[], RegExp][] = [
    [[], /lsp needs one of --stdio, --pipe and --socket/],
    [['--stdio', '--socket', '1'], /lsp needs one of/],
    [['--socket', 'x'], /--socket takes a port, from 1 to 65535, not "x"/],
    [['--socket', '70000'], /--socket takes a port/],
    [['--socket=1'], /no editor listens on port 1: .*ECONNREFUSED/],
    [['--pipe='], /--pipe needs a name/],
    [['--pipe', `${folderOf(t)}/none`], /no editor listens on .*\/none: .*ENOENT/],
    [['--stdio', 'x'], /lsp takes no arguments/],
    [['--stdin'], /Unknown option '--stdin'|unknown option/i],
  ];
  for (const [args, message] of wrong) {
    const { code, stdout, stderr } = await lsp(...args);
    assert.equal(code, 2, args.join(' '));
    assert.equal(stdout, '');
    assert.match(stderr, message);
    assert.match(stderr, /^softstop: [^\n]+\n$/);
  }
});

test('ends when standard input is closed before a word was said', async () => {
  const { code, stdout, stderr } = await lsp('--stdio');
  assert.deepEqual({ code, stdout, stderr }, { code: 1, stdout: '', stderr: '' });
});

test('ends when the process is gone that it serves, though the streams stay open', async (t) => {
  const client = spawn(process.execPath, ['-e', '']);
  await once(client, 'close');
  const child = spawn(process.execPath, [CLI, 'lsp', '--stdio', '--clientProcessId', String(client.pid)]);
  t.after(() => child.kill('SIGKILL'));
  const [code] = await once(child, 'close');
  assert.equal(code, 1);
});

/** One message as it goes over the wire. */
function frame(body: string): string {
  return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

test('does not choke on what is no message', async (t) => {
  const child = spawn(process.execPath, [CLI, 'lsp', '--stdio']);
  t.after(() => child.kill('SIGKILL'));
  for (const body of ['{', '7', '[]', '{"jsonrpc":"2.0"}', '{"jsonrpc":"2.0","id":1,"method":"nonsense"}', '']) {
    child.stdin.write(frame(body));
  }
  child.stdin.end(frame('{"jsonrpc":"2.0","method":"exit"}'));
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  assert.equal(code, 1);
  assert.doesNotMatch(stderr, /^\s+at /m);
});

test('refuses what comes too early, too late or twice, and what it does not know', async (t) => {
  const child = spawn(process.execPath, [CLI, 'lsp', '--stdio']);
  t.after(() => child.kill('SIGKILL'));
  const hover =
    '"method":"textDocument/hover","params":{"textDocument":{"uri":"file:///x"},"position":{"line":0,"character":0}}';
  const initialize = '"method":"initialize","params":{"processId":null,"rootUri":null,"capabilities":{}}';
  const asked = [hover, initialize, initialize, '"method":"softstop/nonsense"', hover, '"method":"shutdown"', hover];
  for (const [i, what] of asked.entries()) child.stdin.write(frame(`{"jsonrpc":"2.0","id":${i},${what}}`));
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (data) => {
    stdout += data;
    // With the last answer, goodbye.
    if (stdout.includes(`"id":${asked.length - 1},`)) child.stdin.end(frame('{"jsonrpc":"2.0","method":"exit"}'));
  });
  const [code] = await once(child, 'close');
  assert.equal(code, 0);
  const answers = stdout.split(/Content-Length: \d+\r\n\r\n/).flatMap((body) => (body ? [JSON.parse(body)] : []));
  const codes = asked.map((_, i) => answers.find(({ id }) => id === i)?.error?.code);
  const { ServerNotInitialized, InvalidRequest, MethodNotFound } = ErrorCodes;
  assert.deepEqual(codes, [
    ServerNotInitialized,
    undefined,
    InvalidRequest,
    MethodNotFound,
    undefined,
    undefined,
    InvalidRequest,
  ]);
});

test('answers nonsense with an answer, and goes on', async (t) => {
  const able = { ...EVERYTHING, experimental: { softstop: { status: true, timeline: true } } };
  const client = await startClient(t, folderOf(t, { Dockerfile: SHELL_FORM }), { capabilities: able });
  const textDocument = { uri: client.uri('Dockerfile') };
  const far = { line: 1e9, character: -1 };
  const nonsense = [
    {},
    { textDocument: {} },
    { textDocument: { uri: 7 }, position: 7 },
    { textDocument, position: far, range: { start: far, end: far }, context: {} },
    { textDocument, position: {}, range: {}, context: { diagnostics: [{}] } },
    { item: { uri: 'x', data: { container: 1, way: -1, steps: 'x' } } },
    { previousResultIds: [{}] },
  ];
  const asked = [
    'hover',
    'completion',
    'codeAction',
    'codeLens',
    'inlayHint',
    'definition',
    'documentLink',
    'diagnostic',
  ];
  const methods = [
    ...asked.map((name) => `textDocument/${name}`),
    ...['textDocument/prepareCallHierarchy', 'callHierarchy/incomingCalls', 'callHierarchy/outgoingCalls'],
    ...['workspace/diagnostic', 'softstop/timeline', 'workspace/executeCommand'],
  ];
  for (const method of methods) {
    for (const params of nonsense) {
      await client.connection.sendRequest(method, params).catch(({ code, message }) => {
        assert.equal(typeof code, 'number', `${method}: ${message}`);
      });
    }
  }
  const told = ['textDocument/didOpen', 'textDocument/didChange', 'textDocument/didClose', 'workspace/didRenameFiles'];
  for (const method of [...told, 'workspace/didChangeWatchedFiles', 'workspace/didChangeConfiguration', '$/nonsense']) {
    for (const params of nonsense) await client.connection.sendNotification(method, params);
  }
  assert.deepEqual(await client.rules('Dockerfile'), ['shell-form-pid1']);
  assert.equal(await client.stop(), 0);
});

/** The units that stand before and within a command in each encoding: two bytes, three bytes and a surrogate pair. */
const WIDE = 'FROM debian:12-slim\nCOPY server /srv/é\nRUN : "é€😀"; CMD=1\nCMD /srv/é --name "€😀"\n';
const WIDTHS = { 'utf-8': 28, 'utf-16': 23, 'utf-32': 22 } as const;

function counting(encoding: string): Setup {
  return { capabilities: { ...EVERYTHING, general: { positionEncodings: [encoding] } } };
}

for (const [encoding, width] of Object.entries(WIDTHS)) {
  test(`counts in ${encoding}: what it says, what it is asked, what it is told`, async (t) => {
    const client = await startClient(t, folderOf(t, { Dockerfile: WIDE }), counting(encoding));
    assert.equal(client.initialized.capabilities.positionEncoding, encoding);
    const spans = async (): Promise<Diagnostic['range'][]> =>
      (await client.pull('Dockerfile')).map(({ range }) => range);
    const expected = { start: { line: 3, character: 4 }, end: { line: 3, character: width } };
    assert.deepEqual(await spans(), [expected], 'of a file that is not open');
    await client.open('Dockerfile');
    const finding = await client.finding('Dockerfile', 'shell-form-pid1');
    assert.deepEqual(finding.range, expected);
    const hoverAt = (character: number): Promise<Hover | null> =>
      client.connection.sendRequest(HoverRequest.type, {
        textDocument: { uri: client.uri('Dockerfile') },
        position: { line: 3, character },
      });
    assert.equal((await hoverAt(width))?.range?.end.character, width);
    const [fix] = await client.fixes('Dockerfile', finding);
    const edits = editsOf(fix ?? {}).get(client.uri('Dockerfile')) ?? [];
    assert.equal(Math.max(...edits.map(({ range }) => range.end.character)), width);
    // Edits behind wide letters, piece by piece: the quotes become others, and the finding ends where it did.
    const quote = width - 1;
    await client.edit('Dockerfile', "'", { start: { line: 3, character: quote }, end: { line: 3, character: width } });
    const open = quote - { 'utf-8': 8, 'utf-16': 4, 'utf-32': 3 }[encoding as keyof typeof WIDTHS];
    await client.edit('Dockerfile', "'", {
      start: { line: 3, character: open },
      end: { line: 3, character: open + 1 },
    });
    const [now] = await client.fixes('Dockerfile', await client.finding('Dockerfile', 'shell-form-pid1'));
    assert.match(JSON.stringify(editsOf(now ?? {}).get(client.uri('Dockerfile'))), /€😀/u);
  });
}

test('counts in UTF-16 for a client that says nothing, and for one that counts in ways of its own', async (t) => {
  const folder = folderOf(t, { Dockerfile: WIDE });
  for (const setup of [{ capabilities: {} }, counting('utf-7')]) {
    const client = await startClient(t, folder, setup);
    assert.equal(client.initialized.capabilities.positionEncoding, 'utf-16');
    assert.equal((await client.finding('Dockerfile', 'shell-form-pid1')).range.end.character, WIDTHS['utf-16']);
  }
});

test('a client that only hears of findings hears of them anew when it opens their file', async (t) => {
  const client = await startClient(t, folderOf(t, { Dockerfile: SHELL_FORM }), { capabilities: {} });
  const uri = client.uri('Dockerfile');
  await client.until(() => client.published.get(uri));
  client.published.clear();
  await client.open('Dockerfile');
  const [told] = await client.until(() => client.published.get(uri));
  assert.equal(told?.code, 'shell-form-pid1');
  client.published.clear();
  await client.edit('Dockerfile', EXEC_FORM);
  assert.deepEqual(await client.until(() => client.published.get(uri)), []);
});

/** A client that watches no files but tells of those that it renames itself. */
const TELLS: Setup = {
  capabilities: {
    ...EVERYTHING,
    workspace: { ...EVERYTHING.workspace, didChangeWatchedFiles: {}, fileOperations: { didRename: true } },
  },
};

test('follows files and folders that the client creates, renames and deletes', async (t) => {
  const folder = folderOf(t, { 'app/Dockerfile': SHELL_FORM });
  const client = await startClient(t, folder, TELLS);
  assert.ok(client.initialized.capabilities.workspace?.fileOperations?.didRename);
  const reported = async () => (await client.pullWorkspace()).items.map(({ uri }) => client.nameOf(uri)).sort();
  const tell = (what: string, ...files: object[]) => client.connection.sendNotification(`workspace/${what}`, { files });
  assert.deepEqual(await reported(), ['app/Dockerfile']);
  renameSync(path.join(folder, 'app'), path.join(folder, 'web'));
  await tell('didRenameFiles', { oldUri: client.uri('app'), newUri: client.uri('web') });
  assert.deepEqual(await reported(), ['web/Dockerfile']);
  write(folder, 'job/Dockerfile', SHELL_FORM);
  await tell('didCreateFiles', { uri: client.uri('job/Dockerfile') });
  assert.deepEqual(await reported(), ['job/Dockerfile', 'web/Dockerfile']);
  await tell('didDeleteFiles', { uri: client.uri('web') });
  assert.deepEqual(await reported(), ['job/Dockerfile']);
});

test('takes an empty list of settings for none: Lua knows no difference', async (t) => {
  const client = await startClient(t, folderOf(t, { Dockerfile: SHELL_FORM }), { settings: [] });
  assert.deepEqual(await client.rules('Dockerfile'), ['shell-form-pid1']);
  assert.deepEqual(client.shown, []);
});

test('serves several folders at once, each with settings of its own', async (t) => {
  const [one, other] = [folderOf(t, { Dockerfile: SHELL_FORM }), folderOf(t, { Dockerfile: SHELL_FORM })];
  write(other, '.softstop.yaml', 'rules: {shell-form-pid1: off}\n');
  const client = await startClient(t, one, { folders: [one, other] });
  assert.deepEqual(
    (await client.pullWorkspace()).items.map(({ uri }) => uri),
    [client.uri('Dockerfile')],
  );
});

test('a fix for a new document that has no file changes that document', async (t: TestContext) => {
  const client = await startClient(t, folderOf(t), { folders: [] });
  await client.openUri('untitled:Dockerfile-1', SHELL_FORM, 'dockerfile');
  const [finding] = await client.pullUri('untitled:Dockerfile-1');
  const fixes = await client.connection.sendRequest<{ edit: object }[]>('textDocument/codeAction', {
    textDocument: { uri: 'untitled:Dockerfile-1' },
    range: finding?.range,
    context: { diagnostics: [finding] },
  });
  assert.equal(applied(SHELL_FORM, editsOf(fixes[0] ?? {}).get('untitled:Dockerfile-1')), EXEC_FORM);
});
