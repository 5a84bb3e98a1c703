// `npm run compare`: runs other linters and Softstop on the examples and the projects of the tests, tries what they say
// where it can be tried, and writes docs/compared.md and the table in README.md.
import path from 'node:path';
import { installLinters } from './linters.mjs';
import { installPrograms } from './realityPrograms.mjs';
import { exitWith, NotHere, root, run } from './run.mjs';
import { setUp } from './setup.mjs';

await exitWith(async () => {
  if (process.platform !== 'linux') throw new NotHere('Launches are tried in namespaces, which are a thing of Linux.');
  await setUp();
  await installPrograms();
  const compared = path.join(root, 'out', 'compared.js');
  return run(process.execPath, ['--enable-source-maps', compared, JSON.stringify(await installLinters())]);
});
