// What supervisord is told to look after: the programs of its configuration, included files and all, each with the signal
// that stops it and the time that it has. As supervisord 4.2 reads it (supervisor/options.py); knows no process.
import { signalName } from '../../knowledge/signals.ts';
import { type IniEntry, type IniSection, iniSections } from '../../sources/ini.ts';
import { splitWords } from '../../sources/shlex.ts';
import type { Embedded } from '../../text/embedded.ts';
import { EmbeddedBuilder } from '../../text/embeddedBuilder.ts';
import type { Place } from '../../text/span.ts';
import { baseName, folderOf, resolvePath } from '../paths.ts';
import { type Change, change, refuse, type Setting } from '../setting.ts';
import { known, unknown } from '../value.ts';
import type { Arg } from './args.ts';

/** How a supervisor stops one of its programs. */
export interface Supervision {
  /** The program's name in the configuration. */
  readonly name: string;
  /** The group that it is stopped with; the groups are stopped one after the other. */
  readonly group: string;
  /** What declares it. */
  readonly at: Place;
  /** The signal that it is stopped with, such as `SIGTERM`. */
  readonly stopSignal: Setting<string>;
  /** Seconds from that to the SIGKILL that the supervisor sends. */
  readonly patience: Setting<number>;
  /** Whether the stop signal goes to the program's whole process group. */
  readonly tellsGroup: boolean;
  /** Whether SIGKILL does. */
  readonly killsGroup: boolean;
}

/** A program that supervisord starts with the container. */
export interface SupervisedProgram {
  readonly supervision: Supervision;
  readonly words: readonly Arg[];
  /** The directory that it is started in. */
  readonly directory: string | undefined;
  /** Variables that it is given; one without a value is set to something unknown. */
  readonly environment: ReadonlyMap<string, string | undefined>;
  /** How many of it there are. */
  readonly count: number;
}

/** What supervisord reads. */
export interface SupervisorConfig {
  /** Whether it stays in the foreground. */
  readonly stays: boolean;
  /** In the order in which they are started; groups are stopped in reverse, one when the one before has ended. */
  readonly groups: readonly (readonly SupervisedProgram[])[];
}

/** What is asked of whoever knows the image. */
export interface ConfigFiles {
  /** Where relative paths start. */
  readonly directory: string;
  text(path: string): Embedded | undefined;
  /** The paths of the files in a folder that may be configuration. */
  list(folder: string): readonly string[];
  /** An environment variable, if it is known. */
  variable(name: string): string | undefined;
  /** Told of each file that is read, and what has led there; the command line where nothing else has. */
  reads(text: Embedded, by: Place | undefined): void;
}

/** Where a package puts what projects add to it (Debian; Alpine; Fedora and its like). */
const PACKAGED: ReadonlyMap<string, readonly string[]> = new Map([
  ['/etc/supervisor/supervisord.conf', ['/etc/supervisor/conf.d/*.conf']],
  ['/etc/supervisord.conf', ['/etc/supervisor.d/*.ini', '/etc/supervisord.d/*.ini']],
]);

/** What a supervisord of these words looks after; `undefined` where that is not in the project. */
export function supervisorConfig(
  words: readonly (string | undefined)[],
  files: ConfigFiles,
): SupervisorConfig | undefined {
  const asked = configOf(words);
  if (asked === 'unknown') return undefined;
  const candidates = (asked === undefined ? SEARCHED : [asked]).map((path) => resolvePath(files.directory, path));
  const main = candidates.find((path) => files.text(path) !== undefined);
  const sections = main === undefined ? packaged(candidates, files) : withIncluded(main, files);
  const merged = mergedSections(sections);
  const groups = groupsOf(merged, main === undefined ? '/etc/supervisor' : folderOf(main), files);
  if (!groups || groups.length === 0) return undefined;
  const foreground = words.some((word) => word === '--nodaemon' || /^-[a-z]*n[a-z]*$/.test(word ?? ''));
  const told = merged.get('supervisord')?.entries.get('nodaemon')?.value.text;
  return { stays: foreground || (told !== undefined && isTrue(told)), groups };
}

/** Where it looks when nothing is said, beside the folder of its program. */
const SEARCHED = ['supervisord.conf', 'etc/supervisord.conf', ...[...PACKAGED.keys()].toReversed()];

