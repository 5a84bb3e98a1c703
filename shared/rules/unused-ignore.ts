// A comment that silences nothing, because what it was about is repaired or because it names no rule.
import type { Ignore } from '../model/suppression.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'unused-ignore',
  subject: 'ignoreComment',
  severity: 'warning',
  default: 'on',
  since: '0.1.0',
  summary: 'A comment silences a rule that finds nothing there, or no rule at all.',
  why: `A comment that outlives what it was written for tells readers of a fault that is not there, and hides the fault if
it comes back. One whose rule is misspelled, or that is not right above what it is about, silences nothing: the finding
stays.

Nothing is said where it cannot be known: while the file has a syntax error, in a script that nothing in the project
starts, and of a rule that is off.`,
  fix: 'sometimes',
  references: [
    'https://eslint.org/docs/latest/use/configure/rules#report-unused-eslint-disable-comments',
    'https://biomejs.dev/analyzer/suppressions/',
  ],
  *check({ comment, effect, meant, elsewhere }) {
    const { at, rule } = comment;
    if (effect === 'noSuchRule') {
      yield { at, message: noRule(rule, meant) };
    } else if (effect === 'nothing' && elsewhere) {
      yield { at, message: misplaced(comment), related: [{ at: elsewhere, message: `\`${rule}\` is found here` }] };
    } else if (effect === 'nothing') {
      const title = comment.alone ? 'Remove the comment' : `Remove \`${rule}\` from the comment`;
      const edits = [{ path: at.path, ...comment.removal, newText: '' }];
      const message = `there is no \`${rule}\` ${comment.scope === 'file' ? 'in this file' : 'here'} any more`;
      yield { at, message: `${message}; the comment silences nothing`, fixes: [{ title, safety: 'safe', edits }] };
    }
  },
});

function noRule(written: string, meant: string | undefined): string {
  if (written === '')
    return 'no rule is named: its id stands behind the colon, as in `softstop-ignore: rule-id -- reason`';
  const reason = /\s/.test(written) ? ' (a reason stands behind ` -- `)' : '';
  const guess = meant === undefined ? '' : `; did you mean \`${meant}\`?`;
  return `Softstop has no rule \`${written}\`${reason}${guess}`;
}

/** Who wrote it means what is found elsewhere, so it is not taken away. */
function misplaced({ rule, covers }: Ignore['comment']): string {
  const where = covers ? 'there is none on the line below' : 'nothing stands right below';
  return `the comment silences no \`${rule}\`: ${where}`;
}
