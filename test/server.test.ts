// The language server as editors meet it: `softstop lsp` as it is shipped, with a client of full abilities and one of none.
import assert from 'node:assert/strict';
import { readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  CallHierarchyIncomingCallsRequest,
  type CallHierarchyItem,
  CallHierarchyOutgoingCallsRequest,
  CallHierarchyPrepareRequest,
  CancellationTokenSource,
  CodeLensRequest,
  type CompletionList,
  DefinitionRequest,
  type Diagnostic,
  DocumentLinkRequest,
  InlayHintRequest,
  LSPErrorCodes,
  type Range,
  type WorkspaceDiagnosticReport,
} from 'vscode-languageserver/node';
import {
  applied,
  EVERYTHING,
  editsOf,
  exampleOf,
  folderOf,
  type LanguageClient,
  PARTS,
  type Setup,
  startClient,
  uriOf,
  write,
} from './languageClient.ts';

const { homepage, version } = JSON.parse(readFileSync('package.json', 'utf8'));

/** A program behind a shell, in exec form, and behind a script. */
const SHELL_FORM = 'FROM debian:12-slim\nCOPY server /srv/server\nCMD /srv/server\n';
const EXEC_FORM = SHELL_FORM.replace('CMD /srv/server', 'CMD ["/srv/server"]');
const STARTS_SCRIPT = 'FROM node:22\nCOPY entry.sh /\nENTRYPOINT ["/entry.sh"]\n';
const SCRIPT = '#!/bin/sh\nset -e\nnode server.js "$@"\n';
const EXEC_SCRIPT = SCRIPT.replace('node', 'exec node');
/** A pod whose preStop hook never runs. */
const POD = `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  terminationGracePeriodSeconds: 0
  containers:
    - name: web
      image: nginx:1.27
`;

const LINE: (line: number) => Range = (line) => ({
  start: { line, character: 0 },
  end: { line: line + 1, character: 0 },
});
const EVERYWHERE: Range = { start: { line: 0, character: 0 }, end: { line: 1000, character: 0 } };

/** A client for a folder of these files. */
function clientFor(t: TestContext, files: { readonly [name: string]: string | Uint8Array }, setup?: Setup) {
  return startClient(t, folderOf(t, files), setup);
}

/** What a workspace report says, by file. */
function rulesIn(client: LanguageClient, { items }: WorkspaceDiagnosticReport): { [name: string]: string[] } {
  const full = items.flatMap((item): [string, string[]][] =>
    item.kind === 'full' ? [[client.nameOf(item.uri), item.items.map(({ code }) => String(code))]] : [],
  );
  return Object.fromEntries(full.sort());
}

test('says what it can do', async (t) => {
  const { initialized } = await clientFor(t, {});
  assert.deepEqual(initialized.serverInfo, { name: 'softstop', version });
  assert.deepEqual(initialized.capabilities, {
    positionEncoding: 'utf-16',
    textDocumentSync: { openClose: true, change: 2 },
    diagnosticProvider: { identifier: 'softstop', interFileDependencies: true, workspaceDiagnostics: true },
    codeActionProvider: { codeActionKinds: ['quickfix', 'source.fixAll.softstop'] },
    hoverProvider: true,
    completionProvider: { triggerCharacters: [' ', ':'] },
    inlayHintProvider: true,
    documentLinkProvider: {},
    definitionProvider: true,
    callHierarchyProvider: true,
    workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
  });
});

test('tells the GitLab incident in three files, each naming others', async (t) => {
  const client = await startClient(t, exampleOf(t, 'gitlab-workhorse'));
  const [dockerfile, script, manifest] = [
    'workhorse/Dockerfile',
    'workhorse/scripts/start-workhorse',
    'k8s/deployment.yaml',
  ];
  const relatedTo = (finding: Diagnostic) =>
    new Set(finding.relatedInformation?.map(({ location }) => client.nameOf(location.uri)));
  const cmd = await client.finding(dockerfile, 'shell-form-pid1');
  assert.ok(relatedTo(cmd).has(script) && relatedTo(cmd).has(manifest));
  assert.deepEqual(cmd.codeDescription, { href: `${homepage}/docs/rules/shell-form-pid1.md` });
  assert.equal(cmd.source, 'softstop');
  assert.ok(relatedTo(await client.finding(script, 'script-missing-exec')).has(dockerfile));
  const killed = await client.finding(manifest, 'signal-never-reaches-app');
  assert.ok(relatedTo(killed).has(dockerfile) && relatedTo(killed).has(script));
  assert.equal(killed.severity, 1);
});

test('reports the whole workspace without a document being open, and what is unchanged as unchanged', async (t) => {
  const client = await clientFor(t, {
    'a/Dockerfile': SHELL_FORM,
    'b/Dockerfile': EXEC_FORM,
    'c/Dockerfile': STARTS_SCRIPT,
    'c/entry.sh': SCRIPT,
  });
  const report = await client.pullWorkspace();
  assert.deepEqual(rulesIn(client, report), {
    'a/Dockerfile': ['shell-form-pid1'],
    'c/entry.sh': ['script-missing-exec'],
  });
  const known = report.items.map(({ uri, resultId }) => ({ uri, value: resultId ?? '' }));
  const again = await client.pullWorkspace(known);
  assert.deepEqual(
    again.items.map(({ kind, uri, resultId }) => ({ kind, uri, value: resultId })),
    known.map((one) => ({ kind: 'unchanged', ...one })),
  );
  await client.write('a/Dockerfile', EXEC_FORM);
  const { items } = await client.pullWorkspace(known);
  assert.deepEqual(
    items.map(({ kind, uri }) => [kind, uri]),
    [
      ['full', client.uri('a/Dockerfile')],
      ['unchanged', client.uri('c/entry.sh')],
    ],
  );
  assert.deepEqual(rulesIn(client, { items }), { 'a/Dockerfile': [] });
});

test('answers a document that is unchanged as unchanged', async (t) => {
  const client = await clientFor(t, { Dockerfile: SHELL_FORM });
  await client.open('Dockerfile');
  const first = await client.report(client.uri('Dockerfile'));
  assert.equal(first.kind, 'full');
  assert.deepEqual(await client.report(client.uri('Dockerfile'), first.resultId), {
    kind: 'unchanged',
    resultId: first.resultId,
  });
  await client.edit('Dockerfile', EXEC_FORM);
  assert.equal((await client.report(client.uri('Dockerfile'), first.resultId)).kind, 'full');
});

