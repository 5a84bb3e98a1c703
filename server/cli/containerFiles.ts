// Tells which files say anything about a container. The others were read for nothing, such as an OpenAPI description.
import type { Analysis, Container } from '../../shared/index.ts';

type Value<T> =
  | { kind: 'known'; value: T }
  | { kind: 'oneOf'; alternatives: readonly { value: T }[] }
  | { kind: 'unknown' };
type Stop = Container['stop'] extends infer V ? (V extends { kind: 'known'; value: infer S } ? S : never) : never;
type Process = Stop['root'];

/** The files that describe a container or are run by one. */
export function containerFiles({ project, containers, pods, findings }: Analysis): ReadonlySet<string> {
  const files = new Set([...pods, ...containers, ...findings].map(({ at }) => project.inFile(at).path));
  for (const { image, stop } of containers) {
    for (const { dockerfile } of all(image)) if (dockerfile !== undefined) files.add(dockerfile);
    for (const { root, settings } of all(stop)) {
      for (const { path } of placesIn(root)) files.add(path);
      for (const path of settings?.files ?? []) files.add(path);
    }
  }
  return files;
}

function placesIn({ at, was, child, background }: Process): readonly { readonly path: string }[] {
  const own = [at, ...was.map((step) => step.at)].filter((place) => place !== undefined);
  return [...own, ...[...(child ? [child] : []), ...background].flatMap(placesIn)];
}

function all<T>(value: Value<T>): readonly T[] {
  if (value.kind === 'unknown') return [];
  return value.kind === 'known' ? [value.value] : value.alternatives.map((one) => one.value);
}
