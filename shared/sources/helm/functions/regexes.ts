// Functions of Helm templates that look for patterns.
import { bool, list, text, UNKNOWN, type Val } from '../helmValues.ts';
import { type Named, ofTexts } from './function.ts';

/** The functions of regular expressions. */
export const REGEXES: Named = ofTexts([
  ['regexMatch', ([regex = '', s = '']) => matching(regex, (one) => bool(one.test(s)))],
  ['mustRegexMatch', ([regex = '', s = '']) => matching(regex, (one) => bool(one.test(s)))],
  ['regexFind', ([regex = '', s = '']) => matching(regex, (one) => text(one.exec(s)?.[0] ?? ''))],
  [
    'regexReplaceAll',
    ([regex = '', s = '', to = '']) =>
      matching(regex, (one) => text(s.replace(one, to.replace(/\$\{(\w+)\}/g, '$$$1')))),
  ],
  [
    'mustRegexReplaceAll',
    ([regex = '', s = '', to = '']) =>
      matching(regex, (one) => text(s.replace(one, to.replace(/\$\{(\w+)\}/g, '$$$1')))),
  ],
  [
    'regexReplaceAllLiteral',
    ([regex = '', s = '', to = '']) => matching(regex, (one) => text(s.replace(one, () => to))),
  ],
  ['regexSplit', ([regex = '', s = '']) => matching(regex, (one) => list(s.split(one).map((part) => text(part))))],
]);

function matching(regex: string, use: (regex: RegExp) => Val): Val {
  try {
    return use(new RegExp(regex.replaceAll('(?P<', '(?<').replace(/\\z/g, '$').replace(/\\A/g, '^'), 'gu'));
  } catch {
    return UNKNOWN;
  }
}
