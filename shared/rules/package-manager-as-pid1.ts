// npm and its like stand between the stop signal and the server.

import type { Container } from '../model/container.ts';
import { startDirectly } from '../model/fixes/startDirectly.ts';
import { baseName } from '../model/paths.ts';
import { type Broken, brokenBy, storyOf } from '../model/stop/brokenStops.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'package-manager-as-pid1',
  subject: 'container',
  severity: 'warning',
  default: 'on',
  since: '0.1.0',
  summary: 'A package manager (npm, yarn, pnpm) or a build tool starts the server, which is not told to stop.',
  why: `\`npm start\` runs the line of package.json in a shell of its own. On the stop signal npm tells that shell, which dies; npm
ends, the container with it, and the server is killed without its handler having run (measured with npm 11 on Debian: over
in 0.6 s). The first yarn does not even wait for the shell. \`make run\` tells the shell that it runs a line with, where the
line needs one, and as PID 1 waits for the server that is left, until that is killed.

Start the server itself. Where the line of package.json begins with \`exec\`, or \`/bin/sh\` gives way to the last command
(Alpine), npm waits for the server and nothing is reported; nor where make needs no shell.`,
  fix: 'sometimes',
  fixSafety:
    'The server no longer gets what the package manager adds: environment variables, and node_modules/.bin on the PATH.',
  references: [
    'https://github.com/nodejs/docker-node/blob/main/docs/BestPractices.md#cmd',
    'https://docs.npmjs.com/cli/commands/npm-run-script',
  ],
  *check(container) {
    for (const broken of brokenBy(container, 'packageManager')) {
      const { process, at } = broken.break;
      const line = inShort(process.argv);
      yield {
        at,
        severity: broken.severity('warning'),
        message: process.facts?.wrapper?.ways.has('adopts')
          ? `told to stop, \`${line}\` tells the shell that it has started, and not ${serverOf(broken)}, which is killed${broken.when}`
          : `told to stop, \`${line}\` ends without waiting for ${serverOf(broken)}, which is killed at once${broken.when}`,
        related: storyOf(container, broken),
        fixes: fixesFor(container, broken),
      };
    }
  },
});

/** The first words of a long command. */
function inShort(argv: readonly string[]): string {
  const command = argv.join(' ');
  return command.length > 60 ? `${/^.{0,59}(?=\s)/.exec(command)?.[0] ?? command.slice(0, 59)} …` : command;
}

/** The server by its name, where package.json or a Makefile tells it. */
function serverOf({ break: { child }, stop: { server } }: Broken): string {
  const told = child.at !== undefined && /^(?:package\.json|(?:GNUm|[Mm])akefile)$/.test(baseName(child.at.path));
  return server && told ? `\`${server.program}\`` : 'the server that it started';
}

function fixesFor(container: Container, { break: { process }, stop }: Broken) {
  const direct = startDirectly(container, stop, process);
  return direct ? [{ title: `Start \`${direct.shown}\` itself`, safety: 'unsafe' as const, edits: direct.edits }] : [];
}
