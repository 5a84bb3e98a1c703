// npm and its like stand between the stop signal and the server.
import { brokenBy, storyOf } from '../model/brokenStops.ts';
import type { Container } from '../model/container.ts';
import { plainWords } from '../model/execFixes.ts';
import type { Fix } from '../model/finding.ts';
import type { Process } from '../model/processTree.ts';
import { replaceWords } from '../model/rewriteWords.ts';
import { knownValue } from '../model/value.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'package-manager-as-pid1',
  subject: 'container',
  severity: 'warning',
  default: 'on',
  since: '0.1.0',
  summary: 'npm, yarn, pnpm or a build tool starts the server as its grandchild, which is not told to stop.',
  why: `\`npm start\` runs the line of package.json in a shell of its own. On the stop signal npm tells that shell, which dies; npm
ends, the container with it, and the server is killed without its handler having run (measured with npm 11 on Debian: over
in 0.6 s). yarn ends at once and leaves the server behind.

Start the server itself. Where the line of package.json begins with \`exec\`, or \`/bin/sh\` gives way to the last command
(Alpine), npm waits for the server and nothing is reported.`,
  fix: 'sometimes',
  fixSafety: 'The server no longer gets what the package manager adds: environment variables, and node_modules/.bin on the PATH.',
  references: [
    'https://github.com/nodejs/docker-node/blob/main/docs/BestPractices.md#cmd',
    'https://docs.npmjs.com/cli/commands/npm-run-script',
  ],
  *check(container) {
    for (const broken of brokenBy(container, 'packageManager')) {
      const { process, at } = broken.break;
      const command = process.argv.join(' ');
      yield {
        at,
        severity: broken.severity('warning'),
        message: `on ${broken.stop.signal} \`${command}\` ends without waiting for the server that it started, which is killed at once${broken.when}`,
        related: storyOf(container, broken),
        fixes: directly(container, process),
      };
    }
  },
});

/** The line of package.json in place of the words that ask for it. */
function directly(container: Container, { argv, child }: Process): readonly Fix[] {
  const line = child?.shell?.reads.kind === 'packageScript' ? child.shell.command?.text.text : undefined;
  const words = line === undefined ? undefined : plainWords(line);
  const launch = knownValue(container.launch)?.words ?? [];
  const first = launch.findIndex((_, i) => argv.every((word, j) => launch[i + j]?.text === word));
  const asking = launch[first];
  if (!words || !asking || first + argv.length < launch.length) return [];
  const [program = '', ...args] = words;
  const own = /^(?:node|deno|bun)$/.test(program) || program.includes('/') ? program : `node_modules/.bin/${program}`;
  const change = replaceWords(container, asking, argv.length, [own, ...args]);
  return change.ok ? [{ title: `Start \`${[own, ...args].join(' ')}\` itself`, safety: 'unsafe', edits: change.edits }] : [];
}
