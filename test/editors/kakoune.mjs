// Plays a person in Kakoune without a terminal: `node kakoune.mjs FOLDER-OF-KAK-LSP`. Kakoune is told what to do from
// outside, as its own `kak -p` does, and writes what it shows into files.
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const { SOFTSTOP_PAGES = '', SOFTSTOP_STEPS = '', SOFTSTOP_SEEN = '', XDG_CONFIG_HOME: config = '' } = process.env;
const [, , programs = ''] = process.argv;
const SESSION = 'shop';
const env = { ...process.env, PATH: `${programs}${path.delimiter}${process.env.PATH}` };
const shown = path.join(config, 'shown');

/** Has Kakoune carry out a command in its window. */
function tell(/** @type {string} */ command) {
  const input = `evaluate-commands -client client0 %{ ${command} }`;
  return spawnSync('kak', ['-p', SESSION], { input, env }).status === 0;
}

/** What a command writes into a file; nothing where it fails. */
function read(/** @type {(file: string) => string} */ command) {
  const done = `${shown}.done`;
  for (const file of [shown, done]) rmSync(file, { force: true });
  tell(`try %{ ${command(shown)} }; echo -to-file ${done} done`);
  for (let i = 0; i < 100 && !existsSync(done); i++) wait(10);
  return existsSync(shown) ? readFileSync(shown, 'utf8') : '';
}

function wait(/** @type {number} */ ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/**
 * @template T
 * @param {string} what
 * @param {() => T | undefined | false | null} look
 * @returns {T}
 */
function until(what, look) {
  for (let i = 0; i < 150; i++) {
    const found = look();
    if (found) return found;
    wait(100);
  }
  throw new Error(`waited in vain for ${what}`);
}

const buffer = (/** @type {string} */ name) =>
  read((file) => `evaluate-commands -buffer ${name} %{ write -force ${file} }`);

/** The list of findings, one a line: the file, the place, and in brackets the severity, the source and the rule. */
function finding(/** @type {import('./project.mjs').Step} */ { file, rule }) {
  tell('lsp-diagnostics');
  wait(100);
  const line = buffer('*diagnostics*')
    .split('\n')
    .find((one) => one.startsWith(`${file}:`) && one.includes(`[softstop][${rule}]`));
  tell(`edit ${file}`);
  const [, row, column, message] = /:(\d+):(\d+): (.*)$/.exec(line ?? '') ?? [];
  return message === undefined ? undefined : { place: `${row}.${column}`, message };
}

/** @type {object[]} */
const seen = [];
mkdirSync(path.join(config, 'kak'), { recursive: true });
copyFileSync(path.join(SOFTSTOP_PAGES, 'kakoune.kak'), path.join(config, 'kak', 'kakrc'));
const kakoune = spawn('kak', ['-ui', 'dummy', '-s', SESSION], { env, stdio: 'ignore' });
try {
  until('Kakoune', () => tell('nop'));
  /** @type {import('./project.mjs').Step[]} */
  const steps = JSON.parse(readFileSync(SOFTSTOP_STEPS, 'utf8'));
  for (const step of steps) {
    tell(`edit ${step.file}`);
    const { place, message } = until(step.rule, () => finding(step));
    tell(`select ${place},${place}; lsp-hover-buffer`);
    const hover = until('a hover', () => buffer('*hover*').trim());
    tell(`delete-buffer *hover*; edit ${step.file}; select ${place},${place}; lsp-code-action '${step.fix}.*'`);
    until('the fix', () => read((file) => `echo -to-file ${file} %val{modified}`) === 'true');
    until('the finding to go', () => !finding(step));
    tell('write');
    seen.push({ file: step.file, rule: step.rule, message, hover });
  }
} catch (error) {
  seen.push({ failure: `${error}\n${buffer('*debug*')}` });
  process.exitCode = 1;
} finally {
  writeFileSync(SOFTSTOP_SEEN, JSON.stringify(seen));
  tell('kill!');
  kakoune.kill();
}
