// `npm run compare`, after scripts/compare.mjs has installed the linters: runs them, tries what they say, writes the page.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { measure } from '../measurement.ts';
import { whyNotHere } from '../reality/harness.ts';
import { aboutStopping, TOOLS, type Tool } from './findings.ts';
import { type Compared, page, summary } from './page.ts';
import { projects } from './projects.ts';
import { COMPARED, withSummary } from './readme.ts';
import { type Installed, type Linter, linters } from './tools.ts';
import { verdictFor, verdicts } from './verdicts.ts';

async function main(installed: Installed): Promise<number> {
  const why = whyNotHere();
  if (why) {
    console.error(why);
    return 2;
  }
  const scratch = mkdtempSync(path.join(tmpdir(), 'softstop-compared-'));
  try {
    const all: Readonly<Record<Tool, Linter>> = linters(installed);
    const chosen = projects(scratch);
    const tried = await verdicts(chosen);
    const compared: Compared[] = [];
    for (const project of chosen) {
      const each = await Promise.all(
        TOOLS.map(async (tool) => {
          const [usual, more] = [await all[tool].run(project, false), await all[tool].run(project, true)];
          return aboutStopping(tool, usual, more);
        }),
      );
      const judged = each.flat().map((one) => {
        const verdict = verdictFor(tried, project.name, one, project.texts.get(one.path) ?? '');
        return { ...one, verdict };
      });
      const findings = judged.filter(({ verdict }) => verdict?.kind !== 'elsewhere');
      const reads = Object.fromEntries(TOOLS.map((tool) => [tool, all[tool].reads(project)]));
      compared.push({ project: project.name, reads: reads as Compared['reads'], findings });
      console.log(`${project.name}: ${findings.length} findings about stopping`);
    }
    writeFileSync(COMPARED, page(compared, tried, all));
    writeFileSync('README.md', withSummary(readFileSync('README.md', 'utf8'), summary(compared, all)));
    return 0;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

measure(([installed = '{}']) => main(JSON.parse(installed)));
