// `npm run docs`: writes the pages about the rules, the table of rules in README.md and the schema of the settings.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { rules } from '../shared/index.ts';
import { fixturesIn } from './fixtureFiles.ts';
import { RULE_PAGES, rulePages, withRuleTable } from './ruleDocs.ts';
import { SCHEMA_FILE, settingsSchema } from './settingsSchema.ts';

const fixtures = fixturesIn('test/rules');
const pages = rulePages(rules, fixtures);

mkdirSync(RULE_PAGES, { recursive: true });
for (const name of readdirSync(RULE_PAGES)) if (!pages.has(`${RULE_PAGES}/${name}`)) rmSync(`${RULE_PAGES}/${name}`);
for (const [path, page] of pages) writeFileSync(path, page);

const { contributes } = JSON.parse(readFileSync('package.json', 'utf8'));
writeFileSync(SCHEMA_FILE, settingsSchema(contributes.configuration.properties));

const readme = existsSync('README.md') && withRuleTable(readFileSync('README.md', 'utf8'), rules, fixtures);
if (!readme) {
  console.error('README.md has no place for the table of rules: <!-- rules:start --> and <!-- rules:end -->');
  process.exitCode = 1;
} else {
  writeFileSync('README.md', readme);
  console.log(`${RULE_PAGES}: ${pages.size} pages; README.md: ${rules.length} rules`);
}
