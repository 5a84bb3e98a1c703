// Plays a person in real editors: each opens the files of a small project with its page of docs/editors, reads the findings
// and the hovers, takes the fixes and saves. What it saw and what it saved is checked here, from outside.
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { installEditor, kakouneLsp, newerNeovim } from '../../scripts/editors.mjs';
import { capture, root } from '../../scripts/run.mjs';
import { layProject, STEPS, textsAfter, textsIn } from './project.mjs';
import { keepTraffic } from './traffic.mjs';

const page = (/** @type {string} */ name) => path.join(root, 'docs', 'editors', name);
const driver = (/** @type {string} */ name) => path.join(root, 'test', 'editors', name);
/** Seconds that an editor has for everything. */
const PATIENCE = 90;

/**
 * @typedef {object} Editor
 * @property {string} name
 * @property {string} page of docs/editors that it runs with
 * @property {readonly string[]} packages of Debian
 * @property {() => Promise<readonly string[]>} command starts it and plays
 * @property {readonly string[]} [leftOut] files that it cannot repair, by a fault of its own
 * @property {boolean} [again] whether another editor with the same page is tried too, whose traffic is kept
 */

/** @type {readonly Editor[]} */
export const EDITORS = [
  {
    name: 'Neovim',
    page: 'neovim-older.lua',
    packages: ['neovim'],
    command: async () => neovim('nvim', 'neovim-older.lua'),
  },
  {
    name: 'Neovim 0.11+',
    page: 'neovim.lua',
    packages: [],
    command: async () => neovim(await newerNeovim(), 'neovim.lua'),
  },
  {
    name: 'Neovim 0.11+, old way',
    page: 'neovim-older.lua',
    packages: [],
    command: async () => neovim(await newerNeovim(), 'neovim-older.lua'),
    again: true,
  },
  {
    name: 'Emacs, eglot',
    page: 'emacs-eglot.el',
    packages: ['emacs-nox', 'elpa-eglot'],
    command: async () => emacs('emacs-eglot.el', 'eglot.el'),
  },
  {
    name: 'Emacs, lsp-mode',
    page: 'emacs-lsp-mode.el',
    packages: ['emacs-nox', 'elpa-lsp-mode'],
    command: async () => emacs('emacs-lsp-mode.el', 'lsp-mode.el'),
    // lsp-mode 8 counts columns in characters.
    leftOut: ['wide/Dockerfile'],
  },
  {
    name: 'Vim, ALE',
    page: 'vim-ale.vim',
    packages: ['vim', 'vim-ale'],
    command: async () => inTerminal(`vim -Nu ${driver('ale.vim')} -n -i NONE -T xterm`),
    // ALE 3.3 counts columns in bytes.
    leftOut: ['wide/Dockerfile'],
  },
  {
    name: 'Kate',
    page: 'kate.json',
    packages: ['kate', 'xvfb', 'xauth', 'dbus-daemon', 'xdotool'],
    command: async () => [
      ...['xvfb-run', '-a', '-s', '-screen 0 1280x900x24', 'dbus-run-session', '--'],
      ...[process.execPath, driver('kate.mjs')],
    ],
  },
  {
    name: 'Kakoune',
    page: 'kakoune.kak',
    packages: ['kakoune'],
    command: async () => [process.execPath, driver('kakoune.mjs'), await kakouneLsp()],
  },
];

function neovim(/** @type {string} */ program, /** @type {string} */ name) {
  const before = ['--headless', '-u', 'NONE', '-i', 'NONE', '-n', '--cmd', 'filetype plugin on'];
  return [program, ...before, '-c', `luafile ${page(name)}`, '-c', `luafile ${driver('neovim.lua')}`];
}

function emacs(/** @type {string} */ name, /** @type {string} */ own) {
  const files = [page(name), driver('person.el'), driver(own)];
  return ['emacs', '--batch', '-f', 'package-initialize', ...files.flatMap((file) => ['-l', file])];
}

