// The open workspace as the suite uses it: its files, their findings, the fixes offered. Speaks to VS Code as a user's
// other extensions would, and touches files through VS Code only, so that it works in the browser too.
import { assert } from 'chai';
import * as vscode from 'vscode';

const TIME_LIMIT = 15_000;

/** A file of the workspace, by its path in it. */
export function at(path: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.isDefined(folder, 'no folder is open');
  return vscode.Uri.joinPath(folder.uri, path);
}

/** Opens a file in an editor, as a user would. */
export async function open(path: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(at(path));
  await vscode.window.showTextDocument(document);
  return document;
}

/** Writes a file behind the editor's back. */
export async function write(path: string, text: string): Promise<void> {
  await vscode.workspace.fs.writeFile(at(path), new TextEncoder().encode(text));
}

export async function read(path: string): Promise<string> {
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(at(path)));
}

/** Puts another text in place of one that must be there. */
export function replaced(text: string, old: string, by: string): string {
  assert.include(text, old);
  return text.replace(old, () => by);
}

async function files(folder = ''): Promise<string[]> {
  const entries = await vscode.workspace.fs.readDirectory(at(folder));
  const nested = entries.map(([name, type]) => {
    const path = folder ? `${folder}/${name}` : name;
    return type === vscode.FileType.Directory ? files(path) : [path];
  });
  return (await Promise.all(nested)).flat();
}

const original = new Map<string, string>();

/** Notes what the files hold now. */
export async function remember(): Promise<void> {
  for (const path of await files()) original.set(path, await read(path));
}

/** Makes the files what they were, and closes all editors. */
export async function restore(): Promise<void> {
  await vscode.workspace.saveAll(false); // else closing would ask
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  for (const path of await files()) if (!original.has(path)) await vscode.workspace.fs.delete(at(path));
  const now = new Set(await files());
  for (const [path, text] of original) if (!now.has(path) || (await read(path)) !== text) await write(path, text);
}

/** The rule that a finding comes from. */
function ruleOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === 'object' ? code.value : code);
}

/** What Softstop has found in a file, as far as VS Code knows it now. */
function findings(path: string): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(at(path)).filter(({ source }) => source === 'softstop');
}

function everything(): string {
  return vscode.languages
    .getDiagnostics()
    .flatMap(([uri, found]) => found.map((one) => `${uri.path}: ${ruleOf(one)}: ${one.message}`))
    .join('\n');
}

/** Waits until something is so, and gives it. */
export async function until<T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const end = Date.now() + TIME_LIMIT;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) assert.fail(`waited in vain for ${what}; the findings are:\n${everything() || 'none'}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Waits for the finding of a rule in a file. */
export function found(path: string, rule: string): Promise<vscode.Diagnostic> {
  return until(`${rule} in ${path}`, () => findings(path).find((finding) => ruleOf(finding) === rule));
}

/** Waits until a rule has no finding in a file. */
export async function gone(path: string, rule: string): Promise<void> {
  await until(`no ${rule} in ${path}`, () => !findings(path).some((finding) => ruleOf(finding) === rule) || undefined);
}

/** The paths in the workspace that a finding names besides its own. */
export function relatedPaths({ relatedInformation = [] }: vscode.Diagnostic): string[] {
  return relatedInformation.map(({ location }) => vscode.workspace.asRelativePath(location.uri));
}

/** The code actions of a kind that a place offers. */
export function actions(
  document: vscode.TextDocument,
  range: vscode.Range,
  kind: vscode.CodeActionKind,
): Thenable<vscode.CodeAction[]> {
  return vscode.commands.executeCommand('vscode.executeCodeActionProvider', document.uri, range, kind.value);
}

/**
 * Applies the preferred quick fix of a rule in a file, saves, and gives the file's new text. VS Code does not say which
 * finding an action belongs to, so there must be only one at its place.
 */
export async function fix(path: string, rule: string): Promise<string> {
  const document = await open(path);
  const { range } = await found(path, rule);
  const action = await until(`a preferred fix for ${rule}`, async () =>
    (await actions(document, range, vscode.CodeActionKind.QuickFix)).find(({ isPreferred }) => isPreferred),
  );
  assert.isDefined(action.edit, `${action.title} has no edit`);
  assert.isTrue(await vscode.workspace.applyEdit(action.edit), `${action.title} could not be applied`);
  await vscode.workspace.saveAll(false);
  return document.getText();
}
