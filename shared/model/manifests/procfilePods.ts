// Builds pods from the lines of a Procfile: one container for each process type, started as its platform does. Where nobody
// says which platform that is, what stands in the way on all of them counts.
import { PLATFORMS, type Platform, rubyStartsShell } from '../../knowledge/platforms.ts';
import { settingsFor } from '../../settings/settings.ts';
import { type ProcfileLine, procfileLinesIn } from '../../sources/procfile.ts';
import { type SplitCommand, splitCommand } from '../../sources/shellwords.ts';
import type { Embedded } from '../../text/embedded.ts';
import type { Place } from '../../text/span.ts';
import { type Container, type ContainerParts, resolveContainer } from '../container.ts';
import type { Build } from '../image/build.ts';
import { verbatim } from '../image/copiedFiles.ts';
import { namesIn } from '../image/copiedFolder.ts';
import { isForDevelopment } from '../image/development.ts';
import type { Image } from '../image/image.ts';
import { builtImage, imageNobodyKnows } from '../image/images.ts';
import { optionValue } from '../launch/commandOptions.ts';
import { isBuiltin } from '../launch/shellBuiltins.ts';
import type { Form, Override, Word } from '../launch/words.ts';
import { baseName, folderOf, resolvePath } from '../paths.ts';
import type { Pod } from '../pod/pod.ts';
import type { Project } from '../project.ts';
import { refuse, type Setting } from '../setting.ts';
import { onWhicheverPlatform } from '../stop/platformStops.ts';
import { known, knownValue, unknown } from '../value.ts';
import { appGrace, appVariables, gives } from './appGrace.ts';

/** Types that do one job and end, by their names. */
const ONE_OFF = /^(?:release|console|rake)$|migrat/i;

/** What the lines of one Procfile have in common. */
interface App {
  readonly project: Project;
  readonly folder: string;
  readonly platforms: readonly Platform[];
  /** How the Dockerfile beside the Procfile is built, if there is one. */
  readonly build: Build | undefined;
  readonly development: boolean;
  readonly grace: Setting<number>;
}

/** The pods of a Procfile, on the platform that the settings or the app's variables tell, or on whichever. */
export function procfilePods(project: Project, path: string): readonly Pod[] {
  const { platform } = settingsFor(project, path);
  const set = PLATFORMS.filter(({ id }) => id === platform);
  if (platform !== undefined) return podsOn(project, path, set);
  // Whoever sets the variable of a platform runs it there.
  const variables = appVariables(project, folderOf(path));
  const evident = PLATFORMS.filter(
    ({ graceVariable }) => graceVariable !== undefined && gives(variables, graceVariable),
  );
  return podsOn(project, path, evident.length > 0 ? evident : PLATFORMS);
}

/** The pods of a Procfile on one of these platforms; none where nobody runs it. */
export function podsOn(project: Project, path: string, platforms: readonly Platform[]): readonly Pod[] {
  const lines = project.derived(path, procfileLinesIn) ?? [];
  if (lines.length === 0 || platforms.length === 0) return [];
  const folder = folderOf(path);
  const variables = appVariables(project, folder);
  const build: Build = { dockerfile: `${folder}/Dockerfile`, context: folder };
  const image = builtImage(project, build);
  const affects = lines.map(({ name }) => name);
  const told = platforms.every(({ id }) => id === 'foreman') ? image && toldTimeout(image) : undefined;
  const app: App = {
    project,
    folder,
    platforms,
    build: image && build,
    development: isForDevelopment(project.display(path)),
    grace: appGrace(variables, platforms, affects, told),
  };
  return lines.map((line) => podOf(app, line));
}

/** The time that an image's own command gives foreman. */
function toldTimeout({ entrypoint, cmd }: Image): { readonly seconds: number; readonly at: Place } | undefined {
  const words = [entrypoint, cmd].flatMap((command) => knownValue(command)?.words ?? []);
  const sources = words.flatMap(({ source, form }) =>
    source ? (form === 'exec' ? [source] : (splitCommand(source)?.words ?? [])) : [],
  );
  if (!sources.some(({ text }) => baseName(text) === 'foreman')) return undefined;
  const told = optionValue(sources, '-t', '--timeout');
  return told && /^\d+$/.test(told.value) ? { seconds: Number(told.value), at: told.word.at } : undefined;
}

function podOf(app: App, line: ProcfileLine): Pod {
  const { name, at } = line;
  const containers: Container[] = [];
  const pod: Pod = {
    source: 'procfile',
    name,
    at,
    specAt: at,
    workload: {
      kind: 'process type',
      nature: ONE_OFF.test(name) ? 'oneOff' : 'replicated',
      name,
      at,
      services: [],
      development: app.development,
    },
    containers,
    grace: app.grace,
    os: fixed('linux', name, 'Procfiles are run on Linux'),
    platforms: app.platforms,
  };
  containers.push(containerOf(app, line, pod));
  return pod;
}

