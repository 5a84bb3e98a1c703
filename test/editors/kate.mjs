// Plays a person at the keyboard of Kate, on a screen that nobody sees: `xvfb-run dbus-run-session node kate.mjs`. What
// Kate has seen is told by what it says to the server: it gives back the finding whose fix it asks for.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const { SOFTSTOP_PAGES = '', SOFTSTOP_STEPS = '', SOFTSTOP_SEEN = '', SOFTSTOP_TRAFFIC = '', PATH = '' } = process.env;
const { XDG_CONFIG_HOME: config = '' } = process.env;

/** @typedef {{ id?: number, method?: string, params?: any, result?: any }} Message */

/** Everything that the server which was started last has said (`<`) or heard (`>`). */
function said(/** @type {'<' | '>'} */ side) {
  const sessions = existsSync(SOFTSTOP_TRAFFIC) ? readdirSync(SOFTSTOP_TRAFFIC).map(Number) : [];
  if (sessions.length === 0) return [];
  const lines = readFileSync(path.join(SOFTSTOP_TRAFFIC, String(Math.max(...sessions))), 'utf8').split('\n');
  return lines.flatMap((line) => (line.startsWith(side) ? [/** @type {Message} */ (JSON.parse(line.slice(2)))] : []));
}

/**
 * @template T
 * @param {string} what
 * @param {() => T | undefined | false} look
 * @returns {Promise<T>}
 */
async function until(what, look) {
  for (let i = 0; i < 200; i++) {
    const found = look();
    if (found) return found;
    await pause();
  }
  throw new Error(`waited in vain for ${what}`);
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 100));
const press = (/** @type {string[]} */ ...keys) => execFileSync('xdotool', ['key', '--delay', '40', ...keys]);

/** The answer to the last question of a kind. */
function answer(/** @type {string} */ method) {
  const asked = said('>').findLast((message) => message.method === method);
  return asked && said('<').find(({ id, method: other }) => id === asked.id && !other);
}

/** What was published last about a file. */
function published(/** @type {string} */ file) {
  const told = said('<').filter(({ method }) => method === 'textDocument/publishDiagnostics');
  return told.findLast(({ params }) => params.uri.endsWith(`/${file}`))?.params.diagnostics;
}

/** Presses what opens a menu until the server has been asked: the window may not have the keyboard yet. */
async function ask(/** @type {string} */ method, /** @type {(() => void)} */ keys) {
  const before = said('>').filter((message) => message.method === method).length;
  for (let i = 0; i < 5; i++) {
    keys();
    for (let wait = 0; wait < 20; wait++) {
      if (said('>').filter((message) => message.method === method).length > before && answer(method)) return;
      await pause();
    }
    press('Escape');
  }
  throw new Error(`Kate did not ask for ${method}`);
}

/** @param {import('./project.mjs').Step} step */
async function repair({ file, rule }) {
  const sessions = existsSync(SOFTSTOP_TRAFFIC) ? readdirSync(SOFTSTOP_TRAFFIC).length : 0;
  const kate = spawn('kate', ['-n', file], { stdio: ['ignore', 'ignore', 'ignore'] });
  try {
    await until('the server', () => existsSync(SOFTSTOP_TRAFFIC) && readdirSync(SOFTSTOP_TRAFFIC).length > sessions);
    const isOpen = () => said('>').some(({ method }) => method === 'textDocument/didOpen');
    const finding = () => published(file)?.find((/** @type {{ code: string }} */ one) => one.code === rule);
    const { range } = await until(rule, () => isOpen() && finding());
    // To the line, and from its beginning to the finding.
    press('ctrl+g');
    execFileSync('xdotool', ['type', String(range.start.line + 1)]);
    press('Return', ...Array(range.start.character).fill('Right'));
    // Symbol Info in the menu of the LSP client.
    await ask('textDocument/hover', () => press('alt+l', 'y'));
    press('Escape');
    // Quick Fix, for which Kate gives the finding back; without asking it takes what is offered.
    await ask('textDocument/codeAction', () => press('ctrl+period'));
    const given = said('>').findLast(({ method }) => method === 'textDocument/codeAction')?.params.context.diagnostics;
    const seen = given.find((/** @type {{ code: string }} */ one) => one.code === rule);
    assert.ok(seen, `Kate gives ${rule} back`);
    await until('the fix', () => said('>').some(({ method }) => method === 'textDocument/didChange'));
    await until('the finding to go', () => !finding());
    const before = readFileSync(file, 'utf8');
    press('ctrl+s');
    await until('the file to be saved', () => readFileSync(file, 'utf8') !== before);
    return { file, rule, message: seen.message, hover: answer('textDocument/hover')?.result.contents.value };
  } finally {
    const ended = new Promise((resolve) => kate.once('exit', resolve));
    press('ctrl+q');
    const last = setTimeout(() => kate.kill(), 5000);
    await ended;
    clearTimeout(last);
  }
}

mkdirSync(path.join(config, 'kate', 'lspclient'), { recursive: true });
copyFileSync(path.join(SOFTSTOP_PAGES, 'kate.json'), path.join(config, 'kate', 'lspclient', 'settings.json'));
// Kate asks a person once whether it may start a server.
const server = path.join(PATH.split(path.delimiter)[0] ?? '', 'softstop');
const settings = [
  '[Kate Plugins]',
  'lspclientplugin=true',
  '[lspclient]',
  `AllowedServerCommandLines=${server} lsp --stdio`,
];
writeFileSync(path.join(config, 'katerc'), `${settings.join('\n')}\n`);
/** @type {object[]} */
const seen = [];
try {
  for (const step of JSON.parse(readFileSync(SOFTSTOP_STEPS, 'utf8'))) seen.push(await repair(step));
} catch (error) {
  seen.push({ failure: error instanceof Error ? error.message : String(error) });
}
writeFileSync(SOFTSTOP_SEEN, JSON.stringify(seen));
