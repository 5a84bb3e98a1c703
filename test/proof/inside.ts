// Starts the replay anew in namespaces of its own: its networks, mounts and processes go when it ends.
import { spawnSync } from 'node:child_process';

const NAMESPACES = ['--net', '--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child', '--mount-proc'];
/** Where programs are, those of the administrator too. */
export const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** And those that this user has besides. */
export const WHOLE_PATH = `${SYSTEM_PATH}:${process.env.PATH}`;
/** Tells the inner one that it is inside. */
const MARK = 'SOFTSTOP_PROOF_INSIDE';

export function isInside(): boolean {
  return process.env[MARK] === '1';
}

/** Runs this program with the same arguments inside, to its end. Gives its exit code. */
export function runInside(): number {
  const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  // A shell as PID 1 takes care of orphans, which Node does not.
  const init = ['sh', '-c', '"$@"; exit $?', 'sh', process.execPath, '--enable-source-maps', ...process.argv.slice(1)];
  const { status, error } = spawnSync('unshare', [...asRoot, ...NAMESPACES, ...init], {
    stdio: 'inherit',
    env: { ...process.env, PATH: WHOLE_PATH, [MARK]: '1' },
  });
  if (error) throw error;
  return status ?? 1;
}
