// Finds the image that a reference means: one that the project builds, one that is known, or one of which nothing is.
import { holdsProgram, type ImageFacts, imageFacts } from '../../knowledge/images.ts';
import { settingsFor } from '../../settings/settings.ts';
import { type Dockerfile, parseDockerfile, type Stage } from '../../sources/dockerfile.ts';
import { isDockerfile } from '../../sources/fileKind.ts';
import type { Origin } from '../launch/words.ts';
import { baseName, commonFolder, folderOf } from '../paths.ts';
import type { Project } from '../project.ts';
import { refuse } from '../setting.ts';
import { known, unknown } from '../value.ts';
import type { Build } from './build.ts';
import { namedBuild } from './builds.ts';
import type { BuildContext } from './copiedFiles.ts';
import type { Image, ImageCommand } from './image.ts';
import { repositoryOf } from './references.ts';
import { stageImage } from './stageImage.ts';

/** Chains of Dockerfiles that build on each other are not longer. */
const MAX_CHAIN = 8;

/** The image of a reference such as `registry/shop/api:1.2`, as the file at `from` means it. */
export function imageOf(project: Project, reference: string, from: string, depth = 0): Image {
  const build = depth > MAX_CHAIN ? undefined : buildFor(project, reference, from);
  const built = build && builtImage(project, build, depth + 1);
  return built ?? outsideImage(reference);
}

/** The image that a Dockerfile of the project builds; `undefined` where there is none. */
export function builtImage(
  project: Project,
  { dockerfile: path, context, target }: Build,
  depth = 0,
): Image | undefined {
  const dockerfile = project.derived(path, parseDockerfile);
  const stage = dockerfile && stageOf(dockerfile, target);
  if (!dockerfile || !stage) return undefined;
  const build: BuildContext = { project, path, dockerfile, folder: context };
  return stageImage(build, stage, (reference) => imageOf(project, reference, path, depth));
}

/** The stage that a build ends with. */
export function stageOf({ stages }: Dockerfile, target?: string): Stage | undefined {
  if (target === undefined) return stages.at(-1);
  return stages.find(({ name, index }) => name?.toLowerCase() === target.toLowerCase() || String(index) === target);
}

/** The project's build for a reference: as the settings say, as files for tools say, or by name, the nearest one. */
export function buildFor(project: Project, reference: string, from: string): Build | undefined {
  const repository = repositoryOf(reference);
  const name = baseName(repository);
  const { images } = settingsFor(project, from);
  const set = images.get(reference) ?? images.get(repository) ?? images.get(name);
  if (set !== undefined) return { dockerfile: set };
  if (imageFacts(reference) || /[${]/.test(repository)) return undefined;
  const told = namedBuild(project, reference, from);
  if (told && told.dockerfile !== from) return told;
  const named = project.find(dockerfilesIn, (path) => path !== from && namesOf(path).includes(name));
  const nearness = (path: string) => commonFolder(path, from).length;
  const [nearest, second] = [...named].sort((a, b) => nearness(b) - nearness(a));
  if (nearest === undefined || (second !== undefined && nearness(nearest) === nearness(second))) return undefined;
  return { dockerfile: nearest };
}

function dockerfilesIn(path: string): readonly string[] {
  return isDockerfile(path) ? [path] : [];
}

/** The names that an image of this Dockerfile may have: its folder's, or what stands in its own name. */
export function namesOf(path: string): readonly string[] {
  const file = baseName(path);
  const own =
    /^(?:Dockerfile|Containerfile)\.(.+)$/i.exec(file)?.[1] ?? /^(.+)\.(?:Dockerfile|Containerfile)$/i.exec(file)?.[1];
  return own === undefined ? [baseName(folderOf(path))] : [own];
}

/** An image that the project does not build. */
function outsideImage(reference: string): Image {
  return imageFrom(reference, imageFacts(reference));
}

/** An image of which nothing is known. */
export function imageNobodyKnows(name: string): Image {
  return imageFrom(name, undefined);
}

function imageFrom(reference: string, facts: ImageFacts | undefined): Image {
  const why = `nothing is known of \`${reference}\``;
  const command = (words: readonly string[] | undefined, origin: Origin) =>
    words ? known(words.length > 0 ? commandOf(words, origin) : undefined) : unknown(why);
  return {
    name: reference,
    origin: reference,
    dockerfile: undefined,
    triggers: [],
    os: facts?.os ?? 'linux',
    entrypoint: command(facts?.entrypoint, 'ENTRYPOINT'),
    cmd: command(facts?.cmd, 'CMD'),
    stopSignal: {
      value: facts?.stopSignal === undefined ? unknown(why) : known(facts.stopSignal),
      given: { kind: 'inherited', from: reference },
      affects: [],
      set: () => refuse(`\`${reference}\` is built elsewhere`),
    },
    insert: () => refuse(`\`${reference}\` is built elsewhere`),
    shell: facts?.shell?.map((text) => ({ text, origin: 'SHELL', form: 'exec' })),
    sh: facts?.sh === undefined ? unknown(why) : known(facts.sh),
    env: new Map(),
    workdir: known('/'),
    base: facts,
    file: () => ({ kind: 'unknown', why: `it may come with \`${reference}\`` }),
    list: () => [],
    context: () => ({ kind: 'unknown', why: `\`${reference}\` is built elsewhere` }),
    mentions: () => false,
    holds: (program) => facts && holdsProgram(facts, program),
  };
}

function commandOf(words: readonly string[], origin: Origin): ImageCommand {
  return { form: 'exec', words: words.map((text) => ({ text, origin, form: 'exec' })) };
}
