// Starts the language server in Node, for node.ts and for `softstop lsp`. Importing it starts nothing.
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import net from 'node:net';
import { type Connection, createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { isCandidate } from '../shared/index.ts';
import { isWalked, MAX_ENTRIES, readState, walk } from './disk.ts';
import { serve } from './server.ts';
import type { FileAccess } from './workspace.ts';

/** Where the client is. */
export type Channel =
  /** At the other end of standard input and output; of Node's own channel, where `--node-ipc` asks for that. */
  | { readonly kind: 'stdio' }
  /** The path of a socket, or the name of a pipe on Windows. */
  | { readonly kind: 'pipe'; readonly name: string }
  /** A port of this machine. */
  | { readonly kind: 'socket'; readonly port: number };

/** Serves the client, until it goes. Rejects where there is none. */
export async function startServer(channel: Channel): Promise<void> {
  const connection = await connect(channel);
  // Nobody waits for what is only told, and a client that has gone is told nothing; that ends no server.
  process.on('unhandledRejection', (reason) => connection.console.error(String(reason)));
  serve(connection, disk);
}

async function connect(channel: Channel): Promise<Connection> {
  const { all } = ProposedFeatures;
  switch (channel.kind) {
    case 'stdio': {
      // The library finds the words by itself, and keeps out of standard output what others might print.
      const named = process.argv.some((word) => word === '--stdio' || word === '--node-ipc');
      return named ? createConnection(all) : createConnection(all, process.stdin, process.stdout);
    }
    default: {
      const socket = channel.kind === 'pipe' ? net.connect(channel.name) : net.connect(channel.port, '127.0.0.1');
      await once(socket, 'connect');
      // The server ends with it, as with standard input.
      socket.on('error', () => socket.destroy());
      return createConnection(all, socket, socket);
    }
  }
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
