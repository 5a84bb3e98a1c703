// What Spring Boot is told about its stop: by arguments, system properties, the environment, its files; the first of them
// counts. https://docs.spring.io/spring-boot/reference/web/graceful-shutdown.html
import { parseEmbedded } from '../../sources/helm/rendered.ts';
import { parseIni } from '../../sources/iniFile.ts';
import { replaceValue } from '../../sources/yaml/yamlEdit.ts';
import { lookup, type YamlDocument } from '../../sources/yaml/yamlNode.ts';
import { parseDuration } from '../../text/duration.ts';
import type { Embedded } from '../../text/embedded.ts';
import { refuse, type Setting } from '../setting.ts';
import { known, unknown, type Value } from '../value.ts';
import { byDefault, fileAt, givenAtSpan, type Served } from './served.ts';
import type { PlainSettings } from './serverSettings.ts';

const SHUTDOWN = 'server.shutdown';
const PHASE = 'spring.lifecycle.timeout-per-shutdown-phase';
/** Seconds for each phase by default: LifecycleProperties.java. */
const DEFAULT_PHASE = 30;
const PROFILES = 'spring.profiles.active';
/** Beside the jar, in what is packed into it. */
const FOLDERS = ['config/', ''];
const ENDINGS = ['.properties', '.yml', '.yaml'];
const PACKED = 'src/main/resources/';

/** A property, wherever it is given; `setting` writes a length of time. */
interface Property {
  readonly text: string;
  readonly setting: (value: Value<number>) => Setting<number>;
  readonly variable?: string;
}

/** What a Spring Boot application is told; nothing of other programs, or where it is not told to finish its requests. */
export function springSettings(served: Served): PlainSettings<'spring'> | undefined {
  const shutdown = propertyOf(served, SHUTDOWN);
  const graceful = shutdown ? shutdown.text.toLowerCase() === 'graceful' : isGracefulByDefault(served);
  if (!graceful) return undefined;
  const phase = propertyOf(served, PHASE);
  const seconds = phase ? springSeconds(phase.text) : DEFAULT_PHASE;
  const value = seconds === undefined ? unknown('it is no length of time') : known(seconds);
  const at = shutdown?.setting(unknown('no number')).given;
  return {
    server: 'spring',
    name: PHASE,
    after: 0,
    ...(phase?.variable && { variable: phase.variable }),
    drain: phase ? phase.setting(value) : byDefault(value, 'Spring Boot'),
    onSignal: new Map([['SIGTERM', 'drains']]),
    also: at?.kind === 'here' ? [at.at] : [],
  };
}

/** Since 3.4 it is, by the version that the build names (spring-boot@814369e8b05). */
function isGracefulByDefault({ image }: Served): boolean {
  const builds = ['pom.xml', 'build.gradle', 'build.gradle.kts'].map((name) => image.context(name));
  return builds.some((file) => {
    const [, major, minor] = (file.kind === 'text' && VERSION.exec(file.text.text)) || [];
    return major !== undefined && (Number(major) > 3 || (Number(major) === 3 && Number(minor) >= 4));
  });
}

