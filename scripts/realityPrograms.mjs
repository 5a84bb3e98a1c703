// The programs that launches are tried with: shells, inits, wrappers, as Debian packages. Imports nothing but Node and
// scripts that do not either.
import path from 'node:path';
import { installPackages } from './debian.mjs';
import { capture, exitWith, NotHere, root, run } from './run.mjs';
import { setUp } from './setup.mjs';

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

/**
 * Runs what measures real programs in namespaces, with the options that this command was given.
 * @param {string} name the bundle's
 */
export async function measure(name) {
  await exitWith(async () => {
    if (process.platform !== 'linux') throw new NotHere('Namespaces are a thing of Linux.');
    await setUp();
    const bundle = path.join(root, 'out', `${name}.js`);
    // Without being root it tries what is there, and names the rest.
    if (process.getuid?.() === 0) await installPrograms(bundle);
    return run(process.execPath, ['--enable-source-maps', bundle, ...process.argv.slice(2)]);
  });
}
