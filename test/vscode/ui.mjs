// What a user does in a real VS Code with the packaged extension installed: go to a problem, read its hover, open the quick
// fixes, apply one, save. Checks the file on disk and leaves screenshots in out/screenshots.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../scripts/run.mjs';
import { packageExtension } from '../../scripts/setup.mjs';
import { withEditor } from './editor.mjs';

const SHOTS = path.join(root, 'out', 'screenshots');

/**
 * One repair by keyboard.
 * @typedef {object} Step
 * @property {string} name of its screenshots
 * @property {string} example
 * @property {string} file in the example
 * @property {string} rule whose finding is repaired
 * @property {string} fix the beginning of the fix's title
 * @property {boolean} reviewed whether VS Code shows the change before it is made
 * @property {string} saved what the file must hold then
 * @property {boolean} [drawn] whether the timeline is looked at then
 */

/** @type {Step[]} */
const STEPS = [
  {
    name: 'exec-form',
    example: 'gitlab-workhorse',
    file: 'workhorse/Dockerfile',
    rule: 'shell-form-pid1',
    fix: 'Use the exec form',
    reviewed: false,
    saved: 'CMD ["/scripts/start-workhorse"]',
  },
  {
    name: 'exec',
    example: 'gitlab-workhorse',
    file: 'workhorse/scripts/start-workhorse',
    rule: 'script-missing-exec',
    fix: 'Replace the shell with',
    reviewed: false,
    saved: 'else\n  exec gitlab-workhorse',
  },
  {
    name: 'prestop',
    example: 'ravelin-ingress',
    file: 'k8s/api.yaml',
    rule: 'missing-prestop-delay',
    fix: 'Add a preStop sleep',
    reviewed: true,
    saved: 'preStop:',
  },
  {
    name: 'grace-period',
    example: 'nginx-php-fpm',
    file: 'k8s/deployment.yaml',
    rule: 'prestop-uses-whole-grace',
    fix: 'Set terminationGracePeriodSeconds',
    reviewed: false,
    saved: 'terminationGracePeriodSeconds: ',
    drawn: true,
  },
];

/** Runs all steps, each in a fresh editor; of those that `only` names. */
export async function runSteps(only = STEPS.map(({ name }) => name)) {
  mkdirSync(SHOTS, { recursive: true });
  const vsix = path.join(root, 'out', 'softstop.vsix');
  await packageExtension(vsix);
  let passed = 0;
  let failed = 0;
  for (const step of STEPS.filter(({ name }) => only.includes(name))) {
    try {
      await withEditor({ example: step.example, vsix }, (editor) => repair(editor, step));
      console.log(`ok: ${step.name}`);
      passed++;
    } catch (error) {
      console.error(`failed: ${step.name}: ${error instanceof Error ? error.message : error}`);
      failed++;
    }
  }
  return { passed, failed };
}

/**
 * @param {import('./editor.mjs').Editor} editor
 * @param {Step} step
 */
