// Files by way of the client, for folders that the server cannot reach itself: in the browser, all of them.
import type { Connection } from 'vscode-languageserver';
import { type FileState, isCandidate } from '../shared/index.ts';
import type { Uris } from './uris.ts';
import type { FileAccess } from './workspace.ts';

/** What the names of candidates look like, as far as globs can say it. */
const INCLUDE =
  '**/{[Dd]ockerfile*,[Cc]ontainerfile*,*.[Dd]ockerfile,*.[Cc]ontainerfile,[Pp]rocfile*,[Tt]iltfile,*.[Tt]iltfile,docker-bake*.hcl,*.yaml,*.yml,*.YAML,*.YML,*.json,*.conf,*.conf.template}';
/** Folders that belong to tools. */
const EXCLUDE = '**/{node_modules,.git,.hg,.svn}/**';

/** Access by `softstop/findFiles` and `softstop/readFile`. */
export function clientFiles(connection: Connection, uris: Uris): FileAccess {
  return {
    async find(path) {
      const folder = uris.uriOf(path);
      try {
        const found: unknown = await connection.sendRequest('softstop/findFiles', {
          folder,
          include: INCLUDE,
          exclude: EXCLUDE,
        });
        const paths = Array.isArray(found)
          ? found.filter((uri) => typeof uri === 'string').map((uri) => uris.pathOf(uri))
          : [];
        return { paths: paths.filter(isCandidate), notes: [] };
      } catch (error) {
        return { paths: [], notes: [`${folder}: not looked into: ${reason(error)}`] };
      }
    },
    async read(path) {
      try {
        return toState(await connection.sendRequest('softstop/readFile', { uri: uris.uriOf(path) }));
      } catch (error) {
        return { kind: 'unreadable', why: reason(error) };
      }
    },
  };
}

function toState(answer: unknown): FileState {
  const { kind, text, why } = (answer ?? {}) as { kind?: unknown; text?: unknown; why?: unknown };
  if (kind === 'present' && typeof text === 'string') return { kind, text };
  if (kind === 'absent') return { kind };
  return { kind: 'unreadable', why: typeof why === 'string' ? why : 'the editor could not read it' };
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
