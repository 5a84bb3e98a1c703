// What a user may set, and who wins: the defaults are weakest, then come the editor's settings, the nearest
// `.softstop.yaml`, and the command line. Knows no rule but by its id.
import { fileOf } from '../model/documents.ts';
import type { Severity } from '../model/finding.ts';
import { folderOf } from '../model/paths.ts';
import type { Project, Scope } from '../model/project.ts';
import { leavesOut, type Pattern } from '../sources/settings/globs.ts';
import { writtenIn } from '../sources/settings/settingsFile.ts';
import { nearestFile, rootOf, type SettingsFile } from './settingsFiles.ts';
import { EDITOR_PREFIX, type Layer, readLayer } from './settingsKeys.ts';

/** What a rule is set to; a severity takes the place of its findings' own. */
export type RuleState = 'on' | 'off' | Severity;

/** The settings that hold for one file. */
export interface Settings {
  /** By rule id; a rule that is not named keeps its own default. */
  readonly rules: ReadonlyMap<string, RuleState>;
  /** `1.34`: the oldest cluster that the manifests must work on; absent: what their chart says, or the usual one. */
  readonly kubernetesVersion: string | undefined;
  /** Names of feature gates that are on in all clusters, whatever their default. */
  readonly featureGates: readonly string[];
  /** Seconds until the last router has stopped sending to a pod that is going away; absent: by the kind of router. */
  readonly endpointLagSeconds: number | undefined;
  /** Seconds that a program needs for its last requests, by program or image name. */
  readonly drainSeconds: ReadonlyMap<string, number>;
  /** Who runs Procfile lines; `none`: nobody; absent: unknown. */
  readonly platform: string | undefined;
  /** The project's Dockerfile for an image name, as an absolute path. */
  readonly images: ReadonlyMap<string, string>;
  /** Which files are not looked at, as in a `.gitignore`. */
  readonly exclude: readonly Pattern[];
}

export const DEFAULTS: Settings = {
  rules: new Map(),
  kubernetesVersion: undefined,
  featureGates: [],
  endpointLagSeconds: undefined,
  drainSeconds: new Map(),
  platform: undefined,
  images: new Map(),
  exclude: [],
};

/**
 * The settings that hold for a file. Of several `.softstop.yaml` above it only the nearest counts; to it and to the editor's
 * settings, maps and lists are added up, and single values win by strength.
 */
export function settingsFor(project: Project, path: string): Settings {
  const within = folderOf(path);
  const known = answered.get(project)?.get(within);
  if (known) return known;
  const settings = settingsWithin(project, path);
  answered.set(project, (answered.get(project) ?? new Map<string, Settings>()).set(within, settings));
  return settings;
}

/** By who asks, since every asker's questions are written down, and by folder. */
const answered = new WeakMap<Project, Map<string, Settings>>();

function settingsWithin(project: Project, path: string): Settings {
  const file = nearestFile(project, path);
  const folder = rootOf(project, path) ?? folderOf(path);
  const byFolder = merged.get(project.scope) ?? new Map<string, Map<SettingsFile | undefined, Settings>>();
  merged.set(project.scope, byFolder);
  const byFile = byFolder.get(folder) ?? new Map<SettingsFile | undefined, Settings>();
  byFolder.set(folder, byFile);
  const settings = byFile.get(file) ?? merge(project.scope, folder, file);
  byFile.set(file, settings);
  return settings;
}

/** By what a host hands over, which never changes; then by the workspace folder and the file that hold. */
const merged = new WeakMap<Scope, Map<string, Map<SettingsFile | undefined, Settings>>>();

/** How severe a rule's finding is, which by itself is `own`; `off` where it is not shown. */
export function severityOf({ rules }: Settings, rule: string, own: Severity, isDefaultOn: boolean): Severity | 'off' {
  const state = rules.get(rule) ?? (isDefaultOn ? 'on' : 'off');
  return state === 'on' ? own : state;
}

/** Whether the settings leave a file out. */
export function isExcluded({ exclude }: Settings, path: string): boolean {
  return leavesOut(exclude, fileOf(path));
}

function merge({ defaults, overrides }: Scope, folder: string, file: SettingsFile | undefined): Settings {
  const editor = readLayer(writtenIn(defaults), { folder, prefix: EDITOR_PREFIX }, () => {});
  const commandLine = readLayer(writtenIn(overrides), { folder }, () => {});
  return [editor, file?.layer, commandLine].reduce(stronger, DEFAULTS);
}

function stronger(settings: Settings, layer: Layer | undefined): Settings {
  return {
    rules: new Map([...settings.rules, ...(layer?.rules ?? [])]),
    kubernetesVersion: layer?.kubernetesVersion ?? settings.kubernetesVersion,
    featureGates: [...settings.featureGates, ...(layer?.featureGates ?? [])],
    endpointLagSeconds: layer?.endpointLagSeconds ?? settings.endpointLagSeconds,
    drainSeconds: new Map([...settings.drainSeconds, ...(layer?.drainSeconds ?? [])]),
    platform: layer?.platform ?? settings.platform,
    images: new Map([...settings.images, ...(layer?.images ?? [])]),
    exclude: [...settings.exclude, ...(layer?.exclude ?? [])],
  };
}
