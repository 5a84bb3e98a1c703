// `--diff`: what the fixes would change, as a unified diff that `git apply` and `patch -p1` read.
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';

/** One file's change; `path` as the output names it. */
export function asDiff(path: string, before: string, after: string): string {
  return createTwoFilesPatch(`a/${path}`, `b/${path}`, before, after, undefined, undefined, {
    context: 3,
    headerOptions: FILE_HEADERS_ONLY,
  });
}
