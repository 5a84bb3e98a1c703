// `npm run package`: writes the extension as softstop-VERSION.vsix into the checkout.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { exitWith, root } from './run.mjs';
import { packageExtension, setUp } from './setup.mjs';

await exitWith(async () => {
  await setUp();
  const { name, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const vsix = `${name}-${version}.vsix`;
  console.log(`${vsix}: ${Math.ceil((await packageExtension(vsix)) / 1000)} kB`);
  return 0;
});
