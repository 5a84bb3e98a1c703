// The timeline of a stop as a picture beside the editor. The server draws it; this shows it.
import * as vscode from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';

const SHOW_TIMELINE = 'softstop.showTimeline';

interface Timeline {
  readonly title: string;
  readonly svg: string;
}

/** Registers the command: for a place that a code lens names, or for where the cursor is. */
export function registerTimeline(client: BaseLanguageClient): vscode.Disposable {
  let panel: vscode.WebviewPanel | undefined;
  return vscode.commands.registerCommand(SHOW_TIMELINE, async (uri?: string, position?: vscode.Position) => {
    const editor = vscode.window.activeTextEditor;
    const timeline = await client.sendRequest<Timeline | null>('softstop/timeline', {
      textDocument: { uri: uri ?? editor?.document.uri.toString() ?? '' },
      position: position ?? editor?.selection.active ?? { line: 0, character: 0 },
    });
    if (!timeline) {
      await vscode.window.showInformationMessage(
        'Softstop: nothing in this file takes part in stopping a pod or a service.',
      );
      return;
    }
    if (!panel) {
      const beside = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
      panel = vscode.window.createWebviewPanel('softstop.timeline', timeline.title, beside);
      panel.onDidDispose(() => {
        panel = undefined;
      });
    }
    panel.title = timeline.title;
    panel.webview.html = page(timeline.svg);
    panel.reveal(undefined, true);
  });
}

/** In the colours of the editor, and without any script. */
function page(svg: string): string {
  return `<!DOCTYPE html>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<body>${svg}<style>
svg { max-width: 100%; min-width: 30em; height: auto }
svg text, svg text.quiet { fill: var(--vscode-foreground) }
svg text.on { fill: #fff }
svg .ground { fill: transparent }
svg .mark { stroke: var(--vscode-foreground) }
</style></body>`;
}
