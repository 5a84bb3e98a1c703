// The command line: finds the command, runs it, writes what it gives back. The only file that touches the streams.
import { nearest } from '../../shared/index.ts';
import { version } from '../product.ts';
import { UsageError } from './arguments.ts';
import { check } from './check.ts';
import { explain } from './explain.ts';
import { printable } from './formats/text.ts';
import { lsp } from './lsp.ts';
import type { Command, Outcome } from './outcome.ts';
import { rules } from './rules.ts';
import { type Terminal, terminalOf } from './terminal.ts';
import { timeline } from './timeline.ts';

const commands: readonly Command[] = [check, explain, timeline, rules, lsp];

const HELP = `Usage: softstop COMMAND

Tells whether a container stops without dropping requests.

Commands:
${commands.map(({ name, summary }) => `  ${name.padEnd(9)}${summary}`).join('\n')}

Options:
  -h, --help    show this; after a command, what it takes
  --version     show the version
`;

async function run(args: readonly string[], terminal: Terminal): Promise<Outcome> {
  const [name, ...rest] = args;
  if (name === undefined) return { exitCode: 2, stderr: HELP };
  if (name === '--help' || name === '-h' || name === 'help') return { exitCode: 0, stdout: HELP };
  if (name === '--version') return { exitCode: 0, stdout: `${version}\n` };
  const command = commands.find((one) => one.name === name);
  if (command) return command.run(rest, terminal);
  const what = name.startsWith('-') ? 'option' : 'command';
  const [near] = nearest(
    name,
    commands.map((one) => one.name),
  );
  throw new UsageError(
    `there is no ${what} "${name}"; ${near ? `did you mean softstop ${near}?` : 'see softstop --help'}`,
  );
}

async function outcomeOf(args: readonly string[], terminal: Terminal): Promise<Outcome> {
  try {
    return await run(args, terminal);
  } catch (error) {
    if (error instanceof UsageError) return { exitCode: 2, stderr: `softstop: ${printable(error.message)}\n` };
    const what = error instanceof Error ? error.message : String(error);
    return { exitCode: 2, stderr: `softstop: a fault in Softstop itself, please report it: ${printable(what)}\n` };
  }
}

async function main(): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    // Whoever reads may have read enough (`| head`).
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  const { exitCode, stdout, stderr } = await outcomeOf(process.argv.slice(2), terminalOf(process.stdout, process.env));
  // Not process.exit: it would cut what the streams have not written yet.
  process.exitCode = exitCode;
  if (stdout) process.stdout.write(stdout);
  if (stderr) process.stderr.write(stderr);
}

void main();
