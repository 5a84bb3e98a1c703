// What is known of images outside the project, and the look-up. Data with sources stands in images.json; nothing here
// knows of Dockerfiles or manifests.
import data from './images.json';

/** A shell that behaves in its own way when it is told to stop. */
export type Dialect = 'dash' | 'busybox-ash' | 'bash' | 'ksh' | 'mksh' | 'zsh';

/** What a container inherits from an image that the project does not build. */
export interface ImageFacts {
  readonly os: 'linux' | 'windows';
  /** Exec-form words; empty when it sets none; absent when that is not known. */
  readonly entrypoint: readonly string[] | undefined;
  /** Like `entrypoint`; a shell-form CMD stands as `/bin/sh -c TEXT`. */
  readonly cmd: readonly string[] | undefined;
  /** Whether its ENTRYPOINT, a script, ends as the command that it is given. Absent: not known. */
  readonly entrypointExecs: boolean | undefined;
  /** `SIGTERM` style; absent when the tag does not tell which of several it is. */
  readonly stopSignal: string | undefined;
  /** The words of SHELL that it hands down to shell-form instructions; absent where it sets none. */
  readonly shell: readonly string[] | undefined;
  /** What answers to `/bin/sh`; absent when it is not known. */
  readonly sh: Dialect | 'none' | undefined;
  readonly hasBash: boolean | undefined;
  /** Whether it has a `sleep` program. */
  readonly hasSleep: boolean | undefined;
  /** Other programs that it is known not to have, by their base names. */
  readonly lacks: readonly string[];
  /** Programs whose own files in it say nothing of their stop, so that their defaults count. */
  readonly plain: readonly string[];
  /** Where the facts were read: repository, commit and path. */
  readonly source: string;
}

/** The facts of an image by its reference, such as `docker.io/library/nginx:1.27-alpine`; none of most. */
export function imageFacts(reference: string): ImageFacts | undefined {
  if (!KNOWN.has(reference)) KNOWN.set(reference, lookUp(reference));
  return KNOWN.get(reference);
}

/** Programs that come with a shell's surroundings, and that an image without any lacks. */
const USERLAND = new Set(
  `sh bash ash dash ksh zsh busybox awk cat chmod cp curl date echo env false grep kill killall ls mkdir mv nc nohup
  pgrep pkill printf ps pwd rm sed sleep sync tail tee test timeout touch true wget`.split(/\s+/),
);

/** Whether an image holds a program, by its name or path; absent where that is not known. */
export function holdsProgram({ sh, hasBash, hasSleep, lacks }: ImageFacts, program: string): boolean | undefined {
  const name = program.slice(program.lastIndexOf('/') + 1);
  if (sh === 'none') {
    // What is there for debugging stands in a directory of its own, which is on the PATH.
    const aside = hasSleep === true && (name === program || !/^\/(?:usr\/)?s?bin\//.test(program));
    return USERLAND.has(name) && !aside ? false : undefined;
  }
  if (name === 'sh') return sh === undefined ? undefined : true;
  if (name === 'bash') return hasBash;
  if (name === 'sleep') return hasSleep;
  return lacks.includes(name) ? false : undefined;
}

interface Family {
  readonly id: string;
  readonly os?: string;
  readonly tag?: string;
  readonly sh?: string;
  readonly bash?: boolean;
  readonly sleep?: boolean;
  readonly lacks?: readonly string[];
}

interface History {
  readonly id: string;
  readonly before: readonly (readonly [version: string, signal: string | null])[];
  readonly unsure?: string;
}

interface Entry {
  readonly names: readonly string[];
  readonly tag?: string;
  readonly family?: string;
  readonly entrypoint?: readonly string[] | null;
  readonly cmd?: readonly string[] | null;
  readonly execs?: boolean;
  readonly stop?: string | null;
  readonly history?: string;
  readonly shell?: readonly string[];
  readonly sh?: string | null;
  readonly bash?: boolean | null;
  readonly sleep?: boolean | null;
  readonly lacks?: readonly string[];
  readonly plain?: readonly string[];
  readonly source: string;
}

/** An entry with its patterns ready for use. */
interface Candidate {
  readonly entry: Entry;
  readonly name: RegExp;
  readonly tag: RegExp;
}

/** Stands for a part of a reference that only a build or a template knows. */
const OPEN = '\0';
/** What an open version may be. */
const VERSIONS = Array.from({ length: 41 }, (_, major) => [`${major}`, `${major}.0`, `${major}.50`]).flat();
const VARIABLE = /\$\{[^}]*\}|\$\w+|\{\{[^}]*\}\}/g;

const KNOWN = new Map<string, ImageFacts | undefined>();
const FAMILIES = new Map((data.families as readonly Family[]).map((family) => [family.id, family]));
const HISTORIES = new Map((data.history as unknown as readonly History[]).map((history) => [history.id, history]));
/** The words of a tag that name a base. */
const BASES = [...FAMILIES.values()].flatMap(({ id, tag }) =>
  tag === undefined ? [] : [{ id, word: new RegExp(`(?:^|[^a-z])(?:${tag})(?![a-z])`) }],
);
const CANDIDATES = (data.images as unknown as readonly Entry[]).map(
  (entry): Candidate => ({ entry, name: oneOf(entry.names), tag: new RegExp(entry.tag ?? '') }),
);

function lookUp(reference: string): ImageFacts | undefined {
  const { repository, tag } = parse(reference.trim().replace(VARIABLE, OPEN));
  if (repository.includes(OPEN)) return undefined;
  const named = CANDIDATES.filter(({ name }) => name.test(repository));
  const possible = tag.includes(OPEN) ? couldMatch(named, tag) : named.filter((one) => one.tag.test(tag)).slice(0, 1);
  const [first, ...others] = possible.map(({ entry }) => factsOf(entry, tag));
  return first && others.reduce(agreement, first);
}

