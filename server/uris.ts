// Which URI of the client stands for which path of the project, and back. Knows no files: a path need not exist.
import { isCandidate } from '../shared/index.ts';

/** The project's way to write a file's place: absolute, with `/` between names. */
const FILE = 'file://';

/** The name that a document without one goes by, so that it is analysed as what its language says. */
const NAMES: { readonly [language: string]: string } = {
  dockerfile: 'Dockerfile',
  dockercompose: 'compose.yaml',
  helm: 'manifest.yaml',
  json: 'manifest.json',
  procfile: 'Procfile',
  yaml: 'manifest.yaml',
};

/** The URIs that a client has used, so that it gets its own spelling back. */
export class Uris {
  readonly #byPath = new Map<string, string>();
  readonly #byUri = new Map<string, string>();
  /** Scheme and authority of each workspace folder, by its path. */
  readonly #folders = new Map<string, string>();

  /** Takes in a folder of the workspace and gives its path. */
  addFolder(uri: string): string {
    const { origin, path } = parse(uri);
    const folder = path.length > 1 ? path.replace(/\/$/, '') : path;
    this.#folders.set(folder, origin);
    return folder;
  }

  /** Forgets a folder. */
  removeFolder(path: string): void {
    this.#folders.delete(path);
  }

  /**
   * Takes in a document that the client has opened and gives its path. What lies in no file system of the workspace (a
   * new document, say) gets a path of its own, outside of every folder.
   */
  open(uri: string, language: string): string {
    const { origin, path, rest } = parse(uri);
    const ordinary = rest === '' && (origin === FILE || [...this.#folders.values()].includes(origin));
    const name = NAMES[language];
    const alone = `/${uri}`.replaceAll('//', '/');
    const placed = ordinary ? path : isCandidate(path) || name === undefined ? alone : `${alone}/${name}`;
    this.#byPath.set(placed, uri);
    this.#byUri.set(uri, placed);
    return placed;
  }

  /** Forgets a document that was closed. */
  close(uri: string): void {
    const path = this.#byUri.get(uri);
    if (path !== undefined) this.#byPath.delete(path);
    this.#byUri.delete(uri);
  }

  /** The path that a URI stands for. */
  pathOf(uri: string): string {
    return this.#byUri.get(uri) ?? parse(uri).path;
  }

  /** The URI of a path: as the client has written it, else by the workspace folder that holds it. */
  uriOf(path: string): string {
    return this.#byPath.get(path) ?? this.#originOf(path) + path.split('/').map(encodeURIComponent).join('/');
  }

  /** Whether a path lies in a file system that this machine's own calls reach. */
  isLocal(path: string): boolean {
    return this.#originOf(path) === FILE;
  }

  #originOf(path: string): string {
    let nearest = '';
    for (const folder of this.#folders.keys()) {
      if (folder.length > nearest.length && (path === folder || path.startsWith(`${folder.replace(/\/$/, '')}/`))) {
        nearest = folder;
      }
    }
    return this.#folders.get(nearest) ?? FILE;
  }
}

/** Scheme and authority; the decoded path; query and fragment. */
function parse(uri: string): { origin: string; path: string; rest: string } {
  const [, scheme = 'file', authority = '', raw = '', rest = ''] =
    /^([a-z][a-z0-9+.-]*):(?:\/\/([^/?#]*))?([^?#]*)(.*)$/is.exec(uri) ?? [];
  const path = decode(raw).replace(/^\/([A-Z]):/, (_, drive: string) => `/${drive.toLowerCase()}:`);
  return { origin: `${scheme}://${authority}`, path, rest };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a lone % that nobody has encoded
  }
}
