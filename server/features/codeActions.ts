// What a light bulb offers: the fixes of the findings in a range, a way to silence them, and all safe fixes of a file.
import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type Diagnostic,
  type Position,
  type Range,
} from 'vscode-languageserver';
import { type Analysis, type Finding, rules } from '../../shared/index.ts';
import type { Client } from '../clientCapabilities.ts';
import {
  type CarriedFix,
  isCurrent,
  SOURCE,
  toDiagnostic,
  toFixData,
  toRange,
  toWorkspaceEdit,
  type View,
} from '../convert.ts';
import type { Workspace } from '../workspace.ts';
import { FIX_ALL, fixAllAction } from './fixAll.ts';
import { ignoreAction } from './ignoreHere.ts';

/** Answers `textDocument/codeAction`. */
export async function codeActions(
  workspace: Workspace,
  client: Client,
  params: CodeActionParams,
): Promise<CodeAction[]> {
  const { only } = params.context;
  const analysis = await workspace.analysis();
  const view = { project: analysis.project, workspace, client };
  const path = workspace.uris.pathOf(params.textDocument.uri);
  const actions: CodeAction[] = [];
  if (!only || asks(only, CodeActionKind.QuickFix)) actions.push(...quickFixes(view, analysis, path, params));
  // Only on request: it takes several analyses, and most clients ask for actions at every move of the cursor.
  if (only && asks(only, FIX_ALL)) actions.push(...(await fixAllAction(view, analysis, path)));
  return actions;
}

/** Whether one of the kinds is this one or one that it belongs to. */
function asks(only: readonly string[], kind: string): boolean {
  return only.some((one) => one === '' || kind === one || kind.startsWith(`${one}.`));
}

/** Whether a diagnostic is one of Softstop's; some clients do not give back who has found it. */
function isOwn({ source, code }: Diagnostic): boolean {
  return source === SOURCE || (source === undefined && rules.some(({ id }) => id === code));
}

/** Safe fixes first, then those to look at, then the ways to silence. */
function quickFixes(view: View, analysis: Analysis, path: string, { range, context }: CodeActionParams): CodeAction[] {
  const there = analysis.findings.filter((finding) => finding.at.path === path);
  const shown = context.diagnostics.filter(isOwn);
  const diagnostics = context.diagnostics.length > 0 ? shown : there.map((finding) => toDiagnostic(view, finding));
  const safe: CodeAction[] = [];
  const unsafe: CodeAction[] = [];
  const ignores: CodeAction[] = [];
  for (const diagnostic of diagnostics.filter((one) => touch(one.range, range))) {
    const finding = findingOf(view, there, diagnostic);
    const fixes = carriedFixes(view, diagnostic, finding);
    const safeFixes = fixes.filter(({ safety }) => safety === 'safe');
    const isPreferred = view.client.preferredActions && safeFixes.length === 1;
    for (const fix of fixes) {
      if (fix.safety === 'safe')
        safe.push({ ...fixAction(view, diagnostic, fix), ...(isPreferred && { isPreferred }) });
      else unsafe.push(fixAction(view, diagnostic, fix));
    }
    if (finding) ignores.push(...ignoreAction(view, analysis, finding, diagnostic));
  }
  const all = merged([...safe, ...unsafe, ...ignores]);
  return view.client.takesAllActions && context.diagnostics.length > 0 ? all.slice(0, 1) : all;
}

/**
 * The finding that a diagnostic is about: at the same range, else the only one of its rule on that line. A client may give
 * back a range that it has shortened, or counted in its own way.
 */
function findingOf(view: View, there: readonly Finding[], { code, range }: Diagnostic): Finding | undefined {
  const candidates = there
    .filter(({ rule }) => rule === code)
    .map((finding) => ({ finding, at: toRange(view, finding.at) }));
  const exact = candidates.find(({ at }) => same(at, range));
  if (exact) return exact.finding;
  const [near, ...others] = candidates.filter(({ at }) => at.start.line === range.start.line);
  return others.length === 0 ? near?.finding : undefined;
}

/** A diagnostic's own fixes while their files are unchanged, else those of the same finding now. */
function carriedFixes(view: View, { data }: Diagnostic, finding: Finding | undefined): readonly CarriedFix[] {
  if (isCurrent(view, data)) return data.fixes;
  return finding ? toFixData(view, finding.fixes).fixes : [];
}

function fixAction(view: View, diagnostic: Diagnostic, { title, safety, edits }: CarriedFix): CodeAction {
  const unsafe = safety === 'unsafe';
  const description = rules.find(({ id }) => id === diagnostic.code)?.fixSafety;
  const review = unsafe ? { label: title, needsConfirmation: true, ...(description && { description }) } : undefined;
  return {
    title: unsafe && !view.client.changeAnnotations ? `${title} (review)` : title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    edit: toWorkspaceEdit(view, edits, review),
  };
}

/** The same offer for several findings is one offer. */
function merged(actions: readonly CodeAction[]): CodeAction[] {
  const byOffer = new Map<string, CodeAction>();
  for (const action of actions) {
    const key = JSON.stringify([action.title, action.edit]);
    const before = byOffer.get(key);
    const diagnostics = [...(before?.diagnostics ?? []), ...(action.diagnostics ?? [])];
    byOffer.set(key, { ...action, ...before, diagnostics });
  }
  return [...byOffer.values()];
}

function touch(a: Range, b: Range): boolean {
  return compare(a.start, b.end) <= 0 && compare(b.start, a.end) <= 0;
}

function same(a: Range, b: Range): boolean {
  return compare(a.start, b.start) === 0 && compare(a.end, b.end) === 0;
}

function compare(a: Position, b: Position): number {
  return a.line - b.line || a.character - b.character;
}
