// Copies an example to a folder of its own, so that tests may write to it. Imports nothing but Node and run.mjs.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from '../../scripts/run.mjs';

/**
 * A copy of an example, in a temporary folder that may hold other things too.
 * @param {string} example
 */
export function workspaceCopy(example) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'softstop-'));
  const workspace = path.join(folder, path.basename(example));
  cpSync(path.join(root, 'examples', example), workspace, { recursive: true });
  return { folder, workspace, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) };
}
