// Where the browser is that shows the served VS Code in the tests. Imports nothing but Node and run.mjs.
import { existsSync } from 'node:fs';
import { NotHere, run, which } from './run.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** The path of a Chromium; on Debian it is installed if it is missing and we are root. */
export async function findChromium() {
  const found = which(...NAMES);
  if (found) return found;
  const needed = 'The tests in VS Code need Chromium';
  if (!existsSync('/etc/debian_version')) throw new NotHere(`${needed}: install chromium so that it is on the PATH.`);
  if (process.getuid?.() !== 0) {
    throw new NotHere(`${needed}: run "sudo apt-get update && sudo apt-get install -y chromium", then this again.`);
  }
  console.log('Installing Chromium (apt-get install chromium) …');
  /** @type {import('node:child_process').SpawnOptions} */
  const quiet = { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  const failed =
    (await run('apt-get', ['update'], quiet)) ||
    (await run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], quiet));
  const installed = which(...NAMES);
  if (failed || !installed) throw new NotHere(`${needed}, and apt-get could not install it; it has said why above.`);
  return installed;
}
