// `npm run reality`: tries launches for real, as PID 1 of a PID namespace, and compares them with what the model predicts.
// Options: `npm run reality -- --help`.
import { installPrograms, tries } from './realityPrograms.mjs';
import { exitWith, run } from './run.mjs';
import { setUp } from './setup.mjs';

await exitWith(async () => {
  await setUp();
  await installPrograms();
  return run(process.execPath, ['--enable-source-maps', tries, ...process.argv.slice(2)]);
});