test('keeps a workspace request open and sends what changes', async (t) => {
  const client = await clientFor(t, { 'a/Dockerfile': SHELL_FORM, 'b/Dockerfile': EXEC_FORM });
  const { items } = await client.pullWorkspace();
  const previousResultIds = items.map(({ uri, resultId }) => ({ uri, value: resultId ?? '' }));
  const asked = client.connection.sendRequest('workspace/diagnostic', {
    previousResultIds,
    partialResultToken: PARTS,
  });
  // Once this is answered, the request before it is waiting.
  await client.pull('a/Dockerfile');
  const part = () => client.until(() => client.parts.shift());
  await client.write('b/Dockerfile', SHELL_FORM);
  assert.deepEqual(rulesIn(client, await part()), { 'b/Dockerfile': ['shell-form-pid1'] });
  await client.write('a/Dockerfile', EXEC_FORM);
  assert.deepEqual(rulesIn(client, await part()), { 'a/Dockerfile': [] });
  // What the client shows for an open document is its own answer; once it is closed, it has to ask anew.
  await client.open('a/Dockerfile');
  await client.close('a/Dockerfile');
  assert.deepEqual(await asked, { items: [] });
});

test('sends diagnostics to a client that cannot ask, for files that are not open too', async (t) => {
  const client = await clientFor(
    t,
    { 'a/Dockerfile': SHELL_FORM, 'c/Dockerfile': STARTS_SCRIPT, 'c/entry.sh': SCRIPT },
    { capabilities: {} },
  );
  const published = (name: string) => client.published.get(client.uri(name))?.map(({ code }) => code);
  await client.until(() => published('c/entry.sh'));
  assert.deepEqual(published('a/Dockerfile'), ['shell-form-pid1']);
  assert.deepEqual(published('c/entry.sh'), ['script-missing-exec']);
  await client.open('a/Dockerfile');
  await client.edit('a/Dockerfile', EXEC_FORM);
  await client.until(() => published('a/Dockerfile')?.length === 0 || undefined);
});

test('a client of no abilities gets plain diagnostics, and fixes by rule and range', async (t) => {
  const client = await clientFor(
    t,
    { Dockerfile: STARTS_SCRIPT, 'entry.sh': SCRIPT, 'pod.yaml': POD },
    { capabilities: {} },
  );
  assert.equal(client.initialized.capabilities.codeActionProvider, true);
  await client.open('entry.sh');
  const finding = await client.finding('entry.sh', 'script-missing-exec');
  assert.deepEqual(Object.keys(finding).sort(), ['code', 'message', 'range', 'severity', 'source']);
  const [fix] = await client.fixes('entry.sh', finding);
  assert.equal(fix?.isPreferred, undefined);
  assert.equal(fix?.edit?.documentChanges, undefined);
  assert.equal(applied(SCRIPT, fix?.edit?.changes?.[client.uri('entry.sh')]), EXEC_SCRIPT);
  const [unsafe] = await client.fixes('pod.yaml', await client.finding('pod.yaml', 'grace-zero'));
  assert.match(unsafe?.title ?? '', / \(review\)$/);
});

test('offers the only safe fix of a finding as the preferred one, and it repairs', async (t) => {
  const client = await clientFor(t, { Dockerfile: SHELL_FORM });
  await client.open('Dockerfile');
  const finding = await client.finding('Dockerfile', 'shell-form-pid1');
  const [fix, ...others] = await client.fixes('Dockerfile', finding);
  assert.equal(fix?.isPreferred, true);
  assert.equal(others.filter(({ isPreferred }) => isPreferred).length, 0);
  assert.deepEqual(fix?.diagnostics, [finding]);
  const [change] = fix?.edit?.documentChanges ?? [];
  assert.deepEqual(change && 'textDocument' in change && change.textDocument, {
    uri: client.uri('Dockerfile'),
    version: 1,
  });
  const fixed = applied(SHELL_FORM, editsOf(fix ?? {}).get(client.uri('Dockerfile')));
  assert.equal(fixed, EXEC_FORM);
  await client.edit('Dockerfile', fixed);
  assert.deepEqual(await client.rules('Dockerfile'), []);
});

test('offers one thing only where a client would take all at once', async (t) => {
  const codeAction = { codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'refactor', 'source'] } } };
  const client = await clientFor(t, { Dockerfile: SHELL_FORM }, { capabilities: { textDocument: { codeAction } } });
  const finding = await client.finding('Dockerfile', 'shell-form-pid1');
  const titles = (await client.fixes('Dockerfile', finding)).map(({ title }) => title);
  assert.deepEqual(titles, ['Use the exec form']);
  const menu = (await client.actions('Dockerfile', finding.range)).map(({ title }) => title);
  assert.deepEqual(menu, ['Use the exec form', 'Ignore shell-form-pid1 here, with a reason']);
});

test('an unsafe fix waits for a look where the client can ask for one', async (t) => {
  const client = await clientFor(t, { 'pod.yaml': POD });
  const finding = await client.finding('pod.yaml', 'grace-zero');
  const [fix] = await client.fixes('pod.yaml', finding);
  assert.ok(fix?.edit?.changeAnnotations);
  const [[id, annotation] = []] = Object.entries(fix.edit.changeAnnotations);
  assert.equal(annotation?.needsConfirmation, true);
  assert.equal(annotation?.label, fix.title);
  assert.ok(
    fix.edit.documentChanges?.every(
      (change) => 'edits' in change && change.edits.every((edit) => 'annotationId' in edit && edit.annotationId === id),
    ),
  );
  assert.equal(fix.isPreferred, undefined);
});

test('a fix that was made for another text is not offered, or made anew', async (t) => {
  const client = await clientFor(t, { Dockerfile: STARTS_SCRIPT, 'entry.sh': SCRIPT });
  await client.open('entry.sh');
  const finding = await client.finding('entry.sh', 'script-missing-exec');
  const longer = SCRIPT.replace('"$@"', '"$@" --verbose');
  await client.edit('entry.sh', longer);
  // The same finding, though its range is another: the command is longer.
  const [anew] = await client.fixes('entry.sh', finding);
  assert.equal(applied(longer, editsOf(anew ?? {}).get(client.uri('entry.sh'))), longer.replace('node', 'exec node'));
  await client.edit('entry.sh', EXEC_SCRIPT);
  assert.deepEqual(await client.fixes('entry.sh', finding), []);
  // Its data is outdated, its range is not.
  await client.edit('entry.sh', `${SCRIPT}# the end\n`);
  const [fix] = await client.fixes('entry.sh', finding);
  assert.equal(
    applied(`${SCRIPT}# the end\n`, editsOf(fix ?? {}).get(client.uri('entry.sh'))),
    `${EXEC_SCRIPT}# the end\n`,
  );
});

