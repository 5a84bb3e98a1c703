// Between the core's types and those of the protocol. The only file that knows both.
import {
  type ChangeAnnotation,
  type CodeDescription,
  type Diagnostic,
  DiagnosticSeverity,
  type Location,
  type Position,
  type Range,
  type TextDocumentEdit,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import {
  type Edit,
  editsByPath,
  type Finding,
  type Fix,
  LineIndex,
  type Place,
  type Problem,
  type Project,
  type Safety,
  type Severity,
} from '../shared/index.ts';
import type { Client } from './clientCapabilities.ts';
import { hashOf } from './hash.ts';
import { columnOf, unitsOf } from './positionEncoding.ts';
import { rulePage } from './product.ts';
import type { Workspace } from './workspace.ts';

/** What places and edits are converted against: the files of one analysis, and their names and versions in the client. */
export interface View {
  readonly project: Project;
  readonly workspace: Workspace;
  readonly client: Client;
}

/** The name under which everything is reported. */
export const SOURCE = 'softstop';

const SEVERITY: { readonly [S in Severity]: DiagnosticSeverity } = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

const PROBLEM_SEVERITY: { readonly [K in Problem['kind']]: DiagnosticSeverity } = {
  configuration: DiagnosticSeverity.Warning,
  file: DiagnosticSeverity.Warning,
  internal: DiagnosticSeverity.Error,
};

/** Edits by the URI of the document that they change. */
export type EditsByUri = { readonly [uri: string]: readonly TextEdit[] };

/** A fix as it travels with a diagnostic. */
export interface CarriedFix {
  readonly title: string;
  readonly safety: Safety;
  readonly edits: EditsByUri;
}

/** What a diagnostic carries: its fixes, and by URI the hash of every text that they are made for. */
export interface FixData {
  readonly fixes: readonly CarriedFix[];
  readonly hashes: { readonly [uri: string]: string };
}

const lineIndexOf = (_path: string, text: string) => new LineIndex(text);

/** The position of an offset in a file. */
function toPosition(view: View, path: string, offset: number): Position {
  const { line, column } = view.project.derived(path, lineIndexOf)?.position(offset) ?? { line: 0, column: 0 };
  const hidden = line === 0 ? hiddenUnits(view, path) : 0;
  const before = view.project.text(path)?.slice(offset - column + hidden, offset) ?? '';
  return { line, character: unitsOf(before, view.client.encoding) };
}

/** The offset of a position in a file; `undefined` where its text is not known. */
export function toOffset(view: View, path: string, { line, character }: Position): number | undefined {
  const index = view.project.derived(path, lineIndexOf);
  if (index === undefined) return undefined;
  const hidden = line === 0 ? hiddenUnits(view, path) : 0;
  const start = index.offset({ line, column: hidden });
  const text = view.project.text(path)?.slice(start, index.offset({ line: line + 1, column: 0 })) ?? '';
  return index.offset({ line, column: hidden + columnOf(text, character, view.client.encoding) });
}

/** The byte order mark of a file on disk: editors keep it out of the text that they show and edit. */
function hiddenUnits({ project, workspace }: View, path: string): number {
  return workspace.document(path) === undefined && project.text(path)?.startsWith('\uFEFF') ? 1 : 0;
}

/** A place, as lines and columns of its file. */
export function toRange(view: View, place: Place): Range {
  const { path, start, end } = view.project.inFile(place);
  return { start: toPosition(view, path, start), end: toPosition(view, path, end) };
}

function toLocation(view: View, place: Place): Location {
  return { uri: view.workspace.uris.uriOf(place.path), range: toRange(view, place) };
}

/** A finding with everything that the client can take. */
export function toDiagnostic(view: View, finding: Finding): Diagnostic {
  const { client } = view;
  return {
    range: toRange(view, finding.at),
    severity: SEVERITY[finding.severity],
    source: SOURCE,
    code: finding.rule,
    message: finding.message,
    ...(client.codeDescription && { codeDescription: pageOf(finding.rule) }),
    ...(client.relatedInformation && {
      relatedInformation: finding.related.map(({ at, message }) => ({ location: toLocation(view, at), message })),
    }),
    ...(client.diagnosticData && finding.fixes.length > 0 && { data: toFixData(view, finding.fixes) }),
  };
}

function pageOf(rule: string): CodeDescription {
  return { href: rulePage(rule) };
}

/** A problem that a file has, or that Softstop has with it. */
export function problemToDiagnostic(view: View, { kind, message }: Problem, at: Place): Diagnostic {
  return { range: toRange(view, at), severity: PROBLEM_SEVERITY[kind], source: SOURCE, code: kind, message };
}

/** Fixes as they travel with a diagnostic. */
export function toFixData(view: View, fixes: readonly Fix[]): FixData {
  const paths = new Set(fixes.flatMap(({ edits }) => edits.map(({ path }) => path)));
  const hashes = [...paths].map((path) => [view.workspace.uris.uriOf(path), hashIn(view.project, path)]);
  return {
    fixes: fixes.map(({ title, safety, edits }) => ({ title, safety, edits: toEdits(view, edits) })),
    hashes: Object.fromEntries(hashes),
  };
}

/** Whether a diagnostic's fixes are there and made for the texts as they are now. */
export function isCurrent({ project, workspace }: View, data: unknown): data is FixData {
  const { fixes, hashes } = (data ?? {}) as Partial<FixData>;
  if (!Array.isArray(fixes) || typeof hashes !== 'object' || hashes === null) return false;
  return Object.entries(hashes).every(([uri, hash]) => hashIn(project, workspace.uris.pathOf(uri)) === hash);
}

const hashOfText = (_path: string, text: string) => hashOf(text);

function hashIn(project: Project, path: string): string | undefined {
  return project.derived(path, hashOfText);
}

/** Edits by the URIs of their files. */
export function toEdits(view: View, edits: readonly Edit[]): EditsByUri {
  const byUri = [...editsByPath(edits)].map(([path, some]): [string, TextEdit[]] => [
    view.workspace.uris.uriOf(path),
    some.map((edit) => ({ range: toRange(view, edit), newText: edit.newText })),
  ]);
  return Object.fromEntries(byUri);
}

/** An edit for the client to apply; with `review`, after a person has looked at it, where the client can ask. */
export function toWorkspaceEdit(
  { client, workspace }: View,
  edits: EditsByUri,
  review?: ChangeAnnotation,
): WorkspaceEdit {
  if (!client.documentChanges) {
    return { changes: Object.fromEntries(Object.entries(edits).map(([uri, some]) => [uri, [...some]])) };
  }
  const annotated = review !== undefined && client.changeAnnotations;
  const documentChanges = Object.entries(edits).map(
    ([uri, some]): TextDocumentEdit => ({
      textDocument: { uri, version: workspace.document(workspace.uris.pathOf(uri))?.version ?? null },
      edits: annotated ? some.map((edit) => ({ ...edit, annotationId: 'review' })) : [...some],
    }),
  );
  if (!annotated) return { documentChanges };
  return { documentChanges, changeAnnotations: { review } };
}