/** The repository as Docker Hub names it, and the tag; a digest alone leaves the tag open. */
function parse(reference: string): { readonly repository: string; readonly tag: string } {
  const [name = '', digest] = reference.split('@');
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1);
  const full = colon < 0 ? name : name.slice(0, colon);
  const mirror = data.mirrors.find((prefix) => full.startsWith(prefix)) ?? '';
  const tag = colon < 0 ? undefined : name.slice(colon + 1);
  return { repository: full.slice(mirror.length), tag: tag ?? (digest === undefined ? 'latest' : OPEN) };
}

/** The entries that an open tag may come to. Words behind the open part (`${VERSION}-alpine`) make it a version. */
function couldMatch(named: readonly Candidate[], tag: string): readonly Candidate[] {
  const version = /[a-z]/.test(tag.slice(tag.lastIndexOf(OPEN)));
  const fits = named.findIndex((one) => one.tag.test(tag));
  const sure = fits < 0 ? [] : named.slice(fits, fits + 1);
  const earlier = named.slice(0, fits < 0 ? named.length : fits);
  const could = (one: Candidate) => VERSIONS.some((number) => one.tag.test(tag.replaceAll(OPEN, number)));
  return [...earlier.filter((one) => !version || could(one)), ...sure];
}

function factsOf(entry: Entry, tag: string): ImageFacts {
  const own = FAMILIES.get(entry.family ?? '');
  const said = FAMILIES.get(BASES.find(({ word }) => word.test(tag))?.id ?? '');
  if (said && !(own && sameBase(own, said))) return { ...baseFacts(said), source: entry.source };
  return {
    ...baseFacts(own),
    entrypoint: unlessNull(entry.entrypoint === undefined ? [] : entry.entrypoint),
    cmd: unlessNull(entry.cmd === undefined ? [] : entry.cmd),
    entrypointExecs: entry.execs,
    stopSignal: stopSignal(entry, tag),
    shell: entry.shell,
    ...(entry.sh !== undefined && { sh: unlessNull(entry.sh) as ImageFacts['sh'] }),
    ...(entry.bash !== undefined && { hasBash: unlessNull(entry.bash) }),
    ...(entry.sleep !== undefined && { hasSleep: unlessNull(entry.sleep) }),
    ...(entry.lacks !== undefined && { lacks: entry.lacks }),
    plain: entry.plain ?? [],
    source: entry.source,
  };
}

function sameBase(a: Family, b: Family): boolean {
  return a.os === b.os && a.sh === b.sh && a.bash === b.bash && a.sleep === b.sleep;
}

/** What follows from the base alone. */
function baseFacts(family: Family | undefined): Omit<ImageFacts, 'source'> {
  return {
    os: family?.os === 'windows' ? 'windows' : 'linux',
    entrypoint: undefined,
    cmd: undefined,
    entrypointExecs: undefined,
    stopSignal: undefined,
    shell: undefined,
    sh: family?.sh as ImageFacts['sh'],
    hasBash: family?.bash,
    hasSleep: family?.sleep,
    lacks: family?.lacks ?? [],
    plain: [],
  };
}

function stopSignal({ stop = 'SIGTERM', history }: Entry, tag: string): string | undefined {
  const past = HISTORIES.get(history ?? '');
  if (past?.unsure !== undefined && new RegExp(past.unsure).test(tag)) return undefined;
  const [, version, rest = ''] = /^v?(\d+(?:\.\d+)*)(.*)/s.exec(tag) ?? [];
  if (past && (tag.startsWith(OPEN) || rest.replace(/^[.-]/, '').startsWith(OPEN))) return undefined;
  const [, signal = stop] = (version && past?.before.find(([bound]) => isBelow(version, bound))) || [];
  return unlessNull(signal);
}

/** Whether a version is older than another; a shortened one (`1.18`) is the newest of its series. */
function isBelow(version: string, bound: string): boolean {
  const parts = version.split('.').map(Number);
  for (const [i, limit] of bound.split('.').map(Number).entries()) {
    const part = parts[i] ?? Number.POSITIVE_INFINITY;
    if (part !== limit) return part < limit;
  }
  return false;
}

/** What two possible images have in common. */
function agreement(a: ImageFacts, b: ImageFacts): ImageFacts {
  const same = <T>(one: T, other: T) => (JSON.stringify(one) === JSON.stringify(other) ? one : undefined);
  return {
    os: a.os === 'windows' && b.os === 'windows' ? 'windows' : 'linux',
    entrypoint: same(a.entrypoint, b.entrypoint),
    cmd: same(a.cmd, b.cmd),
    entrypointExecs: same(a.entrypointExecs, b.entrypointExecs),
    stopSignal: same(a.stopSignal, b.stopSignal),
    shell: same(a.shell, b.shell),
    sh: same(a.sh, b.sh),
    hasBash: same(a.hasBash, b.hasBash),
    hasSleep: same(a.hasSleep, b.hasSleep),
    lacks: a.lacks.filter((name) => b.lacks.includes(name)),
    plain: a.plain.filter((name) => b.plain.includes(name)),
    source: b.source,
  };
}

function unlessNull<T>(value: T | null): T | undefined {
  return value ?? undefined;
}

/** Names as one pattern for whole texts; `*` stands for anything. */
function oneOf(names: readonly string[]): RegExp {
  const one = (name: string) => name.replaceAll('.', '\\.').replaceAll('*', '.*');
  return new RegExp(`^(?:${names.map(one).join('|')})$`);
}
