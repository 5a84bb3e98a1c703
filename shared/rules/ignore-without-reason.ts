// A comment that silences a rule and does not say why.
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'ignore-without-reason',
  subject: 'ignoreComment',
  severity: 'hint',
  default: 'on',
  since: '0.1.0',
  summary: 'A comment silences a finding and does not say why.',
  why: `Whoever reads the file next sees that requests may be lost there and that somebody knew. Without the reason, nobody
can tell whether it still holds, and nobody dares to remove the comment.`,
  fix: 'never',
  references: ['https://biomejs.dev/analyzer/suppressions/'],
  *check({ comment, effect }) {
    if (effect !== 'silences' || comment.reason !== undefined) return;
    yield { at: comment.whole, message: 'a reason is missing: write it behind ` -- `' };
  },
});