async function repair({ workspace, host, page, open }, { name, file, rule, fix, reviewed, saved, drawn }) {
  const shot = (/** @type {string} */ what) => page.screenshot({ path: path.join(SHOTS, `${name}-${what}.png`) });
  const onDisk = () => readFileSync(path.join(workspace, file), 'utf8');
  assert.ok(!onDisk().includes(saved), 'the file holds the repair already');
  try {
    await open([
      ['skipWelcome', 'true'],
      ['openFile', `vscode-remote://${host}${path.join(workspace, file)}`],
    ]);
    await page.waitForSelector(`.tab[data-resource-name="${path.basename(file)}"]`, { timeout: 60_000 });
    await page.keyboard.press('Control+Shift+M');
    // A list of VS Code holds only the rows that are in view.
    const filter = page.getByPlaceholder('Filter (e.g. text');
    await filter.fill(rule);
    const finding = page.locator('.markers-panel .monaco-list-row', { hasText: rule }).first();
    await finding.waitFor({ timeout: 60_000 });
    await finding.dblclick();
    await page.waitForSelector('.monaco-editor [class*="squiggly-"]');
    await clearFilter(page, filter);
    // Back to the editor, where the finding is selected.
    await page.keyboard.press('Control+1');
    await shot('problems');
    await readHover(page, () => shot('hover'));
    await openQuickFixes(page, fix);
    await shot('menu');
    await page.keyboard.press('Enter');
    if (reviewed) {
      // What a person should look at is ticked by hand.
      await page.locator('.bulk-edit-panel .monaco-list-row .edit-checkbox').first().check();
      await shot('review');
      await page.locator('.bulk-edit-panel a.monaco-button', { hasText: 'Apply' }).click();
    }
    await page.locator('.view-lines').first().click();
    await until(async () => {
      await page.keyboard.press('Control+s');
      return onDisk().includes(saved);
    });
    await shot('fixed');
    if (drawn) {
      await page.keyboard.press('Control+j');
      await showTimeline(page);
      await shot('timeline');
    }
  } catch (error) {
    await shot('failed');
    throw error;
  }
}

/**
 * Shows all findings again. While the editor takes the focus, what is typed into the filter may end up in the file: Escape
 * does no harm there.
 * @param {import('playwright-core').Page} page
 * @param {import('playwright-core').Locator} filter
 */
async function clearFilter(page, filter) {
  const left = page.getByText(/^Showing \d+ of/);
  for (let tries = 1; ; tries++) {
    await filter.focus();
    await page.keyboard.press('Escape');
    try {
      await left.waitFor({ state: 'hidden', timeout: 3000 });
      break;
    } catch (error) {
      if (tries === 5) throw error;
    }
  }
}

/**
 * Opens the hover where the caret is, which tells how the container stops, and closes it again.
 * @param {import('playwright-core').Page} page
 * @param {() => Promise<unknown>} whileOpen
 */
async function readHover(page, whileOpen) {
  const hover = page.locator('.monaco-hover', { hasText: /How .+ stops/ }).first();
  for (let tries = 1; ; tries++) {
    await page.keyboard.press('Control+k');
    await page.keyboard.press('Control+i');
    try {
      await hover.waitFor({ timeout: 3000 });
      break;
    } catch (error) {
      if (tries === 5) throw error;
    }
  }
  await whileOpen();
  await page.keyboard.press('Escape');
}

/**
 * Opens the picture of the timeline where the caret is.
 * @param {import('playwright-core').Page} page
 */
async function showTimeline(page) {
  await page.keyboard.press('F1');
  await page.keyboard.type('Softstop: Show How It Stops');
  await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Show How It Stops' }).first().waitFor();
  await page.keyboard.press('Enter');
  const view = page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  await view.locator('svg').waitFor({ timeout: 15_000 });
}

/**
 * Opens the quick fixes where the caret is until the wanted one is the chosen entry.
 * @param {import('playwright-core').Page} page
 * @param {string} fix
 */
async function openQuickFixes(page, fix) {
  const wanted = page.locator('.action-widget .monaco-list-row', { hasText: fix }).first();
  for (let tries = 1; ; tries++) {
    await page.keyboard.press('Control+.');
    try {
      // The menu goes away when the layout changes late.
      await wanted.waitFor({ timeout: 3000 });
      break;
    } catch (error) {
      if (tries === 5) throw error;
      await page.keyboard.press('Escape');
    }
  }
  for (let i = 0; i < 10 && !(await wanted.evaluate((row) => row.classList.contains('focused'))); i++) {
    await page.keyboard.press('ArrowDown');
  }
}

/** Waits until something holds. */
async function until(/** @type {() => Promise<boolean>} */ holds) {
  const end = Date.now() + 15_000;
  while (!(await holds())) {
    if (Date.now() > end) assert.fail('the file on disk is not what it should be');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
