// Bundles what is shipped (dist/) and what the tests run (out/), so that the tests run the code as it ships.
// `--production` minifies dist/ and leaves its source maps out. Knows entry points and platforms, not what the code does.
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { root } from './run.mjs';

const production = process.argv.includes('--production');

/** @typedef {import('esbuild').BuildOptions & { entryPoints: string[] }} Bundle */

/** @type {import('esbuild').BuildOptions} */
const base = { absWorkingDir: root, bundle: true, sourcemap: true, logLevel: 'warning' };
// `module` first: the `main` of some dependencies is UMD, whose inner requires no bundler can follow.
/** @type {import('esbuild').BuildOptions} */
const node = { ...base, platform: 'node', target: 'node20', format: 'cjs', mainFields: ['module', 'main'] };
/** @type {import('esbuild').BuildOptions} */
const browser = { ...base, platform: 'browser', target: 'es2023', format: 'cjs' };

/**
 * The data of `shared/knowledge` without what only people read in it: where a fact comes from. Of that, a program asks only
 * whether it was measured.
 * @type {import('esbuild').Plugin}
 */
const facts = {
  name: 'facts',
  setup({ onLoad }) {
    const short = (/** @type {string} */ key, /** @type {unknown} */ value) => {
      if (key === 'about') return undefined;
      if (key === 'source') return /\bmeasured\b/.exec(String(value))?.[0] ?? '';
      return key === 'measured' ? '' : value;
    };
    onLoad({ filter: /[\\/]shared[\\/]knowledge[\\/]\w+\.json$/ }, ({ path: file }) => ({
      contents: JSON.stringify(JSON.parse(readFileSync(file, 'utf8'), short)),
      loader: 'json',
    }));
  },
};
const shipped = { minify: production, sourcemap: !production, plugins: [facts] };
const editor = { external: ['vscode'] };

const testFiles = readdirSync(path.join(root, 'test')).filter((name) => name.endsWith('.test.ts'));

/** @type {Bundle[]} */
const bundles = [
  // The command line and the language server, in Node and in a browser worker.
  {
    ...node,
    ...shipped,
    entryPoints: ['server/cli/main.ts'],
    outfile: 'dist/cli.js',
    banner: { js: '#!/usr/bin/env node' },
  },
  { ...node, ...shipped, entryPoints: ['server/node.ts'], outfile: 'dist/server.js' },
  // The library.
  { ...node, ...shipped, entryPoints: ['server/api.ts'], outfile: 'dist/api.js' },
  { ...browser, ...shipped, format: 'iife', entryPoints: ['server/browser.ts'], outfile: 'dist/browserServer.js' },
  // The VS Code client, for the desktop and for the web.
  { ...node, ...shipped, ...editor, entryPoints: ['client/extension.node.ts'], outfile: 'dist/extension.node.js' },
  {
    ...browser,
    ...shipped,
    ...editor,
    entryPoints: ['client/extension.browser.ts'],
    outfile: 'dist/extension.browser.js',
  },
  // The tests, and the writer of the generated pages.
  { ...node, entryPoints: testFiles.map((name) => `test/${name}`), outdir: 'out/test' },
  { ...node, entryPoints: ['test/docs.ts'], outfile: 'out/docs.js' },
  { ...node, entryPoints: ['test/reality/main.ts'], outfile: 'out/reality.js' },
  { ...node, entryPoints: ['test/proof/main.ts'], outfile: 'out/proof.js' },
  { ...node, entryPoints: ['test/signals/main.ts'], outfile: 'out/signals.js' },
  { ...node, entryPoints: ['test/apiserver/main.ts'], outfile: 'out/apiserver.js' },
  { ...node, entryPoints: ['test/compared/main.ts'], outfile: 'out/compared.js' },
  { ...node, entryPoints: ['test/bench/bench.ts'], outfile: 'out/bench.js' },
  // The suite for VS Code: one bundle for both extension hosts. Mocha's own bundle, seeing a `module`, puts itself in the
  // place of the exports.
  {
    ...browser,
    ...editor,
    entryPoints: ['test/vscode/suite.ts'],
    outfile: 'out/vscode/suite.js',
    footer: { js: 'module.exports = { run };' },
  },
];

// Tests whose source is gone must not run on.
rmSync(path.join(root, 'out/test'), { recursive: true, force: true });
// Entries that are not written yet are left out.
const ready = bundles
  .map((bundle) => ({
    ...bundle,
    entryPoints: bundle.entryPoints.filter((entry) => existsSync(path.join(root, entry))),
  }))
  .filter((bundle) => bundle.entryPoints.length > 0);
const results = await Promise.allSettled(ready.map((bundle) => build(bundle)));
// What is wrong, esbuild has told.
if (results.some(({ status }) => status === 'rejected')) process.exitCode = 1;
if (existsSync(path.join(root, 'dist/cli.js'))) chmodSync(path.join(root, 'dist/cli.js'), 0o755);
