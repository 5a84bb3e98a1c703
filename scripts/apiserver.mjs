// `npm run test:apiserver`: sends what every fix makes of every manifest in this repository to real API servers. Takes
// half an hour the first time, when it builds them, and some minutes after that.
import path from 'node:path';
import { exitWith, NotHere, root, run, which } from './run.mjs';
import { setUp } from './setup.mjs';

await exitWith(async () => {
  await setUp();
  await haveEtcd();
  return run(process.execPath, ['--enable-source-maps', path.join(root, 'out', 'apiserver.js')]);
});

/** Installs etcd where it is missing and that is allowed, else says how. */
async function haveEtcd() {
  if (which('etcd')) return;
  if (process.getuid?.() !== 0 || !which('apt-get')) {
    throw new NotHere('etcd is not installed. On Debian, as root: apt-get install etcd-server');
  }
  console.log('Installing etcd (apt-get install etcd-server) …');
  const install = ['-q', 'install', '-y', '--no-install-recommends', 'etcd-server'];
  if ((await run('apt-get', ['update', '-q'])) || (await run('apt-get', install))) {
    throw new NotHere('apt-get could not install etcd; it has said why above.');
  }
}
