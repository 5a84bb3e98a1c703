// `npm run proof`: replays the incidents with the real programs, before and after the fixes, and writes docs/proof.md.
// Options: see test/proof/main.ts.
import path from 'node:path';
import { installPrograms } from './realityPrograms.mjs';
import { exitWith, NotHere, root, run } from './run.mjs';
import { setUp } from './setup.mjs';

await exitWith(async () => {
  if (process.platform !== 'linux') throw new NotHere('Namespaces are a thing of Linux.');
  await setUp();
  const proof = path.join(root, 'out', 'proof.js');
  // Without being root it tries what is there, and names the rest.
  if (process.getuid?.() === 0) await installPrograms(proof);
  return run(process.execPath, ['--enable-source-maps', proof, ...process.argv.slice(2)]);
});
