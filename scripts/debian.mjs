// Installs Debian packages where it may (root on Debian), else says what to install. Imports nothing but Node and run.mjs.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { NotHere, run, which } from './run.mjs';

/** Debian's packages ask this program whether they may start their services. */
const POLICY = '/usr/sbin/policy-rc.d';

/**
 * Installs packages; none of their services is started.
 * @param {string} what the packages are, for messages: `Neovim`
 * @param {readonly string[]} packages those that are missing
 */
export async function installPackages(what, packages) {
  if (packages.length === 0) return;
  const install = ['install', '-y', '--no-install-recommends', ...packages];
  if (process.getuid?.() !== 0 || !which('apt-get')) {
    throw new NotHere(`Not installed: ${what}. On Debian, as root: apt-get update && apt-get ${install.join(' ')}`);
  }
  console.log(`Installing ${what} (apt-get install ${packages.join(' ')}) …`);
  /** @type {import('node:child_process').SpawnOptions} */
  const quiet = { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  const asked = existsSync(POLICY);
  if (!asked) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    if ((await run('apt-get', ['update', '-q'], quiet)) || (await run('apt-get', ['-q', ...install], quiet))) {
      throw new NotHere(`apt-get could not install ${what}; it has said why above.`);
    }
  } finally {
    if (!asked) rmSync(POLICY);
  }
}
