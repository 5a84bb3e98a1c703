// The comparison with other linters takes installing them; what can rot without them is checked here.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { check } from '../server/api.ts';
import { rules } from '../shared/index.ts';
import { textsIn } from './analyzed.ts';
import { checksOf } from './compared/findings.ts';
import { COMPARED, summaryIn } from './compared/readme.ts';

const page = readFileSync(COMPARED, 'utf8');
/** A project's row: its folder, and how many findings Softstop has with its defaults. */
const ROW = /^\| \[[^\]]+\]\(\.\.\/([^)]+)\) \| (\d+)/gm;

describe('the comparison with other linters', () => {
  it('has the same figures in README.md and on its page', () => {
    assert.equal(summaryIn(readFileSync('README.md', 'utf8')), summaryIn(page));
  });

  it('knows the rules that others have as well', () => {
    const known = new Set(rules.map(({ id }) => id));
    assert.deepEqual(
      [...checksOf('softstop').keys()].filter((id) => !known.has(id)),
      [],
    );
  });

  it('has the figures of this Softstop; if not: npm run compare', () => {
    const rows = [...page.matchAll(ROW)].map(([, folder = '', count]) => ({ folder, count: Number(count) }));
    assert.ok(rows.length > 20);
    for (const { folder, count } of rows) {
      const { findings } = check(Object.fromEntries(textsIn(folder)));
      assert.equal(findings.filter(({ severity }) => severity !== 'hint').length, count, folder);
    }
  });
});
