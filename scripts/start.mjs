// `npm start`: shows what Softstop finds in the examples, then opens them in an editor with Softstop running.
// `--check-only` stops after the report.
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { exitWith, root, run, Stop, which } from './run.mjs';
import { packageExtension, setUp } from './setup.mjs';
import { installExtension, servedVSCodeRunsHere, setUpVSCode, startVSCode } from './vscodeServer.mjs';

const examples = path.join(root, 'examples');

/** Opens the examples in the desktop VS Code, with the extension from this checkout. */
function openDesktop(/** @type {string} */ code) {
  console.log('Opening the examples in VS Code …');
  const args = [`--extensionDevelopmentPath=${root}`, examples];
  if (process.platform !== 'win32') return run(code, args);
  // There `code` is a batch file, which only a shell can start.
  const quoted = [code, ...args].map((word) => `"${word}"`).join(' ');
  return run(quoted, [], { shell: true });
}

/** Serves the examples in a VS Code from npm, with the packaged extension installed, until it is told to stop. */
async function serve() {
  await setUpVSCode();
  const folder = path.join(root, '.cache', 'vscode', 'start');
  const vsix = path.join(root, '.cache', 'vscode', 'softstop.vsix');
  await packageExtension(vsix);
  await installExtension(vsix, folder);
  const token = randomBytes(16).toString('hex');
  const server = await startVSCode(folder, { token });
  const query = new URLSearchParams({ tkn: token, folder: examples });
  console.log(`VS Code with Softstop and the examples: http://${server.host}/?${query}`);
  console.log('It runs until Ctrl+C.');
  let told = false;
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      told = true;
      void server.stop();
    });
  }
  await server.ended;
  if (!told) throw new Stop('VS Code ended by itself.');
  return 0;
}

await exitWith(async () => {
  await setUp();
  const report = await run(process.execPath, ['dist/cli.js', 'check', 'examples']);
  // 1 says that there are findings, which is what the examples are for.
  if (report > 1) throw new Stop('The analysis did not run; it has said why above.');
  if (process.argv.includes('--check-only')) return 0;
  const code = which('code');
  if (code) return openDesktop(code);
  if (servedVSCodeRunsHere) return serve();
  throw new Stop(
    'No editor to open the examples in: install VS Code (https://code.visualstudio.com) so that `code` is on the PATH.',
  );
});