test('offers what was asked for, where it was asked for', async (t) => {
  const client = await clientFor(t, { Dockerfile: SHELL_FORM });
  const finding = await client.finding('Dockerfile', 'shell-form-pid1');
  const kinds = async (range: Range, only?: string[], diagnostics: Diagnostic[] = []) =>
    new Set(
      (await client.actions('Dockerfile', range, { diagnostics, ...(only && { only }) })).map(({ kind }) => kind),
    );
  assert.deepEqual(await kinds(LINE(2)), new Set(['quickfix']));
  assert.deepEqual(await kinds(LINE(2), undefined, [finding]), new Set(['quickfix']));
  assert.deepEqual(await kinds(LINE(0), undefined, [finding]), new Set());
  assert.deepEqual(await kinds(LINE(0)), new Set());
  assert.deepEqual(await kinds(LINE(2), ['refactor']), new Set());
  assert.deepEqual(await kinds(LINE(2), ['quickfix']), new Set(['quickfix']));
  assert.deepEqual(await kinds(LINE(0), ['source']), new Set(['source.fixAll.softstop']));
  assert.deepEqual(await kinds(LINE(0), ['source.fixAll']), new Set(['source.fixAll.softstop']));
  assert.deepEqual(await kinds(LINE(0), ['source.fixAll.softstop']), new Set(['source.fixAll.softstop']));
  assert.deepEqual(await kinds(LINE(0), ['source.fixAll.eslint']), new Set());
  assert.deepEqual(await kinds(LINE(2), undefined, [{ ...finding, source: 'hadolint' }]), new Set());
  const { source: _, ...bare } = finding;
  assert.deepEqual(await kinds(LINE(2), undefined, [bare]), new Set(['quickfix']), 'some clients leave it out');
});

test('applies all safe fixes of a file, and only those', async (t) => {
  const script = SCRIPT.replace('set -e\n', '')
    .replace('#!/bin/sh', '#!/bin/sh\r')
    .replaceAll('\n', '\r\n')
    .replaceAll('\r\r', '\r');
  const client = await clientFor(t, {
    Dockerfile: STARTS_SCRIPT,
    'entry.sh': SCRIPT,
    'pod.yaml': POD,
    'crlf/entry.sh': script,
  });
  const fixAll = (name: string) => client.actions(name, EVERYWHERE, { only: ['source.fixAll.softstop'] });
  const [action] = await fixAll('entry.sh');
  assert.equal(applied(SCRIPT, editsOf(action ?? {}).get(client.uri('entry.sh'))), EXEC_SCRIPT);
  assert.deepEqual(await fixAll('Dockerfile'), []);
  assert.deepEqual(await fixAll('pod.yaml'), [], 'its only fix is unsafe');
});

test('ignores a finding where the user says why', async (t) => {
  const continued = SHELL_FORM.replace('CMD /srv/server', 'CMD \\\n  /srv/server');
  const client = await clientFor(t, {
    Dockerfile: STARTS_SCRIPT,
    'entry.sh': SCRIPT,
    'b/Dockerfile': continued,
    'pod.yaml': POD,
  });
  const ignore = async (name: string, rule: string) => {
    const actions = await client.fixes(name, await client.finding(name, rule));
    return actions.find(({ title }) => title === `Ignore ${rule} here, with a reason`);
  };
  for (const [name, rule] of [
    ['entry.sh', 'script-missing-exec'],
    ['b/Dockerfile', 'shell-form-pid1'],
    ['pod.yaml', 'grace-zero'],
  ] as const) {
    const action = await ignore(name, rule);
    const [edit] = editsOf(action ?? {}).get(client.uri(name)) ?? [];
    assert.match(edit?.newText ?? '', new RegExp(`^ *# softstop-ignore: ${rule} -- \\$\\{1:say why\\}\\n$`));
    const text = client.text(name);
    await client.open(name);
    await client.edit(name, applied(text, edit && [{ ...edit, newText: edit.newText.replace(/\$\{1:(.*)\}/, '$1') }]));
    assert.deepEqual(await client.rules(name), []);
    assert.equal(edit?.range.start.character, 0);
  }
});

test('a file that a server reads is judged as it is typed', async (t) => {
  const text = '[global]\ndaemonize = no\n';
  const client = await clientFor(t, {
    Dockerfile: 'FROM php:8.3-fpm\nCOPY zz.conf /usr/local/etc/php-fpm.d/\n',
    'zz.conf': text,
    'other.conf': text,
  });
  await client.open('zz.conf');
  assert.deepEqual(await client.rules('zz.conf'), ['fpm-no-control-timeout']);
  assert.deepEqual(await client.rules('other.conf'), [], 'no container reads it');
  const hovered = await client.connection.sendRequest<{ contents: { value: string } } | null>('textDocument/hover', {
    textDocument: { uri: client.uri('zz.conf') },
    position: { line: 0, character: 3 },
  });
  assert.match(hovered?.contents.value ?? '', /get no time/);
  const actions = await client.fixes('zz.conf', await client.finding('zz.conf', 'fpm-no-control-timeout'));
  const [ignore] = actions.filter(({ title }) => title.startsWith('Ignore'));
  const [edit] = editsOf(ignore ?? {}).get(client.uri('zz.conf')) ?? [];
  assert.match(
    edit?.newText ?? '',
    /^; softstop-ignore: fpm-no-control-timeout -- /,
    'php-fpm refuses any other comment',
  );
  await client.edit('zz.conf', `${text}process_control_timeout = 20s\n`);
  assert.deepEqual(await client.rules('zz.conf'), []);
  await client.edit(
    'zz.conf',
    applied(text, edit && [{ ...edit, newText: edit.newText.replace(/\$\{1:(.*)\}/, '$1') }]),
  );
  assert.deepEqual(await client.rules('zz.conf'), []);
});

