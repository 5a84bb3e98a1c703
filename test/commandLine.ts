// Runs the command line as users do, for its tests: the built program in a process of its own, in folders made for each.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { after } from 'node:test';

export const checkout = process.cwd();
/** The command line as it is shipped. */
export const cli = path.join(checkout, 'dist', 'cli.js');
const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** What a run came to. */
export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder with these files, gone after the tests. */
export function folderWith(files: Record<string, string | Buffer> = {}): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'softstop-')));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  return folder;
}

/** Runs `softstop` with these arguments. */
export async function softstop(cwd: string, args: readonly string[], input = ''): Promise<Result> {
  const child = spawn(process.execPath, [cli, ...args], { cwd });
  // Without `-` nobody reads it.
  child.stdin.on('error', () => undefined).end(input);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  assert.doesNotMatch(stderr, /^\s+at /m, 'a stack trace');
  return { code, stdout, stderr };
}

/** Every file below a folder by its path, with its bytes. */
export function contents(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const files = names.filter((name) => lstatSync(path.join(folder, name)).isFile());
  return Object.fromEntries(files.map((name) => [name, readFileSync(path.join(folder, name), 'latin1')]));
}

/** Its shell keeps the stop signal; the fix is safe. */
export const SHELL_FORM = 'FROM node:22\nCOPY . .\nCMD node server.js\n';
/** The same as it should be. */
export const EXEC_FORM = 'FROM node:22\nCOPY . .\nCMD ["node", "server.js"]\n';
