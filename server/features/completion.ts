// What an editor offers while something is written: signals, times, hooks, settings, rules. What that is, the core knows.
import {
  type CompletionItem,
  CompletionItemKind,
  type CompletionList,
  type CompletionParams,
  InsertTextFormat,
  InsertTextMode,
} from 'vscode-languageserver';
import { type Completion, completionsAt } from '../../shared/index.ts';
import type { Client } from '../clientCapabilities.ts';
import { toRange } from '../convert.ts';
import type { Workspace } from '../workspace.ts';
import { askedAt } from './askedAt.ts';

const KIND: { readonly [K in Completion['kind']]: CompletionItemKind } = {
  value: CompletionItemKind.Value,
  key: CompletionItemKind.Property,
  block: CompletionItemKind.Snippet,
  rule: CompletionItemKind.EnumMember,
};

/** Answers `textDocument/completion`. */
export async function completion(
  workspace: Workspace,
  client: Client,
  params: CompletionParams,
): Promise<CompletionList | null> {
  const { analysis, view, path, offset } = await askedAt(workspace, client, params);
  const found = offset === undefined ? [] : completionsAt(analysis, path, offset);
  if (found.length === 0) return null;
  const items = found.map(
    ({ label, detail, documentation, at, newText, kind }, index): CompletionItem => ({
      label,
      kind: KIND[kind],
      detail: `${detail} (Softstop)`,
      ...(documentation && { documentation: documented(client, documentation) }),
      // In our order; of numbers, editors would make 60 come before 5.
      sortText: String(index).padStart(3, '0'),
      filterText: newText.split('\n')[0] ?? label,
      textEdit: { range: toRange(view, at), newText },
      insertTextFormat: InsertTextFormat.PlainText,
      // Its lines have their indentation already.
      ...(client.insertsAsIs && { insertTextMode: InsertTextMode.asIs }),
    }),
  );
  return { isIncomplete: false, items };
}

function documented(client: Client, text: string): NonNullable<CompletionItem['documentation']> {
  return client.markdownCompletion ? { kind: 'markdown', value: text } : text.replaceAll('`', '');
}
