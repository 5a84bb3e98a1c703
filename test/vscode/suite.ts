// What VS Code calls to run the tests inside its extension host. Made for both hosts, Node's and the browser's worker, so
// it takes Mocha as its makers bundle it for browsers and lets every line out through the console.
import 'mocha/mocha.js';
import { tellTheStory } from './story.ts';

/** Runs all tests; rejects if one fails. */
export async function run(): Promise<void> {
  const print = console.log.bind(console);
  const mocha = new Mocha({ ui: 'bdd', reporter: Mocha.reporters.Spec, color: false, timeout: 60_000 });
  mocha.suite.emit(Mocha.Suite.constants.EVENT_FILE_PRE_REQUIRE, globalThis, '', mocha);
  tellTheStory();
  // Marked, so that the suite's lines can be told from the extension host's own.
  Mocha.reporters.Base.consoleLog = (format = '', ...values: unknown[]) => {
    let next = 0;
    const text = String(format).replace(/%[sd]/g, () => String(values[next++]));
    print(text.replace(/^/gm, '| '));
  };
  const failed = await new Promise<number>((resolve) => {
    const runner = mocha.run(resolve);
    runner.once('end', () => {
      const { passes = 0, failures = 0, pending = 0 } = runner.stats ?? {};
      print(`softstop-suite ${JSON.stringify({ passed: passes, failed: failures + pending })}`);
    });
  });
  if (failed > 0) throw new Error(`${failed} tests failed`);
}
