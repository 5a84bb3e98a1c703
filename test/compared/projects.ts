// The projects that linters are compared on: their files, and what charts and kustomizations become, laid out on disk.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isDockerfile } from '../../shared/sources/fileKind.ts';
import { textsIn } from '../analyzed.ts';
import { renderAll } from '../realTools.ts';
import { BUILT } from './findings.ts';

export interface Project {
  /** The folder, as it is named on the page. */
  readonly name: string;
  readonly texts: ReadonlyMap<string, string>;
  readonly dockerfiles: readonly string[];
  readonly scripts: readonly string[];
  /** Kubernetes manifests by their name in the project, with the file on disk; charts and kustomizations are rendered. */
  readonly manifests: ReadonlyMap<string, string>;
}

/** All examples, and all projects of the tests: their folders. */
export function folders(): readonly string[] {
  const all = ['examples', 'test/projects'].flatMap((parent) =>
    readdirSync(parent, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [`${parent}/${entry.name}`] : [],
    ),
  );
  return all.sort();
}

/** The files of a project that linters get. */
export function textsOf(folder: string): ReadonlyMap<string, string> {
  return new Map([...textsIn(folder)].filter(([file]) => !/(?:^|\/)(?:README\.md|expected\.txt)$/.test(file)));
}

/** The projects in these folders, with what is rendered laid out in `scratch`. */
export function projects(scratch: string): readonly Project[] {
  return folders().map((name) => projectIn(name, path.join(scratch, name)));
}

function projectIn(name: string, scratch: string): Project {
  const texts = textsOf(name);
  const paths = [...texts.keys()];
  return {
    name,
    texts,
    dockerfiles: paths.filter(isDockerfile),
    scripts: paths.filter((file) => /^#!.*\b(?:ba|da|k)?sh\b/.test(texts.get(file) ?? '')),
    manifests: manifestsIn(name, texts, scratch),
  };
}

function manifestsIn(name: string, texts: ReadonlyMap<string, string>, scratch: string): ReadonlyMap<string, string> {
  const lay = (file: string, text: string): [string, string] => {
    const at = path.join(scratch, file);
    mkdirSync(path.dirname(at), { recursive: true });
    writeFileSync(at, text);
    return [file, at];
  };
  if (existsSync(path.join(name, 'Chart.yaml'))) {
    const [chart] = renderAll([{ tool: 'helm', folder: name }]);
    return new Map(Object.entries(chart?.files ?? failed(name, chart?.error)).map(([file, text]) => lay(file, text)));
  }
  const kustomizations = [...texts.keys()].filter((file) => path.basename(file) === 'kustomization.yaml');
  if (kustomizations.length > 0) {
    const overlays = kustomizations.filter((file) => file.startsWith('overlays/')).map((file) => path.dirname(file));
    const built = renderAll(overlays.map((overlay) => ({ tool: 'kustomize', folder: path.join(name, overlay) })));
    const textOf = (i: number) => built[i]?.files?.all ?? failed(name, built[i]?.error);
    return new Map(overlays.map((overlay, i) => lay(`${overlay}${BUILT}`, textOf(i))));
  }
  const plain = [...texts].filter(
    ([file, text]) => /\.ya?ml$/.test(file) && /^apiVersion:/m.test(text) && /^kind:/m.test(text),
  );
  return new Map(plain.map(([file]) => [file, path.resolve(name, file)]));
}

function failed(name: string, error: string | undefined): never {
  throw new Error(`${name} could not be rendered: ${error}`);
}
