// Finds the lines that make runs for a target, as far as its Makefile is literal. Knows make's command line and its files,
// not what it does with signals.
import type { Embedded } from '../../text/embedded.ts';
import { EmbeddedBuilder } from '../../text/embeddedBuilder.ts';

/** Where make looks, in this order. */
const FILES = ['GNUmakefile', 'makefile', 'Makefile'];

/** Words that change nothing but what is printed. */
const QUIET = /^(?:-s|--silent|--quiet|--no-print-directory)$/;

/** What makes a file more than its rules: other files, conditions, another shell, other ways to write a recipe. */
const MORE_THAN_RULES =
  /^ *(?:-?include|sinclude|define|ifn?eq|ifn?def)\b|^ *(?:override +|export +)*(?:SHELL|MAKEFLAGS|\.\w+) *[:?+!]*=|^\.ONESHELL\b/m;

/** A target with what it needs first, as it is written, and the lines of its recipe; one with variables is not known. */
interface Target {
  readonly name: string;
  readonly needs: readonly string[];
  readonly lines: readonly (Embedded | undefined)[];
}

/**
 * The lines that such a command line runs, in their order, without what makes them silent; `undefined` where the last is
 * not known. Others that are not known are left out: they prepare something.
 */
export function recipeLines(
  argv: readonly (string | undefined)[],
  read: (path: string) => Embedded | undefined,
): readonly Embedded[] | undefined {
  const call = readCall(argv);
  const names = call?.file === undefined ? FILES : [call.file];
  const file = call && firstOf(names, read);
  const targets = file && targetsOf(file);
  const goal = call?.target ?? targets?.find(({ name }) => !name.startsWith('.'))?.name;
  const lines = targets && goal !== undefined ? linesFor(goal, targets, []) : undefined;
  return lines?.at(-1) && lines.filter((line) => line !== undefined);
}

function firstOf(names: readonly string[], read: (path: string) => Embedded | undefined): Embedded | undefined {
  for (const name of names) {
    const file = read(name.startsWith('/') ? name : `./${name}`);
    if (file) return file;
  }
  return undefined;
}

/** What a command line names; another folder, and variables that it gives, are not followed. */
function readCall(argv: readonly (string | undefined)[]) {
  let file: string | undefined;
  let target: string | undefined;
  for (let i = 1; i < argv.length; i++) {
    const word = argv[i];
    if (word === '-f') {
      file = argv[++i];
      if (file === undefined) return undefined;
    } else if (word === undefined || /[=$]/.test(word) || (word.startsWith('-') && !QUIET.test(word))) {
      return undefined;
    } else if (!word.startsWith('-')) {
      if (target !== undefined) return undefined;
      target = word;
    }
  }
  return { file, target };
}

/** The explicit rules of a file; `undefined` where it is more than rules. */
function targetsOf(file: Embedded): readonly Target[] | undefined {
  if (MORE_THAN_RULES.test(file.text)) return undefined;
  const targets: { name: string; needs: string[]; lines: (Embedded | undefined)[] }[] = [];
  let at = 0;
  let open: typeof targets = [];
  // What ends in a backslash goes on in the next line.
  for (const [line] of file.text.matchAll(/(?:[^\n]*\\\r?\n)*[^\n]*\n?/g)) {
    const start = at;
    at += line.length;
    if (line.startsWith('\t')) {
      const recipe = recipeLine(file, start, line);
      if (recipe?.text !== '') for (const target of open) target.lines.push(recipe);
      continue;
    }
    const [, names, needs] = /^([^\s:=#][^:=#]*?)\s*::?(?!=)\s*([^#=]*?)\s*(?:#.*)?$/.exec(line.trimEnd()) ?? [];
    if (names === undefined || needs === undefined) {
      if (line.trim() !== '' && !line.startsWith('#')) open = [];
      continue;
    }
    if (/[;%\\]/.test(line)) return undefined;
    open = names.split(/\s+/).map((name) => {
      const known = targets.find((one) => one.name === name) ?? { name, needs: [], lines: [] };
      if (!targets.includes(known)) targets.push(known);
      known.needs.push(...needs.split(/\s+/).filter((word) => word !== '' && word !== '|'));
      return known;
    });
  }
  return targets;
}

/** A line of a recipe as it is run; `undefined` where it holds variables. */
function recipeLine(file: Embedded, start: number, line: string): Embedded | undefined {
  const text = line.trimEnd();
  if (text.replaceAll('$$', '').includes('$')) return undefined;
  const from = /^[\s@+-]*/.exec(text)?.[0].length ?? 0;
  const builder = new EmbeddedBuilder(file);
  // A dollar sign for the shell is written twice; a line that goes on loses its tab.
  for (const { 0: whole, 1: tab, index } of text.slice(from).matchAll(/\$\$|((?<=\\\r?\n)\t)|[\s\S]/g))
    if (tab === undefined) builder.add(whole.charAt(0), start + from + index, start + from + index + whole.length);
  const at = file.place(start + from, start + text.length);
  return builder.finish(at, (added) => (/[\r\n]/.test(added) ? undefined : added.replaceAll('$', '$$$$')));
}

/** What a target needs, then its own lines. */
function linesFor(
  name: string,
  targets: readonly Target[],
  asking: readonly string[],
): readonly (Embedded | undefined)[] | undefined {
  const target = targets.find((one) => one.name === name);
  if (!target || asking.includes(name)) return undefined;
  const lines: (Embedded | undefined)[] = [];
  for (const need of target.needs) {
    // What is no target is a file.
    if (!targets.some((one) => one.name === need)) continue;
    const first = linesFor(need, targets, [...asking, name]);
    if (!first) return undefined;
    lines.push(...first);
  }
  return [...lines, ...target.lines];
}
