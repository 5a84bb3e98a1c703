// The comparison with other linters takes installing them; what can rot without them is checked here: all that the page
// and README.md say of Softstop, and which checks count.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { rules } from '../shared/index.ts';
import { type About, aboutStopping, checksOf } from './compared/findings.ts';
import { counted, placeLine, whatCounts } from './compared/page.ts';
import { folders, textsOf } from './compared/projects.ts';
import { COMPARED, summaryIn } from './compared/readme.ts';
import { softstopSays, VERSION } from './compared/softstop.ts';

const page = readFileSync(COMPARED, 'utf8');
/** A project's row: its folder, and how many findings Softstop has in it. */
const ROW = /^\| \[[^\]]+\]\(\.\.\/([^)]+)\) \| (\d+(?: \(\d+\))?) \|/gm;

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

  it('says which checks of others count; if not: npm run compare', () => {
    assert.ok(page.includes(whatCounts()));
  });

  it('has the figures and the findings of this Softstop; if not: npm run compare', () => {
    const found = new Map(
      folders().map((folder): [string, readonly About[]] => {
        const says = (all: boolean) => softstopSays(folder, textsOf(folder), all);
        return [folder, aboutStopping('softstop', says(false), says(true))];
      }),
    );
    const rows = [...page.matchAll(ROW)].map(([, folder, count]) => [folder, count]);
    assert.deepEqual(
      rows,
      [...found].map(([folder, own]) => [folder, counted(own)]),
    );
    const sum = (isExample: boolean) =>
      counted([...found].flatMap(([folder, own]) => (folder.startsWith('examples/') === isExample ? own : [])));
    assert.ok(summaryIn(page).includes(`\n| Softstop ${VERSION} | ${sum(true)} | ${sum(false)} |`));
    const told = [...found].flatMap(([folder, own]) =>
      folder.startsWith('examples/') ? own.filter((one) => one.byDefault).map((one) => placeLine(folder, one)) : [],
    );
    assert.deepEqual(
      page.split('\n').filter((line) => /^\| \[[^\]]+\]\([^)]+\) \| Softstop \|/.test(line)),
      told,
    );
  });
});
