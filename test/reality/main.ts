// `npm run reality`: tries launches by chance for real and says where the model is wrong.
import { parseArgs } from 'node:util';
import { measure } from '../measurement.ts';
import { TOLERANCE } from './compare.ts';
import { CONSTRUCTS } from './constructs.ts';
import { seedOf, tryGenerated, whyUnknown } from './generated.ts';
import { generate, written } from './grammar.ts';
import { type Lab, lackingPackages, openLab, whyNotHere } from './harness.ts';
import { AT_A_TIME, MEASUREMENTS, report, tryAll, tryLaunch } from './trial.ts';

const USAGE = `npm run reality -- [--runs N] [--seed S]     launches by chance (1000), from a seed
npm run reality -- --launch SEED             that launch only
npm run reality -- --constructs [PATTERN]    the constructs of test/reality/constructs.ts
npm run reality -- --lacking                 only say which Debian packages are not installed`;

function read(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string' },
      seed: { type: 'string' },
      launch: { type: 'string' },
      constructs: { type: 'boolean' },
      lacking: { type: 'boolean' },
      help: { type: 'boolean' },
    },
    allowPositionals: true,
  });
  const [pattern = '', ...others] = positionals;
  if (others.length > 0 || (pattern !== '' && !values.constructs))
    throw new Error(`what is \`${positionals.join(' ')}\`? See --help`);
  return { ...values, pattern };
}

type Options = ReturnType<typeof read>;

async function main(args: readonly string[]): Promise<number> {
  const options = read(args);
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  if (options.lacking) {
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
    return options.constructs ? await constructs(lab, options.pattern) : await chance(lab, options);
  } finally {
    lab.close();
    console.log(`${((Date.now() - start) / 1000).toFixed(0)} s`);
  }
}

async function constructs(lab: Lab, pattern: string): Promise<number> {
  const chosen = [...CONSTRUCTS].filter(([name]) => new RegExp(pattern).test(name));
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

async function chance(lab: Lab, options: Options): Promise<number> {
  const one = number(options, 'launch');
  if (one !== undefined) {
    const trial = await tryLaunch(lab, written(generate(one)));
    console.log(report(trial));
    return trial.differences.length > 0 ? 1 : 0;
  }
  const runs = number(options, 'runs') ?? 1000;
  const seed = number(options, 'seed') ?? Math.floor(Math.random() * 1000);
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

function number(options: Options, name: 'runs' | 'seed' | 'launch'): number | undefined {
  const value = options[name];
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  throw new Error(`--${name} takes a number, not \`${value}\``);
}

measure(main);
