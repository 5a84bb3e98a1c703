// The extension in VS Code for the web: the server is a worker.
import * as vscode from 'vscode';
import { LanguageClient } from 'vscode-languageclient/browser';
import { start } from './start.ts';

export function activate(context: vscode.ExtensionContext): Promise<void> {
  const worker = new Worker(vscode.Uri.joinPath(context.extensionUri, 'dist/browserServer.js').toString(true));
  return start(context, (options) => new LanguageClient('softstop', 'Softstop', worker, options));
}
