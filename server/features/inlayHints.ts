// Remarks at the ends of lines: `PID 1: sh`, `15 s + 30 s > 30 s`.
import type { InlayHint, InlayHintParams } from 'vscode-languageserver';
import { hintsIn } from '../../shared/index.ts';
import type { Client } from '../clientCapabilities.ts';
import { toOffset, toRange } from '../convert.ts';
import type { Workspace } from '../workspace.ts';

/** Answers `textDocument/inlayHint`. */
export async function inlayHints(
  workspace: Workspace,
  client: Client,
  { textDocument, range }: InlayHintParams,
): Promise<InlayHint[]> {
  const analysis = await workspace.analysis();
  const view = { project: analysis.project, workspace, client };
  const path = workspace.uris.pathOf(textDocument.uri);
  const start = toOffset(view, path, range.start) ?? 0;
  const end = toOffset(view, path, range.end) ?? 0;
  return hintsIn(analysis, path)
    .filter(({ at }) => start <= at.end && at.end <= end)
    .map(({ at, label, tooltip }) => ({
      position: toRange(view, at).end,
      label,
      // Those who show hints show Markdown.
      tooltip: { kind: 'markdown', value: tooltip },
      paddingLeft: true,
    }));
}
