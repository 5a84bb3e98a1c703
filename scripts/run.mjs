// Runs other programs for the scripts beside it. Imports nothing but Node, so that it works before anything is set up.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** What goes wrong in a way that a person can mend: shown without a stack trace. */
export class Stop extends Error {}

/** What this machine lacks, and what to do about it: the rest may still run. */
export class NotHere extends Stop {}

/** What not every machine can have, not even one of a CI: told, and no failure anywhere. */
export class NotEverywhere extends NotHere {}

/**
 * Runs a program to its end, in the checkout unless `options.cwd` says otherwise, sharing this terminal.
 * @param {string} program
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>} its exit code; 1 where a signal ended it
 */
export function run(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: 'inherit', ...options });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

/**
 * Runs a program to its end and keeps what it prints.
 * @param {string} program
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @param {string} [cwd]
 * @returns {Promise<{ code: number, text: string }>}
 */
export async function capture(program, args, env = process.env, cwd = root) {
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], env });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (text += data));
  const [code] = await once(child, 'close');
  return { code: code ?? 1, text };
}

/**
 * Runs npm: the one that started us, if one did, else the one on the PATH.
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 */
export function npm(args, options) {
  const running = process.env.npm_execpath;
  if (running?.endsWith('npm-cli.js')) return run(process.execPath, [running, ...args], options);
  return run('npm', args, { shell: process.platform === 'win32', ...options });
}

/**
 * Where the first of these programs is on the PATH.
 * @param {string[]} names
 * @returns {string | undefined}
 */
export function which(...names) {
  const extensions = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  const candidates = names.flatMap((name) =>
    folders.flatMap((folder) => extensions.map((end) => path.join(folder, name + end))),
  );
  return candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * Runs a script's main function; tells what stopped it in one line where a person can mend it.
 * @param {() => Promise<number>} main gives the exit code
 */
export async function exitWith(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
