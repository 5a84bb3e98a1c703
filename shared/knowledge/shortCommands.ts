// Tells commands that do something and end from those that stay: what a start-up script runs before its program. Goes by
// words alone: no file is read, and what a script of the project does is not known here. Data stands in
// shortCommands.json.
import { subcommandIndexes } from './commandLine.ts';
import { innerCommand, programFacts } from './programs.ts';
import data from './shortCommands.json';

/** `true`: surely ends by itself; `false`: surely stays; `undefined`: not known. Words that are not known stand as written. */
export function isShort(words: readonly string[]): boolean | undefined {
  const course = courseOf(words);
  return course === undefined ? undefined : course !== 'stays';
}

/**
 * Whether a launch does one job and ends, so that nobody waits for its answers: a migration, a build, a test run. One
 * that leaves a daemon behind is none.
 */
export function isOneOff(words: readonly string[]): boolean {
  return courseOf(words) === 'ends';
}

/** `detaches`: it ends, but what it is for does not: it leaves a daemon behind, or is cut off. */
type Course = 'ends' | 'detaches' | 'stays';

/** What the words of a program say about its course. */
interface Habits {
  /** Options that make it end before it does anything else. */
  readonly endsAtOnce: readonly Pattern[];
  readonly ends: readonly Pattern[];
  readonly stays: readonly Pattern[];
  readonly detaches: readonly Pattern[];
  readonly otherwise: Course | 'open' | undefined;
}

interface Pattern {
  readonly of: 'option' | 'pair' | 'word' | 'subcommand';
  readonly text: RegExp;
}

const ENDS = new Set(Object.values(data.ends).flat());
const STAYS = new Set(data.stays);
const HABITS = new Map(Object.entries(data.habits).map(([name, habits]) => [name, habitsOf(habits)]));
const ALIASES = new Map(Object.entries(data.aliases));

/** Programs that start what their words name. */
const STARTERS = new Map<string, (words: readonly string[]) => Course | undefined>([
  ['sleep', sleepCourse],
  ['timeout', timeoutCourse],
  ['busybox', (words) => courseOf(words.slice(1))],
  ['xargs', (words) => (words.length === 1 ? 'ends' : operandCourse(words))],
  ...['npm', 'yarn', 'pnpm', 'bun'].map((name) => [name, packageManagerCourse] as const),
  ...['npx', 'bunx', 'pnpx'].map((name) => [name, operandCourse] as const),
  ...['python', 'pypy', 'php', 'ruby', 'node', 'nodejs', 'perl'].map((name) => [name, interpreterCourse] as const),
]);

function courseOf(words: readonly string[]): Course | undefined {
  const [program, first = ''] = words;
  if (program === undefined) return undefined;
  if (/^--?(?:help|version)$/.test(first) || words.includes('--help', 1)) return 'ends';
  if (program.startsWith('/etc/init.d/')) return 'detaches';
  const base = program.slice(program.lastIndexOf('/') + 1);
  const name = base.replace(/^(python|pypy|php|php-fpm|pip|ruby|perl|gunicorn)-?[\d.]+$/, '$1');
  const habit = habitCourse(HABITS.get(ALIASES.get(name) ?? name), words);
  if (habit) return habit === 'open' ? undefined : habit;
  const starter = STARTERS.get(name);
  if (starter) return starter(words);
  const facts = programFacts(words);
  const inner = facts && innerCommand(facts, words);
  if (inner !== undefined) return courseOf(words.slice(inner));
  if (facts?.role === 'wrapper' && words.length === 1) return 'ends';
  // A program of the project may be named like a tool.
  const installed = !program.includes('/') || /bin\/[^/]*$/.test(program) || name.includes('.');
  if (installed && STAYS.has(name)) return 'stays';
  return installed && ENDS.has(name) ? 'ends' : serverCourse(words);
}

/** A program that is known to serve or to work stays. */
function serverCourse(words: readonly string[]): Course | undefined {
  const facts = programFacts(words);
  if (facts?.id === 'rake-migration') return 'ends';
  return facts && ['server', 'worker', 'supervisor'].includes(facts.role) ? 'stays' : undefined;
}

function habitsOf(raw: {
  readonly ends?: string;
  readonly stays?: string;
  readonly detaches?: string;
  readonly otherwise?: string;
}): Habits {
  const ends = patternsOf(raw.ends);
  return {
    endsAtOnce: ends.filter(({ of }) => of !== 'subcommand'),
    ends: ends.filter(({ of }) => of === 'subcommand'),
    stays: patternsOf(raw.stays),
    detaches: patternsOf(raw.detaches),
    otherwise: raw.otherwise as Habits['otherwise'],
  };
}

function patternsOf(patterns = ''): readonly Pattern[] {
  return patterns
    .split(' ')
    .filter((pattern) => pattern !== '')
    .map((pattern) => {
      const of = pattern.startsWith('=')
        ? 'word'
        : !pattern.startsWith('-')
          ? 'subcommand'
          : pattern.includes('+')
            ? 'pair'
            : 'option';
      const source = pattern
        .replace(/^=/, '')
        .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
        .replaceAll('*', '.*');
      return { of, text: new RegExp(`^${source}$`, 's') };
    });
}

