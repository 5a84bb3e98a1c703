// What each setting is called, what it takes, and what to say of one that is wrong. Does not know which source wins.
import { FEATURE_GATES } from '../knowledge/kubernetes.ts';
import { PLATFORMS } from '../knowledge/platforms.ts';
import { SEVERITIES } from '../model/finding.ts';
import { resolvePath } from '../model/paths.ts';
import type { Written, WrittenEntry, WrittenScalar } from '../sources/settings/settingsFile.ts';
import {
  isNothing,
  listOf,
  mapOf,
  onceEach,
  type Say,
  type Shape,
  scalar,
  shown,
} from '../sources/settings/settingsShapes.ts';
import { nearest } from '../text/nearest.ts';
import type { RuleState, Settings } from './settings.ts';

/** What one source says; what is absent or does not fit is left to weaker ones. */
export type Layer = { readonly [K in keyof Settings]: Settings[K] | undefined };

/** Who runs the lines of a Procfile; `none` where nobody does. */
const RUNNERS: readonly string[] = [...PLATFORMS.map(({ id }) => id), 'none'];

const ruleState = scalar<RuleState>('on, off, error, warning, info or hint', ({ value }) => {
  // YAML 1.1 has `on` and `off` for these; many people write one for the other.
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return value === 'on' || value === 'off' ? value : SEVERITIES.find((severity) => severity === value);
});

const version = scalar('a version such as "1.34", in quotes if it ends in 0', ({ value, text }) => {
  // A single digit behind the dot is 1.30 without its zero; Kubernetes 1.9 is long gone.
  return value === undefined ? undefined : /^v?(\d+\.\d{2,})(?:[.+-].*)?$/.exec(text)?.[1];
});

function seconds({ value }: WrittenScalar): number | undefined {
  return typeof value === 'number' && value >= 0 && Number.isFinite(value) ? value : undefined;
}

const SHAPES = {
  rules: mapOf('rules with what is set for them, such as `grace-zero: off`', ruleState),
  kubernetesVersion: version,
  featureGates: listOf(`feature gates that are on, among ${FEATURE_GATES.join(', ')}`, ({ value }) =>
    FEATURE_GATES.find((gate) => gate === value),
  ),
  endpointLagSeconds: scalar('a number of seconds, such as 5', seconds),
  drainSeconds: mapOf(
    'programs and images with their seconds, such as `puma: 30`',
    scalar('a number of seconds, such as 30', seconds),
  ),
  platform: scalar(`one of ${RUNNERS.join(', ')}`, ({ value }) => RUNNERS.find((runner) => runner === value)),
  images: mapOf(
    'images with the paths of their Dockerfiles, such as `shop/api: api/Dockerfile`',
    scalar('the path of a Dockerfile, such as api/Dockerfile', ({ value }) =>
      typeof value === 'string' && value !== '' ? value : undefined,
    ),
  ),
  exclude: listOf('patterns as in .gitignore, such as "legacy/", in quotes if they begin with * or !', pattern),
} as const;

/** The names of all settings. */
const KEYS = Object.keys(SHAPES);

/** A pattern that can match something: braces, and steps out of the folder, mean nothing in a .gitignore. */
function pattern({ value }: WrittenScalar): string | undefined {
  return typeof value === 'string' && /[^!/\s]/.test(value) && !/\{.*,.*\}|^!?\.{1,2}\//.test(value)
    ? value
    : undefined;
}

/** What stands in front of a setting's name in an editor. */
export const EDITOR_PREFIX = 'softstop.';

/** How a source is read. */
interface Manner {
  /** The folder that its paths and patterns are relative to. */
  readonly folder: string;
  /** What stands in front of a setting's name, for messages. */
  readonly prefix?: string;
}

/** Reads the settings of one source. */
export function readLayer(written: Written, { folder, prefix = '' }: Manner, say: Say): Layer {
  const known = onceEach(entriesIn(written, say), prefix, say).filter(({ name, nameAt }) => {
    const isKey = KEYS.includes(name);
    const help = () => guess(name, KEYS, `there are ${KEYS.join(', ')}`);
    if (!isKey) say(nameAt, `\`${prefix}${name}\` is no setting; ${help()}`);
    return isKey;
  });
  const take = <T>(key: keyof Settings, shape: Shape<T>): T | undefined => {
    const value = known.find(({ name }) => name === key)?.value;
    return value === undefined || isNothing(value) ? undefined : shape(value, prefix + key, say);
  };
  const images = take('images', SHAPES.images);
  return {
    rules: take('rules', SHAPES.rules),
    kubernetesVersion: take('kubernetesVersion', SHAPES.kubernetesVersion),
    featureGates: take('featureGates', SHAPES.featureGates),
    endpointLagSeconds: take('endpointLagSeconds', SHAPES.endpointLagSeconds),
    drainSeconds: take('drainSeconds', SHAPES.drainSeconds),
    platform: take('platform', SHAPES.platform),
    images: images && new Map([...images].map(([image, path]) => [image, resolvePath(folder, path)])),
    exclude: take('exclude', SHAPES.exclude)?.map((glob) => ({ glob, folder })),
  };
}

/** The entries of a setting that is a map. */
export function entriesOf(written: Written, key: keyof Settings): readonly WrittenEntry[] {
  const value = written.kind === 'map' ? written.entries.find(({ name }) => name === key)?.value : undefined;
  return value?.kind === 'map' ? value.entries : [];
}

/** What may be meant by a name that is not known, as the rest of a sentence. */
export function guess(name: string, known: readonly string[], otherwise: string): string {
  const [meant] = nearest(name, known);
  return meant === undefined ? otherwise : `did you mean \`${meant}\`?`;
}

function entriesIn(written: Written, say: Say): readonly WrittenEntry[] {
  if (written.kind === 'map') return written.entries;
  if (!isNothing(written))
    say(written.at, `this is ${shown(written)}; settings have names, as in \`endpointLagSeconds: 5\``);
  return [];
}
