// The programs that launches are tried with: shells, inits, wrappers, as Debian packages. Imports nothing but Node and
// scripts that do not either.
import path from 'node:path';
import { installPackages } from './debian.mjs';
import { capture, root } from './run.mjs';

/** The bundle that knows which programs are needed, and tries launches. */
export const tries = path.join(root, 'out', 'reality.js');

/**
 * Installs what is missing where it may (root on Debian), else says how.
 * @param {string} bundle what knows which programs are needed
 */
export async function installPrograms(bundle = tries) {
  const { text } = await capture(process.execPath, [bundle, '--lacking']);
  await installPackages('the programs that are tried', text.trim().split(' ').filter(Boolean));
}