const VERSION =
  /(?:spring-boot-starter-parent<\/artifactId>\s*<version>|org\.springframework\.boot["']\)?\s+version\s+["'])(\d+)\.(\d+)/;

/** `20s`, `20000` milliseconds, `PT20S`. */
function springSeconds(text: string): number | undefined {
  const iso = /^PT(?:(\d+)M)?(?:(\d+)S)?$/i.exec(text);
  return iso ? Number(iso[1] ?? 0) * 60 + Number(iso[2] ?? 0) : parseDuration(text, 'ms');
}

function propertyOf(served: Served, name: string): Property | undefined {
  return inArguments(served, name) ?? inEnvironment(served, name) ?? inFiles(served, name, profilesOf(served));
}

/** The profiles that are asked for, as far as they are written down; the last of them counts first. */
function profilesOf(served: Served): readonly string[] {
  const asked = inArguments(served, PROFILES) ?? inEnvironment(served, PROFILES) ?? inFiles(served, PROFILES, []);
  const names = asked?.text.split(',').map((one) => one.trim()) ?? [];
  return names.filter((one) => /^[\w.-]+$/.test(one)).reverse();
}

/** `--server.shutdown=graceful` behind the jar, `-Dserver.shutdown=graceful` in front of it. */
function inArguments({ process, words }: Served, name: string): Property | undefined {
  for (const start of [`--${name}=`, `-D${name}=`]) {
    const argument = process.argv.find((word) => word.startsWith(start));
    if (argument === undefined) continue;
    const source = words.find(({ text }) => text === argument)?.source;
    const setting = (value: Value<number>): Setting<number> =>
      source
        ? givenAtSpan(source, { start: start.length, end: argument.length }, value, written)
        : byDefault(value, 'the command');
    return { text: argument.slice(start.length), setting };
  }
  return undefined;
}

function inEnvironment({ environment }: Served, name: string): Property | undefined {
  // Dashes are left out; written as underscores, they are understood too.
  const variable = ['', '_']
    .map((dash) => name.toUpperCase().replaceAll('.', '_').replaceAll('-', dash))
    .find((one) => environment.has(one));
  const text = variable === undefined ? undefined : environment.get(variable);
  if (variable === undefined || text === undefined) return undefined;
  const setting = (value: Value<number>): Setting<number> => ({
    ...byDefault(value, 'Spring Boot'),
    given: { kind: 'inherited', from: `\`${variable}\`` },
  });
  return { text, setting, variable };
}

/** In the files of each profile, then in those for all. */
function inFiles(served: Served, name: string, profiles: readonly string[]): Property | undefined {
  const stems = [...profiles.map((profile) => `application-${profile}`), 'application'];
  for (const text of stems.flatMap((stem) => textsOf(served, stem))) {
    const found =
      /\.properties$/.test(text.at.path) || !looksYaml(text) ? inProperties(text, name) : inYaml(text, name, profiles);
    if (found) return found;
  }
  return undefined;
}

function textsOf(served: Served, stem: string): readonly Embedded[] {
  const names = ENDINGS.map((ending) => stem + ending);
  const beside = FOLDERS.flatMap((folder) => names.flatMap((name) => fileAt(served, folder + name) ?? []));
  const packed = names.flatMap((name) => {
    const file = served.image.context(PACKED + name);
    return file.kind === 'text' ? [file.text] : [];
  });
  return [...beside, ...packed];
}

function looksYaml({ text }: Embedded): boolean {
  return !/^[ \t]*[\w.-]+[ \t]*=/m.test(text);
}

function inProperties(text: Embedded, name: string): Property | undefined {
  const entry = parseIni(text.text).entries.findLast((one) => one.name === name);
  return entry && { text: entry.value, setting: (value) => givenAtSpan(text, entry.at, value, written) };
}

function inYaml(text: Embedded, name: string, profiles: readonly string[]): Property | undefined {
  const found = parseEmbedded(text)
    .filter((document) => counts(document, profiles))
    .flatMap((document) => nodeOf(document, name));
  const node = found.at(-1);
  if (node?.kind !== 'scalar') return undefined;
  return {
    text: node.text.text,
    setting: (value) => ({
      value,
      given: { kind: 'here', at: node.at },
      affects: [],
      set: (seconds) => {
        const [root] = parseEmbedded(text);
        return root?.root?.kind === 'map' ? replaceValue(node, written(seconds), root.root) : refuse('it is no map');
      },
    }),
  };
}

/** A document may be for one profile alone, or for one platform. */
function counts(document: YamlDocument, profiles: readonly string[]): boolean {
  if (nodeOf(document, 'spring.config.activate.on-cloud-platform').length > 0) return false;
  const asked = ['spring.config.activate.on-profile', 'spring.profiles'].flatMap((name) => nodeOf(document, name));
  // What is active is said below `spring.profiles`, too.
  return asked.every((node) => node.kind === 'map' || (node.kind === 'scalar' && profiles.includes(node.text.text)));
}

/** A name's parts may stand in one key, or one below the other. */
function nodeOf({ root }: YamlDocument, name: string) {
  const parts = name.split('.');
  const ways = parts.map((_, i) => [parts.slice(0, i + 1).join('.'), ...parts.slice(i + 1)]);
  return ways.flatMap((keys) => {
    const found = lookup(root, ...keys);
    return found.kind === 'node' ? [found.node] : [];
  });
}

function written(seconds: number): string {
  return `${seconds}s`;
}
