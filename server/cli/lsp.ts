// `softstop lsp`: the language server, for editors that start it as a program.
import { parse, UsageError } from './arguments.ts';
import type { Command } from './outcome.ts';

const HELP = `Usage: softstop lsp --stdio

Runs the language server on standard input and output, for an editor.

Options:
  --stdio       the only way to talk to it
  -h, --help    show this
`;

const OPTIONS = {
  stdio: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export const lsp: Command = {
  name: 'lsp',
  summary: 'Run the language server, for an editor',
  help: HELP,
  async run(args) {
    const { values } = parse('lsp', args, OPTIONS);
    if (values.help) return { exitCode: 0, stdout: HELP };
    if (!values.stdio) throw new UsageError('lsp needs --stdio; see softstop lsp --help');
    // Only now: the other commands start faster without it. It runs until the editor ends it.
    const { startServer } = await import('../startServer.ts');
    startServer();
    return { exitCode: 0 };
  },
};
