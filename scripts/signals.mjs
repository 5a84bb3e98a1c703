// `npm run signals`: what each signal does to the servers of programs.json, measured, compared with what the data says.
// Options: see test/signals/main.ts.
import path from 'node:path';
import { installPrograms } from './realityPrograms.mjs';
import { exitWith, NotHere, root, run } from './run.mjs';
import { setUp } from './setup.mjs';

await exitWith(async () => {
  if (process.platform !== 'linux') throw new NotHere('Namespaces are a thing of Linux.');
  await setUp();
  const signals = path.join(root, 'out', 'signals.js');
  // Without being root it tries what is there, and names the rest.
  if (process.getuid?.() === 0) await installPrograms(signals);
  return run(process.execPath, ['--enable-source-maps', signals, ...process.argv.slice(2)]);
});
