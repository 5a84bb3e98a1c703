// Where the words of a file lead: to the scripts that they start, the files that they source, the Dockerfiles that build
// their images. Knows no editor.
import type { Place } from '../text/span.ts';
import { samePlace } from '../text/span.ts';
import type { Container } from './container.ts';
import type { Project } from './project.ts';
import type { FileLink } from './stop/processTree.ts';
import { alternatives, knownValue } from './value.ts';

/** The links of a file, each place once, in their order. */
export function linksIn(project: Project, containers: readonly Container[], path: string): readonly FileLink[] {
  const links = containers.flatMap((container) => [
    ...alternatives(container.stop).flatMap(({ value }) => value.links),
    ...imageLink(container),
  ]);
  return links
    .map((link) => ({ ...link, at: project.inFile(link.at) }))
    .filter((link, i, all) => link.at.path === path && all.findIndex((other) => samePlace(other.at, link.at)) === i)
    .sort((a, b) => a.at.start - b.at.start);
}

function imageLink({ image, imageAt, at }: Container): readonly FileLink[] {
  const dockerfile = knownValue(image)?.dockerfile;
  const from: Place = imageAt ?? at;
  return dockerfile !== undefined && dockerfile !== from.path ? [{ at: from, path: dockerfile }] : [];
}
