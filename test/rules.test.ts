// Every case of test/rules/*.md: what is found is what is drawn, and every fix holds what is promised of fixes.
// `UPDATE=1` draws what is found into the files first.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rules } from '../shared/index.ts';
import { analyzeCase, checkFixes, drawFindings } from './checkCase.ts';
import { type Case, type Fixture, writeCase } from './fixture.ts';
import { assertAsWritten, fixturesIn } from './fixtureFiles.ts';

const drawn = (fixture: Fixture, one: Case) => writeCase(one, drawFindings(one, analyzeCase(one), fixture.name));

for (const fixture of fixturesIn('test/rules', drawn)) {
  for (const one of fixture.cases) {
    test(`${fixture.name}: ${one.title}`, () => {
      assertAsWritten(fixture, one, drawn(fixture, one));
      checkFixes(analyzeCase(one));
    });
  }
  test(`${fixture.name}: what the rule says of its fixes`, () => checkFixKinds(fixture));
}

/** The rule's `fix` and `fixSafety` are true of its cases, and its cases show all that they say. */
function checkFixKinds({ name, cases }: Fixture): void {
  const rule = rules.find(({ id }) => id === name);
  assert.ok(rule, `there is a rule ${name}`);
  const findings = cases.flatMap((one) => analyzeCase(one).findings.filter((finding) => finding.rule === name));
  const fixed = findings.filter(({ fixes }) => fixes.length > 0).length;
  const kind = fixed === 0 ? 'never' : fixed === findings.length ? 'always' : 'sometimes';
  assert.equal(rule.fix, kind, `${fixed} of ${findings.length} findings have a fix`);
  const unsafe = findings.some(({ fixes }) => fixes.some(({ safety }) => safety === 'unsafe'));
  assert.equal(rule.fixSafety !== undefined, unsafe, 'a rule says why its fixes are unsafe if some are, and only then');
}
