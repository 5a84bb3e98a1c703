// `npm run test:apiserver`: sends what every fix makes of every manifest in this repository to real API servers. Takes
// half an hour the first time, when it builds them, and some minutes after that.
import { setPriority } from 'node:os';
import path from 'node:path';
import { installPackages } from './debian.mjs';
import { exitWith, root, run, which } from './run.mjs';
import { setUp } from './setup.mjs';

await exitWith(async () => {
  await setUp();
  await installPackages('etcd', which('etcd') ? [] : ['etcd-server']);
  await installPackages('Go', which('go') ? [] : ['golang-go']);
  // It has time; whoever works on this machine has not.
  setPriority(19);
  return run(process.execPath, ['--enable-source-maps', path.join(root, 'out', 'apiserver.js')]);
});