test('where a file can hold no comment, there is no way to ignore in it', async (t) => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'web', image: 'nginx:1.27' }] },
  };
  const client = await clientFor(t, { 'pod.json': JSON.stringify(pod, null, 2) });
  const finding = await client.finding('pod.json', 'grace-zero');
  const titles = (await client.fixes('pod.json', finding)).map(({ title }) => title);
  assert.ok(titles.length > 0);
  assert.ok(titles.every((title) => !title.startsWith('Ignore')));
});

test('asks the client to look again when a script changes, comes or goes', async (t) => {
  const client = await clientFor(t, { Dockerfile: STARTS_SCRIPT });
  assert.deepEqual(
    client.registered.find(({ method }) => method === 'workspace/didChangeWatchedFiles')?.registerOptions ??
      (await client.until(() => client.registered.find(({ method }) => method === 'workspace/didChangeWatchedFiles')))
        .registerOptions,
    { watchers: [{ globPattern: '**/*' }] },
  );
  await client.open('Dockerfile');
  await client.open('entry.sh', SCRIPT);
  assert.deepEqual(await client.rules('entry.sh'), ['script-missing-exec'], 'what is open counts, written or not');
  await client.close('entry.sh');
  assert.deepEqual(await client.rules('entry.sh'), []);
  await client.write('entry.sh', SCRIPT, 'created');
  assert.deepEqual(await client.rules('entry.sh'), ['script-missing-exec']);
  await client.write('entry.sh', EXEC_SCRIPT);
  assert.deepEqual(await client.rules('entry.sh'), []);
  await client.write('entry.sh', SCRIPT);
  assert.deepEqual(await client.rules('entry.sh'), ['script-missing-exec']);
  await client.remove('entry.sh');
  assert.deepEqual(await client.rules('entry.sh'), []);
});

test('tells of an open document whose findings changed with another file', async (t) => {
  const client = await clientFor(t, { Dockerfile: STARTS_SCRIPT, 'entry.sh': SCRIPT });
  await client.open('entry.sh');
  assert.deepEqual(await client.rules('entry.sh'), ['script-missing-exec']);
  assert.equal(client.refreshes, 0);
  await client.write('Dockerfile', STARTS_SCRIPT.replace('ENTRYPOINT ["/entry.sh"]', 'CMD ["node", "server.js"]'));
  await client.until(() => client.refreshes || undefined);
  assert.deepEqual(await client.rules('entry.sh'), []);
  // What the client itself has edited, it asks for without being told.
  await client.edit('entry.sh', `${SCRIPT}#\n`);
  assert.deepEqual(await client.rules('entry.sh'), []);
  assert.equal(client.refreshes, 1);
});

test('what happens to a folder happens to what is in it', async (t) => {
  const client = await clientFor(t, { 'app/Dockerfile': STARTS_SCRIPT, 'app/entry.sh': SCRIPT });
  assert.deepEqual(await client.rules('app/entry.sh'), ['script-missing-exec']);
  renameSync(new URL(client.uri('app')), new URL(client.uri('web')));
  await client.tell('app', 'deleted');
  await client.tell('web', 'created');
  assert.deepEqual(rulesIn(client, await client.pullWorkspace()), { 'web/entry.sh': ['script-missing-exec'] });
  await client.remove('web');
  assert.deepEqual(rulesIn(client, await client.pullWorkspace()), {});
});

test('looks at a file that is added, unless it belongs to a tool or git ignores it', async (t) => {
  const client = await clientFor(t, { '.gitignore': 'build/\n' });
  assert.deepEqual(rulesIn(client, await client.pullWorkspace()), {});
  for (const name of ['jobs/Dockerfile', 'build/Dockerfile', 'node_modules/x/Dockerfile']) {
    await client.write(name, SHELL_FORM, 'created');
  }
  await client.tell('build', 'created');
  assert.deepEqual(rulesIn(client, await client.pullWorkspace()), { 'jobs/Dockerfile': ['shell-form-pid1'] });
  await client.write('.gitignore', '');
  assert.deepEqual(rulesIn(client, await client.pullWorkspace()), {
    'build/Dockerfile': ['shell-form-pid1'],
    'jobs/Dockerfile': ['shell-form-pid1'],
  });
});

test('an open document wins over its file until it is closed', async (t) => {
  const client = await clientFor(t, { Dockerfile: SHELL_FORM });
  await client.open('Dockerfile', EXEC_FORM);
  assert.deepEqual(await client.rules('Dockerfile'), []);
  await client.write('Dockerfile', `${SHELL_FORM}# touched\n`);
  assert.deepEqual(await client.rules('Dockerfile'), []);
  await client.close('Dockerfile');
  assert.deepEqual(await client.rules('Dockerfile'), ['shell-form-pid1']);
});

test('a document whose file was deleted is no file, until it is edited or saved', async (t) => {
  const client = await clientFor(t, { Dockerfile: SHELL_FORM });
  await client.open('Dockerfile');
  await client.remove('Dockerfile');
  assert.deepEqual(await client.rules('Dockerfile'), []);
  await client.edit('Dockerfile', `${SHELL_FORM}# edited\n`);
  assert.deepEqual(await client.rules('Dockerfile'), ['shell-form-pid1']);
  await client.tell('Dockerfile', 'deleted');
  await client.write('Dockerfile', EXEC_FORM, 'created');
  assert.deepEqual(await client.rules('Dockerfile'), ['shell-form-pid1']);
});

test('takes in edits piece by piece', async (t) => {
  const client = await clientFor(t, { Dockerfile: SHELL_FORM });
  await client.open('Dockerfile');
  const { range } = await client.finding('Dockerfile', 'shell-form-pid1');
  await client.edit('Dockerfile', '["/srv/server"]', range);
  assert.deepEqual(await client.rules('Dockerfile'), []);
  await client.edit('Dockerfile', '/srv/sérver 😀', {
    start: range.start,
    end: { line: range.start.line, character: 19 },
  });
  const { range: wide } = await client.finding('Dockerfile', 'shell-form-pid1');
  assert.deepEqual(wide, {
    start: range.start,
    end: { line: range.start.line, character: range.start.character + 14 },
  });
});

test('counts columns as editors do where a file begins with a byte order mark', async (t) => {
  const client = await clientFor(t, {
    'pod.json': `\uFEFF{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web"},"spec":{"terminationGracePeriodSeconds":0,"containers":[{"name":"web","image":"nginx:1.27"}]}}`,
  });
  const onDisk = await client.finding('pod.json', 'grace-zero');
  await client.open('pod.json', client.text('pod.json').slice(1));
  assert.deepEqual((await client.finding('pod.json', 'grace-zero')).range, onDisk.range);
});

