// What a user may set, where it comes from, and what is wrong with it. Nearest `.softstop.yaml` wins over the editor's
// settings; the command line wins over both. Knows no rule but by its id.
import type { Problem, Severity } from './model/finding.ts';
import type { Project } from './model/project.ts';

/** The settings that hold for one file. */
export interface Settings {
  /** By rule id; a rule that is not named keeps its own default. */
  readonly rules: ReadonlyMap<string, 'on' | 'off' | Severity>;
  /** `1.34`: the oldest cluster version that the manifests must work on. */
  readonly kubernetesVersion: string;
  /** Seconds until the last router has stopped sending to a pod that is going away; absent: by the kind of router. */
  readonly endpointLagSeconds: number | undefined;
  /** Seconds that a program needs for its last requests, by program or image name. */
  readonly drainSeconds: ReadonlyMap<string, number>;
  /** Who runs Procfile lines; absent: unknown. */
  readonly platform: string | undefined;
  /** The project's Dockerfile for an image name, as an absolute path. */
  readonly images: ReadonlyMap<string, string>;
  /** Globs of files that are not looked at, with the folder that they are relative to. */
  readonly exclude: readonly { readonly glob: string; readonly folder: string }[];
}

export const DEFAULTS: Settings = {
  rules: new Map(),
  kubernetesVersion: '1.34',
  endpointLagSeconds: undefined,
  drainSeconds: new Map(),
  platform: undefined,
  images: new Map(),
  exclude: [],
};

/** The settings that hold for a file. */
export function settingsFor(_project: Project, _path: string): Settings {
  return DEFAULTS;
}

/** What is wrong with the settings. */
export function settingsProblems(_project: Project, _ruleIds: readonly string[]): readonly Problem[] {
  return [];
}

/** How severe a finding of a rule is by the settings. */
export function severityOf(settings: Settings, rule: string, own: Severity, isDefaultOn: boolean): Severity | 'off' {
  const set = settings.rules.get(rule) ?? (isDefaultOn ? 'on' : 'off');
  return set === 'on' ? own : set;
}

/** Whether a file is not looked at. */
export function isExcluded(_settings: Settings, _path: string): boolean {
  return false;
}
