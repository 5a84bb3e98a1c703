// What of the findings can be tried, and what came of it: launches are run for real with the shell that their image has,
// and a stand-in for the program; what `npm run proof` has measured is pointed at.
import type { Dialect } from '../../shared/knowledge/images.ts';
import { type Lab, type Measured, openLab } from '../reality/harness.ts';
import type { About } from './findings.ts';
import type { Project } from './projects.ts';
import entries from './verdicts.json';

export interface Verdict {
  /** `elsewhere`: not about stopping after all. */
  readonly kind: 'right' | 'wrong' | 'untried' | 'elsewhere';
  /** What shows it, as Markdown. */
  readonly because: string;
}

/** What is known about some findings of a project. */
interface Entry {
  readonly project: string;
  readonly checks: readonly string[];
  /** The file and its line; absent where all findings of these checks are meant. */
  readonly path?: string;
  readonly line?: string;
  readonly launch?: { readonly words: readonly string[]; readonly sh: string; readonly program: string };
  readonly proof?: string;
  readonly untried?: string;
  readonly elsewhere?: string;
}

/** A launch that was tried. */
export interface Tried {
  readonly entry: Entry;
  readonly verdict: Verdict;
}

/** Answers every signal, 400 ms later. */
const STAND_IN = '#!/usr/bin/perl\nexec qw(app app 400);\n';
const FIRST_HERE = '/srv:/srv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Tries what can be tried. */
export async function verdicts(all: readonly Project[]): Promise<readonly Tried[]> {
  const lab = openLab();
  try {
    const tried: Tried[] = [];
    for (const entry of entries as readonly Entry[]) {
      assertStillThere(entry, all);
      tried.push({ entry, verdict: await verdictOn(entry, lab) });
    }
    return tried;
  } finally {
    lab.close();
  }
}

function assertStillThere({ project, path, line }: Entry, all: readonly Project[]): void {
  const found = all.find(({ name }) => name === project);
  const text = path === undefined ? undefined : found?.texts.get(path);
  if (!found || (line !== undefined && !text?.split('\n').includes(line)))
    throw new Error(`verdicts.json speaks of ${project} ${path}: ${line}, which is not there`);
}

async function verdictOn({ launch, proof, untried, elsewhere }: Entry, lab: Lab): Promise<Verdict> {
  if (proof) return { kind: 'right', because: `[measured](proof.md#${proof})` };
  if (elsewhere) return { kind: 'elsewhere', because: elsewhere };
  if (!launch) return { kind: 'untried', because: untried ?? '' };
  const { words, program } = launch;
  const sh = launch.sh as Dialect;
  const measured = await lab.run({
    words,
    sh,
    files: { [program]: STAND_IN },
    env: { PATH: FIRST_HERE, JAVA_OPTS: '' },
  });
  const seen = `run with ${words[0] === '/bin/bash' ? 'bash' : sh}: \`${program}\` ${courseOf(measured)}`;
  return { kind: isGraceful(measured) ? 'wrong' : 'right', because: seen };
}

function fateIn(measured: Measured) {
  if (measured.kind === 'endedByItself') throw new Error(`a launch ended by itself: ${measured.output}`);
  const fate = measured.course.fates.find(({ name }) => name === 'app');
  if (!fate) throw new Error(`the program did not start: ${measured.output}`);
  return { ...fate, killed: measured.course.killed };
}

function isGraceful(measured: Measured): boolean {
  const { signals, drained, killed } = fateIn(measured);
  return signals.includes('SIGTERM') && drained && !killed;
}

function courseOf(measured: Measured): string {
  const { signals, drained, killed } = fateIn(measured);
  if (isGraceful(measured)) return 'was told to stop, and finished';
  // Whether it still notices the signal when the container ends around it, is chance.
  if (!killed) return 'was killed before it had finished, when the container ended';
  const told = signals.includes('SIGTERM') ? 'was told to stop' : 'was not told to stop';
  return `${told}, and ${drained ? 'the container' : 'it'} was killed at the end of the grace period`;
}

/** What is known of a finding. */
export function verdictFor(tried: readonly Tried[], project: string, one: About, text: string): Verdict | undefined {
  const line = text.split('\n')[one.line - 1];
  const fits = ({ entry }: Tried) =>
    entry.project === project &&
    entry.checks.includes(one.check) &&
    (entry.path === undefined || (entry.path === one.path && entry.line === line));
  return tried.find(fits)?.verdict;
}
