// The baseline: findings that a project has accepted for now, in a file that it keeps. What stands there is neither shown
// nor counted, so that only new findings fail a build.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Analysis, Finding } from '../../shared/index.ts';
import { pathOf } from '../disk.ts';
import { UsageError } from './arguments.ts';
import { fingerprintsOf } from './fingerprint.ts';
import { jsonText } from './formats/format.ts';

/** One accepted finding. Rule and path are for people; the fingerprint alone tells. */
interface Entry {
  readonly path: string;
  readonly rule: string;
  readonly fingerprint: string;
}

/** The accepted findings, by where their files lie seen from the baseline's folder. */
export class Baseline {
  readonly #file: string;
  readonly #entries: readonly Entry[];
  readonly #known: ReadonlySet<string>;
  readonly #fingerprints = new WeakMap<Analysis, ReadonlyMap<Finding, string>>();

  constructor(file: string, entries: readonly Entry[] = []) {
    this.#file = file;
    this.#entries = entries;
    this.#known = new Set(entries.map(({ fingerprint }) => fingerprint));
  }

  holds(finding: Finding, analysis: Analysis): boolean {
    return this.#known.has(this.#fingerprint(finding, analysis));
  }

  /** How many of its findings in these files are not there any more. */
  gone(analysis: Analysis, concerns: (path: string) => boolean): number {
    const there = new Set(analysis.findings.map((finding) => this.#fingerprint(finding, analysis)));
    return this.#entries.filter((entry) => concerns(this.#pathOf(entry)) && !there.has(entry.fingerprint)).length;
  }

  /** The same with these findings in place of all that it holds of their files; `concerns` tells which files these are. */
  renewed(findings: readonly Finding[], analysis: Analysis, concerns: (path: string) => boolean): Baseline {
    const kept = this.#entries.filter((entry) => !concerns(this.#pathOf(entry)));
    const added = findings.map((finding) => ({
      path: this.#nameOf(finding.at.path),
      rule: finding.rule,
      fingerprint: this.#fingerprint(finding, analysis),
    }));
    const key = (entry: Entry) => `${entry.path}\n${entry.rule}\n${entry.fingerprint}`;
    return new Baseline(
      this.#file,
      [...kept, ...added].sort((a, b) => (key(a) < key(b) ? -1 : 1)),
    );
  }

  async write(): Promise<void> {
    try {
      await writeFile(this.#file, jsonText({ version: 1, findings: this.#entries }));
    } catch (error) {
      throw new UsageError(`${this.#file}: not written: ${error instanceof Error ? error.message : error}`);
    }
  }

  #fingerprint(finding: Finding, analysis: Analysis): string {
    const known = this.#fingerprints.get(analysis) ?? fingerprintsOf(analysis, (file) => this.#nameOf(file));
    this.#fingerprints.set(analysis, known);
    return known.get(finding) ?? '';
  }

  #nameOf(file: string): string {
    return path.posix.relative(path.posix.dirname(pathOf(this.#file)), file);
  }

  #pathOf(entry: Entry): string {
    return path.posix.join(path.posix.dirname(pathOf(this.#file)), entry.path);
  }
}

/** Reads a baseline. Throws a UsageError for one that is none, or that is not there where it has to be. */
export async function readBaseline(file: string, mayBeMissing: boolean): Promise<Baseline> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (missing && mayBeMissing) return new Baseline(file);
    const why = missing ? 'there is no such file; --write-baseline makes it' : 'it cannot be read';
    throw new UsageError(`--baseline ${file}: ${why}`);
  }
  const entries = entriesIn(text);
  if (!entries) throw new UsageError(`--baseline ${file}: it is no baseline of Softstop`);
  return new Baseline(file, entries);
}

function entriesIn(text: string): readonly Entry[] | undefined {
  try {
    const { version, findings } = JSON.parse(text);
    return version === 1 && Array.isArray(findings) && findings.every(isEntry) ? findings : undefined;
  } catch {
    return undefined;
  }
}

function isEntry(value: unknown): value is Entry {
  const entry = (value ?? {}) as Record<string, unknown>;
  return ['path', 'rule', 'fingerprint'].every((key) => typeof entry[key] === 'string');
}
