// The npm package `softstop`: the command and the library, bundled, so that it needs no other package. The package.json of
// the checkout is the extension's; what both share comes from there.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { npm, root, run, Stop } from './run.mjs';

/** What goes into it, and where it comes from. `index.d.ts` stands there twice, because each way to import has its own. */
const FILES = {
  'README.md': 'README.md',
  'CHANGELOG.md': 'CHANGELOG.md',
  LICENSE: 'LICENSE',
  'cli.js': 'dist/cli.js',
  'index.js': 'dist/api.js',
  'index.d.ts': 'out/types/server/api.d.ts',
  'index.d.mts': 'out/types/server/api.d.ts',
  'softstop.schema.json': 'shared/settings/softstop.schema.json',
};

/** For `import`: names that Node would not find in the bundle by itself. */
const MODULE = "import api from './index.js';\n\nexport const { applyFix, check } = api;\n";

const EXPORTS = {
  '.': {
    import: { types: './index.d.mts', default: './index.mjs' },
    require: { types: './index.d.ts', default: './index.js' },
  },
  './softstop.schema.json': './softstop.schema.json',
  './package.json': './package.json',
};

/**
 * Writes the package as softstop-VERSION.tgz; what is in dist/ goes into it.
 * @param {string} folder where to
 * @returns {Promise<string>} the path of the file
 */
export async function packageForNpm(folder) {
  if (await run(process.execPath, ['node_modules/typescript/bin/tsc', '-b', 'server']))
    throw new Stop('The declarations could not be written.');
  const from = path.join(root, 'out', 'npm');
  rmSync(from, { recursive: true, force: true });
  mkdirSync(from, { recursive: true });
  for (const [name, source] of Object.entries(FILES)) copyFileSync(path.join(root, source), path.join(from, name));
  writeFileSync(path.join(from, 'index.mjs'), MODULE);
  const ours = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const { name, version, description, license, homepage, repository, keywords } = ours;
  const manifest = {
    ...{ name, version, description, license, homepage, repository, keywords },
    engines: { node: ours.engines.node },
    bin: { softstop: 'cli.js' },
    main: './index.js',
    types: './index.d.ts',
    exports: EXPORTS,
    publishConfig: { access: 'public', provenance: true },
  };
  writeFileSync(path.join(from, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  if (await npm(['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], { cwd: from, stdio: 'ignore' }))
    throw new Stop('npm pack failed.');
  return path.join(folder, `${name}-${version}.tgz`);
}
