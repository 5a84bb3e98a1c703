// `npm run reality`: tries launches by chance for real and says where the model is wrong.
//   --runs N   how many (1000)      --seed S   where to begin      --launch SEED   that one only
//   --constructs [PATTERN]   the constructs of constructs.ts instead
//   --lacking   only say which Debian packages are not installed
import { TOLERANCE } from './compare.ts';
import { CONSTRUCTS } from './constructs.ts';
import { seedOf, tryGenerated, whyUnknown } from './generated.ts';
import { generate, written } from './grammar.ts';
import { type Lab, lackingPackages, openLab, whyNotHere } from './harness.ts';
import { AT_A_TIME, MEASUREMENTS, report, tryAll, tryLaunch } from './trial.ts';

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--lacking')) {
    console.log(lackingPackages().join(' '));
    return 0;
  }
  const why = whyNotHere();
  if (why) {
    console.error(why);
    return 2;
  }
  console.log(
    `Ends agree within ${TOLERANCE} s; what differs is measured ${MEASUREMENTS} times, and counts if it differs each time.`,
  );
  const lab = openLab();
  const start = Date.now();
  try {
    return args.includes('--constructs') ? await constructs(lab, after(args, '--constructs')) : await chance(lab, args);
  } finally {
    lab.close();
    console.log(`${((Date.now() - start) / 1000).toFixed(0)} s`);
  }
}

async function constructs(lab: Lab, pattern: string | undefined): Promise<number> {
  const chosen = [...CONSTRUCTS].filter(([name]) => new RegExp(pattern ?? '').test(name));
  let wrong = 0;
  let unknown = 0;
  await tryAll(
    lab,
    chosen,
    ([, launch]) => launch,
    AT_A_TIME,
    ([name], trial) => {
      if (!trial.definite) {
        unknown++;
        console.log(`${name}: ${whyUnknown(trial)}`);
      }
      if (trial.differences.length === 0) return;
      wrong++;
      console.log(`\n${name}:\n${report(trial)}`);
    },
  );
  console.log(`\n${chosen.length} constructs: ${wrong} disagree, ${unknown} unknown`);
  return wrong > 0 ? 1 : 0;
}

async function chance(lab: Lab, args: readonly string[]): Promise<number> {
  const one = number(args, '--launch');
  if (one !== undefined) {
    const trial = await tryLaunch(lab, written(generate(one)));
    console.log(report(trial));
    return trial.differences.length > 0 ? 1 : 0;
  }
  const runs = number(args, '--runs') ?? 1000;
  const seed = number(args, '--seed') ?? Math.floor(Math.random() * 1000);
  console.log(`${runs} launches from seed ${seed}`);
  const seeds = Array.from({ length: runs }, (_, i) => seedOf(seed, i));
  const { wrong, lacking, unsteady, table } = await tryGenerated(lab, seeds);
  for (const text of wrong) console.log(`\n${text}`);
  console.log(`\n${table}\n`);
  for (const text of lacking) console.log(text);
  console.log(
    `${runs} launches from seed ${seed}: ${wrong.length} disagree; in ${unsteady} the kernel did now this, now that`,
  );
  return wrong.length + lacking.length > 0 ? 1 : 0;
}

function after(args: readonly string[], option: string): string | undefined {
  const at = args.indexOf(option);
  const value = at < 0 ? undefined : args[at + 1];
  return value?.startsWith('--') ? undefined : value;
}

function number(args: readonly string[], option: string): number | undefined {
  const value = after(args, option);
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  throw new Error(`${option} takes a number, not \`${value}\``);
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  },
);