function habitCourse(habits: Habits | undefined, words: readonly string[]): Habits['otherwise'] {
  if (!habits) return undefined;
  const rest = words.slice(1);
  const places: Readonly<Record<Pattern['of'], readonly string[]>> = {
    option: rest.map((word) => word.replace(/=.*/s, '')),
    pair: rest.map((word, i) => `${word.replace('=', '+')}${word.includes('=') ? '' : `+${rest[i + 1] ?? ''}`}`),
    word: rest,
    subcommand: subcommandIndexes(words).map((index) => words[index] ?? ''),
  };
  const fits = (patterns: readonly Pattern[]) =>
    patterns.some(({ of, text }) => places[of].some((word) => text.test(word)));
  if (fits(habits.endsAtOnce)) return 'ends';
  if (fits(habits.stays)) return 'stays';
  if (fits(habits.ends)) return 'ends';
  return fits(habits.detaches) ? 'detaches' : habits.otherwise;
}

/** A day and more is for ever. */
function sleepCourse(words: readonly string[]): Course {
  const units: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 };
  const long = words.slice(1).some((word) => {
    const [, number, unit = ''] = /^(\d+(?:\.\d*)?|\.\d+)([smhd]?)$/.exec(word) ?? [];
    return /^inf(?:inity)?$/i.test(word) || Number(number ?? 0) * (units[unit] ?? 1) >= 86_400;
  });
  return long ? 'stays' : 'ends';
}

/** It ends with its time, unless that is 0. */
function timeoutCourse(words: readonly string[]): Course | undefined {
  const facts = programFacts(words);
  const inner = facts && innerCommand(facts, words);
  if (inner === undefined) return undefined;
  const course = courseOf(words.slice(inner));
  const never = /^0+(?:\.0*)?[smhd]?$/.test(words[inner - 1] ?? '');
  return never || course === 'ends' ? course : 'detaches';
}

const PACKAGE_MANAGER_ENDS = new Set(data.packageManagers.ends);
const PACKAGE_MANAGER_OPTIONS = new Set(data.packageManagers.options);

/** What npm and its like run: something of their own, a script of package.json by its name, or a program. */
function packageManagerCourse(words: readonly string[]): Course | undefined {
  const operands = words
    .map((_, i) => i)
    .filter((i) => i > 0 && !words[i]?.startsWith('-') && !PACKAGE_MANAGER_OPTIONS.has(words[i - 1] ?? ''));
  const [verb = 0, target = 0] = operands;
  const name = words[verb] ?? '';
  if (verb === 0) return words.length === 1 ? 'ends' : undefined;
  if (name === 'run' || name === 'run-script') return namedScriptCourse(words[target] ?? '');
  if (name === 'exec' || name === 'x' || name === 'dlx') return operandCourse(words.slice(verb));
  return PACKAGE_MANAGER_ENDS.has(name) ? 'ends' : namedScriptCourse(name);
}

/** `build:prod` ends, `dev` stays, `start:migrations` may do either. */
function namedScriptCourse(script: string): Course | undefined {
  const { ends, stays } = data.scripts;
  const [first = '', ...others] = script.split(/[:_-]/);
  const endsLater = others.some((part) => ends.includes(part));
  const staysLater = others.some((part) => stays.includes(part));
  if (ends.includes(first)) return others.includes('watch') ? 'stays' : 'ends';
  if (stays.includes(first)) return endsLater ? undefined : 'stays';
  return endsLater && !staysLater ? 'ends' : undefined;
}

/** The course of the program that the first operand names, with or without its version. */
function operandCourse(words: readonly string[]): Course | undefined {
  const dashes = words.indexOf('--');
  const at = dashes > 0 ? dashes + 1 : words.findIndex((word, i) => i > 0 && !word.startsWith('-'));
  const [program, ...rest] = at > 0 ? words.slice(at) : [];
  return program === undefined ? undefined : courseOf([program.replace(/(?<=[^/])@[^/]*$/, ''), ...rest]);
}

/** An interpreter does what its script or module of a known name does; code of its own may do anything. */
function interpreterCourse(words: readonly string[]): Course | undefined {
  const [program = '', first = ''] = words;
  if (words.length === 2 && /^-[vVmi]$/.test(first)) return 'ends';
  const at = words.findIndex((word, i) => i > 0 && (word === '-m' || !word.startsWith('-')));
  const options = words.slice(1, at < 0 ? undefined : at);
  if (/perl$/.test(program)) return options.some((word) => /^-\w*[pn]/.test(word)) ? 'ends' : undefined;
  if (options.some((word) => /^-(?:c|e|r|p|-eval|-print)$/.test(word))) return undefined;
  const known = serverCourse(words);
  if (known || at < 0) return known;
  if (words[at] === '-m') return courseOf(words.slice(at + 1));
  const [script = '', ...rest] = words.slice(at);
  return courseOf([script.includes('/') ? script : `./${script}`, ...rest]);
}
