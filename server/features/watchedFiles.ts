// What happens to files on disk, as the client tells it: what a watcher has seen, and what the client itself has done. All files are watched: a script that a Dockerfile starts may have
// any name. The workspace knows which of them matter.
import {
  type Connection,
  type CreateFilesParams,
  type DeleteFilesParams,
  DidChangeWatchedFilesNotification,
  type DidChangeWatchedFilesParams,
  FileChangeType,
  type FileOperationOptions,
  type RenameFilesParams,
} from 'vscode-languageserver';
import type { FileChange, Workspace } from '../workspace.ts';

/** Asks the client to tell of every file. */
export function watchFiles(connection: Connection): Promise<unknown> {
  return connection.client.register(DidChangeWatchedFilesNotification.type, { watchers: [{ globPattern: '**/*' }] });
}

const KIND: { readonly [K in FileChangeType]: FileChange['kind'] } = {
  [FileChangeType.Created]: 'created',
  [FileChangeType.Changed]: 'changed',
  [FileChangeType.Deleted]: 'deleted',
};

/** Takes in `workspace/didChangeWatchedFiles`. */
export function filesChanged(workspace: Workspace, { changes }: DidChangeWatchedFilesParams): void {
  workspace.filesChanged(changes.map(({ uri, type }) => ({ path: workspace.uris.pathOf(uri), kind: KIND[type] })));
}

const EVERYTHING = { filters: [{ scheme: 'file', pattern: { glob: '**/*' } }] };

/** A client that watches no files may still tell of those that it creates, renames and deletes itself. */
export const FILE_OPERATIONS: FileOperationOptions = {
  didCreate: EVERYTHING,
  didRename: EVERYTHING,
  didDelete: EVERYTHING,
};

/** Takes in `workspace/didCreateFiles`. */
export function filesCreated(workspace: Workspace, { files }: CreateFilesParams): void {
  workspace.filesChanged(files.map(({ uri }) => ({ path: workspace.uris.pathOf(uri), kind: 'created' })));
}

/** Takes in `workspace/didRenameFiles`; what is renamed may be a folder. */
export function filesRenamed(workspace: Workspace, { files }: RenameFilesParams): void {
  workspace.filesChanged(
    files.flatMap(({ oldUri, newUri }) => [
      { path: workspace.uris.pathOf(oldUri), kind: 'deleted' as const },
      { path: workspace.uris.pathOf(newUri), kind: 'created' as const },
    ]),
  );
}

/** Takes in `workspace/didDeleteFiles`. */
export function filesDeleted(workspace: Workspace, { files }: DeleteFilesParams): void {
  workspace.filesChanged(files.map(({ uri }) => ({ path: workspace.uris.pathOf(uri), kind: 'deleted' })));
}
