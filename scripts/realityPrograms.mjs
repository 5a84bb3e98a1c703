// The programs that launches are tried with: shells, inits, wrappers, as Debian packages. Imports nothing but Node and
// run.mjs.
import path from 'node:path';
import { capture, NotHere, root, run, which } from './run.mjs';

/** The bundle that knows which programs are needed, and tries launches. */
export const tries = path.join(root, 'out', 'reality.js');

/** Installs what is missing where it may (root on Debian), else says how. */
export async function installPrograms() {
  const { text } = await capture(process.execPath, [tries, '--lacking']);
  const packages = text.trim().split(' ').filter(Boolean);
  if (packages.length === 0) return;
  const install = ['install', '-y', '--no-install-recommends', ...packages];
  if (process.getuid?.() !== 0 || !which('apt-get')) {
    throw new NotHere(`Programs are not installed. On Debian, as root: apt-get ${install.join(' ')}`);
  }
  console.log(`Installing the programs that launches are tried with (apt-get install ${packages.join(' ')}) …`);
  /** @type {import('node:child_process').SpawnOptions} */
  const quiet = { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  if ((await run('apt-get', ['update', '-q'], quiet)) || (await run('apt-get', ['-q', ...install], quiet))) {
    throw new NotHere('apt-get could not install the programs; it has said why above.');
  }
}
