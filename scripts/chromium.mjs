// Where the browser is that shows the served VS Code in the tests. Imports nothing but Node and scripts that do not either.
import { installPackages } from './debian.mjs';
import { NotHere, which } from './run.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** The path of a Chromium; on Debian it is installed if it is missing and we are root. */
export async function findChromium() {
  const found = which(...NAMES);
  if (found) return found;
  await installPackages('Chromium, which shows VS Code in the tests', ['chromium']);
  const installed = which(...NAMES);
  if (!installed) throw new NotHere('The tests in VS Code need Chromium on the PATH, and there is none.');
  return installed;
}
