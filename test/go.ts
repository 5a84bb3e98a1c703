// Builds programs that are written in Go, for the tests that compare with them. Any Go will do: the modules here ask for
// a newer one where it is needed, and that comes as a module, too. Knows nothing of the programs.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Gets newer ones by itself from this minor version of Go 1 on. */
const FETCHES_ITSELF = 21;
/** What older ones are replaced with; no older than any go.mod here asks for. */
const NEWER = 'v0.0.1-go1.26.8';

/** What stands in the way of a build, in Go's own words; shown without a stack trace. */
export class GoError extends Error {}

/** A `go` command with what it needs in its environment. */
interface Go {
  readonly command: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Why Go cannot be had here; `undefined` where it can. */
export function whyNoGo(): string | undefined {
  return minorVersion() === undefined ? 'it needs Go: https://go.dev/doc/install' : undefined;
}

/** The N of `go version go1.N.x`. */
function minorVersion(): number | undefined {
  const { stdout } = spawnSync('go', ['version'], { encoding: 'utf8', cwd: tmpdir() });
  const minor = /go1\.(\d+)/.exec(stdout ?? '')?.[1];
  return minor === undefined ? undefined : Number(minor);
}

/**
 * Builds a program of the module in a folder into `.cache/tools`, and gives its file. `args` come before the package.
 */
export function buildInGo(folder: string, name: string, args: readonly string[] = [], packageName = '.'): string {
  const { command, env } = findGo();
  const tools = path.resolve('.cache', 'tools');
  mkdirSync(tools, { recursive: true });
  const file = path.join(tools, process.platform === 'win32' ? `${name}.exe` : name);
  const built = spawnSync(command, ['build', ...args, '-o', file, packageName], { cwd: folder, encoding: 'utf8', env });
  if (built.status !== 0) throw new GoError(`go build failed in ${folder}:\n${built.stderr || built.error}`);
  return file;
}

function findGo(): Go {
  // Some distributions tell Go to stay as it is.
  const env = { ...process.env, GOTOOLCHAIN: 'auto' };
  const minor = minorVersion();
  if (minor === undefined) throw new GoError('there is no Go');
  if (minor >= FETCHES_ITSELF) return { command: 'go', env };
  return { command: newerGo(env), env: { ...env, GOROOT: undefined } };
}

/** Has an old Go download a newer one, as newer ones do by themselves. */
function newerGo(env: NodeJS.ProcessEnv): string {
  const ask = (...words: readonly string[]) => {
    const { status, stdout, stderr, error } = spawnSync('go', words, { encoding: 'utf8', cwd: tmpdir(), env });
    if (status !== 0) throw new GoError(`go ${words.join(' ')} failed:\n${stderr || stdout || error}`);
    return stdout;
  };
  const host = ask('env', 'GOHOSTOS', 'GOHOSTARCH').trim().split('\n').join('-');
  const { Dir: root } = JSON.parse(ask('mod', 'download', '-json', `golang.org/toolchain@${NEWER}.${host}`)) as {
    readonly Dir: string;
  };
  // Modules keep no file modes.
  for (const folder of ['bin', ...toolFolders(root)]) {
    for (const name of readdirSync(path.join(root, folder))) chmodSync(path.join(root, folder, name), 0o755);
  }
  return path.join(root, 'bin', 'go');
}

function toolFolders(root: string): readonly string[] {
  const tools = path.join(root, 'pkg', 'tool');
  return existsSync(tools) ? readdirSync(tools).map((name) => path.join('pkg', 'tool', name)) : [];
}