test('reads the settings that the client has, and hears when they change', async (t) => {
  const off = { rules: { 'shell-form-pid1': 'off' } };
  const client = await clientFor(
    t,
    { Dockerfile: SHELL_FORM },
    { settings: { ...off, endpointLagSeconds: null, trace: { server: 'off' } } },
  );
  await client.open('Dockerfile');
  assert.deepEqual(await client.rules('Dockerfile'), []);
  client.settings = {};
  await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
  await client.until(() => client.refreshes || undefined);
  assert.deepEqual(await client.rules('Dockerfile'), ['shell-form-pid1']);
  assert.deepEqual(client.shown, []);
  assert.ok(client.registered.some(({ method }) => method === 'workspace/didChangeConfiguration'));
});

test('takes settings that a client sends along', async (t) => {
  const off = { rules: { 'shell-form-pid1': 'off' } };
  const { workspace, ...rest } = EVERYTHING;
  const capabilities = { ...rest, workspace: { ...workspace, configuration: false } };
  const client = await clientFor(t, { Dockerfile: SHELL_FORM }, { capabilities, initializationOptions: off });
  assert.deepEqual(await client.rules('Dockerfile'), []);
  await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: { softstop: {} } });
  assert.deepEqual(await client.rules('Dockerfile'), ['shell-form-pid1']);
  await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: off });
  assert.deepEqual(await client.rules('Dockerfile'), []);
});

test('says what is wrong with settings: where it stands, or once in a message', async (t) => {
  const client = await clientFor(
    t,
    { Dockerfile: SHELL_FORM, '.softstop.yaml': 'rules:\n  no-such-rule: off\n' },
    { settings: { rules: { 'nor-this-one': 'off' } } },
  );
  const [wrong, ...others] = await client.pull('.softstop.yaml');
  assert.deepEqual(others, []);
  assert.equal(wrong?.code, 'configuration');
  assert.equal(wrong?.source, 'softstop');
  assert.equal(wrong?.range.start.line, 1);
  assert.match(wrong?.message.toString() ?? '', /no-such-rule/);
  await client.write('Dockerfile', EXEC_FORM);
  await client.pull('Dockerfile');
  assert.equal(client.shown.length, 1);
  assert.match(client.shown[0] ?? '', /^Softstop: .*nor-this-one/);
});

test('obeys a .softstop.yaml as soon as it is there', async (t) => {
  const client = await clientFor(t, { 'a/Dockerfile': SHELL_FORM, 'b/Dockerfile': SHELL_FORM });
  await client.pull('a/Dockerfile');
  await client.write('a/.softstop.yaml', 'rules:\n  shell-form-pid1: off\n', 'created');
  assert.deepEqual(rulesIn(client, await client.pullWorkspace()), { 'b/Dockerfile': ['shell-form-pid1'] });
  await client.open('a/.softstop.yaml', 'rules:\n  shell-form-pid1: hint\n');
  assert.equal((await client.finding('a/Dockerfile', 'shell-form-pid1')).severity, 4);
});

test('follows folders that are added and removed', async (t) => {
  const other = folderOf(t, { Dockerfile: SHELL_FORM });
  const client = await clientFor(t, { Dockerfile: SHELL_FORM });
  const reported = async () => (await client.pullWorkspace()).items.map(({ uri }) => uri).sort();
  assert.deepEqual(await reported(), [client.uri('Dockerfile')]);
  const change = (event: object) =>
    client.connection.sendNotification('workspace/didChangeWorkspaceFolders', { event });
  await change({ added: [{ uri: uriOf(other), name: 'other' }], removed: [] });
  assert.deepEqual(await reported(), [client.uri('Dockerfile'), uriOf(other, 'Dockerfile')].sort());
  await change({ added: [], removed: [{ uri: client.uri(''), name: 'first' }] });
  assert.deepEqual(await reported(), [uriOf(other, 'Dockerfile')]);
});

test('looks at a document without a file, and at one outside of the workspace, by itself', async (t) => {
  const outside = folderOf(t, { Dockerfile: STARTS_SCRIPT, 'entry.sh': SCRIPT });
  const client = await clientFor(t, { Dockerfile: STARTS_SCRIPT, 'entry.sh': SCRIPT });
  await client.openUri('untitled:Untitled-1', SHELL_FORM, 'dockerfile');
  await client.openUri('untitled:Untitled-2', SHELL_FORM, 'dockerfile');
  const [finding] = await client.pullUri('untitled:Untitled-2');
  assert.equal(finding?.code, 'shell-form-pid1');
  const params = {
    textDocument: { uri: 'untitled:Untitled-2' },
    range: LINE(2),
    context: { diagnostics: finding ? [finding] : [] },
  };
  const [fix] = await client.connection.sendRequest<{ edit: object }[]>('textDocument/codeAction', params);
  assert.deepEqual([...editsOf(fix ?? {}).keys()], ['untitled:Untitled-2']);
  await client.openUri('untitled:Untitled-3', 'odd', 'no-such-language');
  assert.deepEqual(await client.pullUri('untitled:Untitled-3'), []);
  await client.openUri(uriOf(outside, 'Dockerfile'), SHELL_FORM, 'dockerfile');
  assert.equal((await client.pullUri(uriOf(outside, 'Dockerfile'))).length, 1);
  assert.deepEqual(await client.pullUri(uriOf(outside, 'entry.sh')), []);
  // A file is no other file that has the same path in a version control system.
  await client.openUri(`git:${new URL(client.uri('Dockerfile')).pathname}?ref`, EXEC_FORM, 'dockerfile');
  assert.deepEqual(await client.rules('entry.sh'), ['script-missing-exec']);
});

test("paths with odd letters in them keep the client's spelling", async (t) => {
  const name = 'a b/é%20#?/Dockerfile';
  const client = await clientFor(t, { [name]: SHELL_FORM });
  const uri = uriOf(path.dirname(new URL(client.uri('x')).pathname), name);
  const { items } = await client.pullWorkspace();
  assert.deepEqual(
    items.map((item) => new URL(item.uri).pathname),
    [new URL(uri).pathname],
  );
  await client.openUri(uri, EXEC_FORM, 'dockerfile');
  assert.deepEqual(await client.pullUri(uri), []);
});

