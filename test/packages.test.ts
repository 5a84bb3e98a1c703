// What is published, as users get it: the npm package, installed into an empty folder without a network and used from
// there, and the files of the extension.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { checkout, folderWith, SHELL_FORM } from './commandLine.ts';

const execute = promisify(execFile);
const options = { shell: process.platform === 'win32' };
const PROGRAM = `
const files = { Dockerfile: ${JSON.stringify(SHELL_FORM)} };
const { findings, problems } = check(files);
if (problems.length > 0) throw new Error('wrong');
const [{ path, range, rule, fixes: [fix] }] = findings;
console.log(path, range.start.line, rule, fix.safety, applyFix(files, fix).Dockerfile.split('\\n')[2]);
`;
const SAID = 'Dockerfile 3 shell-form-pid1 safe CMD ["node", "server.js"]\n';

describe('the npm package', () => {
  let folder = '';
  let installed = '';

  before(async () => {
    folder = folderWith({ Dockerfile: SHELL_FORM, 'package.json': '{ "private": true }' });
    installed = path.join(folder, 'node_modules', 'softstop');
    const pack = `import('./scripts/npmPackage.mjs').then(async (m) => console.log(await m.packageForNpm(process.argv[1])))`;
    const { stdout } = await execute(process.execPath, ['-e', pack, folder], { cwd: checkout });
    const install = ['install', '--offline', '--no-audit', '--no-fund', `./${path.basename(stdout.trim())}`];
    await execute('npm', install, { ...options, cwd: folder });
  });

  it('holds what is needed and nothing else', () => {
    assert.deepEqual(readdirSync(installed).sort(), [
      ...['CHANGELOG.md', 'LICENSE', 'README.md', 'cli.js', 'index.d.mts', 'index.d.ts', 'index.js', 'index.mjs'],
      ...['package.json', 'softstop.schema.json'],
    ]);
    const manifest = JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8'));
    for (const key of ['private', 'dependencies', 'scripts', 'contributes']) assert.equal(key in manifest, false, key);
    assert.equal(manifest.publishConfig.provenance, true);
    assert.doesNotMatch(readFileSync(path.join(installed, 'index.d.ts'), 'utf8'), /^import\b/m);
  });

  it('runs: check, explain, rules', async () => {
    const bin = path.join(folder, 'node_modules', '.bin', 'softstop');
    const run = (...args: readonly string[]) => execute(bin, args, { ...options, cwd: folder });
    await assert.rejects(run('check'), { code: 1, stdout: /^Dockerfile:3:5 .+ \[shell-form-pid1\]$/m });
    assert.match((await run('explain', 'Dockerfile')).stdout, /SIGTERM/);
    assert.match((await run('rules')).stdout, /^shell-form-pid1 /m);
  });

  it('starts the language server', async () => {
    const message = (body: object) => {
      const text = JSON.stringify({ jsonrpc: '2.0', ...body });
      return `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
    };
    const running = execute(process.execPath, [path.join(installed, 'cli.js'), 'lsp', '--stdio'], { cwd: folder });
    running.child.stdin?.write(
      message({ id: 1, method: 'initialize', params: { processId: null, rootUri: null, capabilities: {} } }) +
        message({ method: 'initialized', params: {} }) +
        message({ id: 2, method: 'shutdown' }) +
        message({ method: 'exit' }),
    );
    assert.match((await running).stdout, /"hoverProvider"/);
  });

  it('is a library for import and for require', async () => {
    writeFileSync(path.join(folder, 'a.mjs'), `import { applyFix, check } from 'softstop';${PROGRAM}`);
    writeFileSync(path.join(folder, 'b.cjs'), `const { applyFix, check } = require('softstop');${PROGRAM}`);
    for (const name of ['a.mjs', 'b.cjs']) {
      assert.equal((await execute(process.execPath, [name], { cwd: folder })).stdout, SAID);
    }
  });

  it('runs the example of the guide, which prints what the guide says', async () => {
    const guide = readFileSync(path.join(checkout, 'docs', 'guide.md'), 'utf8');
    const [, program = '', says] = /```js\n([\s\S]*?)```\n\nprints\n\n```text\n([\s\S]*?)```/.exec(guide) ?? [];
    writeFileSync(path.join(folder, 'guide.mjs'), program);
    assert.equal((await execute(process.execPath, ['guide.mjs'], { cwd: folder })).stdout, says);
  });

  it('has types, for import and for require', async () => {
    const tsc = path.join(checkout, 'node_modules', 'typescript', 'bin', 'tsc');
    const args = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--types', ''];
    for (const end of ['mts', 'cts']) {
      const source = (rest: string) =>
        `import { check, type Finding } from 'softstop';\nexport const found: readonly Finding[] = ${rest};\n`;
      writeFileSync(path.join(folder, `right.${end}`), source("check({ Dockerfile: 'FROM a' }).findings"));
      await execute(process.execPath, [tsc, ...args, `right.${end}`], { cwd: folder });
      writeFileSync(path.join(folder, `wrong.${end}`), source('check(1).findings'));
      const failing = execute(process.execPath, [tsc, ...args, `wrong.${end}`], { cwd: folder });
      await assert.rejects(failing, { stdout: /wrong\.[mc]ts/ });
    }
  });
});

describe('the extension', () => {
  it('holds what the editor loads or shows and nothing else', async () => {
    const vsce = path.join(checkout, 'node_modules', '@vscode', 'vsce', 'vsce');
    const { stdout } = await execute(process.execPath, [vsce, 'ls', '--no-dependencies'], { cwd: checkout });
    const files = stdout.trim().split(/\r?\n/).sort();
    const { contributes } = JSON.parse(readFileSync('package.json', 'utf8'));
    const named = [
      ...contributes.grammars.map((grammar: { path: string }) => grammar.path),
      ...contributes.languages.map((language: { configuration: string }) => language.configuration),
      ...contributes.walkthroughs.flatMap(({ steps }: { steps: readonly { media: Record<string, string> }[] }) =>
        steps.flatMap(({ media }) => Object.values(media).filter((value) => value.includes('/'))),
      ),
    ].map((file: string) => file.replace(/^\.\//, ''));
    const needed = [
      ...['CHANGELOG.md', 'LICENSE', 'README.md', 'icon.png', 'package.json'],
      ...['dist/browserServer.js', 'dist/extension.browser.js', 'dist/extension.node.js', 'dist/server.js'],
    ];
    assert.deepEqual(files, [...new Set([...needed, ...named])].sort());
  });

  it('has an icon as the gallery wants it', () => {
    const icon = readFileSync('icon.png');
    assert.equal(icon.toString('latin1', 1, 4), 'PNG');
    assert.ok(icon.readUInt32BE(16) >= 128 && icon.readUInt32BE(20) >= 128);
  });
});