function configOf(words: readonly (string | undefined)[]): string | 'unknown' | undefined {
  for (const [i, word] of words.entries()) {
    if (word === undefined) return 'unknown';
    if (/^-[nst]*c$/.test(word) || word === '--configuration') return words[i + 1] ?? 'unknown';
    const attached = /^(?:--configuration=|-[nst]*c)(.+)$/.exec(word)?.[1];
    if (attached !== undefined) return attached;
  }
  return undefined;
}

function withIncluded(path: string, files: ConfigFiles): readonly IniSection[] {
  const text = files.text(path);
  if (!text) return [];
  files.reads(text, undefined);
  const own = sectionsOf(text);
  const include = own.findLast(({ name }) => name === 'include')?.entries.findLast(({ key }) => key === 'files');
  const patterns = [...(include?.value.text.matchAll(/\S+/g) ?? [])];
  const included = patterns.flatMap(({ index, 0: pattern }) => {
    const by = include?.value.place(index, index + pattern.length);
    return filesNamed(resolvePath(folderOf(path), pattern.replaceAll('%(here)s', folderOf(path))), files, by);
  });
  return [...own, ...included];
}

function packaged(candidates: readonly string[], files: ConfigFiles): readonly IniSection[] {
  const patterns = candidates.flatMap((path) => PACKAGED.get(path) ?? []);
  return patterns.flatMap((pattern) => filesNamed(pattern, files, undefined));
}

