// Runs the Mocha suite inside an extension host of a real VS Code: the Node one, or the browser's worker.
// Knows how to start the suite and to hear its result; what is tested stands in suite.ts.
import path from 'node:path';
import { root } from '../../scripts/run.mjs';
import { loadWebExtension, serveCheckout, withEditor } from './editor.mjs';

const SUITE = 'out/vscode/suite.js';
const TIME_LIMIT = 180_000;

/**
 * Lets the suite's output through and keeps its last word.
 * @param {import('./editor.mjs').Editor} editor
 * @returns {Promise<{ ended: Promise<{ passed: number, failed: number }> }>}
 */
async function listen({ page }) {
  /** @type {{ passed: number, failed: number } | undefined} */
  let result;
  await page.exposeFunction('codeAutomationLog', (/** @type {string} */ _level, /** @type {unknown[]} */ words) => {
    const text = words.join(' ');
    const counted = /^softstop-suite (.*)$/.exec(text)?.[1];
    if (counted) result = JSON.parse(counted);
    else if (text.startsWith('| ')) console.log(text.slice(2));
  });
  /** @type {Promise<{ passed: number, failed: number }>} */
  const ended = new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`The suite did not end in ${TIME_LIMIT / 1000} s`)), TIME_LIMIT);
    page.on('crash', () => reject(new Error('The page of VS Code crashed')));
    void page.exposeFunction('codeAutomationExit', (/** @type {number} */ code) => {
      clearTimeout(late);
      if (result) resolve(code === 0 ? result : { ...result, failed: Math.max(result.failed, 1) });
      else reject(new Error(`The suite ended with ${code} before it had a result`));
    });
  });
  return { ended };
}

/**
 * Runs the suite on a copy of the GitLab example.
 * @param {'node' | 'web'} kind of extension host
 */
export function runSuite(kind) {
  return withEditor(
    { example: 'gitlab-workhorse', bypassCSP: kind === 'web', settings: settings(kind) },
    async (editor) => {
      const { ended } = await listen(editor);
      const common = [['skipWelcome', 'true']];
      if (kind === 'node') {
        const remote = (/** @type {string} */ file) => `vscode-remote://${editor.host}${path.join(root, file)}`;
        const tests = ['extensionTestsPath', remote(SUITE)];
        await editor.open([...common, ['extensionDevelopmentPath', remote('')], tests]);
        return await ended;
      }
      const checkout = await serveCheckout();
      try {
        await loadWebExtension(editor, { extension: `${checkout.address}/`, tests: `${checkout.address}/${SUITE}` });
        await editor.open(common);
        return await ended;
      } finally {
        checkout.stop();
      }
    },
  );
}

/** The web host is asked for by name: the extension runs in both. */
function settings(/** @type {'node' | 'web'} */ kind) {
  return kind === 'web' ? { 'remote.extensionKind': { 'softstop.softstop': ['web'] } } : {};
}
