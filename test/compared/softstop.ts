// Softstop as one of the linters that are compared. Knows nothing of the others.
import { readFileSync } from 'node:fs';
import { check } from '../../server/api.ts';
import { rules } from '../../shared/index.ts';
import type { Said } from './findings.ts';

export const VERSION: string = JSON.parse(readFileSync('package.json', 'utf8')).version;

const EVERYTHING = { rules: Object.fromEntries(rules.map(({ id }) => [id, 'on'] as const)) };

/** What Softstop says of a project: with its defaults, or with all rules on and hints too. */
export function softstopSays(name: string, texts: ReadonlyMap<string, string>, all: boolean): readonly Said[] {
  const { findings, problems } = check(Object.fromEntries(texts), all ? EVERYTHING : {});
  if (problems.length > 0) throw new Error(`${name}: ${problems[0]?.message}`);
  const shown = findings.filter(({ severity }) => all || severity !== 'hint');
  return shown.map(({ rule, path, range, message }) => ({ check: rule, path, line: range.start.line, message }));
}
