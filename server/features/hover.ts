// What a hover shows: how the container under the cursor stops, in words.
import type { Hover, HoverParams } from 'vscode-languageserver';
import { explainAt } from '../../shared/index.ts';
import type { Client } from '../clientCapabilities.ts';
import { toRange } from '../convert.ts';
import type { Workspace } from '../workspace.ts';
import { askedAt } from './askedAt.ts';

/** Answers `textDocument/hover`. */
export async function hover(workspace: Workspace, client: Client, params: HoverParams): Promise<Hover | null> {
  const { analysis, view, path, offset } = await askedAt(workspace, client, params);
  const explanation = offset === undefined ? undefined : explainAt(analysis, path, offset);
  if (!explanation) return null;
  const { at, markdown } = explanation;
  return {
    contents: client.markdownHover
      ? { kind: 'markdown', value: markdown }
      : { kind: 'plaintext', value: plain(markdown) },
    ...(at.path === path && { range: toRange(view, at) }),
  };
}

/** Markdown as it reads without its marks. */
function plain(markdown: string): string {
  return markdown
    .replace(/^```.*\n?/gm, '')
    .replace(/^#+ /gm, '')
    .replace(/\[([^\]]+)\]\([^)]+\)/g, '$1')
    .replace(/\*\*([^*]+)\*\*/g, '$1')
    .replace(/`([^`\n]+)`/g, '$1');
}
