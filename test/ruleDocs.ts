// Makes the pages about the rules out of the rules themselves and their fixtures, so that every example shown is tested.
// Pure: reads and writes no file.
import type { Rule } from '../shared/index.ts';
import { type Case, type Fixture, findingNotes } from './fixture.ts';

/** Where the pages stand. */
export const RULE_PAGES = 'docs/rules';

const TABLE_START = '<!-- rules:start -->';
const TABLE_END = '<!-- rules:end -->';
const GENERATED = '<!-- Written by `npm run docs`, from the rule and its fixture. -->';

/** The pages by path: one for each rule, and their index. */
export function rulePages(rules: readonly Rule[], fixtures: readonly Fixture[]): ReadonlyMap<string, string> {
  const index = `# Rules\n\n${GENERATED}\n\n${ruleTable(rules, fixtures, '')}\n`;
  const pages = rules.map((rule): [string, string] => [
    `${RULE_PAGES}/${rule.id}.md`,
    rulePage(rule, casesOf(rule, fixtures)),
  ]);
  return new Map([[`${RULE_PAGES}/README.md`, index], ...pages]);
}

/** The project's README with the table of rules between its markers; `undefined` if it has no markers. */
export function withRuleTable(
  readme: string,
  rules: readonly Rule[],
  fixtures: readonly Fixture[],
): string | undefined {
  const start = readme.indexOf(TABLE_START);
  const end = readme.indexOf(TABLE_END);
  if (start < 0 || end < start) return undefined;
  const table = ruleTable(rules, fixtures, `${RULE_PAGES}/`);
  return `${readme.slice(0, start)}${TABLE_START}\n${table}\n${readme.slice(end)}`;
}

/** The cases of a rule that report it, and those that report nothing at all. */
export function reportingAndSilent(
  rule: string,
  cases: readonly Case[],
): { reporting: readonly Case[]; silent: readonly Case[] } {
  return {
    reporting: cases.filter((one) => findingNotes(one).some((note) => note.rule === rule)),
    silent: cases.filter((one) => findingNotes(one).length === 0),
  };
}

function casesOf({ id }: Rule, fixtures: readonly Fixture[]): readonly Case[] {
  return fixtures.find(({ name }) => name === id)?.cases ?? [];
}

function ruleTable(rules: readonly Rule[], fixtures: readonly Fixture[], folder: string): string {
  const rows = rules.map((rule) => {
    const cells = [
      `[${rule.id}](${folder}${rule.id}.md)`,
      severityOf(rule),
      fixOf(rule, casesOf(rule, fixtures)),
      rule.summary,
    ];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return ['| Rule | Severity | Fix | What it finds |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function severityOf(rule: Rule): string {
  return rule.default === 'on' ? rule.severity : `${rule.severity}, off by default`;
}

/** How often there is a fix, and how safe it is. */
function fixOf(rule: Rule, cases: readonly Case[]): string {
  if (rule.fix === 'never') return 'none';
  return [rule.fix, safetiesOf(cases).join(' or ')].filter((part) => part !== '').join(', ');
}

/** How safe the fixes are that the cases show. */
function safetiesOf(cases: readonly Case[]): readonly string[] {
  const fixes = cases.flatMap(({ written }) => written.match(/^Fix for .* \((?:safe|unsafe)\)$/gm) ?? []);
  return ['safe', 'unsafe'].filter((safety) => fixes.some((fix) => fix.endsWith(`(${safety})`)));
}

function rulePage(rule: Rule, cases: readonly Case[]): string {
  const { reporting, silent } = reportingAndSilent(rule.id, cases);
  const [example] = reporting;
  const [fine] = silent;
  return `${[
    `# ${rule.id}`,
    GENERATED,
    rule.summary,
    `Severity: ${severityOf(rule)}. Fix: ${fixOf(rule, cases)}. Since ${rule.since}.`,
    '## Why',
    rule.why.trim(),
    ...(example ? ['## Example', exampleOf(example)] : []),
    ...(fine ? ['## Not reported', exampleOf(fine)] : []),
    '## Fix',
    fixText(rule, cases),
    '## Silence it',
    `Where it is meant as it is, say so on the line above, with the reason:`,
    `\`\`\`sh\n# softstop-ignore: ${rule.id} -- the reason\n\`\`\``,
    `\`# softstop-ignore-file: ${rule.id} -- the reason\` does so for the whole file. In \`.softstop.yaml\`, this turns the rule off for
a folder and everything below it:`,
    `\`\`\`yaml\nrules:\n  ${rule.id}: off\n\`\`\``,
    '## References',
    rule.references.map((reference) => `- <${reference}>`).join('\n'),
  ].join('\n\n')}\n`;
}

function exampleOf({ title, written }: Case): string {
  const [, ...lines] = written.split('\n');
  const shown = lines.join('\n').replace(/^Fix for `[^`]+`: (.*)$/gm, '\nFix: $1\n');
  return `${title}:\n\n${shown.trim()}`;
}

function fixText({ fix, fixSafety = '' }: Rule, cases: readonly Case[]): string {
  const safeties = safetiesOf(cases);
  const sentences = [
    {
      always: 'There is always a quick fix.',
      sometimes: 'There is a quick fix where the edit is certain.',
      never: 'There is no quick fix: what to do depends on what is meant.',
    }[fix],
    ...(safeties.includes('safe') ? ['Safe ones are applied by `softstop check --fix`.'] : []),
    ...(safeties.includes('unsafe')
      ? ['Unsafe ones want a look at the result: `softstop check --fix --unsafe-fixes`.']
      : []),
    fixSafety,
  ];
  return sentences.join('\n').trim();
}
