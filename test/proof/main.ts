// `npm run proof`: replays the incidents with the real programs, before and after the fixes, and writes docs/proof.md.
//   --case PATTERN   only these, and write no page      --runs N   so many of each (3)
//   --lacking        only say which Debian packages are not installed
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, measure } from '../measurement.ts';
import type { Case, Provided } from './case.ts';
import { CASES } from './cases.ts';
import { chart } from './chart.ts';
import { isInside, runInside } from './inside.ts';
import { type Done, type Left, problemsOf, type StageDone } from './judge.ts';
import { openNetwork } from './network.ts';
import { lackingPackages } from './packages.ts';
import { page } from './page.ts';
import { type ContainerPlan, type PodPlan, planOf } from './plan.ts';
import { predict } from './predict.ts';
import { NotStarted, type Run, replay } from './replay.ts';
import { staged } from './stages.ts';

/** Cases at a time: what they do most is to wait. */
const AT_A_TIME = 2;

async function main(args: readonly string[]): Promise<number> {
  const pattern = new RegExp(after(args, '--case') ?? '');
  const chosen = CASES.filter(({ id }) => pattern.test(id));
  if (args.includes('--lacking')) {
    console.log(lackingPackages(chosen).join(' '));
    return 0;
  }
  if (!isInside()) return runInside();
  const runs = Number(after(args, '--runs') ?? 3);
  openNetwork();
  const folder = mkdtempSync(path.join(tmpdir(), 'softstop-proof-'));
  // The layers of a container must not lie on the file system below them.
  execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', folder]);
  const left: Left[] = [];
  const leave = (one: Case, why: string) => {
    left.push({ case: one, why });
    console.log(`${one.id}: not replayed: ${why}`);
  };
  const waiting = chosen.filter((one) => {
    const lacking = lackingPackages([one]);
    if (lacking.length > 0) leave(one, `these packages are missing: ${lacking.join(' ')}`);
    return lacking.length === 0;
  });
  const done: Done[] = [];
  const worker = async () => {
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      try {
        done.push(await runCase(one, folder, runs));
      } catch (error) {
        if (!(error instanceof NotStarted)) throw error;
        console.log(error.message);
        leave(one, 'its programs do not start');
      }
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  done.sort((a, b) => chosen.indexOf(a.case) - chosen.indexOf(b.case));
  const problems = done.flatMap(problemsOf);
  for (const problem of problems) console.log(`NOT AS EXPECTED: ${problem}`);
  if (!args.includes('--case')) {
    writeFileSync('docs/proof.md', page(done, left));
    mkdirSync('docs/proof', { recursive: true });
    for (const one of done) writeFileSync(`docs/proof/${one.case.id}.svg`, chart(one));
    console.log(`docs/proof.md: ${done.length} cases`);
  }
  return problems.length > 0 || done.length < chosen.length ? 1 : 0;
}

async function runCase(one: Case, folder: string, runs: number): Promise<Done> {
  const stages: StageDone[] = [];
  for (const stage of one.stages) {
    const state = await staged(one, stage);
    const plan = withProvided(planOf(one, state), one, folder);
    const prediction = predict(one, stage, plan);
    const { lost, seconds } = stage.expected;
    const where = `${one.id}, ${stage.title}`;
    console.log(`${where}: expected ${lost} lost in ${seconds} s; predicted ${show(prediction.lost)}`);
    // Runs side by side: each has a network of its own, and all of them mostly wait.
    const measured = await Promise.all(Array.from({ length: runs }, () => replay(one, plan, folder)));
    for (const run of measured) console.log(`${where}: ${inOneLine(run)}`);
    for (const [name, end] of prediction.ends) console.log(`${where}: predicted end of ${name}: ${show(end)} s`);
    stages.push({ stage, applied: state.applied, plan, prediction, runs: measured });
  }
  return { case: one, stages };
}

function show({ min, max }: { readonly min: number; readonly max: number }): string {
  return `${Math.round(min * 100) / 100}–${Math.round(max * 100) / 100}`;
}

function inOneLine({ requests, lost, kinds, cutByKill, stopped }: Run): string {
  const ways = [...kinds].map(([kind, count]) => `${count} ${kind}`).join(', ');
  const ends = stopped.map(
    ({ name, signalAt, endAt, code, killedAt }) =>
      `${name} told ${signalAt.toFixed(2)} ended ${endAt.toFixed(2)} with ${code}${killedAt === undefined ? '' : ' by SIGKILL'}`,
  );
  return `${lost} of ${requests} lost (${ways}), ${cutByKill} cut by SIGKILL; ${ends.join('; ')}`;
}

/** The plan with the files that the case brings. */
function withProvided(plan: PodPlan, one: Case, folder: string): PodPlan {
  const containers = plan.containers.map((container): ContainerPlan => {
    const brought = Object.entries(one.provides[container.name] ?? {});
    const files = brought.map(([name, file]) => [name, contentOf(file, one, folder)] as const);
    return { ...container, files: new Map([...container.files, ...files]) };
  });
  return { ...plan, containers };
}

const built = new Map<string, Buffer>();

function contentOf(file: Provided, one: Case, folder: string) {
  if ('text' in file) return { text: file.text, executable: file.program ?? false };
  const binary = built.get(file.go) ?? buildGo(file.go, path.join(folder, one.id));
  built.set(file.go, binary);
  return { text: binary, executable: true };
}

function buildGo(source: string, target: string): Buffer {
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local' };
  execFileSync('go', ['build', '-o', target, '.'], { cwd: source, env, stdio: 'pipe' });
  return execFileSync('cat', [target], { maxBuffer: 1 << 28 });
}

measure(main);
