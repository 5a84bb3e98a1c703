// Starts the language server in Node, for node.ts and for `softstop lsp`. Importing it starts nothing.
import { stat } from 'node:fs/promises';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { isCandidate } from '../shared/index.ts';
import { isWalked, MAX_ENTRIES, readState, walk } from './disk.ts';
import { serve } from './server.ts';
import type { FileAccess } from './workspace.ts';

/** Serves the client at the other end of the channel that the command line names; of standard input and output by default. */
export function startServer(): void {
  const named = process.argv.some((word) => /^--(?:stdio|node-ipc|pipe|socket)\b/.test(word));
  const connection = named
    ? createConnection(ProposedFeatures.all)
    : createConnection(ProposedFeatures.all, process.stdin, process.stdout);
  // Nobody waits for what is only told, and a client that has gone is told nothing; that ends no server.
  process.on('unhandledRejection', (reason) => connection.console.error(String(reason)));
  serve(connection, disk);
}

const disk: FileAccess = {
  async find(path, root) {
    const name = toDisk(path);
    const stats = await stat(name).catch(() => undefined);
    const isFolder = stats?.isDirectory() ?? false;
    if (!isFolder && !(stats?.isFile() && isCandidate(path))) return { paths: [], notes: [] };
    if (!(await isWalked(isFolder ? `${name}/` : name, toDisk(root)))) return { paths: [], notes: [] };
    if (!isFolder) return { paths: [path], notes: [] };
    const { paths, complete, unreadable } = await walk(name);
    const notes = [...unreadable].map(([folder, why]) => `${folder}: not looked into: ${why}`);
    if (!complete) notes.push(`${name} holds more than ${MAX_ENTRIES} entries, of which only the first were looked at`);
    return { paths: paths.map(fromDisk), notes };
  },
  read: (path) => readState(toDisk(path)),
};

// A URI's path begins with a slash even where the system's begins with a drive: `/c:/x`.
const toDisk = (path: string) => (process.platform === 'win32' ? path.replace(/^\/(?=[a-z]:)/, '') : path);
const fromDisk = (path: string) => (path.startsWith('/') ? path : `/${path}`);
