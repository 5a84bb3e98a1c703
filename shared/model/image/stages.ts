// The containers that the images of a Dockerfile start by themselves: its last stage.
import { parseDockerfile, type Stage } from '../../sources/dockerfile.ts';
import { isDockerfile } from '../../sources/fileKind.ts';
import type { Place } from '../../text/span.ts';
import { type Container, stageContainer } from '../container.ts';
import type { Project } from '../project.ts';
import { builtImage, stageOf } from './images.ts';
import { runnersOf } from './runs.ts';

/** The container of a Dockerfile's last stage; none of other files. */
export function stageContainers(project: Project, path: string): readonly Container[] {
  const dockerfile = isDockerfile(path) ? project.derived(path, parseDockerfile) : undefined;
  const stage = dockerfile && stageOf(dockerfile);
  const image = stage && builtImage(project, { dockerfile: path });
  if (!stage || !image) return [];
  const runners = runnersOf(project, path, (target) => stageOf(dockerfile, target) === stage);
  return [stageContainer(image, placeOf(stage), runners)];
}

/** What says what runs, or the FROM of a stage that inherits it. */
function placeOf({ instructions, at }: Stage): Place {
  const last = instructions.findLast(({ keyword }) => keyword === 'CMD' || keyword === 'ENTRYPOINT');
  return last && 'at' in last ? last.at : at;
}
