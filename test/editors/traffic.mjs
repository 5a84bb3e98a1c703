// What editors and server have said to each other, kept in test/editors/traffic to be played again without the editors.
// `UPDATE=1 npm test -- --only editors` writes it anew. Holds nothing of the machine that it was recorded on.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../scripts/run.mjs';

/**
 * Keeps the traffic of one editor, if that is asked for.
 * @param {string} page of docs/editors that the editor ran with
 * @param {string} lines
 * @param {string} workspace
 */
export function keepTraffic(page, lines, workspace) {
  if (!process.env.UPDATE) return;
  const folder = path.join(root, 'test', 'editors', 'traffic');
  mkdirSync(folder, { recursive: true });
  const messages = lines
    .trim()
    .split('\n')
    .map((line) => ({
      from: line.startsWith('>') ? 'editor' : 'server',
      ...JSON.parse(
        line
          .slice(2)
          .replaceAll(workspace, '/shop')
          .replace(/"processId":\d+/, '"processId":null'),
      ),
    }));
  const name = `${path.parse(page).name}.json`;
  writeFileSync(path.join(folder, name), `[\n${messages.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`);
}
