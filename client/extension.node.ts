// The extension in desktop and remote VS Code: the server is a Node process of its own.
import type * as vscode from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import { start } from './start.ts';

export function activate(context: vscode.ExtensionContext): Promise<void> {
  const server = { module: context.asAbsolutePath('dist/server.js'), transport: TransportKind.ipc };
  return start(
    context,
    (options) => new LanguageClient('softstop', 'Softstop', { run: server, debug: server }, options),
  );
}
