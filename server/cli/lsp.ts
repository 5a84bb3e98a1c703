// `softstop lsp`: the language server, for editors that start it as a program.

import type { Channel } from '../startServer.ts';
import { parse, UsageError } from './arguments.ts';
import type { Command } from './outcome.ts';

const HELP = `Usage: softstop lsp --stdio
       softstop lsp --pipe NAME
       softstop lsp --socket PORT

Runs the language server for an editor, until the editor ends it or goes away.

Options:
  --stdio              talk over standard input and output
  --pipe NAME          talk over the socket file (on Windows: the named pipe) on which the editor listens
  --socket PORT        talk over the port of this machine on which the editor listens
  --clientProcessId N  end when this process ends
  -h, --help           show this
`;

const OPTIONS = {
  stdio: { type: 'boolean', default: false },
  pipe: { type: 'string' },
  socket: { type: 'string' },
  // Read by the protocol's library.
  clientProcessId: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export const lsp: Command = {
  name: 'lsp',
  summary: 'Run the language server, for an editor',
  help: HELP,
  async run(args) {
    const { values, positionals } = parse('lsp', args, OPTIONS);
    if (values.help) return { exitCode: 0, stdout: HELP };
    if (positionals.length > 0) throw new UsageError('lsp takes no arguments; see softstop lsp --help');
    const channel = channelOf(values);
    // Only now: the other commands start faster without it. It runs until the editor ends it.
    const { startServer } = await import('../startServer.ts');
    try {
      await startServer(channel);
    } catch (error) {
      const where =
        channel.kind === 'socket' ? `port ${channel.port}` : 'name' in channel ? channel.name : channel.kind;
      throw new UsageError(`no editor listens on ${where}: ${error instanceof Error ? error.message : error}`);
    }
    return { exitCode: 0 };
  },
};

function channelOf({ stdio, pipe, socket }: { stdio: boolean; pipe?: string; socket?: string }): Channel {
  const given = [stdio || undefined, pipe, socket].filter((one) => one !== undefined);
  if (given.length !== 1)
    throw new UsageError('lsp needs one of --stdio, --pipe and --socket; see softstop lsp --help');
  if (pipe !== undefined) {
    if (pipe === '') throw new UsageError('--pipe needs a name');
    return { kind: 'pipe', name: pipe };
  }
  if (socket === undefined) return { kind: 'stdio' };
  const port = /^\d{1,5}$/.test(socket) ? Number(socket) : 0;
  if (port < 1 || port > 65535) throw new UsageError(`--socket takes a port, from 1 to 65535, not "${socket}"`);
  return { kind: 'socket', port };
}
