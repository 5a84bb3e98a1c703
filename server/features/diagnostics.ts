// Findings and problems as diagnostics: for clients that ask, one document or the whole workspace at a time, and for
// clients that have to be told. A result id is a hash of what is reported, so equal reports have equal ids.
import type {
  CancellationToken,
  Connection,
  Diagnostic,
  DocumentDiagnosticParams,
  DocumentDiagnosticReport,
  ResultProgressReporter,
  WorkspaceDiagnosticParams,
  WorkspaceDiagnosticReport,
  WorkspaceDiagnosticReportPartialResult,
  WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver';
import { type Analysis, isCandidate, isMostlyData } from '../../shared/index.ts';
import type { Client } from '../clientCapabilities.ts';
import { problemToDiagnostic, toDiagnostic, type View } from '../convert.ts';
import { hashOf } from '../hash.ts';
import type { Workspace } from '../workspace.ts';

interface Report {
  readonly items: Diagnostic[];
  readonly resultId: string;
}

/** A request for the whole workspace that stays open to hear of changes. */
interface Listener {
  readonly known: Map<string, string>;
  readonly progress: ResultProgressReporter<WorkspaceDiagnosticReportPartialResult>;
  end(): void;
}

const NOTHING = toReport([]);

/** The diagnostics of one client. */
export class Diagnostics {
  readonly #connection: Connection;
  readonly #workspace: Workspace;
  readonly #client: Client;
  readonly #reports = new WeakMap<Analysis, ReadonlyMap<string, Report>>();
  /** What each open document was last answered, by URI. */
  readonly #answered = new Map<string, { readonly version: number | undefined; readonly resultId: string }>();
  /** The result ids of what was pushed, by URI. */
  readonly #published = new Map<string, string>();
  #listener: Listener | undefined;

  constructor(connection: Connection, workspace: Workspace, client: Client) {
    this.#connection = connection;
    this.#workspace = workspace;
    this.#client = client;
  }

  /** Answers `textDocument/diagnostic`. */
  async forDocument({
    textDocument: { uri },
    previousResultId,
  }: DocumentDiagnosticParams): Promise<DocumentDiagnosticReport> {
    const analysis = await this.#workspace.analysis();
    const path = this.#workspace.uris.pathOf(uri);
    const { items, resultId } = this.#reportsOf(analysis).get(path) ?? NOTHING;
    this.#answered.set(uri, { version: this.#workspace.document(path)?.version, resultId });
    return previousResultId === resultId ? { kind: 'unchanged', resultId } : { kind: 'full', resultId, items };
  }

  /**
   * Answers `workspace/diagnostic`. A client that takes partial results and has nothing more to be told at first gets no
   * answer: the request stays open, and changes are sent as they are found.
   */
  async forWorkspace(
    { previousResultIds }: WorkspaceDiagnosticParams,
    token: CancellationToken,
    progress: ResultProgressReporter<WorkspaceDiagnosticReportPartialResult> | undefined,
  ): Promise<WorkspaceDiagnosticReport> {
    const analysis = await this.#workspace.analysis();
    const known = new Map(previousResultIds.map(({ uri, value }) => [uri, value]));
    const items = this.#changes(analysis, known);
    const isFirst = known.size === 0 && items.length > 0;
    if (!progress || isFirst) return { items: [...items, ...unchanged(previousResultIds, items)] };
    this.end();
    return new Promise((resolve) => {
      const listener: Listener = { known, progress, end: () => resolve({ items: [] }) };
      token.onCancellationRequested(() => {
        listener.end();
        if (this.#listener === listener) this.#listener = undefined;
      });
      this.#listener = listener;
      this.#report(listener, items);
    });
  }

  /** Tells the client what a new analysis has changed, by the ways that it knows. */
  analysed(analysis: Analysis): void {
    if (!this.#client.pullsDiagnostics) this.#publish(analysis);
    if (this.#listener) this.#report(this.#listener, this.#changes(analysis, this.#listener.known));
    if (this.#client.refreshesDiagnostics) this.#refresh(analysis);
  }

  /**
   * Tells of a document that was opened what was told before: a client may have dropped it, or placed it in a file that it
   * had not read.
   */
  async opened(uri: string): Promise<void> {
    if (this.#client.pullsDiagnostics) return;
    // It knows something that nothing is equal to, so even nothing is told.
    this.#published.set(uri, '');
    this.#publish(await this.#workspace.analysis());
  }

  /**
   * Forgets a closed document. A client shows its own answers for an open document and drops what comes in for it from
   * the whole workspace meanwhile, so it has to ask anew.
   */
  closed(uri: string): void {
    this.#answered.delete(uri);
    this.end();
  }

  /** Ends what is still open. */
  end(): void {
    this.#listener?.end();
    this.#listener = undefined;
  }

  #report({ known, progress }: Listener, items: WorkspaceDocumentDiagnosticReport[]): void {
    for (const { uri, resultId = '' } of items) known.set(uri, resultId);
    if (items.length > 0) progress.report({ items });
  }

  #publish(analysis: Analysis): void {
    for (const item of this.#changes(analysis, this.#published)) {
      if (item.kind !== 'full') continue;
      const version = item.version === null ? {} : { version: item.version };
      this.#connection.sendDiagnostics({ uri: item.uri, diagnostics: item.items, ...version }).catch(() => {});
      if (item.items.length > 0) this.#published.set(item.uri, item.resultId ?? '');
      else this.#published.delete(item.uri);
    }
  }

  /** A document that was edited is asked for by the client itself; others have to be brought to its mind. */
  #refresh(analysis: Analysis): void {
    const reports = this.#reportsOf(analysis);
    const outdated = this.#workspace.documents().filter(({ uri, version }) => {
      const answered = this.#answered.get(uri);
      const { resultId } = reports.get(this.#workspace.uris.pathOf(uri)) ?? NOTHING;
      return answered?.version === version && answered.resultId !== resultId;
    });
    if (outdated.length === 0) return;
    for (const { uri } of outdated) this.#answered.delete(uri);
    // After the answers that this analysis was made for: a client asks again instead of taking them.
    setTimeout(() => this.#connection.languages.diagnostics.refresh().catch(() => {}));
  }

  /** Full reports of everything that is not as the client knows it. */
  #changes(analysis: Analysis, known: ReadonlyMap<string, string>): WorkspaceDocumentDiagnosticReport[] {
    const changes: WorkspaceDocumentDiagnosticReport[] = [];
    const add = (uri: string, { items, resultId }: Report) => {
      if (known.get(uri) === resultId) return;
      const version = this.#workspace.document(this.#workspace.uris.pathOf(uri))?.version ?? null;
      changes.push({ kind: 'full', uri, version, resultId, items });
    };
    const reported = new Set<string>();
    for (const [path, report] of this.#reportsOf(analysis)) {
      const uri = this.#workspace.uris.uriOf(path);
      reported.add(uri);
      add(uri, report);
    }
    for (const uri of known.keys()) if (!reported.has(uri)) add(uri, NOTHING);
    return changes;
  }

  #reportsOf(analysis: Analysis): ReadonlyMap<string, Report> {
    let reports = this.#reports.get(analysis);
    if (!reports) {
      reports = this.#makeReports(analysis);
      this.#reports.set(analysis, reports);
    }
    return reports;
  }

  #makeReports({ project, findings, problems }: Analysis): ReadonlyMap<string, Report> {
    const view: View = { project, workspace: this.#workspace, client: this.#client };
    const byPath = new Map<string, Diagnostic[]>();
    const add = (path: string, diagnostic: Diagnostic) => {
      byPath.set(path, [...(byPath.get(path) ?? []), diagnostic]);
    };
    for (const finding of findings) add(finding.at.path, toDiagnostic(view, finding));
    for (const problem of problems)
      if (problem.at) add(problem.at.path, problemToDiagnostic(view, problem, problem.at));
    for (const { uri } of this.#workspace.documents()) {
      const path = this.#workspace.uris.pathOf(uri);
      const state = project.file(path);
      // Large or binary JSON is data, and nobody expects it to be read.
      if (state.kind !== 'unreadable' || !isCandidate(path) || isMostlyData(path)) continue;
      const at = { path, start: 0, end: 0 };
      add(path, problemToDiagnostic(view, { kind: 'file', at, message: `not checked: ${state.why}` }, at));
    }
    return new Map([...byPath].map(([path, items]) => [path, toReport(items)]));
  }
}

function toReport(items: Diagnostic[]): Report {
  return { items, resultId: hashOf(JSON.stringify(items)) };
}

/** What the client knows and may keep. */
function unchanged(
  known: WorkspaceDiagnosticParams['previousResultIds'],
  changes: readonly WorkspaceDocumentDiagnosticReport[],
): WorkspaceDocumentDiagnosticReport[] {
  const changed = new Set(changes.map(({ uri }) => uri));
  const same = known.filter(({ uri }) => !changed.has(uri));
  return same.map(({ uri, value }) => ({ kind: 'unchanged', uri, version: null, resultId: value }));
}
