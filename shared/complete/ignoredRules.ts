// The rules that a `# softstop-ignore:` comment may name: first those that report something below it.
import type { Analysis } from '../engine/engine.ts';
import { rules } from '../rules/index.ts';
import { type Completion, type Cursor, lastLetters } from './completion.ts';

/** `undefined` where the cursor is in no such comment. */
export function ignoredRules({ findings }: Analysis, cursor: Cursor): readonly Completion[] | undefined {
  const [, ofFile, word] =
    /#+[ \t]*softstop-ignore(-file)?:[ \t]*(?:[\w-]+,[ \t]*)*([\w-]*)$/.exec(cursor.before) ?? [];
  if (word === undefined) return /#.*softstop-ignore/.test(cursor.before) ? [] : undefined;
  const next = cursor.text.indexOf('\n', cursor.offset);
  const end = next < 0 ? cursor.text.length : endOfLine(cursor.text, next + 1);
  const near = ({ start }: { start: number }) => ofFile !== undefined || (start >= cursor.offset && start <= end);
  const there = new Set(findings.flatMap(({ rule, at }) => (at.path === cursor.path && near(at) ? [rule] : [])));
  return [...rules]
    .sort((a, b) => Number(there.has(b.id)) - Number(there.has(a.id)))
    .map(({ id, summary }) => ({
      label: id,
      detail: there.has(id) ? 'reported below' : 'rule',
      documentation: summary,
      at: lastLetters(cursor, word.length),
      newText: id,
      kind: 'rule',
    }));
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}
