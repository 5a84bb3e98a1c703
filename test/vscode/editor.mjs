// Opens a copy of an example in a real VS Code, served to a headless browser. Knows VS Code's start page and nothing of
// what is tested in it.
import { createReadStream, statSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { findChromium } from '../../scripts/chromium.mjs';
import { root } from '../../scripts/run.mjs';
import { installExtension, setUpVSCode, startVSCode } from '../../scripts/vscodeServer.mjs';
import { workspaceCopy } from './workspaceCopy.mjs';

/** A page of our own that VS Code opens must be reachable from the page that it is. */
const BROWSER_FLAGS = [
  '--disable-gpu',
  '--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets',
];

/**
 * @typedef {object} Editor
 * @property {string} workspace the folder that is open: a copy, to write to at will
 * @property {string} host of VS Code's server, with its port
 * @property {import('playwright-core').Page} page
 * @property {(payload: string[][]) => Promise<void>} open opens the workspace; the payload is what VS Code's own smoke
 *   tests tell it through the address
 */

/**
 * Runs a function with an editor for a copy of an example, and cleans up behind it.
 * @template T
 * @param {{ example: string, settings?: Record<string, unknown>, vsix?: string, bypassCSP?: boolean }} options
 * @param {(editor: Editor) => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function withEditor({ example, settings = {}, vsix, bypassCSP = false }, use) {
  const executablePath = await findChromium();
  await setUpVSCode();
  const { folder, workspace, remove } = workspaceCopy(example);
  /** @type {(() => Promise<unknown> | void)[]} */
  const cleanUp = [remove];
  try {
    if (vsix) await installExtension(vsix, folder);
    const server = await startVSCode(folder, { settings, args: ['--enable-smoke-test-driver'] });
    cleanUp.unshift(server.stop);
    const browser = await chromium.launch({ executablePath, args: BROWSER_FLAGS });
    cleanUp.unshift(() => browser.close());
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, bypassCSP });
    const open = async (/** @type {string[][]} */ payload) => {
      const query = new URLSearchParams({ folder: workspace, payload: JSON.stringify(payload) });
      await page.goto(`http://${server.host}/?${query}`);
    };
    return await use({ workspace, host: server.host, page, open });
  } finally {
    for (const step of cleanUp) await step();
  }
}

/**
 * Serves the checkout over HTTP: a web extension cannot come from the served VS Code's own file system.
 * @returns {Promise<{ address: string, stop: () => void }>}
 */
export async function serveCheckout() {
  const types = { '.js': 'text/javascript', '.json': 'application/json', '.map': 'application/json' };
  const server = http.createServer((request, response) => {
    const file = path.join(root, decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname));
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
    if (!file.startsWith(root) || !statSync(file, { throwIfNoEntry: false })?.isFile()) {
      response.writeHead(404).end();
      return;
    }
    const extension = /** @type {keyof typeof types} */ (path.extname(file));
    response.setHeader('Content-Type', types[extension] ?? 'application/octet-stream');
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    address: `http://127.0.0.1:${address.port}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/**
 * Makes VS Code load a web extension and its tests, by adding both to the configuration in its start page; the address
 * cannot carry them for the web extension host.
 * @param {Editor} editor
 * @param {{ extension: string, tests: string }} addresses
 */
export async function loadWebExtension({ page, host }, { extension, tests }) {
  const uri = (/** @type {string} */ address) => {
    const { protocol, host: authority, pathname } = new URL(address);
    return { $mid: 1, scheme: protocol.slice(0, -1), authority, path: pathname };
  };
  await page.route(
    (url) => url.host === host && url.pathname === '/',
    async (route) => {
      const response = await route.fetch();
      const html = await response.text();
      const attribute = /(id="vscode-workbench-web-configuration" data-settings=")([^"]*)"/;
      const body = html.replace(attribute, (_, start, escaped) => {
        const configuration = JSON.parse(escaped.replaceAll('&quot;', '"').replaceAll('&amp;', '&'));
        configuration.developmentOptions = {
          ...configuration.developmentOptions,
          enableSmokeTestDriver: true,
          extensions: [uri(extension)],
          extensionTestsPath: uri(tests),
        };
        return `${start}${JSON.stringify(configuration).replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`;
      });
      if (body === html) throw new Error('The start page of VS Code has no configuration where it used to be.');
      await route.fulfill({ response, body });
    },
  );
}
