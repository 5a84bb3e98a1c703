// Every case of test/features/*.md: what an editor shows over the places that are marked. `UPDATE=1` writes it anew.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainAt } from '../shared/index.ts';
import { contains } from '../shared/text/span.ts';
import { absolute, analyzeCase } from './checkCase.ts';
import { type Case, writeCase } from './fixture.ts';
import { assertAsWritten, fixturesIn } from './fixtureFiles.ts';

for (const fixture of fixturesIn('test/features', (_, one) => withHovers(one))) {
  for (const one of fixture.cases) {
    test(`${fixture.name}: ${one.title}`, () => assertAsWritten(fixture, one, withHovers(one)));
  }
}

/** The case with what is shown over its marks, in the order of the marks. */
function withHovers(one: Case): string {
  const analysis = analyzeCase(one);
  const marks = one.files.flatMap(({ path, lines }) =>
    lines.flatMap(({ notes }) =>
      notes.flatMap(({ kind, at }) => (kind === 'hover' ? [{ path: absolute(path), at }] : [])),
    ),
  );
  const hovers = marks.map(({ path, at }) => {
    const shown = explainAt(analysis, path, at.start);
    const whole =
      shown === undefined || (shown.at.path === path && contains(shown.at, { start: at.start, end: at.start }));
    assert.ok(whole, `what is shown is about the place that was asked for`);
    return shown?.markdown;
  });
  return writeCase(one, { notes: new Map(), fixes: [], hovers });
}
