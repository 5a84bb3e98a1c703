// What editors and server have said to each other, kept in test/editors/traffic to be played again without the editors.
// `UPDATE=1 npm test -- --only editors` writes it anew. Holds nothing of the machine that it was recorded on.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../scripts/run.mjs';

/**
 * Keeps the traffic of one editor, if that is asked for: a file for each server that it has started.
 * @param {string} page of docs/editors that the editor ran with
 * @param {readonly string[]} sessions
 * @param {string} workspace
 */
export function keepTraffic(page, sessions, workspace) {
  if (!process.env.UPDATE) return;
  const folder = path.join(root, 'test', 'editors', 'traffic');
  mkdirSync(folder, { recursive: true });
  const { name } = path.parse(page);
  for (const [i, session] of sessions.entries()) {
    const messages = messagesOf(session, workspace).map((one) => JSON.stringify(one));
    const file = path.join(folder, sessions.length > 1 ? `${name}-${i + 1}.json` : `${name}.json`);
    writeFileSync(file, `[\n${messages.join(',\n')}\n]\n`);
  }
}

/**
 * @param {string} session
 * @param {string} workspace
 */
function messagesOf(session, workspace) {
  return session
    .trim()
    .split('\n')
    .map((line) => ({
      from: line.startsWith('>') ? 'editor' : 'server',
      ...JSON.parse(withoutMachine(line.slice(2), workspace)),
    }));
}

/** Without what tells of the machine: its paths and processes. */
function withoutMachine(/** @type {string} */ message, /** @type {string} */ workspace) {
  return message
    .replaceAll(workspace, '/shop')
    .replaceAll(path.dirname(workspace), '')
    .replace(/"processId":\d+/, '"processId":null');
}