function fixed(value: string, affects: string, why: string): Setting<string> {
  return {
    value: known(value),
    given: { kind: 'default', whose: 'the platform' },
    affects: [affects],
    set: () => refuse(why),
  };
}

/** The container as it is on the platform, or on whichever. */
function containerOf(app: App, line: ProcfileLine, pod: Pod): Container {
  // Who has no shell for a line that needs one does not run it.
  const able = app.platforms.filter((platform) => wordsOf(line, platform).kind === 'known');
  const ways = (able.length > 0 ? able : app.platforms).map((platform) => ({
    platform,
    container: resolveContainer(app.project, partsOf(app, line, platform), pod),
  }));
  // What the Dockerfile says is worth being seen.
  const [first] = [...ways.filter(({ platform }) => platform.usesDockerfile), ...ways];
  if (!first) throw new RangeError('somebody runs the line');
  const stop = onWhicheverPlatform(
    ways.map(({ platform, container }) => ({ name: platform.name, stop: container.stop })),
  );
  return { ...first.container, stop };
}

function partsOf(app: App, line: ProcfileLine, platform: Platform): ContainerParts {
  const { name, at, command } = line;
  const build = platform.usesDockerfile ? app.build : undefined;
  const words = wordsOf(line, platform);
  const keeps = build !== undefined && platform.keepsEntrypoint;
  return {
    source: 'procfile',
    role: 'regular',
    name,
    at,
    image: unknown('a Procfile names no image'),
    ...(build ? { build } : { ownImage: appImage(app, platform) }),
    ...(keeps ? { command: words } : { entrypoint: words }),
    launchAt: command.at,
    ...((!build || platform.tells !== 'pid1') && {
      stopSignal: fixed('SIGTERM', name, `${platform.name} sends SIGTERM, whatever the app says`),
    }),
    init: known(platform.init),
    sharedPidNamespace: known(platform.tells !== 'pid1'),
    tellsEveryone: platform.tells === 'all',
    lifecycle: {
      image: undefined,
      field: undefined,
      preStop: known(undefined),
      postStart: known(undefined),
      probes: [],
      stopSignal: undefined,
      ports: [],
      hasAllPorts: false,
      arguments: plainWords(command).words.map((source) => wordOf(source, 'exec')),
      environment: [{ name: 'PORT', value: undefined, at }],
      addDelay: () => refuse('a Procfile has no hooks'),
    },
  };
}

function wordOf(source: Embedded, form: Form): Word {
  return { text: source.text, origin: 'Procfile', form, source };
}

/** What is run for a line. */
function wordsOf({ command }: ProcfileLine, { reads, name }: Platform): Override {
  const shell = (path: string) =>
    known([...[path, '-c'].map((text): Word => ({ text, origin: 'Procfile', form: 'exec' })), wordOf(command, 'line')]);
  if (reads === 'bash') return shell('/bin/bash');
  if (reads === 'spawn' && rubyStartsShell(withoutPort(command.text))) return shell('/bin/sh');
  const { words, cutAt } = plainWords(command);
  const program = words[0]?.text;
  const needsShell = cutAt !== undefined || program === undefined || /^\w+=/.test(program) || isBuiltin(program);
  return needsShell
    ? unknown(`${name} has no shell for the line`)
    : known(words.map((source) => wordOf(source, 'exec')));
}

/** The words of a line, up to a comment behind it or to what only a shell understands. */
function plainWords(command: Embedded): SplitCommand {
  const { words, cutAt } = splitCommand(command) ?? { words: [], cutAt: 0 };
  const comment = words.findIndex(({ text }) => text.startsWith('#'));
  return comment < 0 ? { words, cutAt } : { words: words.slice(0, comment), cutAt: undefined };
}

/** foreman writes these itself before it looks at the line. */
function withoutPort(text: string): string {
  return text.replace(/\$(?:PORT|PS)/g, '0');
}

/** The image of an app that no Dockerfile builds: all of the folder, in a place that its platform knows. */
function appImage({ project, folder }: App, { sh, name }: Platform): Image {
  const home = '/app';
  return {
    ...imageNobodyKnows('the app'),
    entrypoint: known(undefined),
    cmd: known(undefined),
    stopSignal: fixed('SIGTERM', 'the app', `${name} sends SIGTERM, whatever the app says`),
    sh: sh ? known(sh) : unknown(`${name} runs it on whatever there is`),
    workdir: known(home),
    file: (path) => {
      const inside = resolvePath(home, path);
      const text = inside.startsWith(`${home}/`)
        ? project.derived(folder + inside.slice(home.length), verbatim)
        : undefined;
      return text ? { kind: 'text', text } : { kind: 'unknown', why: 'it does not come from this project' };
    },
    context: (path) => {
      const text = project.derived(`${folder}/${path}`, verbatim);
      return text ? { kind: 'text', text } : { kind: 'unknown', why: 'it does not come from this project' };
    },
    list: (path) => {
      const inside = resolvePath(home, path);
      return inside.startsWith(`${home}/`) ? namesIn(project, folder + inside.slice(home.length)) : [];
    },
  };
}
