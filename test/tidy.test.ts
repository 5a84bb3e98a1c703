// The house rules that a machine can check: layers, names, registrations, generated pages, links.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { rules } from '../shared/index.ts';
import { DEFAULTS } from '../shared/settings/settings.ts';
import { fixturesIn } from './fixtureFiles.ts';
import { RULE_PAGES, reportingAndSilent, rulePages, withRuleTable } from './ruleDocs.ts';
import { SCHEMA_FILE, settingsSchema } from './settingsSchema.ts';

const read = (file: string) => readFileSync(file, 'utf8');

/** The files below a folder with one of these endings, as paths with `/`. */
function filesIn(folder: string, ...endings: readonly string[]): readonly string[] {
  const entries = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
  const files = entries.map((entry) => `${folder}/${entry.split(path.sep).join('/')}`);
  return files.filter((file) => endings.some((ending) => file.endsWith(ending))).sort();
}

/** What a module imports: files as paths from the checkout, packages by their names. */
function importsOf(file: string): readonly string[] {
  const named = [
    ...read(file).matchAll(/^(?:import|export)\b[^;]*?\bfrom '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm),
  ];
  return named.map(([, from, bare, lazy]) => {
    const name = from ?? bare ?? lazy ?? '';
    return name.startsWith('.') ? path.posix.join(path.posix.dirname(file), name) : name;
  });
}

const modules = ['shared', 'server', 'client'].flatMap((folder) => filesIn(folder, '.ts'));
const ruleFiles = filesIn('shared/rules', '.ts').map((file) => path.posix.basename(file, '.ts'));
const ruleIds = rules.map(({ id }) => id);
const fixtures = fixturesIn('test/rules');

test('every module says in its first line why it exists', () => {
  const silent = [...modules, ...filesIn('test', '.ts', '.mjs'), ...filesIn('scripts', '.mjs')].filter(
    (file) => !/^\/\/ \S+ \S+ \S/.test(read(file)),
  );
  assert.deepEqual(silent, []);
});

/** What a folder of the core may import from the rest of it; files are named, folders end in `/`. */
const MAY_IMPORT: { readonly [layer: string]: readonly string[] } = {
  text: [],
  sources: ['text/'],
  knowledge: ['text/'],
  model: ['text/', 'sources/', 'knowledge/', 'settings/'],
  settings: ['text/', 'sources/', 'knowledge/', 'model/'],
  rules: ['text/', 'knowledge/', 'model/', 'settings/'],
  engine: ['text/', 'model/', 'rules/', 'settings/'],
  render: ['text/', 'knowledge/', 'model/', 'settings/', 'engine/'],
  complete: ['text/', 'sources/', 'knowledge/', 'model/', 'rules/', 'settings/', 'engine/'],
};

test('in the core, imports point downwards', () => {
  const wrong = filesIn('shared', '.ts').flatMap((file) => {
    const [layer = '', inner] = file.slice('shared/'.length).split('/');
    const allowed = inner === undefined ? undefined : [`${layer}/`, ...(MAY_IMPORT[layer] ?? [])];
    return importsOf(file).flatMap((name) => {
      if (!name.startsWith('shared/'))
        return name.includes('/') && /^(?:server|client|test)\//.test(name) ? [`${file}: ${name}`] : [];
      const target = name.slice('shared/'.length);
      const fine = !allowed || allowed.some((one) => (one.endsWith('/') ? target.startsWith(one) : target === one));
      return fine ? [] : [`${file}: ${name}`];
    });
  });
  assert.deepEqual(wrong, []);
});

/** Packages that only some files may import. */
const ONLY_IN: { readonly [name: string]: RegExp } = {
  unbash: /^shared\/sources\/shell\.ts$/,
  yaml: /^shared\/sources\/yaml\/yaml\.ts$/,
  'dockerfile-ast': /^shared\/sources\/dockerfile\.ts$/,
  'vscode-languageserver': /^server\//,
  'vscode-languageserver-textdocument': /^server\//,
  'vscode-languageclient': /^client\//,
  vscode: /^client\//,
};

test('packages are imported where they belong; of the core, only adapters import any', () => {
  const wrong = modules.flatMap((file) =>
    importsOf(file).flatMap((name) => {
      if (/^(?:shared|server|client)\//.test(name)) return [];
      const [, where] = Object.entries(ONLY_IN).find(([one]) => name === one || name.startsWith(`${one}/`)) ?? [];
      const inCore = file.startsWith('shared/');
      const adapter = file.startsWith('shared/sources/') && !name.startsWith('node:');
      const fine = where ? where.test(file) : !inCore || adapter;
      return fine ? [] : [`${file}: ${name}`];
    }),
  );
  assert.deepEqual(wrong, []);
});

test('every rule has its file, its line in the list and its fixture, all by its id', () => {
  const others = ['index', 'rule'];
  assert.deepEqual(
    [...ruleIds].sort(),
    ruleFiles.filter((name) => !others.includes(name)),
  );
  assert.deepEqual(
    [...ruleIds].sort(),
    fixtures.map(({ name }) => name),
  );
  for (const rule of rules) {
    assert.match(rule.id, /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, 'ids are kebab-case');
    assert.match(
      read(`shared/rules/${rule.id}.ts`),
      new RegExp(`\\bid: '${rule.id}'`),
      'a rule stands in the file of its name',
    );
    assert.match(rule.summary, /^[A-Z`].*\.$/, `${rule.id}: the summary is one sentence`);
    assert.notEqual(rule.references.length, 0, `${rule.id}: a rule has references`);
  }
});

test('every rule has cases that report it, and at least as many that do not', () => {
  for (const { name, cases } of fixtures) {
    const { reporting } = reportingAndSilent(name, cases);
    const silent = cases.length - reporting.length;
    assert.ok(reporting.length > 0, `${name}: no case reports it`);
    assert.ok(silent >= reporting.length, `${name}: ${reporting.length} cases report it, in ${silent} it is silent`);
  }
});

test('generated pages are what `npm run docs` writes', () => {
  const pages = rulePages(rules, fixtures);
  assert.deepEqual(filesIn(RULE_PAGES, ''), [...pages.keys()].sort());
  for (const [file, page] of pages) assert.ok(read(file) === page, `${file} is out of date: run \`npm run docs\``);
  const readme = read('README.md');
  assert.ok(
    readme === withRuleTable(readme, rules, fixtures),
    'the rule table of README.md is out of date: run `npm run docs`',
  );
});

test('the schema of the settings is what `npm run docs` writes', () => {
  const { contributes } = JSON.parse(read('package.json'));
  const schema = settingsSchema(contributes.configuration.properties);
  assert.ok(read(SCHEMA_FILE) === schema, `${SCHEMA_FILE} is out of date: run \`npm run docs\``);
});

test('the settings of the editor are those of the core', () => {
  const { contributes } = JSON.parse(read('package.json'));
  const names = Object.keys(contributes.configuration.properties).filter((name) => name !== 'softstop.trace.server');
  assert.deepEqual(
    names.sort(),
    Object.keys(DEFAULTS)
      .map((key) => `softstop.${key}`)
      .sort(),
  );
});

test('no test is left out, and none runs alone', () => {
  const leftOut = /\b(?:test|it|describe|suite)\.(?:only|skip|todo)\b|\b(?:only|skip|todo): ?true\b/;
  assert.deepEqual(
    filesIn('test', '.ts', '.mjs').filter((file) => leftOut.test(read(file))),
    [],
  );
});

test('links in the documentation lead somewhere', () => {
  const pages = ['README.md', 'CHANGELOG.md', 'shared/README.md', ...filesIn('docs', '.md')].filter((file) =>
    existsSync(file),
  );
  const broken = pages.flatMap((file) =>
    [...read(file).matchAll(/\]\((?!https?:|mailto:|#)([^)\s#]+)[^)]*\)|<img [^>]*src="(?!https?:)([^"]+)"/g)].flatMap(
      ([, link, image]) => {
        const target = path.posix.join(path.posix.dirname(file), link ?? image ?? '');
        return existsSync(target) ? [] : [`${file}: ${target}`];
      },
    ),
  );
  assert.deepEqual(broken, []);
});
