// What the client can do, reduced once to what the features ask.
import { type InitializeParams, InsertTextMode } from 'vscode-languageserver';
import { type Encoding, encodingOf } from './positionEncoding.ts';

/** A client, as far as it matters here. */
export interface Client {
  /** It asks for diagnostics; others are sent them. */
  readonly pullsDiagnostics: boolean;
  readonly refreshesDiagnostics: boolean;
  readonly relatedInformation: boolean;
  readonly codeDescription: boolean;
  /** A diagnostic's `data` comes back with a request for code actions. */
  readonly diagnosticData: boolean;
  /** Edits may name the version of the document that they are meant for. */
  readonly documentChanges: boolean;
  /** It asks before it applies an edit that says so. */
  readonly changeAnnotations: boolean;
  readonly snippetEdits: boolean;
  readonly preferredActions: boolean;
  /**
   * It may take all that is offered for a finding at once, as Kate (22.12) does on Ctrl+. and says no word of preference.
   * Such a client is offered one thing only when it asks about findings.
   */
  readonly takesAllActions: boolean;
  /** It takes more than a yes for an answer on code actions. Kate (22.12) does not, though it says that it knows kinds. */
  readonly actionKinds: boolean;
  readonly markdownHover: boolean;
  readonly markdownCompletion: boolean;
  /** It can leave the indentation of what it inserts as it is. */
  readonly insertsAsIs: boolean;
  readonly configuration: boolean;
  readonly registersConfiguration: boolean;
  readonly registersWatchedFiles: boolean;
  readonly workspaceFolders: boolean;
  /** It tells which files it has created, renamed or deleted itself. */
  readonly tellsOfFiles: boolean;
  /** How it counts within a line. */
  readonly encoding: Encoding;
  /** It has the command that shows a timeline. */
  readonly timeline: boolean;
  /** It shows `softstop/status`. */
  readonly status: boolean;
}

/** Reads what a client said of itself when it connected. */
export function clientOf(params: InitializeParams): Client {
  const { textDocument, workspace, experimental } = params.capabilities;
  // Since 3.18 a client says for pulled diagnostics what it could only say for pushed ones before.
  const diagnostics = { ...textDocument?.publishDiagnostics, ...textDocument?.diagnostic };
  const edits = workspace?.workspaceEdit ?? {};
  const codeAction = textDocument?.codeAction;
  const kinds = codeAction?.codeActionLiteralSupport?.codeActionKind.valueSet ?? [];
  const completionItem = textDocument?.completion?.completionItem;
  const documentChanges = edits.documentChanges === true;
  return {
    pullsDiagnostics: textDocument?.diagnostic !== undefined,
    refreshesDiagnostics: workspace?.diagnostics?.refreshSupport === true,
    relatedInformation: diagnostics.relatedInformation === true,
    codeDescription: diagnostics.codeDescriptionSupport === true,
    diagnosticData: diagnostics.dataSupport === true,
    documentChanges,
    changeAnnotations: documentChanges && edits.changeAnnotationSupport !== undefined,
    snippetEdits: documentChanges && edits.snippetEditSupport === true,
    takesAllActions: kinds.length > 0 && !codeAction?.isPreferredSupport && !codeAction?.dataSupport,
    actionKinds: codeAction?.codeActionLiteralSupport !== undefined && codeAction.isPreferredSupport === true,
    preferredActions: codeAction?.isPreferredSupport === true,
    markdownHover: textDocument?.hover?.contentFormat?.includes('markdown') === true,
    markdownCompletion: completionItem?.documentationFormat?.includes('markdown') === true,
    insertsAsIs: completionItem?.insertTextModeSupport?.valueSet.includes(InsertTextMode.asIs) === true,
    configuration: workspace?.configuration === true,
    registersConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    registersWatchedFiles: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    workspaceFolders: workspace?.workspaceFolders === true,
    tellsOfFiles: workspace?.fileOperations !== undefined,
    encoding: encodingOf(params),
    timeline: experimental?.softstop?.timeline === true,
    status: experimental?.softstop?.status === true,
  };
}
