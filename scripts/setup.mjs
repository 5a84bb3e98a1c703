// Sets up what is missing: the dependencies, if they are not the ones that package-lock.json names, then the bundles.
// Every command goes through here first, so that each works as the first one after a clone.
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { capture, npm, root, run, Stop } from './run.mjs';

/** The packages that a lock file names, by folder. */
function packages(/** @type {string} */ file) {
  /** @type {Record<string, { version?: string, optional?: boolean }>} */
  const found = JSON.parse(readFileSync(path.join(root, file), 'utf8')).packages;
  return found;
}

/** Whether node_modules holds what package-lock.json asks for; npm notes what it installed in a lock file of its own. */
function dependenciesAreCurrent() {
  const wanted = packages('package-lock.json');
  try {
    const installed = packages('node_modules/.package-lock.json');
    return Object.entries(wanted).every(([folder, { version, optional }]) => {
      const there = installed[folder];
      return folder === '' || (there ? there.version === version : optional === true);
    });
  } catch {
    return false;
  }
}

/** Installs the dependencies where they are missing or others, and bundles. */
export async function setUp() {
  const [major] = process.versions.node.split('.');
  if (Number(major) < 20) throw new Stop(`Softstop needs Node 20 or newer; this is Node ${process.versions.node}.`);
  if (!dependenciesAreCurrent()) {
    console.log('Installing the dependencies (npm ci) …');
    // No dependency needs its install script, and two of them would fetch or compile something that is not used here.
    const failed = await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
    if (failed) throw new Stop('npm ci failed; it has said why above.');
  }
  if (await run(process.execPath, ['scripts/build.mjs']))
    throw new Stop('The build failed; esbuild has said why above.');
}

/** What a person has to download; small enough to install without thinking. */
const LARGEST = 1_000_000;

/**
 * Writes the extension as a VSIX, with the bundles as they ship.
 * @param {string} vsix where to
 */
export async function packageExtension(vsix) {
  if (await run(process.execPath, ['scripts/build.mjs', '--production'])) throw new Stop('The build failed.');
  const args = ['package', '--no-dependencies', '--out', vsix];
  // Its output, a list of files and advice for publishers, is for when it fails.
  const output = await capture(process.execPath, ['node_modules/@vscode/vsce/vsce', ...args]);
  if (output.code) throw new Stop(`Packaging failed:\n${output.text}`);
  const { size } = statSync(vsix);
  if (size > LARGEST) throw new Stop(`${vsix} has ${size} bytes, more than ${LARGEST}:\n${output.text}`);
  return size;
}