/** The sections of the files that a pattern names, in their order. */
function filesNamed(pattern: string, files: ConfigFiles, by: Place | undefined): readonly IniSection[] {
  const paths = /[*?[]/.test(pattern) ? matching(pattern, files) : [pattern];
  return paths.flatMap((path) => {
    const text = files.text(path);
    if (!text) return [];
    files.reads(text, by);
    return sectionsOf(text);
  });
}

function matching(pattern: string, files: ConfigFiles): readonly string[] {
  const name = baseName(pattern)
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  const whole = new RegExp(`^${name}$`);
  return [...new Set(files.list(folderOf(pattern)).filter((path) => whole.test(baseName(path))))].sort();
}

const SECTIONS = new WeakMap<Embedded, readonly IniSection[]>();

/** Every way of a launch asks for them again. */
function sectionsOf(text: Embedded): readonly IniSection[] {
  const known = SECTIONS.get(text) ?? iniSections(text);
  SECTIONS.set(text, known);
  return known;
}

/** A section of all files: of a key that stands there twice, the last counts. */
interface Merged {
  readonly at: Place;
  readonly entries: Map<string, IniEntry>;
}

function mergedSections(sections: readonly IniSection[]): ReadonlyMap<string, Merged> {
  const merged = new Map<string, Merged>();
  for (const { name, at, entries } of sections) {
    const known = merged.get(name) ?? { at, entries: new Map() };
    merged.set(name, known);
    for (const entry of entries) known.entries.set(entry.key, entry);
  }
  return merged;
}

interface Ranked {
  readonly priority: number;
  readonly programs: readonly SupervisedProgram[];
}

/** Groups that are declared come first, then programs, each a group of its own; by priority. */
function groupsOf(
  sections: ReadonlyMap<string, Merged>,
  here: string,
  files: ConfigFiles,
): readonly (readonly SupervisedProgram[])[] | undefined {
  const groups: Ranked[] = [];
  const grouped = new Set<string>();
  const add = (group: string, priority: string | undefined, members: readonly string[]): boolean => {
    const read = members.map((name) => {
      const section = sections.get(`program:${name}`);
      return section && programOf(name, group, section, here, files);
    });
    const programs = read.flatMap((one) => (one === undefined || one === 'none' ? [] : [one]));
    groups.push({ priority: Number(priority ?? PRIORITY), programs });
    return !read.includes(undefined);
  };
  for (const [name, { entries }] of sections) {
    if (!name.startsWith('group:')) continue;
    const members = (entries.get('programs')?.value.text ?? '').split(',').map((one) => one.trim());
    for (const member of members) grouped.add(member);
    if (!add(name, entries.get('priority')?.value.text, members)) return undefined;
  }
  for (const [section, { entries }] of sections) {
    const name = /^program:(.+)$/.exec(section)?.[1]?.trim();
    if (name === undefined || grouped.has(name)) continue;
    if (!add(section, entries.get('priority')?.value.text, [name])) return undefined;
  }
  return groups
    .filter(({ programs }) => programs.length > 0)
    .sort((a, b) => a.priority - b.priority)
    .map(({ programs }) => programs);
}

const PRIORITY = 999;
const DEFAULT_SIGNAL = 'SIGTERM';
const DEFAULT_PATIENCE = 10;

/** A program; `none` where it is not started with the container, `undefined` where it cannot be told how it is stopped. */
function programOf(
  name: string,
  group: string,
  { at, entries }: Merged,
  here: string,
  files: ConfigFiles,
): SupervisedProgram | 'none' | undefined {
  const value = (key: string) => entries.get(key)?.value.text;
  const command = entries.get('command');
  if (!command) return undefined;
  if (value('autostart') !== undefined && !isTrue(value('autostart') ?? '')) return 'none';
  const environment = variablesIn(value('environment') ?? '');
  const expansion = (key: string): string | undefined => {
    if (key === 'program_name') return name;
    if (key === 'here') return here;
    const variable = /^ENV_(.+)$/.exec(key)?.[1];
    return variable === undefined
      ? undefined
      : environment.has(variable)
        ? environment.get(variable)
        : files.variable(variable);
  };
  const words = splitWords(expanded(command.value, expansion));
  const signal = value('stopsignal') === undefined ? DEFAULT_SIGNAL : signalName(value('stopsignal') ?? '');
  const patience = value('stopwaitsecs') === undefined ? DEFAULT_PATIENCE : wholeNumber(value('stopwaitsecs'));
  const count = value('numprocs') === undefined ? 1 : wholeNumber(value('numprocs'));
  if (!words || words.length === 0 || signal === undefined || patience === undefined || count === undefined)
    return undefined;
  const tellsGroup = isTrue(value('stopasgroup') ?? 'false');
  const setting = <T>(key: string, now: T, write: (value: T) => string): Setting<T> => {
    const given = entries.get(key);
    return {
      value: /%\(/.test(given?.value.text ?? '') ? unknown('a variable decides it') : known(now),
      given: given ? { kind: 'here', at: given.value.at } : { kind: 'default', whose: 'supervisord' },
      affects: [name],
      set: (to) => setEntry(given, command, key, write(to)),
    };
  };
  return {
    supervision: {
      name,
      group,
      at,
      stopSignal: setting('stopsignal', signal, (to) => to.replace(/^SIG/, '')),
      patience: setting('stopwaitsecs', patience, String),
      tellsGroup,
      killsGroup: value('killasgroup') === undefined ? tellsGroup : isTrue(value('killasgroup') ?? ''),
    },
    words: words.map(argOf),
    directory: value('directory'),
    environment,
    count,
  };
}

/** Another value for an entry, or a new entry behind the command, written as that is. */
function setEntry(given: IniEntry | undefined, command: IniEntry, key: string, text: string): Change {
  const edit = given
    ? given.value.replace(0, given.value.text.length, text)
    : command.behind(`${key}${command.delimiter}${text}`);
  return edit ? change(edit) : refuse('it cannot be written there');
}

/** Something that only the running supervisord knows. */
const OPEN = '\uFFFF';

/** A value with its `%(…)s` filled in. */
function expanded(value: Embedded, expansion: (key: string) => string | undefined): Embedded {
  if (!value.text.includes('%')) return value;
  const built = new EmbeddedBuilder(value);
  let from = 0;
  for (const { index, 0: whole, 1: key, 2: format } of value.text.matchAll(/%%|%\((\w+)\)(\d*[sd])/g)) {
    for (let i = from; i < index; i++) built.add(value.text.charAt(i), i, i + 1);
    const text = key === undefined ? '%' : format === 's' ? expansion(key) : undefined;
    built.add(text ?? OPEN, index, index + whole.length);
    from = index + whole.length;
  }
  for (let i = from; i < value.text.length; i++) built.add(value.text.charAt(i), i, i + 1);
  return built.finish(value.at, (added) => (added.includes('%') ? undefined : added));
}

function argOf(word: Embedded): Arg {
  const isOpen = word.text.includes(OPEN);
  return {
    text: isOpen ? undefined : word.text,
    raw: word.text.replaceAll(OPEN, '…'),
    at: word.at,
    source: isOpen ? undefined : word,
    form: 'exec',
  };
}

/** `KEY="val",KEY2=val2` */
function variablesIn(text: string): ReadonlyMap<string, string | undefined> {
  const pairs = text.matchAll(/(\w+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^,\s]*))/g);
  return new Map(
    [...pairs].map(({ 1: name = '', 2: double, 3: single, 4: plain }) => {
      const value = double ?? single ?? plain;
      return [name, value?.includes('%') ? undefined : value];
    }),
  );
}

function isTrue(text: string): boolean {
  return /^(?:true|yes|on|1)$/i.test(text.trim());
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text.trim()) ? Number(text) : undefined;
}