test('explains what is under the cursor', async (t) => {
  const client = await clientFor(t, { Dockerfile: SHELL_FORM });
  const ask = (one: LanguageClient, line: number) =>
    one.connection.sendRequest<{ contents: { kind: string; value: string } } | null>('textDocument/hover', {
      textDocument: { uri: one.uri('Dockerfile') },
      position: { line, character: 1 },
    });
  const shown = await ask(client, 2);
  assert.equal(shown?.contents.kind, 'markdown');
  assert.match(shown?.contents.value ?? '', /SIGTERM/);
  assert.equal(await ask(client, 1), null);
  const plain = await clientFor(t, { Dockerfile: SHELL_FORM }, { capabilities: {} });
  const text = await ask(plain, 2);
  assert.equal(text?.contents.kind, 'plaintext');
  assert.doesNotMatch(text?.contents.value ?? '`', /[`*]/);
});

test('remarks on lines, and draws the timeline for a client that shows it', async (t) => {
  const pod = POD.replace('Seconds: 0', 'Seconds: 30').replace(
    'nginx:1.27',
    'nginx:1.27\n      command: ["sh", "-c", "exec x"]',
  );
  const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n';
  const folder = folderOf(t, { 'pod.yaml': pod, 'all.yaml': `${map}---\n${pod}`, Dockerfile: SHELL_FORM });
  const able = { ...EVERYTHING, experimental: { softstop: { status: true, timeline: true } } };
  const client = await startClient(t, folder, { capabilities: able });
  const textDocument = { uri: client.uri('pod.yaml') };
  const hints = await client.connection.sendRequest(InlayHintRequest.type, { textDocument, range: EVERYWHERE });
  assert.deepEqual(
    hints?.map(({ label, position }) => [label, position.line]),
    [['PID 1: x', 9]],
  );
  const above = { start: { line: 0, character: 0 }, end: { line: 8, character: 0 } };
  assert.deepEqual(await client.connection.sendRequest(InlayHintRequest.type, { textDocument, range: above }), []);
  const [lens] = (await client.connection.sendRequest(CodeLensRequest.type, { textDocument })) ?? [];
  assert.equal(lens?.command?.command, 'softstop.showTimeline');
  const [uri, position] = lens.command.arguments ?? [];
  const drawn = await client.connection.sendRequest<{ title: string; svg: string } | null>('softstop/timeline', {
    textDocument: { uri },
    position,
  });
  assert.equal(drawn?.title, 'How web stops');
  assert.match(drawn.svg, /^<svg /);
  const start = { line: 0, character: 0 };
  assert.deepEqual(
    await client.connection.sendRequest('softstop/timeline', { textDocument, position: start }),
    drawn,
    'where nothing is about a pod, the nearest one is shown',
  );
  const alone = { textDocument: { uri: client.uri('Dockerfile') }, position: start };
  assert.equal(await client.connection.sendRequest('softstop/timeline', alone), null);
  const all = client.uri('all.yaml');
  const [inThird, ...others] =
    (await client.connection.sendRequest(CodeLensRequest.type, { textDocument: { uri: all } })) ?? [];
  assert.deepEqual([inThird?.range.start.line, others], [4 + 7, []]);
  const unable = await startClient(t, folder);
  assert.equal(unable.initialized.capabilities.codeLensProvider, undefined);
});

test('offers what may be written, as the client can take it', async (t) => {
  const folder = folderOf(t, { Dockerfile: 'FROM nginx:1.27\nSTOPSIGNAL S\n' });
  const ask = async (client: LanguageClient) => {
    await client.open('Dockerfile');
    const textDocument = { uri: client.uri('Dockerfile') };
    const position = { line: 1, character: 12 };
    return client.connection.sendRequest<CompletionList>('textDocument/completion', { textDocument, position });
  };
  const { items } = await ask(await startClient(t, folder));
  const [first] = items;
  assert.equal(first?.label, 'SIGQUIT');
  assert.deepEqual(first?.textEdit, {
    range: { start: { line: 1, character: 11 }, end: { line: 1, character: 12 } },
    newText: 'SIGQUIT',
  });
  assert.deepEqual(first?.documentation, { kind: 'markdown', value: '`nginx` finishes its work on it, then ends.' });
  const plain = await ask(await startClient(t, folder, { capabilities: {} }));
  assert.equal(plain.items[0]?.documentation, 'nginx finishes its work on it, then ends.');
});

test('leads from a Dockerfile through supervisord to its programs, by links and as a call hierarchy', async (t) => {
  const client = await clientFor(t, {
    Dockerfile:
      'FROM debian:12-slim\nCOPY supervisord.conf /etc/\nCOPY run.sh /\nENTRYPOINT ["tini", "--"]\nCMD ["supervisord", "-n", "-c", "/etc/supervisord.conf"]\n',
    'supervisord.conf':
      "[program:web]\ncommand=nginx -g 'daemon off;'\nstopsignal=QUIT\n\n[program:worker]\ncommand=/run.sh\n",
    'run.sh': '#!/bin/sh\nexec celery worker\n',
  });
  const links = async (name: string) => {
    const textDocument = { uri: client.uri(name) };
    const found = await client.connection.sendRequest(DocumentLinkRequest.type, { textDocument });
    return found?.map(({ range, target = '' }) => [range.start.line, client.nameOf(target)]);
  };
  assert.deepEqual(await links('Dockerfile'), [[4, 'supervisord.conf']]);
  assert.deepEqual(await links('supervisord.conf'), [[5, 'run.sh']]);

  const prepare = (name: string, line: number) =>
    client.connection.sendRequest(CallHierarchyPrepareRequest.type, {
      textDocument: { uri: client.uri(name) },
      position: { line, character: 9 },
    });
  const below = async (item: CallHierarchyItem): Promise<readonly unknown[]> => {
    const calls = await client.connection.sendRequest(CallHierarchyOutgoingCallsRequest.type, { item });
    const inner = await Promise.all((calls ?? []).map(({ to }) => below(to)));
    return [`${client.nameOf(item.uri)}:${item.range.start.line} ${item.name}`, ...inner];
  };
  const [root] = (await prepare('Dockerfile', 4)) ?? [];
  assert.ok(root);
  const tree = [
    'Dockerfile:3 tini -- supervisord -n -c /etc/supervisord.conf',
    [
      'Dockerfile:4 supervisord -n -c /etc/supervisord.conf',
      ['supervisord.conf:1 nginx -g daemon off;'],
      ['run.sh:1 celery worker'],
    ],
  ];
  assert.deepEqual(await below(root), tree);
  const [same] = (await prepare('supervisord.conf', 2)) ?? [];
  assert.deepEqual(same && (await below(same)), tree);
});

test('leads from the manifest to the Dockerfile, from there to the script, and to what that sources', async (t) => {
  const client = await clientFor(t, {
    'api/Dockerfile': 'FROM debian:12-slim\nCOPY *.sh /\nENTRYPOINT ["/entry.sh"]\n',
    'api/entry.sh': '#!/bin/sh\n. /env.sh\nexec server\n',
    'api/env.sh': 'PORT=80\n',
    'pod.yaml': POD.replace('nginx:1.27', 'registry.example.com/shop/api:1'),
  });
  const links = async (name: string) => {
    const textDocument = { uri: client.uri(name) };
    const found = await client.connection.sendRequest(DocumentLinkRequest.type, { textDocument });
    return found?.map(({ range, target = '' }) => [range.start.line, client.nameOf(target)]);
  };
  assert.deepEqual(await links('pod.yaml'), [[8, 'api/Dockerfile']]);
  assert.deepEqual(await links('api/Dockerfile'), [[2, 'api/entry.sh']]);
  assert.deepEqual(await links('api/entry.sh'), [[1, 'api/env.sh']]);
  const textDocument = { uri: client.uri('api/Dockerfile') };
  const position = { line: 2, character: 15 };
  const found = await client.connection.sendRequest(DefinitionRequest.type, { textDocument, position });
  assert.ok(found && !Array.isArray(found));
  assert.equal(client.nameOf(found.uri), 'api/entry.sh');
  const nowhere = { textDocument, position: { line: 0, character: 0 } };
  assert.equal(await client.connection.sendRequest(DefinitionRequest.type, nowhere), null);
});

test('leads on from a document among others, and from a Compose file, and shows there who starts whom', async (t) => {
  const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n';
  const pod = (name: string) =>
    `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec:\n  containers:\n  - name: ${name}\n    image: shop/api\n    args: [worker, ${name}]\n`;
  const client = await clientFor(t, {
    'api/Dockerfile': 'FROM debian:12-slim\nCOPY *.sh /\nENTRYPOINT ["tini", "--", "/entry.sh"]\nCMD ["server"]\n',
    'api/entry.sh': '#!/bin/sh\n. /env.sh\nexec /srv/api "$@"\n',
    'api/env.sh': 'PORT=80\n',
    'all.yaml': [map, pod('a'), pod('b')].join('---\n'),
    'compose.yaml': 'services:\n  api:\n    build: ./api\n  other:\n    build: {context: api}\n    command: [other]\n',
  });
  const links = async (name: string) => {
    const textDocument = { uri: client.uri(name) };
    const found = await client.connection.sendRequest(DocumentLinkRequest.type, { textDocument });
    return found?.map(({ range, target = '' }) => [range.start.line, client.nameOf(target)]);
  };
  assert.deepEqual(await links('all.yaml'), [
    [10, 'api/Dockerfile'],
    [19, 'api/Dockerfile'],
  ]);
  assert.deepEqual(await links('compose.yaml'), [
    [1, 'api/Dockerfile'],
    [3, 'api/Dockerfile'],
  ]);
  const trees = async (name: string, line: number, character = 8) => {
    const textDocument = { uri: client.uri(name) };
    const roots = await client.connection.sendRequest(CallHierarchyPrepareRequest.type, {
      textDocument,
      position: { line, character },
    });
    const [root] = roots ?? [];
    const calls = root && (await client.connection.sendRequest(CallHierarchyOutgoingCallsRequest.type, { item: root }));
    const [call] = calls ?? [];
    const back =
      call && (await client.connection.sendRequest(CallHierarchyIncomingCallsRequest.type, { item: call.to }));
    assert.deepEqual(
      back?.map(({ from }) => from.name),
      root && [root.name],
    );
    return [root, call?.to].map((item) => item && `${client.nameOf(item.uri)}:${item.range.start.line} ${item.name}`);
  };
  const starts = (last: string) => [`api/Dockerfile:2 tini -- /entry.sh ${last}`, `api/entry.sh:2 /srv/api ${last}`];
  assert.deepEqual(await trees('all.yaml', 11), starts('worker a'));
  assert.deepEqual(await trees('all.yaml', 20), starts('worker b'));
  assert.deepEqual(await trees('compose.yaml', 1, 3), starts('server'));
  assert.deepEqual(await trees('compose.yaml', 3, 3), starts('other'));
});

test('shows the process tree of a container as who starts whom', async (t) => {
  const client = await startClient(t, exampleOf(t, 'passenger-procfile'));
  const textDocument = { uri: client.uri('Dockerfile') };
  const position = { line: 8, character: 3 };
  const roots = await client.connection.sendRequest(CallHierarchyPrepareRequest.type, { textDocument, position });
  const chain: string[] = [];
  const files: string[] = [];
  for (let item = roots?.[0]; item; ) {
    chain.push(item.name.split(' ')[0] ?? '');
    files.push(client.nameOf(item.uri));
    const calls = await client.connection.sendRequest(CallHierarchyOutgoingCallsRequest.type, { item });
    const next = calls?.[0]?.to;
    if (next) {
      const back = await client.connection.sendRequest(CallHierarchyIncomingCallsRequest.type, { item: next });
      assert.deepEqual(
        back?.map(({ from }) => from.name),
        [item.name],
      );
    }
    item = next;
  }
  const [init, sh, ...scripts] = ['/usr/bin/dumb-init', '/bin/sh', './script/entrypoint.sh', './script/appcontrol.sh'];
  assert.deepEqual(chain, [init, sh, ...scripts, init, 'passenger']);
  assert.deepEqual(files.slice(0, 4), ['Dockerfile', 'Dockerfile', 'Dockerfile', 'script/entrypoint.sh']);
  const stale = { ...roots?.[0], data: 'nonsense' } as CallHierarchyItem;
  assert.deepEqual(await client.connection.sendRequest(CallHierarchyOutgoingCallsRequest.type, { item: stale }), []);
});

test('nothing that is written in a file ends the server', async (t) => {
  const large = `# ${'x'.repeat(3 * 1024 * 1024)}\n${SHELL_FORM}`;
  const client = await clientFor(t, {
    'binary/Dockerfile': new Uint8Array([0x46, 0x52, 0x4f, 0x4d, 0, 0xff, 0xfe, 0x0a]),
    'latin1/Dockerfile': new Uint8Array([...Buffer.from(SHELL_FORM), 0x23, 0xe9]),
    'large/Dockerfile': large,
    'nul/pod.yaml': `kind: Pod\0\n${POD}`,
    'tabs/pod.yaml': '\tkind: {{ [Deployment\n  spec: "\n\0\n',
    'half/Dockerfile': 'FROM node:22\nCMD ["node", "ser',
    'empty/Dockerfile': '',
    'helm/templates/a.yaml': '{{ if .Values.x }}\nkind: {{ .Values.kind\n{{- end }\n',
    'json/package.json': '{"scripts": {"start": ',
    'loop/Dockerfile': 'FROM node:22\nCOPY a.sh /\nCMD ["/a.sh"]\n',
    'loop/a.sh': '#!/bin/sh\n. /a.sh\nexec /a.sh\n',
    'fine/Dockerfile': SHELL_FORM,
    '.softstop.yaml': 'rules: [\n',
  });
  const report = rulesIn(client, await client.pullWorkspace());
  assert.deepEqual(report['fine/Dockerfile'], ['shell-form-pid1']);
  for (const name of ['binary/Dockerfile', 'latin1/Dockerfile', 'large/Dockerfile'])
    assert.equal(report[name], undefined, name);
  const open: [string, string][] = [
    ['large/Dockerfile', large],
    ['binary/Dockerfile', 'FROM\0\uFFFD\n'],
    ['half/Dockerfile', 'FROM node:22\nCMD ["node", "ser'],
    ['tabs/pod.yaml', '\t\t- :\n  }{'],
    ['surrogates/Dockerfile', '\uD800FROM \uDFFF\r\rCMD\u2028'],
  ];
  for (const [name, text] of open) {
    await client.open(name, text);
    const found = await client.pull(name);
    const unreadable = name.startsWith('large') || name.startsWith('binary');
    assert.equal(
      found.some(({ code }) => code === 'file'),
      unreadable,
      name,
    );
    for (const method of ['textDocument/hover', 'textDocument/codeAction']) {
      const textDocument = { uri: client.uri(name) };
      const context = { diagnostics: found };
      await client.connection.sendRequest(method, {
        textDocument,
        position: { line: 99, character: 99 },
        range: EVERYWHERE,
        context,
      });
    }
    await client.edit(name, SHELL_FORM);
    assert.deepEqual(await client.rules(name.replace('tabs/pod.yaml', 'fine/Dockerfile')), ['shell-form-pid1']);
  }
  // Every beginning of a file, as it is while somebody types.
  await client.open('typed/Dockerfile', '');
  for (let end = 0; end <= STARTS_SCRIPT.length; end++) {
    await client.edit('typed/Dockerfile', STARTS_SCRIPT.slice(0, end));
    await client.pull('typed/Dockerfile');
  }
  assert.deepEqual(
    client.status.filter(({ state }) => state === 'error'),
    [],
  );
  assert.equal(await client.stop(), 0);
});

test('what the client sends amiss does no harm', async (t) => {
  const client = await clientFor(t, { Dockerfile: SHELL_FORM });
  const finding = await client.finding('Dockerfile', 'shell-form-pid1');
  for (const data of [7, null, 'x', {}, { fixes: 1, hashes: {} }, { fixes: [], hashes: { 'file:///x': 1 } }]) {
    const [fix] = await client.fixes('Dockerfile', { ...finding, data });
    assert.equal(applied(SHELL_FORM, editsOf(fix ?? {}).get(client.uri('Dockerfile'))), EXEC_FORM);
  }
  await client.edit('never-opened', 'x');
  await client.close('never-opened');
  assert.deepEqual(await client.pullUri('file:///no/such/file'), []);
  assert.deepEqual(await client.pullUri('nonsense %E0%A4%A'), []);
  assert.deepEqual(await client.rules('Dockerfile'), ['shell-form-pid1']);
});

test('a failure of its own is told where it can be shown, and ends nothing', async (t) => {
  const client = await clientFor(t, { Dockerfile: SHELL_FORM });
  const hover = { textDocument: { uri: client.uri('Dockerfile') } };
  assert.equal(await client.connection.sendRequest('textDocument/hover', hover), null, 'it has no position');
  const failed = await client.until(() => client.status.find(({ state }) => state === 'error'));
  assert.match(failed.message, /^Explaining failed: /);
  assert.match(client.log.at(-1) ?? '', /^Explaining failed: TypeError/);
  await client.write('Dockerfile', EXEC_FORM);
  assert.deepEqual(await client.rules('Dockerfile'), []);
  assert.equal(client.status.at(-1)?.state, 'ok');
});

test('gives way when a question is taken back', async (t) => {
  const client = await clientFor(t, { Dockerfile: SHELL_FORM });
  const source = new CancellationTokenSource();
  const params = { textDocument: { uri: client.uri('Dockerfile') } };
  const asked = client.connection.sendRequest('textDocument/diagnostic', params, source.token);
  source.cancel();
  await assert.rejects(asked, { code: LSPErrorCodes.RequestCancelled });
  assert.deepEqual(await client.rules('Dockerfile'), ['shell-form-pid1']);
});

test('shows how far the reading of a large workspace is', async (t) => {
  const folder = folderOf(t);
  for (let i = 0; i < 600; i++) write(folder, `k8s/${i}.yaml`, `# ${i}\n`);
  write(folder, 'Dockerfile', SHELL_FORM);
  const client = await startClient(t, folder);
  assert.deepEqual(rulesIn(client, await client.pullWorkspace()), { Dockerfile: ['shell-form-pid1'] });
  await client.until(() => client.progress.find(({ kind }) => kind === 'end'));
  const [first] = client.progress;
  assert.equal(first?.kind, 'begin');
  assert.match(first?.message ?? '', /601 files/);
  assert.deepEqual(
    client.status.map(({ state }) => state),
    ['busy', 'ok'],
  );
});

test('ends with 0 when it was told to shut down, else with 1', async (t) => {
  const folder = folderOf(t, { Dockerfile: SHELL_FORM });
  const clients = await Promise.all([startClient(t, folder), startClient(t, folder), startClient(t, folder)]);
  const [polite, hasty, gone] = clients;
  await polite?.pullWorkspace();
  assert.equal(await polite?.stop(), 0);
  assert.equal(await hasty?.exit(), 1);
  assert.equal(await gone?.vanish(), 1);
});
