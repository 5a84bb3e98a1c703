// What the model says of a launch is what the kernel does: constructs and launches by chance, tried for real.
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { CONSTRUCTS } from './reality/constructs.ts';
import { seedOf, tryGenerated } from './reality/generated.ts';
import { type Lab, openLab, whyNotHere } from './reality/harness.ts';
import { AT_A_TIME, report, tryAll } from './reality/trial.ts';

const why = whyNotHere();
// In CI it must run: there, what is missing is a failure.
const skip = process.env.CI === 'true' ? false : (why ?? false);

/** Every tenth construct: all of them take longer than a person waits. `npm run reality -- --constructs` tries all. */
const EVERY = 10;
const RUNS = 100;
const SEED = 1;

describe('launches, for real', { skip }, () => {
  let lab: Lab | undefined;
  const open = () => {
    assert.equal(why, undefined);
    lab ??= openLab();
    return lab;
  };
  after(() => lab?.close());

  it('constructs stop as predicted', async () => {
    const chosen = [...CONSTRUCTS].filter((_, i) => i % EVERY === 0);
    const wrong: string[] = [];
    await tryAll(
      open(),
      chosen,
      ([, launch]) => launch,
      AT_A_TIME,
      ([name], trial) => {
        if (trial.differences.length > 0) wrong.push(`${name}\n${report(trial)}`);
      },
    );
    assert.deepEqual(wrong, []);
  });

  it(`launches by chance stop as predicted (seed ${SEED})`, async () => {
    const { wrong } = await tryGenerated(
      open(),
      Array.from({ length: RUNS }, (_, i) => seedOf(SEED, i)),
    );
    assert.deepEqual(wrong, []);
  });
});
