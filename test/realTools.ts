// Renders charts and kustomizations with Helm's and kustomize's own code, for comparison. Needs Go; says so without it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';

/** One thing to render. */
export interface Job {
  readonly tool: 'helm' | 'kustomize';
  /** The chart's or the kustomization's folder. */
  readonly folder: string;
  /** Values files that are laid over the chart's own. */
  readonly values?: readonly string[];
}

/** What came of it. */
export interface Outcome {
  /** Texts by the template's path in its folder; of a kustomization, one named `all`. */
  readonly files?: { readonly [name: string]: string };
  readonly error?: string;
}

const SOURCE = path.join('test', 'tools', 'helm');

/** Why the tools cannot be had here; `undefined` where they can. */
export function whyNoTools(): string | undefined {
  const go = spawnSync('go', ['version'], { encoding: 'utf8' });
  return go.status === 0 ? undefined : 'it needs Go: https://go.dev/doc/install';
}

/** Renders all of these, in order. */
export function renderAll(jobs: readonly Job[]): readonly Outcome[] {
  const done = spawnSync(program(), { input: JSON.stringify(jobs), encoding: 'utf8', maxBuffer: 1 << 28 });
  if (done.status !== 0) throw new Error(`the renderer failed: ${done.stderr || done.error}`);
  return JSON.parse(done.stdout) as readonly Outcome[];
}

/** Builds the renderer, which takes a minute or two the first time, and a moment after that. */
function program(): string {
  const folder = path.resolve('.cache', 'tools');
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, process.platform === 'win32' ? 'render.exe' : 'render');
  const built = spawnSync('go', ['build', '-o', file, '.'], { cwd: SOURCE, encoding: 'utf8' });
  if (built.status !== 0 || !existsSync(file)) throw new Error(`go build failed in ${SOURCE}:\n${built.stderr}`);
  return file;
}
