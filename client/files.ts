// Reads and finds files for a server that cannot: one in a browser, or one whose workspace lies on no disk.
import * as vscode from 'vscode';

/** More files than this are no project. */
const MAX_FILES = 50_000;
/** Larger files are data. */
const MAX_BYTES = 2 * 1024 * 1024;
/** A NUL byte among the first bytes tells a binary file. */
const BINARY_PROBE = 8 * 1024;

type FileState =
  | { readonly kind: 'present'; readonly text: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly why: string };

/** Answers `softstop/readFile`. */
export async function readFile({ uri }: { readonly uri: string }): Promise<FileState> {
  const file = vscode.Uri.parse(uri);
  try {
    const { type, size } = await vscode.workspace.fs.stat(file);
    if (type & vscode.FileType.Directory) return { kind: 'unreadable', why: 'a folder' };
    if (size > MAX_BYTES) return { kind: 'unreadable', why: 'larger than 2 MB' };
    return decode(await vscode.workspace.fs.readFile(file));
  } catch (error) {
    if (isMissing(error)) return { kind: 'absent' };
    return { kind: 'unreadable', why: error instanceof Error ? error.message : String(error) };
  }
}

/** Answers `softstop/findFiles`: the URIs of the files below a folder, or of the file itself, that a glob includes. */
export async function findFiles(asked: {
  readonly folder: string;
  readonly include: string;
  readonly exclude: string;
}): Promise<string[]> {
  const folder = vscode.Uri.parse(asked.folder);
  try {
    const { type } = await vscode.workspace.fs.stat(folder);
    if (!(type & vscode.FileType.Directory)) return [asked.folder];
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
  const include = new vscode.RelativePattern(folder, asked.include);
  const found = await vscode.workspace.findFiles(include, asked.exclude, MAX_FILES);
  return found.map((uri) => uri.toString());
}

function isMissing(error: unknown): boolean {
  return error instanceof vscode.FileSystemError && ['FileNotFound', 'FileNotADirectory'].includes(error.code);
}

/** The text keeps its byte order mark; what is not UTF-8 is nothing to edit. */
function decode(bytes: Uint8Array): FileState {
  if (bytes.subarray(0, BINARY_PROBE).includes(0)) return { kind: 'unreadable', why: 'binary' };
  try {
    return { kind: 'present', text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { kind: 'unreadable', why: 'not UTF-8' };
  }
}
