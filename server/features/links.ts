// Where the words of a file lead: the script that a Dockerfile starts, the file that a script sources, the Dockerfile of
// an image. As links to click, and as the definition of the word under the cursor.
import type { Definition, DefinitionParams, DocumentLink, DocumentLinkParams } from 'vscode-languageserver';
import { linksIn } from '../../shared/index.ts';
import type { Client } from '../clientCapabilities.ts';
import { toRange } from '../convert.ts';
import type { Workspace } from '../workspace.ts';
import { askedAt } from './askedAt.ts';

/** Answers `textDocument/documentLink`. */
export async function documentLinks(
  workspace: Workspace,
  client: Client,
  { textDocument }: DocumentLinkParams,
): Promise<DocumentLink[]> {
  const { project, containers } = await workspace.analysis();
  const view = { project, workspace, client };
  const links = linksIn(project, containers, workspace.uris.pathOf(textDocument.uri));
  return links.map(({ at, path }) => ({ range: toRange(view, at), target: workspace.uris.uriOf(path) }));
}

/** Answers `textDocument/definition`. */
export async function definition(
  workspace: Workspace,
  client: Client,
  params: DefinitionParams,
): Promise<Definition | null> {
  const { analysis, path, offset } = await askedAt(workspace, client, params);
  const link = linksIn(analysis.project, analysis.containers, path).find(
    ({ at }) => offset !== undefined && at.start <= offset && offset <= at.end,
  );
  if (!link) return null;
  const start = { line: 0, character: 0 };
  return { uri: workspace.uris.uriOf(link.path), range: { start, end: start } };
}
