// dev
import { CONSTRUCTS } from './constructs.ts';
import { constructsOf, type Generated, generate, smaller, written } from './grammar.ts';
import { openLab, whyNotHere } from './harness.ts';
import { report, tryAll, tryLaunch } from './trial.ts';

const given = (name: string) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
};
const why = whyNotHere();
if (why) {
  console.log(why);
  process.exit(1);
}
const par = Number(given('parallel') ?? 16);
const lab = openLab();
const t0 = Date.now();
let n = 0,
  bad = 0,
  unk = 0,
  unsteady = 0;
const filter = given('constructs');
if (filter) {
  const queue = [...CONSTRUCTS].filter(([n]) => new RegExp(filter).test(n));
  await tryAll(
    lab,
    queue,
    ([, l]) => l,
    par,
    ([name], t) => {
      n++;
      if (t.unsteady) {
        unsteady++;
        console.log('UNSTEADY', name);
      }
      if (!t.definite) {
        unk++;
        console.log('UNKNOWN', name, t.predicted.kind === 'unknown' ? t.predicted.why : 'ways');
      }
      if (t.differences.length || process.env.V) {
        bad++;
        console.log(`DIFF ${name}\n${report(t)}`);
      }
    },
  );
} else {
  const runs = Number(given('runs') ?? 100),
    seed = Number(given('seed') ?? 1);
  const only = given('only');
  const seeds = only ? [Number(only)] : Array.from({ length: runs }, (_, i) => seed * 1_000_003 + i);
  const table = new Map<string, { n: number; u: number }>();
  const whys = new Map<string, number>();
  const failed: [number, Generated][] = [];
  await tryAll(
    lab,
    seeds,
    (s) => written(generate(s)),
    par,
    (s, t) => {
      n++;
      if (t.unsteady) {
        unsteady++;
        if (process.env.U) console.log('UNSTEADY', s, report(t));
      }
      if (!t.definite) {
        unk++;
        const w = t.predicted.kind === 'unknown' ? t.predicted.why.replace(/`[^`]*`/g, '`…`') : 'several ways';
        whys.set(w, (whys.get(w) ?? 0) + 1);
        if (process.env.W) console.log('UNKNOWN', s, report(t));
      }
      for (const c of constructsOf(generate(s))) {
        const e = table.get(c) ?? { n: 0, u: 0 };
        table.set(c, e);
        e.n++;
        if (!t.definite) e.u++;
      }
      if (t.differences.length) {
        bad++;
        failed.push([s, generate(s)]);
        if (process.env.NOSHRINK) console.log(`DIFF ${s}\n${report(t)}`);
      } else if (only) console.log(report(t));
    },
  );
  console.log({ n, bad, unk, unsteady, s: (Date.now() - t0) / 1000 });
  if (!process.env.NOSHRINK)
    for (const [s, g] of failed.slice(0, Number(given('show') ?? 10))) {
      let now = g;
      let trial = await tryLaunch(lab, written(now));
      let budget = 60;
      if (!trial.differences.length) {
        console.log('GONE', s);
        continue;
      }
      for (let again = true; again && budget > 0; ) {
        again = false;
        const cands = [...smaller(now)];
        for (let i = 0; i < cands.length && !again && budget > 0; i += 16) {
          const some = cands.slice(i, i + 16);
          budget -= some.length;
          const trials = await Promise.all(some.map((c) => tryLaunch(lab, written(c))));
          const hit = trials.findIndex((t) => t.differences.length > 0);
          if (hit >= 0) {
            now = some[hit]!;
            trial = trials[hit]!;
            again = true;
          }
        }
      }
      console.log(`DIFF ${s}\n${report(trial)}`);
    }
  if (!only) {
    console.log([...whys].sort((a, b) => b[1] - a[1]));
    for (const [c, { n, u }] of [...table].sort())
      if (n < (10 * runs) / 1000 || u / n > 0.05) console.log(c, n, `${((100 * u) / n).toFixed(0)} %`);
  }
}
lab.close();
console.log({ n, bad, unk, unsteady, s: (Date.now() - t0) / 1000 });
