// `npm run test:desktop`: the suite inside a desktop VS Code, which is downloaded; for machines with a display and a way to
// the download server. `npm test` runs the same suite in a VS Code from npm.
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { workspaceCopy } from '../test/vscode/workspaceCopy.mjs';
import { exitWith, root, Stop } from './run.mjs';
import { setUp } from './setup.mjs';

await exitWith(async () => {
  await setUp();
  const { workspace, remove } = workspaceCopy('gitlab-workhorse');
  try {
    return await runTests({
      extensionDevelopmentPath: root,
      extensionTestsPath: path.join(root, 'out', 'vscode', 'suite.js'),
      launchArgs: [workspace, '--disable-extensions', '--disable-workspace-trust', '--skip-welcome'],
    });
  } catch (error) {
    throw new Stop(
      `The desktop VS Code could not be had or did not run: ${error instanceof Error ? error.message : error}`,
    );
  } finally {
    remove();
  }
});
