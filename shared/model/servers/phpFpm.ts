// What php-fpm is told about its stop. https://www.php.net/manual/en/install.fpm.configuration.php
import { type IniEntry, parseIni } from '../../sources/iniFile.ts';
import type { Embedded } from '../../text/embedded.ts';
import type { Edit } from '../../text/span.ts';
import { optionValue } from '../launch/commandOptions.ts';
import { resolvePath } from '../paths.ts';
import { refuse, type Setting } from '../setting.ts';
import { known, unknown, type Value } from '../value.ts';
import {
  byDefault,
  fileAt,
  filesLike,
  givenAtSpan,
  isHidden,
  lineBefore,
  lineBehind,
  mayBeGiven,
  type Served,
} from './served.ts';
import type { CommonSettings, SignalEffect } from './serverSettings.ts';

/** Settings of php-fpm. */
export interface FpmSettings extends CommonSettings {
  readonly server: 'php-fpm';
  /** Where a file of the project says what php-fpm does, without saying this: the section, or the first line. */
  readonly silent: { readonly text: Embedded; readonly start: number; readonly end: number } | undefined;
  /** How long a request may take at most, by the pools; absent where there is no limit. */
  readonly longest: Setting<number> | undefined;
}

const NAME = 'process_control_timeout';
const REQUEST = 'request_terminate_timeout';
/** The master sends TERM when the time is over, and KILL one second later: fpm_process_ctl.c, fpm_pctl_action_next(). */
const AFTER = 2;

interface Found {
  readonly text: Embedded;
  readonly entry: IniEntry;
}

