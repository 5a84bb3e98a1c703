// Where a client asks about something. Knows no feature.
import type { TextDocumentPositionParams } from 'vscode-languageserver';
import type { Analysis } from '../../shared/index.ts';
import type { Client } from '../clientCapabilities.ts';
import { toOffset, type View } from '../convert.ts';
import type { Workspace } from '../workspace.ts';

/** A place in the analysis of now. */
interface Asked {
  readonly analysis: Analysis;
  readonly view: View;
  readonly path: string;
  /** Absent where the text is not known. */
  readonly offset: number | undefined;
}

/** What a client's document and position mean. */
export async function askedAt(
  workspace: Workspace,
  client: Client,
  { textDocument, position }: TextDocumentPositionParams,
): Promise<Asked> {
  const analysis = await workspace.analysis();
  const view = { project: analysis.project, workspace, client };
  const path = workspace.uris.pathOf(textDocument.uri);
  return { analysis, view, path, offset: toOffset(view, path, position) };
}
