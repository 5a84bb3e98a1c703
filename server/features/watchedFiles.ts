// What happens to files on disk, as the client tells it. All files are watched: a script that a Dockerfile starts may have
// any name. The workspace knows which of them matter.
import {
  type Connection,
  DidChangeWatchedFilesNotification,
  type DidChangeWatchedFilesParams,
  FileChangeType,
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
