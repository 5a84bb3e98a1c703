// "Ignore here, with a reason": a comment above a finding. Whether a line may hold one, the core is asked: a comment of no
// meaning must change nothing there, and the one that ignores must silence the finding and hide nothing else.
import {
  type CodeAction,
  CodeActionKind,
  type Diagnostic,
  TextDocumentEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import { type Analysis, analyze, applyEdits, type Edit, type Finding } from '../../shared/index.ts';
import { toEdits, toWorkspaceEdit, type View } from '../convert.ts';

/** Stands where the user's reason goes. */
const REASON = 'say why';

const tried = new WeakMap<Analysis, Map<string, Edit | undefined>>();

/** The action, where it would work. */
export function ignoreAction(view: View, analysis: Analysis, finding: Finding, diagnostic: Diagnostic): CodeAction[] {
  const edit = ignoreEdit(analysis, finding);
  if (!edit || !view.workspace.mayChange(edit.path)) return [];
  const plain = toWorkspaceEdit(view, toEdits(view, [edit]));
  return [
    {
      title: `Ignore ${finding.rule} here, with a reason`,
      kind: CodeActionKind.QuickFix,
      diagnostics: [diagnostic],
      edit: view.client.snippetEdits ? withSnippet(plain) : plain,
    },
  ];
}

/** The edit that inserts the comment; `undefined` where none would silence this finding and nothing else. */
function ignoreEdit(analysis: Analysis, finding: Finding): Edit | undefined {
  const { path, start, end } = finding.at;
  const known = tried.get(analysis) ?? new Map<string, Edit | undefined>();
  tried.set(analysis, known);
  const key = JSON.stringify([finding.rule, path, start, end]);
  if (!known.has(key)) known.set(key, findEdit(analysis, finding));
  return known.get(key);
}

function findEdit(analysis: Analysis, { rule, at: { path, start } }: Finding): Edit | undefined {
  const text = analysis.project.text(path);
  if (text === undefined || path.endsWith('.json')) return undefined;
  const lineStart = Math.max(text.lastIndexOf('\n', start - 1) + 1, firstOffset(text));
  const places = new Set([statementStart(text, lineStart), lineStart]);
  // php-fpm refuses a file with the other kind of comment.
  for (const mark of ['#', ';']) {
    for (const at of places) {
      const indent = /^[\t ]*/.exec(text.slice(at))?.[0] ?? '';
      const insert = (comment: string) => ({
        path,
        start: at,
        end: at,
        newText: `${indent}${mark} ${comment}${lineBreakOf(text)}`,
      });
      const edit = insert(`softstop-ignore: ${rule} -- ${REASON}`);
      if (changesNothing(analysis, text, insert('a remark')) && silences(analysis, text, edit, rule)) return edit;
    }
  }
  return undefined;
}

/** The first line of what is continued over several lines by a `\` at their ends (a Dockerfile may say it is a backquote). */
function statementStart(text: string, lineStart: number): number {
  let at = lineStart;
  while (at > firstOffset(text)) {
    const before = text.slice(0, at - 1);
    if (!/[\\`][\t ]*\r?$/.test(before.slice(-200))) break;
    at = Math.max(before.lastIndexOf('\n') + 1, firstOffset(text));
  }
  return at;
}

/** Behind the byte order mark. */
function firstOffset(text: string): number {
  return text.startsWith('\uFEFF') ? 1 : 0;
}

function lineBreakOf(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? '\n';
}

function changesNothing(analysis: Analysis, text: string, edit: Edit): boolean {
  const { findings, problems, containers, pods } = analysed(analysis, text, edit);
  return (
    names(findings) === names(analysis.findings) &&
    problems.length === analysis.problems.length &&
    containers.length === analysis.containers.length &&
    pods.length === analysis.pods.length
  );
}

/** Others may come to light: what the finding has masked. */
function silences(analysis: Analysis, text: string, edit: Edit, rule: string): boolean {
  const { findings, problems } = analysed(analysis, text, edit);
  const isOwn = (one: Finding) => one.rule === rule && one.at.path === edit.path;
  const now = new Set(findings.map(nameOf));
  return (
    findings.filter(isOwn).length < analysis.findings.filter(isOwn).length &&
    analysis.findings.every((one) => isOwn(one) || now.has(nameOf(one))) &&
    problems.length === analysis.problems.length
  );
}

function analysed(analysis: Analysis, text: string, edit: Edit): Analysis {
  return analyze(analysis.project.withTexts(new Map([[edit.path, applyEdits(text, [edit])]])), analysis);
}

function names(findings: readonly Finding[]): string {
  return findings.map(nameOf).sort().join('\n');
}

function nameOf({ rule, at, message }: Finding): string {
  return JSON.stringify([rule, at.path, message]);
}

/** The same edit, with the cursor left where the reason goes. */
function withSnippet(edit: WorkspaceEdit): WorkspaceEdit {
  const documentChanges = edit.documentChanges?.map((change) =>
    TextDocumentEdit.is(change) ? { ...change, edits: change.edits.map(toSnippet) } : change,
  );
  return documentChanges ? { documentChanges } : edit;
}

function toSnippet(edit: TextDocumentEdit['edits'][number]): TextDocumentEdit['edits'][number] {
  if (!('newText' in edit)) return edit;
  const value = edit.newText.replace(/[\\$}]/g, '\\$&').replace(REASON, `\${1:${REASON}}`);
  return { range: edit.range, snippet: { kind: 'snippet', value } };
}
