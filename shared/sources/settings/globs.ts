// Matches paths against patterns as `.gitignore` has them. The only file of the core that imports ignore.
import ignore from 'ignore';

/** A pattern, and the folder that it is relative to. */
export interface Pattern {
  readonly glob: string;
  readonly folder: string;
}

/** Tells whether a path is left out; `undefined` where no pattern says. */
type Matcher = (path: string) => boolean | undefined;

/** By a list of patterns, which never changes. */
const matchers = new WeakMap<readonly Pattern[], readonly Matcher[]>();

/** Whether patterns leave a path out: the last one that matches decides, folder by folder. */
export function leavesOut(patterns: readonly Pattern[], path: string): boolean {
  const known = matchers.get(patterns) ?? matchersOf(patterns);
  matchers.set(patterns, known);
  return known.reduce((out, matcher) => matcher(path) ?? out, false);
}

function matchersOf(patterns: readonly Pattern[]): readonly Matcher[] {
  const folders = [...new Set(patterns.map(({ folder }) => folder))];
  return folders.map((folder) =>
    matcherIn(
      folder,
      patterns.filter((one) => one.folder === folder).map(({ glob }) => glob),
    ),
  );
}

function matcherIn(folder: string, globs: readonly string[]): Matcher {
  // A path may have a drive in it, which the library takes for an absolute one.
  const rules = ignore({ ignoreCase: false, allowRelativePaths: true }).add(globs);
  const inside = folder.endsWith('/') ? folder : `${folder}/`;
  return (path) => {
    if (!path.startsWith(inside) || path === inside) return undefined;
    const { ignored, unignored } = rules.test(path.slice(inside.length));
    return ignored ? true : unignored ? false : undefined;
  };
}
