// `npm run test:apiserver`: sends what every fix makes of every manifest in this repository to real API servers, as a dry
// run that checks every field. A fix that brings a rejection has failed, and so has what is rejected although no rule
// finds anything wrong with it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { GoError, whyNoGo } from '../go.ts';
import { Applier, type Manifest, type Verdict } from './apply.ts';
import { ClusterError, startCluster, VERSIONS } from './cluster.ts';
import { Judgement } from './judge.ts';
import { type Sending, sendingsOf } from './manifests.ts';
import { allSources, type Variant, variantsOf } from './sources.ts';

async function check(version: string): Promise<number> {
  const minor = version.replace(/^v(\d+\.\d+)\..*$/, '$1');
  const variants = allSources().flatMap((source) => variantsOf(source, minor));
  const scratch = mkdtempSync(path.join(tmpdir(), 'softstop-manifests-'));
  let sendings: readonly Sending[];
  try {
    sendings = sendingsOf(variants, scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  const cluster = await startCluster(version);
  const judgement = new Judgement();
  try {
    const applier = new Applier(cluster);
    const known = new Map<string, Promise<Verdict>>();
    const verdictOf = (manifest: Manifest) => {
      const key = JSON.stringify(manifest.object);
      const verdict = known.get(key) ?? applier.apply(manifest);
      known.set(key, verdict);
      return verdict;
    };
    for (const sending of sendings) {
      const verdicts: [Manifest, Verdict][] = [];
      for (const manifest of sending.manifests) verdicts.push([manifest, await verdictOf(manifest)]);
      judgement.add(sending, verdicts);
    }
  } finally {
    cluster.stop();
  }
  report(version, variants, judgement);
  return judgement.failures.size;
}

function report(version: string, variants: readonly Variant[], judgement: Judgement): void {
  const { accepted, repaired, foretold, asBefore, reasons, unknown, left, failures } = judgement;
  const fixes = variants.filter(({ fix }) => fix !== undefined).length;
  console.log(`\nKubernetes ${version}: ${variants.length - fixes} projects and ${fixes} fixes of them`);
  console.log(`  ${accepted.size} manifests accepted, ${repaired.size} of them made by fixes`);
  console.log(`  ${foretold.size} originals rejected, as their findings say`);
  console.log(`  ${asBefore.size} fixed ones rejected for nothing but what their originals are rejected for`);
  for (const [reason, texts] of [...reasons].sort()) console.log(`    ${texts.size} times ${reason}`);
  const kinds = [...unknown].sort().map(([kind, texts]) => `${kind} (${texts.size})`);
  if (kinds.length > 0) console.log(`  not sent, kinds that the server does not have: ${kinds.join(', ')}`);
  for (const [reason, places] of [...left].sort()) {
    console.log(`  not sent, ${reason}:\n${[...places].map((place) => `    ${place}`).join('\n')}`);
  }
  console.log(`  ${failures.size} wrong`);
  for (const failure of failures) console.log(`    ${failure}`);
}

async function main(): Promise<number> {
  const missing = whyNoGo();
  if (missing !== undefined) throw new ClusterError(missing);
  let failed = 0;
  for (const version of VERSIONS) failed += await check(version);
  console.log(failed === 0 ? '\nNo fix is rejected.' : `\n${failed} wrong.`);
  return failed === 0 ? 0 : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof ClusterError || error instanceof GoError ? error.message : error);
    process.exitCode = 1;
  },
);
