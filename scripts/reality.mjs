// `npm run reality`: tries launches for real, as PID 1 of a PID namespace, and compares them with what the model predicts.
// Installs the programs that they need where it may (root on Debian), else says how. Options: see test/reality/main.ts.
import path from 'node:path';
import { capture, exitWith, root, run, Stop, which } from './run.mjs';
import { setUp } from './setup.mjs';

const tries = path.join(root, 'out', 'reality.js');

async function installPrograms() {
  const { text } = await capture(process.execPath, [tries, '--lacking']);
  const packages = text.trim().split(' ').filter(Boolean);
  if (packages.length === 0) return;
  const install = ['install', '-y', '--no-install-recommends', ...packages];
  if (process.getuid?.() !== 0 || !which('apt-get')) {
    throw new Stop(`Programs are not installed. On Debian, as root: apt-get ${install.join(' ')}`);
  }
  if (await run('apt-get', ['update', '-q'])) throw new Stop('apt-get update has failed; it has said why above.');
  if (await run('apt-get', ['-q', ...install])) throw new Stop('apt-get install has failed; it has said why above.');
}

await exitWith(async () => {
  await setUp();
  await installPrograms();
  return run(process.execPath, ['--enable-source-maps', tries, ...process.argv.slice(2)]);
});
