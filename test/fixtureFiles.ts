// The fixture files of a folder, drawn anew first where `UPDATE=1` asks for it.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type Case, type Fixture, readFixture, writeFixture } from './fixture.ts';
import { readableDiff } from './lineDiff.ts';

/** Gives the section of a case as it has to be. */
type Write = (fixture: Fixture, one: Case) => string;

/** The fixtures of a folder, by name. */
export function fixturesIn(folder: string, write?: Write): readonly Fixture[] {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .sort();
  return files.map((file) => {
    const path = `${folder}/${file}`;
    if (write && process.env.UPDATE === '1') update(path, write);
    return readFixture(path, readFileSync(path, 'utf8'));
  });
}

/** Fails with what differs where a section is not as it has to be. */
export function assertAsWritten(fixture: Fixture, one: Case, found: string): void {
  const differs = readableDiff(one.written, found);
  assert.ok(
    differs === '',
    `${fixture.name}.md is not what is found (- written, + found; UPDATE=1 takes it over):\n${differs}`,
  );
}

function update(path: string, write: Write): void {
  const before = readFileSync(path, 'utf8');
  const fixture = readFixture(path, before);
  const after = writeFixture(fixture, (one) => {
    try {
      return write(fixture, one);
    } catch {
      // Its test tells why; the other cases are drawn all the same.
      return one.written;
    }
  });
  if (after !== before) writeFileSync(path, after);
}
