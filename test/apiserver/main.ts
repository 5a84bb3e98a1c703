// `npm run test:apiserver`: sends what every fix makes of every manifest in this repository to real API servers, as a dry
// run that checks every field. A fix that is rejected has failed; so has an original for which no rule says why.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { whyNoTools } from '../realTools.ts';
import { Applier, type Manifest, type Verdict } from './apply.ts';
import { ClusterError, startCluster, VERSIONS } from './cluster.ts';
import { type Sending, sendingsOf } from './manifests.ts';
import { allSources, variantsOf } from './sources.ts';

/** Rules that find what an API server rejects. */
const SAY_SO = /^(?:lifecycle-invalid|lifecycle-field-not-in-version|stop-signal-invalid)$/;

/** What came of one version. */
interface Tally {
  readonly accepted: Set<string>;
  /** By kind, how many manifests the server does not know. */
  readonly unknown: Map<string, number>;
  /** Originals that the server rejects, as a rule says. */
  readonly foretold: Set<string>;
  /** Fixed manifests that are rejected for nothing but what their originals are rejected for: of these fixes it says nothing. */
  readonly asBefore: Set<string>;
  readonly failures: string[];
  readonly left: Set<string>;
}

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
  const tally: Tally = {
    accepted: new Set(),
    unknown: new Map(),
    foretold: new Set(),
    asBefore: new Set(),
    failures: [],
    left: new Set(),
  };
  try {
    const applier = new Applier(cluster);
    const known = new Map<string, Promise<Verdict>>();
    const verdictOf = (manifest: Manifest) => {
      const key = JSON.stringify(manifest.object);
      const verdict = known.get(key) ?? applier.apply(manifest);
      known.set(key, verdict);
      return verdict;
    };
    let complaints = new Set<string>();
    for (const { variant, manifests, left } of sendings) {
      const { fix, source, rules } = variant;
      for (const one of left) tally.left.add(`${source.name}: ${one}`);
      if (fix === undefined) complaints = new Set();
      for (const manifest of manifests) {
        const verdict = await verdictOf(manifest);
        const name = `${source.name}, ${manifest.kind}`;
        if (verdict.kind === 'accepted') tally.accepted.add(JSON.stringify(manifest.object));
        if (verdict.kind === 'unknownKind') count(tally.unknown, `${manifest.apiVersion} ${manifest.kind}`);
        if (verdict.kind !== 'rejected') continue;
        const parts = partsOf(verdict.message);
        if (fix === undefined) {
          for (const part of parts) complaints.add(part);
          if ([...rules].some((rule) => SAY_SO.test(rule))) tally.foretold.add(name);
          else tally.failures.push(`${name}: ${verdict.message}`);
        } else {
          const fresh = parts.filter((part) => !complaints.has(part));
          if (fresh.length === 0) tally.asBefore.add(JSON.stringify(manifest.object));
          else tally.failures.push(`${name}, after "${fix}": ${fresh.join('; ')}`);
        }
      }
    }
  } finally {
    cluster.stop();
  }
  return report(version, variants.length, tally);
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/**
 * The single complaints of a message: `Deployment.apps "web" is invalid: [spec.a: Required value, spec.b: …]`. A fix may
 * move a container, and what was wrong with it already: its number does not count.
 */
function partsOf(message: string): readonly string[] {
  const inner = /is invalid: \[?([\s\S]*?)\]?$/.exec(message)?.[1] ?? message;
  return inner.split(/, (?=[a-z]+[.[][\w.[\]"-]*: )/).map((part) => part.replace(/\[\d+\]/g, '[]'));
}

function report(
  version: string,
  variants: number,
  { accepted, unknown, foretold, asBefore, failures, left }: Tally,
): number {
  console.log(`\nKubernetes ${version}: ${variants} projects and fixes of them`);
  console.log(`  ${accepted.size} manifests accepted`);
  console.log(`  ${foretold.size} originals rejected, as a rule foretells`);
  console.log(`  ${asBefore.size} fixed manifests rejected for nothing but what their originals are rejected for`);
  const others = [...unknown].sort().map(([kind, times]) => `${kind} (${times})`);
  if (others.length > 0) console.log(`  not checked, kinds that the server does not have: ${others.join(', ')}`);
  if (left.size > 0) console.log(`  not checked:\n${[...left].map((one) => `    ${one}`).join('\n')}`);
  for (const failure of new Set(failures)) console.log(`  REJECTED ${failure}`);
  return new Set(failures).size;
}

async function main(): Promise<number> {
  const missing = whyNoTools();
  if (missing !== undefined) throw new ClusterError(missing);
  let failed = 0;
  for (const version of VERSIONS) failed += await check(version);
  console.log(`\n${failed === 0 ? 'Nothing' : failed} that should be accepted was rejected.`);
  return failed === 0 ? 0 : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof ClusterError ? error.message : error);
    process.exitCode = 1;
  },
);
