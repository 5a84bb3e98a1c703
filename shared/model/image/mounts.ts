// Files that whoever runs a container lays over those of its image: mounted ConfigMaps, files that Compose binds.
import type { Embedded } from '../../text/embedded.ts';
import { baseName, folderOf, resolvePath } from '../paths.ts';
import type { Project } from '../project.ts';
import { verbatim } from './copiedFiles.ts';
import { namesIn } from './copiedFolder.ts';
import type { Image, ImageFile } from './image.ts';

/** One file or folder that is laid over the image. */
export interface Mount {
  /** Where, as an absolute path. */
  readonly path: string;
  /** The file at a path inside of it; the mount itself for an empty one. */
  file(inner: string): ImageFile;
  /** The names in a folder inside of it. */
  list(inner: string): readonly string[] | undefined;
}

const HIDDEN: ImageFile = { kind: 'unknown', why: 'what is mounted there is not known', mounted: true };

/** The image with what is laid over it; the innermost mount counts. */
export function withMounts(image: Image, mounts: readonly Mount[] | undefined): Image {
  if (!mounts || mounts.length === 0) return image;
  const innermostFirst = [...mounts].sort((a, b) => b.path.length - a.path.length);
  const over = (path: string) => {
    const mount = innermostFirst.find(
      (one) => path === one.path || path.startsWith(one.path === '/' ? '/' : `${one.path}/`),
    );
    return mount && { mount, inner: path.slice(mount.path.length).replace(/^\//, '') };
  };
  return {
    ...image,
    file: (path) => {
      const found = over(resolvePath('/', path));
      return found ? found.mount.file(found.inner) : image.file(path);
    },
    list: (folder) => {
      const at = resolvePath('/', folder);
      const found = over(at);
      const own = mounts.filter(({ path }) => folderOf(path) === at).map(({ path }) => baseName(path));
      const below = found ? found.mount.list(found.inner) : image.list(folder);
      return below && [...new Set([...own, ...below])].sort();
    },
  };
}

/** A mount of which nothing is known but where it is. */
export function unknownMount(path: string): Mount {
  return { path: resolvePath('/', path), file: () => HIDDEN, list: () => undefined };
}

/** A file or a folder of the project. */
export function projectMount(project: Project, path: string, source: string): Mount {
  const at = (inner: string) => (inner === '' ? source : `${source}/${inner}`);
  return {
    path: resolvePath('/', path),
    file: (inner) => {
      const text = project.derived(at(inner), verbatim);
      return text ? { kind: 'text', text } : HIDDEN;
    },
    list: (inner) => namesIn(project, at(inner)),
  };
}

/** Texts by their names, as a folder of files. */
export function textsMount(path: string, texts: ReadonlyMap<string, Embedded>): Mount {
  return {
    path: resolvePath('/', path),
    file: (inner) => fileOf(texts.get(inner)),
    list: (inner) => [...texts.keys()].filter((name) => folderOf(name) === inner).map(baseName),
  };
}

/** One text as a file. */
export function textMount(path: string, text: Embedded | undefined): Mount {
  return { path: resolvePath('/', path), file: (inner) => (inner === '' ? fileOf(text) : HIDDEN), list: () => [] };
}

function fileOf(text: Embedded | undefined): ImageFile {
  return text ? { kind: 'text', text } : HIDDEN;
}
