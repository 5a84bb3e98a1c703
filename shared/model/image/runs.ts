// Who runs an image that a Dockerfile builds, as far as the project tells: Compose services and containers of pods.
// Tells whether anybody runs it as it is; knows no shell and no signal.
import { settingsFor } from '../../settings/settings.ts';
import { settingsFilesIn } from '../../settings/settingsFiles.ts';
import { type ComposeService, composeServicesIn } from '../../sources/compose.ts';
import { type PodTemplate, podTemplatesIn } from '../../sources/podTemplates.ts';
import type { ContainerParts } from '../container.ts';
import { composeRun } from '../manifests/composePods.ts';
import { kubernetesRuns } from '../manifests/kubernetesPods.ts';
import { baseName } from '../paths.ts';
import type { Project } from '../project.ts';
import { knownValue } from '../value.ts';
import { namesInBuilds } from './builds.ts';
import { isForDevelopment } from './development.ts';
import { buildFor, namesOf } from './images.ts';
import { repositoryOf } from './references.ts';

/** Something that runs an image. */
export interface Run {
  /** The file that says so. */
  readonly path: string;
  readonly parts: ContainerParts;
  /** Whether it does one job and ends. */
  readonly oneOff: boolean;
  /** Whether its contents say that it is for a developer's machine. */
  readonly development: boolean;
}

/**
 * Who is known to run what the image of a Dockerfile starts by itself. `nobody` who answers clients: it is for development,
 * or all that runs it starts something else of it, or does one job and ends. `unknown`: nothing in the project runs it.
 */
type Runners = 'nobody' | 'unknown' | 'workloads';

/** Who is known to run what the image of a Dockerfile starts by itself. */
export function runnersOf(project: Project, dockerfile: string, isLastStage: (target: string) => boolean): Runners {
  if (isForDevelopment(project.display(dockerfile))) return 'nobody';
  // Most of what is typed in manifests leaves it as it is.
  return project.ask((own) => [runnersIn(own, dockerfile, isLastStage)])[0] ?? 'unknown';
}

function runnersIn(project: Project, dockerfile: string, isLastStage: (target: string) => boolean): Runners {
  const runs = runsOf(project, dockerfile).filter(
    ({ path, parts: { build }, development }) =>
      !development &&
      !isForDevelopment(project.display(path)) &&
      (build?.target === undefined || isLastStage(build.target)),
  );
  if (runs.length === 0) return 'unknown';
  return runs.some(({ parts, oneOff }) => !oneOff && !startsSomethingElse(parts)) ? 'workloads' : 'nobody';
}

function startsSomethingElse({ entrypoint, command }: ContainerParts): boolean {
  return [entrypoint, command].some((override) => override?.kind === 'known');
}

function runsOf(project: Project, dockerfile: string): readonly Run[] {
  const names = new Set([
    ...namesOf(dockerfile),
    ...namesInSettings(project, dockerfile),
    ...namesInBuilds(project, dockerfile),
  ]);
  const may = ({ parts: { build }, called }: NamedRun) =>
    build ? build.dockerfile === dockerfile : called.some((name) => names.has(name));
  const templates = project.find(podTemplatesIn, (template) => runsIn(template).some(may));
  const services = project.find(composeServicesIn, (service) => runsIn(service).some(may));
  return [...templates, ...services]
    .flatMap(runsIn)
    .filter(may)
    .filter(({ path, parts: { build, image } }) => {
      const reference = knownValue(image);
      return build ?? (reference !== undefined && buildFor(project, reference, path)?.dockerfile === dockerfile);
    });
}

/** A run with the names that a Dockerfile may give its image. */
interface NamedRun extends Run {
  readonly called: readonly string[];
}

const KNOWN = new WeakMap<PodTemplate | ComposeService, readonly NamedRun[]>();

/** What a manifest or a service runs, found out once. */
function runsIn(described: PodTemplate | ComposeService): readonly NamedRun[] {
  const known = KNOWN.get(described);
  if (known) return known;
  const runs = 'manifest' in described ? kubernetesRuns(described) : [composeRun(described)];
  const named = runs.map((run) => ({ ...run, called: namesFor(run.parts.image) }));
  KNOWN.set(described, named);
  return named;
}

/** The image names that some settings give a Dockerfile. */
function namesInSettings(project: Project, dockerfile: string): readonly string[] {
  const maps = [
    settingsFor(project, dockerfile).images,
    ...project.find(settingsFilesIn).flatMap(({ layer }) => layer.images ?? []),
  ];
  return maps.flatMap((images) => [...images].flatMap(([name, path]) => (path === dockerfile ? [name] : [])));
}

function namesFor(image: ContainerParts['image']): readonly string[] {
  if (image.kind !== 'known') return [];
  const repository = repositoryOf(image.value);
  return [image.value, repository, baseName(repository)];
}