/** Some editors want a terminal. */
function inTerminal(/** @type {string} */ command) {
  return ['script', '-qec', command, '/dev/null'];
}

/**
 * Plays in one editor.
 * @param {Editor} editor
 * @returns {Promise<{ passed: number, failed: number }>} a step counts as one
 */
export async function runEditor(editor) {
  await installEditor(editor.name, editor.packages);
  const command = await editor.command();
  const steps = STEPS.filter(({ file }) => !editor.leftOut?.includes(file));
  const { folder, workspace, remove } = layProject();
  try {
    const { said, seen, sessions } = await play(command, steps, folder, workspace);
    try {
      check(steps, seen, textsIn(workspace));
    } catch (error) {
      console.error(`${error instanceof Error ? error.message : error}\n${said}`);
      return { passed: 0, failed: 1 };
    }
    if (!editor.again) keepTraffic(editor.page, sessions, workspace);
    return { passed: steps.length, failed: 0 };
  } finally {
    remove();
  }
}

/**
 * @param {readonly string[]} command
 * @param {readonly import('./project.mjs').Step[]} steps
 * @param {string} folder
 * @param {string} workspace
 */
async function play([program = '', ...args], steps, folder, workspace) {
  const at = (/** @type {string} */ name) => path.join(folder, name);
  // The pages call `softstop`; here that is the built one, with somebody listening on the line.
  mkdirSync(at('bin'));
  writeFileSync(at('bin/softstop'), `#!/bin/sh\nexec '${process.execPath}' '${driver('softstop.mjs')}' "$@"\n`);
  chmodSync(at('bin/softstop'), 0o755);
  writeFileSync(at('steps.json'), JSON.stringify(steps));
  mkdirSync(at('home'));
  const env = {
    ...process.env,
    ...{ HOME: at('home'), XDG_CONFIG_HOME: at('home'), XDG_STATE_HOME: at('home'), XDG_RUNTIME_DIR: at('home') },
    TMPDIR: folder,
    ...{ LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', TERM: 'xterm' },
    PATH: `${at('bin')}${path.delimiter}${process.env.PATH}`,
    SOFTSTOP_PAGES: path.join(root, 'docs', 'editors'),
    SOFTSTOP_STEPS: at('steps.json'),
    SOFTSTOP_SEEN: at('seen.json'),
    SOFTSTOP_TRAFFIC: at('traffic'),
  };
  const started = capture('timeout', ['-k', '5', String(PATIENCE), program, ...args], env, workspace);
  const { code, text } = await started;
  /** @type {{ file?: string, rule?: string, message?: string, hover?: string, failure?: string }[]} */
  const seen = existsSync(at('seen.json')) ? JSON.parse(readFileSync(at('seen.json'), 'utf8')) : [];
  const numbers = existsSync(at('traffic')) ? readdirSync(at('traffic')).sort((a, b) => Number(a) - Number(b)) : [];
  const sessions = numbers.map((number) => readFileSync(path.join(at('traffic'), number), 'utf8'));
  return { said: `The editor ended with ${code} and said:\n${text}`, seen, sessions };
}

/**
 * @param {readonly import('./project.mjs').Step[]} steps
 * @param {readonly { file?: string, rule?: string, message?: string, hover?: string, failure?: string }[]} seen
 * @param {Record<string, string>} texts
 */
function check(steps, seen, texts) {
  for (const { failure } of seen) assert.equal(failure, undefined);
  assert.deepEqual(
    seen.map(({ file, rule }) => ({ file, rule })),
    steps.map(({ file, rule }) => ({ file, rule })),
  );
  for (const [i, { file, hover }] of steps.entries()) {
    assert.ok(seen[i]?.message, `a message in ${file}`);
    assert.ok(seen[i]?.hover?.includes(hover), `the hover in ${file} is ${seen[i]?.hover}`);
  }
  assert.deepEqual(texts, textsAfter(steps));
}
