// `source.fixAll.softstop`: all safe fixes of a file as one edit, which may reach into other files.
import type { CodeAction } from 'vscode-languageserver';
import { type Analysis, applyEdits, type Edit, editsByPath } from '../../shared/index.ts';
import { toEdits, toWorkspaceEdit, type View } from '../convert.ts';
import { fixAll } from '../fixing.ts';

/** The kind by which an editor asks for it, on save for example. */
export const FIX_ALL = 'source.fixAll.softstop';

/** The action that repairs what can be repaired safely; none where that is nothing. */
export async function fixAllAction(view: View, analysis: Analysis, path: string): Promise<CodeAction[]> {
  const { workspace } = view;
  const { applied, texts } = await fixAll(analysis, (file) => workspace.read(file), {
    wants: ({ at }) => at.path === path,
    safeties: ['safe'],
    mayChange: (file) => workspace.mayChange(file),
  });
  if (applied.length === 0) return [];
  const direct = editsByPath(applied.flatMap(({ fix }) => fix.edits));
  const edits = [...texts].flatMap(([file, text]) =>
    editsBetween(file, view.project.text(file) ?? '', text, direct.get(file) ?? []),
  );
  const edit = toWorkspaceEdit(view, toEdits(view, edits));
  return [{ title: 'Apply all safe fixes of Softstop', kind: FIX_ALL, edit }];
}

/** The edits that turn one text into the other: the fixes' own, unless some were made for what others had left. */
function editsBetween(path: string, before: string, after: string, own: readonly Edit[]): readonly Edit[] {
  if (give(before, own) === after) return own;
  const old = before.split(/(?<=\n)/);
  const now = after.split(/(?<=\n)/);
  let head = 0;
  while (head < old.length && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < Math.min(old.length, now.length) - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  const start = old.slice(0, head).join('').length;
  const end = old.slice(0, old.length - tail).join('').length;
  return [{ path, start, end, newText: now.slice(head, now.length - tail).join('') }];
}

function give(text: string, edits: readonly Edit[]): string | undefined {
  try {
    return applyEdits(text, edits);
  } catch {
    return undefined; // they overlap
  }
}
