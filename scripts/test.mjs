// `npm test`: sets up what is missing and runs everything. `--only static|unit|reality|editors|vscode|ui` runs one group.
// In CI (CI=true) nothing may be left out: what cannot run there has failed. Elsewhere the summary says what did not run.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { EDITORS, runEditor } from '../test/editors/run.mjs';
import { installFromNpm } from './linters.mjs';
import { installPrograms } from './realityPrograms.mjs';
import { exitWith, NotEverywhere, NotHere, npm, root, run, Stop } from './run.mjs';
import { setUp } from './setup.mjs';
import { builtInExtensions, setUpVSCode } from './vscodeServer.mjs';

/**
 * How one part went. A part that counts no tests of its own has passed or failed as a whole.
 * @typedef {{ passed: number, failed: number, note?: string }} Outcome
 * @typedef {{ group: string, name: string, run: () => Promise<Outcome> }} Part
 */

const inCI = process.env.CI === 'true';

/** @returns {Promise<Outcome>} */
async function check(/** @type {string} */ script) {
  return { passed: 0, failed: (await npm(['run', '--silent', script])) ? 1 : 0 };
}

/** These compare the model with the kernel; by themselves, because they watch the clock. */
const REALITY = ['reality.test.js', 'proof.test.js'];

/** Needs the grammars that VS Code brings. */
const GRAMMARS = 'grammars.test.js';

/** Needs the servers of other extensions. */
const BESIDE = 'lspBeside.test.js';

/** The tests that need no editor. */
function unit() {
  const files = readdirSync(path.join(root, 'out', 'test')).filter((name) => name.endsWith('.test.js'));
  return inNode(files.filter((name) => ![...REALITY, GRAMMARS, BESIDE].includes(name)));
}

async function grammars() {
  await setUpVSCode();
  return inNode([GRAMMARS], { SOFTSTOP_VSCODE_EXTENSIONS: builtInExtensions });
}

async function beside() {
  return inNode([BESIDE], { SOFTSTOP_SERVERS: await installFromNpm('servers') });
}

async function reality() {
  await installPrograms();
  return inNode(REALITY, {}, ['--test-concurrency=1']);
}

/** Runs bundled tests in Node's own runner. @returns {Promise<Outcome>} */
async function inNode(
  /** @type {string[]} */ files,
  /** @type {NodeJS.ProcessEnv} */ variables = {},
  /** @type {string[]} */ options = [],
) {
  const folder = path.join(root, 'out', 'test');
  const tap = path.join(root, 'out', 'tests.tap');
  const reporters = [
    ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
    ...['--test-reporter=tap', `--test-reporter-destination=${tap}`],
  ];
  const tests = files.map((name) => path.join(folder, name));
  const env = { ...process.env, ...variables };
  const words = ['--enable-source-maps', '--test', ...options, ...reporters, ...tests];
  const code = await run(process.execPath, words, { env });
  const report = existsSync(tap) ? readFileSync(tap, 'utf8') : '';
  const count = (/** @type {string} */ what) => Number(new RegExp(`^# ${what} (\\d+)$`, 'm').exec(report)?.[1] ?? 0);
  const left = count('skipped') + count('todo');
  const note = left > 0 ? `${left} skipped` : undefined;
  const failed = count('fail') + count('cancelled') + (inCI ? left : 0);
  return outcome({ passed: count('pass'), failed, ...(note ? { note } : {}) }, code);
}

/** A run that ended badly, or that ran nothing, has failed whatever it counted. @returns {Outcome} */
function outcome(/** @type {Outcome} */ counted, /** @type {number} */ code) {
  const bad = code !== 0 || counted.passed === 0;
  return bad && counted.failed === 0 ? { ...counted, failed: 1 } : counted;
}

// What follows is imported when it runs: it needs the dependencies, and they may not be there before the set-up.
const inEditor = () => import('../test/vscode/host.mjs');
const throughUI = () => import('../test/vscode/ui.mjs');

/** @type {Part[]} */
const parts = [
  { group: 'static', name: 'types', run: () => check('typecheck') },
  { group: 'static', name: 'lint', run: () => check('lint') },
  { group: 'static', name: 'unused code', run: () => check('knip') },
  { group: 'unit', name: 'units, fixtures, LSP', run: unit },
  { group: 'reality', name: 'against the kernel', run: reality },
  ...EDITORS.map((editor) => ({
    group: 'editors',
    name: `in ${editor.name}`,
    run: async () => outcome(await runEditor(editor), 0),
  })),
  { group: 'editors', name: 'beside other servers', run: beside },
  { group: 'vscode', name: 'colours', run: grammars },
  { group: 'vscode', name: 'in VS Code', run: async () => outcome(await (await inEditor()).runSuite('node'), 0) },
  { group: 'vscode', name: 'in VS Code, web', run: async () => outcome(await (await inEditor()).runSuite('web'), 0) },
  { group: 'ui', name: 'by keyboard', run: async () => outcome(await (await throughUI()).runSteps(), 0) },
];

/** Runs one part. What it cannot run without is told; in CI that is a failure, unless few machines have it. */
async function runPart(/** @type {Part} */ part) {
  console.log(`\n== ${part.name} ==`);
  const start = Date.now();
  try {
    const { passed, failed, note } = await part.run();
    const seconds = ((Date.now() - start) / 1000).toFixed(1);
    const counted = passed + failed > 1 ? `${passed} passed, ${failed} failed` : failed ? 'failed' : 'ok';
    return { passed, failed, line: `${counted} (${[note, `${seconds} s`].filter(Boolean).join(', ')})` };
  } catch (error) {
    if (error instanceof NotEverywhere || (error instanceof NotHere && !inCI))
      return { passed: 0, failed: 0, line: `NOT RUN: ${error.message}` };
    console.error(error instanceof Stop ? error.message : error);
    return { passed: 0, failed: 1, line: `failed: ${error instanceof Error ? error.message : error}` };
  }
}

await exitWith(async () => {
  await setUp();
  const at = process.argv.indexOf('--only');
  const only = at < 0 ? undefined : process.argv[at + 1];
  const chosen = parts.filter(({ group }) => only === undefined || group === only);
  if (chosen.length === 0) throw new Stop('--only takes one of: static, unit, reality, editors, vscode, ui');
  /** @type {{ name: string, passed: number, failed: number, line: string }[]} */
  const done = [];
  for (const part of chosen) done.push({ name: part.name, ...(await runPart(part)) });

  console.log('\n== summary ==');
  for (const { name, line } of done) console.log(`${name.padEnd(28)}${line}`);
  const sum = (/** @type {'passed' | 'failed'} */ key) => done.reduce((total, part) => total + part[key], 0);
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
  return sum('failed') > 0 ? 1 : 0;
});
