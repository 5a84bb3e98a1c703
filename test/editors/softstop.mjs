// The `softstop` that the editors under test start: the built one, with everything that is said written down line by line,
// `>` before what the editor says and `<` before what it hears; one file for each server, numbered from 1.
import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const cli = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../dist/cli.js');
const folder = process.env.SOFTSTOP_TRAFFIC ?? '';
mkdirSync(folder, { recursive: true });
const file = path.join(folder, String(readdirSync(folder).length + 1));
appendFileSync(file, '');

/** Takes in pieces of a stream and writes down each whole message. */
function listener(/** @type {string} */ side) {
  let left = Buffer.alloc(0);
  return (/** @type {Buffer} */ data) => {
    left = Buffer.concat([left, data]);
    for (;;) {
      const end = left.indexOf('\r\n\r\n');
      const length = Number(/content-length: *(\d+)/i.exec(left.subarray(0, end).toString())?.[1]);
      if (end < 0 || !(left.length >= end + 4 + length)) return;
      const body = left.subarray(end + 4, end + 4 + length).toString();
      appendFileSync(file, `${side} ${JSON.stringify(JSON.parse(body))}\n`);
      left = left.subarray(end + 4 + length);
    }
  };
}

const server = spawn(process.execPath, [cli, ...process.argv.slice(2)], { stdio: ['pipe', 'pipe', 'inherit'] });
process.stdin.on('data', listener('>')).pipe(server.stdin);
server.stdout.on('data', listener('<')).pipe(process.stdout);
for (const stream of [server.stdin, process.stdout]) stream.on('error', () => {});
server.once('exit', (code) => process.exit(code ?? 1));
