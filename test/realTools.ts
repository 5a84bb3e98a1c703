// Renders charts and kustomizations with Helm's and kustomize's own code, for comparison. Needs Go.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { buildInGo } from './go.ts';

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

/** Renders all of these, in order. */
export function renderAll(jobs: readonly Job[]): readonly Outcome[] {
  // Building it takes a minute or two the first time, and a moment after that.
  const program = buildInGo(SOURCE, 'render');
  const done = spawnSync(program, { input: JSON.stringify(jobs), encoding: 'utf8', maxBuffer: 1 << 28 });
  if (done.status !== 0) throw new Error(`the renderer failed: ${done.stderr || done.error}`);
  return JSON.parse(done.stdout) as readonly Outcome[];
}
