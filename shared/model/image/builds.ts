// Which Dockerfile of the project an image comes from, as far as a file says so: a Compose service that has both a build
// and a name for it, Skaffold, Tilt, Bake. Names alone are another matter.
import { bakeBuilds } from '../../sources/builds/bake.ts';
import { type BuildEntry, isNamed } from '../../sources/builds/build.ts';
import { skaffoldBuilds } from '../../sources/builds/skaffold.ts';
import { tiltBuilds } from '../../sources/builds/tiltfile.ts';
import { composeServicesIn } from '../../sources/compose.ts';
import { isBakeFile, isTiltfile } from '../../sources/fileKind.ts';
import { lookup } from '../../sources/yaml/yamlNode.ts';
import { buildOf } from '../manifests/composeBuild.ts';
import { serviceAlone } from '../manifests/composeServices.ts';
import { textOf } from '../manifests/composeTexts.ts';
import { baseName, commonFolder, folderOf, resolvePath } from '../paths.ts';
import type { Project } from '../project.ts';
import type { Build } from './build.ts';
import { isDevelopmentStage, isForDevelopment } from './development.ts';
import { repositoryOf } from './references.ts';

/** An image that the project builds, with the way there. */
interface NamedBuild extends Build {
  /** The file that says so. */
  readonly path: string;
  /** The image without its tag. */
  readonly repository: string;
}

/** The build of the project that makes the image of a reference: the nearest; none where two are as near and differ. */
export function namedBuild(project: Project, reference: string, from: string): Build | undefined {
  const repository = repositoryOf(reference);
  const found = project.find(buildsIn, (build) => isSame(build.repository, repository));
  const exact = found.filter((build) => build.repository === repository);
  // What a developer's files build under a name that is only like it is another image, unless such a file asks for it.
  const alike = found.filter(({ path }) => isOwnMachine(project, from) || !isOwnMachine(project, path));
  const candidates = exact.length > 0 ? exact : alike;
  const nearness = ({ path }: NamedBuild) => commonFolder(path, from).length;
  const nearest = Math.max(...candidates.map(nearness));
  const [first, ...others] = candidates.filter((build) => nearness(build) === nearest);
  if (!first || others.some(({ dockerfile }) => dockerfile !== first.dockerfile)) return undefined;
  const { dockerfile, context } = first;
  // What several tools build of one Dockerfile is the same image, unless they name stages.
  const targets = new Set([first, ...others].map(({ target }) => target));
  const [target] = targets.size === 1 ? targets : [];
  const usual = target === undefined || isDevelopmentStage(target) ? {} : { target };
  return { dockerfile, ...(context !== undefined && { context }), ...usual };
}

function isOwnMachine(project: Project, path: string): boolean {
  return isForDevelopment(project.display(path));
}

/** The names under which files of the project have a Dockerfile built. */
export function namesInBuilds(project: Project, dockerfile: string): readonly string[] {
  return project
    .find(buildsIn, (build) => build.dockerfile === dockerfile)
    .flatMap(({ repository }) => [repository, baseName(repository)]);
}

/** One of them may have a registry in front that the other leaves out. */
function isSame(a: string, b: string): boolean {
  return a === b || baseName(a) === baseName(b);
}

function buildsIn(path: string, text: string): readonly NamedBuild[] {
  if (isTiltfile(path)) return tiltBuilds(text).map((entry) => named(path, entry));
  if (isBakeFile(path)) return bakeBuilds(path, text).map((entry) => named(path, entry));
  if (!/\.ya?ml$/i.test(path)) return [];
  return [...skaffoldBuilds(path, text).map((entry) => named(path, entry)), ...composeBuilds(path, text)];
}

function named(path: string, { image, context, dockerfile, within, target }: BuildEntry): NamedBuild {
  const root = resolvePath(folderOf(path), context);
  return {
    path,
    repository: repositoryOf(image),
    dockerfile: resolvePath(within === 'context' ? root : folderOf(path), dockerfile),
    context: root,
    ...(target !== undefined && { target }),
  };
}

function composeBuilds(path: string, text: string): readonly NamedBuild[] {
  if (!/\bbuild\b/.test(text)) return [];
  return composeServicesIn(path, text).flatMap((service) => {
    const reading = serviceAlone(service);
    const build = buildOf(reading);
    const found = lookup(service.map, 'image');
    if (!build || found.kind !== 'node' || found.node.kind !== 'scalar') return [];
    const image = textOf(found.node, reading.variables) ?? found.node.text.text;
    return isNamed(image) ? [{ ...build, path, repository: repositoryOf(image) }] : [];
  });
}
