// `npm run package`: writes the extension as softstop-VERSION.vsix and the npm package as softstop-VERSION.tgz into the
// checkout.
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { packageForNpm } from './npmPackage.mjs';
import { exitWith, root } from './run.mjs';
import { packageExtension, setUp } from './setup.mjs';

const kB = (/** @type {number} */ bytes) => `${Math.ceil(bytes / 1000)} kB`;

await exitWith(async () => {
  await setUp();
  const { name, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const vsix = `${name}-${version}.vsix`;
  console.log(`${vsix}: ${kB(await packageExtension(vsix))}`);
  const tarball = await packageForNpm(root);
  console.log(`${path.basename(tarball)}: ${kB(statSync(tarball).size)}`);
  return 0;
});