/** What php-fpm is told. */
export function fpmSettings(served: Served): FpmSettings | undefined {
  const read = filesOf(served);
  const { texts } = read;
  // With a comment that begins with `#` it does not start (measured).
  if (texts.some(({ text }) => /^[ \t]*#/m.test(text))) return undefined;
  const entries = texts.flatMap((text) => parsed(text).entries.map((entry): Found => ({ text, entry })));
  const given = entries.findLast(({ entry }) => entry.section === 'global' && entry.name === NAME);
  const silent = given ? undefined : silentPlace(texts);
  const drain = given
    ? setting(served, given)
    : byDefault(defaultValue(served, read), 'php-fpm', (seconds) =>
        silent ? insertion(silent, seconds) : ownFile(served, seconds),
      );
  const limits = entries
    .filter(({ entry }) => entry.section !== 'global' && entry.name === REQUEST)
    .map((one) => setting(served, one));
  const longest = limits.sort((a, b) => secondsOf(b) - secondsOf(a))[0];
  return {
    server: 'php-fpm',
    name: NAME,
    after: AFTER,
    drain,
    silent,
    longest: longest && secondsOf(longest) > 0 ? longest : undefined,
    ...effect(drain.value),
    also: longest?.given.kind === 'here' ? [longest.given.at] : [],
  };
}

/** Its graceful stop is one only if it has time for it (measured). */
function effect(drain: Value<number>): Pick<CommonSettings, 'onSignal'> {
  if (drain.kind !== 'known') return {};
  const does: SignalEffect = drain.value > 0 ? 'drains' : 'drops';
  return { onSignal: new Map([['SIGQUIT', does]]) };
}

function secondsOf({ value }: Setting<number>): number {
  return value.kind === 'known' ? value.value : 0;
}

function setting(served: Served, { text, entry: { value, at } }: Found): Setting<number> {
  const seconds = fpmSeconds(value.replace(/\$\{(\w+)\}/g, (_, name: string) => served.environment.get(name) ?? '?'));
  const time = seconds === undefined ? unknown('it is no length of time') : known(seconds);
  const written = givenAtSpan(text, at, time, (wanted) => `${wanted}s`);
  return value.includes('$') ? { ...written, set: () => refuse('a variable decides it') } : written;
}

/** Seconds of `20`, `20s`, `2m`, `1h`, `1d`: fpm_conf.c, fpm_conf_set_time(). */
function fpmSeconds(text: string): number | undefined {
  const [, number, unit = 's'] = /^(\d+)([smhd])?$/.exec(text) ?? [];
  const factor = { s: 1, m: 60, h: 3600, d: 86_400 }[unit];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}

/** 0, unless something gives it that is not read; of an image whose files nobody here has seen, nothing is known. */
function defaultValue(served: Served, { texts, whole }: Read): Value<number> {
  const { base } = served.image;
  const isSeen = base && (texts.length > 0 || base.plain.includes('php-fpm'));
  return isSeen && whole && !mayBeGiven(served, NAME) ? known(0) : unknown('it may be given elsewhere');
}

/** The files in the order in which they are read, and whether all are known that could say more. */
interface Read {
  readonly texts: readonly Embedded[];
  readonly whole: boolean;
}

/** How far files include each other. */
const MAX_DEPTH = 4;

/** What is read, from the first file on; where that comes with the image, what it is known to include. */
function filesOf(served: Served): Read {
  const { argv, program } = served.process;
  const named = optionValue(
    argv.map((text) => ({ text })),
    '-y',
    '--fpm-config',
  )?.value;
  const [, version] = /^php-fpm(\d[\d.]*)$/.exec(program) ?? [];
  const usual =
    version === undefined
      ? ['/usr/local/etc/php-fpm.conf', '/etc/php-fpm.conf']
      : [`/etc/php/${version}/fpm/php-fpm.conf`, `/etc/php${version.replace('.', '')}/php-fpm.conf`];
  const main = named === undefined ? usual : [named];
  const found = main.find((path) => fileAt(served, path));
  const text = found === undefined ? undefined : fileAt(served, found);
  if (text) return withIncluded(served, text, resolvePath('/', found ?? ''), 0);
  const folders = [
    '/usr/local/etc/php-fpm.d',
    '/etc/php-fpm.d',
    `/etc/php/${version}/fpm/pool.d`,
    `/etc/php${version?.replace('.', '')}/php-fpm.d`,
  ];
  const pools = folders.map((folder) => filesLike(served, `${folder}/*.conf`));
  return {
    texts: pools.flatMap(({ paths }) => paths.flatMap((path) => fileAt(served, path) ?? [])),
    whole: named === undefined && !main.some((path) => isHidden(served, path)) && pools.every(({ whole }) => whole),
  };
}

/** Relative patterns start from where PHP is installed: `include=etc/php-fpm.d/*.conf`. */
function withIncluded(served: Served, text: Embedded, path: string, depth: number): Read {
  const root = /^(.*)\/etc\//.exec(path)?.[1] || '/';
  const read: Read[] = parsed(text)
    .entries.filter(({ name }) => name === 'include')
    .map(({ value }) => {
      const { paths, whole } = filesLike(served, resolvePath(root, value));
      const below = paths.flatMap((file) => {
        const inner = depth < MAX_DEPTH ? fileAt(served, file) : undefined;
        return inner ? [withIncluded(served, inner, file, depth + 1)] : [];
      });
      return { texts: below.flatMap(({ texts }) => texts), whole: whole && below.every((one) => one.whole) };
    });
  return { texts: [text, ...read.flatMap(({ texts }) => texts)], whole: read.every(({ whole }) => whole) };
}

/** The section that should say it; in a file without one, the first line that is no comment. */
function silentPlace(texts: readonly Embedded[]): FpmSettings['silent'] {
  for (const text of texts) {
    const section = parsed(text).sections.find(({ name }) => name === 'global');
    if (section) return { text, ...section.at };
  }
  const [text] = texts;
  const first = text && parsed(text).sections[0];
  return text && first && { text, ...first.at };
}

function insertion({ text, start }: NonNullable<FpmSettings['silent']>, seconds: number): Edit | undefined {
  const line = `${NAME} = ${seconds}s`;
  if (text.text.startsWith('[global]', start)) return lineBehind(text, start, line);
  const lineBreak = text.text.includes('\r\n') ? '\r\n' : '\n';
  return lineBefore(text, start, `[global]${lineBreak}${line}`);
}

/** A file of its own beside those that an image brings which is known to read them. */
function ownFile({ image }: Served, seconds: number): Edit | undefined {
  if (!image.base?.plain.includes('php-fpm')) return undefined;
  return image.runFirst?.(`printf '[global]\\n${NAME} = ${seconds}s\\n' > /usr/local/etc/php-fpm.d/zz-stop.conf`);
}

const PARSED = new WeakMap<Embedded, ReturnType<typeof parseIni>>();

function parsed(text: Embedded): ReturnType<typeof parseIni> {
  const found = PARSED.get(text) ?? parseIni(text.text);
  PARSED.set(text, found);
  return found;
}
