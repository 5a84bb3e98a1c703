// `npm run release`: publishes the npm package, with its provenance, and the extension, both of the version in package.json.
// It is meant for a CI that npm can ask who runs it (`id-token: write` on GitHub); `-- --dry-run` publishes nothing.
// `NPM_TOKEN`, where npm needs one, and `VSCE_PAT` come from there.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageForNpm } from './npmPackage.mjs';
import { capture, exitWith, npm, root, run, Stop } from './run.mjs';
import { packageExtension, setUp } from './setup.mjs';

/** Throws unless what stands in the checkout is what is to be known by this version. */
async function isReady(/** @type {string} */ version) {
  const changelog = readFileSync(path.join(root, 'CHANGELOG.md'), 'utf8');
  if (!new RegExp(`^## ${version.replaceAll('.', '\\.')}(?! \\(unreleased\\))`, 'm').test(changelog))
    throw new Stop(`CHANGELOG.md has no heading for ${version}, or still calls it unreleased.`);
  if ((await capture('git', ['status', '--porcelain'])).text !== '')
    throw new Stop('The checkout has changes that are not committed.');
  if (!(await capture('git', ['tag', '--points-at', 'HEAD'])).text.split('\n').includes(`v${version}`))
    throw new Stop(`This commit has no tag v${version}.`);
}

await exitWith(async () => {
  const isDry = process.argv.includes('--dry-run');
  const { name, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  if (!isDry) await isReady(version);
  await setUp();
  const vsix = path.join(root, 'out', 'softstop.vsix');
  await packageExtension(vsix);
  const tarball = await packageForNpm(path.join(root, 'out'));
  // A release that was broken off goes on where it stopped: no version can be published twice.
  const isThere = !isDry && (await capture('npm', ['view', `${name}@${version}`, 'version'])).text.trim() === version;
  if (!isThere && (await npm(['publish', tarball, ...(isDry ? ['--dry-run', '--provenance=false'] : [])])))
    throw new Stop('npm did not take the package; it has said why above.');
  if (isDry) return 0;
  const publish = ['publish', '--skip-duplicate', '--packagePath', vsix];
  return run(process.execPath, ['node_modules/@vscode/vsce/vsce', ...publish]);
});
