// What both clients share: which documents the server hears of, and what people see of the server. Knows no transport.
import * as vscode from 'vscode';
import { type BaseLanguageClient, type LanguageClientOptions, State } from 'vscode-languageclient';
import { findFiles, readFile } from './files.ts';
import { registerTimeline } from './timelineView.ts';

const SHOW_OUTPUT = 'softstop.showOutput';

// VS Code starts the extension (activationEvents in package.json) in a workspace that holds a Dockerfile, a Compose file or
// a chart by its name, and with the first document of one of their languages. YAML is among them, since any YAML file may
// be a manifest; on all others the server is silent. JSON and scripts are not: alone, they start no container.
// A script that a container starts may be in any file; one without an extension and a first line to tell it by is taken for
// plain text.
const LANGUAGES = [
  'dockerfile',
  'dockercompose',
  'helm',
  'ini',
  'json',
  'jsonc',
  'nginx',
  'plaintext',
  'procfile',
  'properties',
  'shellscript',
  'yaml',
];
// Whatever language another extension gives them.
const PATTERNS = [
  '**/{Dockerfile,dockerfile,Containerfile}{,.*}',
  '**/*.{yaml,yml,json,sh,bash,ash,dash,ksh}',
  '**/Procfile*',
  // What servers read. Of programs, those by the usual names only.
  '**/*.{conf,conf.template,cfg,ini,properties,toml}',
  '**/{puma,gunicorn}*.{rb,py}',
  '**/{puma,gunicorn}/*.{rb,py}',
];

/** What the server tells of itself. */
interface Status {
  readonly state: 'ok' | 'error' | 'busy';
  readonly message: string;
}

/** Starts a client for this window; it is stopped when the extension is. */
export async function start(
  context: vscode.ExtensionContext,
  create: (options: LanguageClientOptions) => BaseLanguageClient,
): Promise<void> {
  const output = vscode.window.createOutputChannel('Softstop', { log: true });
  const documentSelector = selector();
  const client = create({ documentSelector, outputChannel: output });
  client.registerFeature({
    fillClientCapabilities: (capabilities) => {
      capabilities.experimental = { ...capabilities.experimental, softstop: { status: true, timeline: true } };
    },
    initialize: () => {},
    getState: () => ({ kind: 'static' }),
    clear: () => {},
  });
  client.onRequest<unknown, void>('softstop/readFile', readFile);
  client.onRequest<unknown, void>('softstop/findFiles', findFiles);

  const show = statusItem(context, documentSelector);
  client.onNotification('softstop/status', show);
  client.onDidChangeState(({ newState }) => {
    if (newState === State.Stopped) show({ state: 'error', message: 'the language server has stopped' });
  });
  context.subscriptions.push(
    output,
    vscode.commands.registerCommand(SHOW_OUTPUT, () => output.show()),
    registerTimeline(client),
    { dispose: () => void client.dispose() },
  );
  await client.start();
}

/** The documents of every file system that is open: not what is only shown, such as a file's older state. */
function selector(): { scheme: string; language?: string; pattern?: string }[] {
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.scheme);
  return [...new Set(['file', 'untitled', ...folders])].flatMap((scheme) => [
    ...LANGUAGES.map((language) => ({ scheme, language })),
    ...PATTERNS.map((pattern) => ({ scheme, pattern })),
  ]);
}

/** An entry in the language status of the documents that Softstop reads; gives the way to change it. */
function statusItem(context: vscode.ExtensionContext, documents: vscode.DocumentSelector): (status: Status) => void {
  const item = vscode.languages.createLanguageStatusItem('softstop', documents);
  context.subscriptions.push(item);
  item.name = 'Softstop';
  item.command = { command: SHOW_OUTPUT, title: 'Show Output' };
  const show = ({ state, message }: Status) => {
    item.busy = state === 'busy';
    item.severity = state === 'error' ? vscode.LanguageStatusSeverity.Error : vscode.LanguageStatusSeverity.Information;
    item.text = state === 'error' ? 'Softstop: something went wrong' : 'Softstop';
    item.detail = message;
  };
  show({ state: 'ok', message: '' });
  return show;
}
