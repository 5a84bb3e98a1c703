// What uWSGI is told about its stop. https://uwsgi-docs.readthedocs.io/en/latest/Options.html; core/uwsgi.c of 2.0.
import { parseIni } from '../../sources/iniFile.ts';
import type { Embedded } from '../../text/embedded.ts';
import type { Place, Span } from '../../text/span.ts';
import { type Change, change, refuse, type Setting } from '../setting.ts';
import { known, unknown } from '../value.ts';
import { byDefault, fileAt, flagSetting, givenAtSpan, lineBehind, type Served } from './served.ts';
import type { CommonSettings, SignalEffect } from './serverSettings.ts';

/** Settings of uWSGI. */
export interface UwsgiSettings extends CommonSettings {
  readonly server: 'uwsgi';
  /** What says how it takes SIGTERM, or the section that could; absent where no file of the project holds its settings. */
  readonly at: Place | undefined;
  /** The edits that make it finish its requests on SIGTERM. */
  makeGraceful(): Change;
}

const MERCY = 'worker-reload-mercy';
/** Seconds that workers get by default: core/uwsgi.c. */
const DEFAULT_MERCY = 60;
/** Its master looks once a second whether it should end (measured). */
const ROUND = 1;
const HOOK = 'hook-master-start';
/** What the master does on SIGTERM instead of reloading (measured). */
const GRACEFUL = 'unix_signal:15 gracefully_kill_them_all';

/** One option, wherever it is given. */
interface Option {
  readonly value: string;
  /** Where a file gives it. */
  readonly written?: { readonly text: Embedded; readonly at: Span; readonly whole: Span };
}

/** What uWSGI is told; nothing where its file is not in the project, or in another notation. */
export function uwsgiSettings(served: Served): UwsgiSettings | undefined {
  const { argv } = served.process;
  const path = iniPath(argv) ?? served.environment.get('UWSGI_INI');
  // Its options may come from anywhere.
  if ((path === undefined && argv.length === 1) || argv.some((word) => word.includes('$'))) return undefined;
  const file = path === undefined ? undefined : fileAt(served, path);
  const elsewhere = argv.some((word) =>
    /^(?:--(?:yaml|yml|json|xml|emperor|ini-paste|include|import)|-[xy])\b|\.(?:ya?ml|json|xml)$/.test(word),
  );
  if (elsewhere || (path !== undefined && !file)) return undefined;
  const option = (name: string) => optionOf(served, file, name);
  const decided = ['master', 'die-on-term', HOOK].some((name) => /[$%@]/.test(option(name)?.value ?? ''));
  if (decided || (served.environment.has('UWSGI_INI') && path === undefined)) return undefined;
  const master = isOn(option('master')) || argv.includes('-M');
  const hook = option(HOOK);
  const graceful = hook !== undefined && /^unix_signal:\s*15\s+gracefully_kill_them_all$/.test(hook.value);
  const dies = isOn(option('die-on-term'));
  const term: SignalEffect = graceful && master ? 'drains' : dies || !master ? 'drops' : 'stays';
  const mercy = graceful ? mercyOf(served, option) : undefined;
  const placed = (one: Option | undefined) =>
    one?.written ? [one.written.text.place(one.written.whole.start, one.written.whole.end)] : [];
  const section = file && parseIni(file.text).sections.find(({ name }) => name === 'uwsgi')?.at;
  return {
    server: 'uwsgi',
    name: mercy ? MERCY : HOOK,
    after: ROUND,
    ...(master && { dropsIn: ROUND }),
    drain: mercy ?? byDefault(known(0), 'uWSGI'),
    // Another hook may do anything.
    ...((graceful || !hook) && { onSignal: new Map([['SIGTERM', term]]) }),
    also: [hook, option('die-on-term'), option('master')].flatMap(placed),
    at: placed(option('die-on-term'))[0] ?? (section && file?.place(section.start, section.end)),
    makeGraceful: () => {
      const edit = file && section && !hook ? lineBehind(file, section.start, `${HOOK} = ${GRACEFUL}`) : undefined;
      return edit ? change(edit) : refuse('no file of the project holds its settings');
    },
  };
}

/** `--ini FILE`, `--ini=FILE`, `FILE.ini`; a section may stand behind a colon. */
function iniPath(argv: readonly string[]): string | undefined {
  const flag = argv.findIndex((word) => word === '--ini' || word.startsWith('--ini='));
  const word =
    flag < 0
      ? argv.slice(1).find((one) => /\.ini(?::\w+)?$/.test(one))
      : argv[flag]?.includes('=')
        ? argv[flag]
        : argv[flag + 1];
  return word?.replace(/^--ini=/, '').replace(/:\w+$/, '');
}

function optionOf({ process, environment }: Served, file: Embedded | undefined, name: string): Option | undefined {
  const flag = process.argv.findIndex((word) => word === `--${name}` || word.startsWith(`--${name}=`));
  if (flag >= 0) {
    const [, value] = /=(.*)$/s.exec(process.argv[flag] ?? '') ?? [];
    const next = process.argv[flag + 1];
    return { value: value ?? (next !== undefined && !next.startsWith('-') ? next : 'true') };
  }
  const variable = environment.get(`UWSGI_${name.replaceAll('-', '_').toUpperCase()}`);
  if (variable !== undefined) return { value: variable };
  const entry = file && parseIni(file.text).entries.findLast((one) => one.section === 'uwsgi' && one.name === name);
  return (
    file &&
    entry && {
      value: entry.value === '' ? 'true' : entry.value,
      written: { text: file, at: entry.at, whole: entry.whole },
    }
  );
}

function isOn(option: Option | undefined): boolean {
  return option !== undefined && /^(?:true|1|yes|on|enable)$/i.test(option.value);
}

/** `reload-mercy` is for the master's own sake (measured). */
function mercyOf(served: Served, option: (name: string) => Option | undefined): Setting<number> {
  const found = option(MERCY);
  if (!found) return byDefault(known(DEFAULT_MERCY), 'uWSGI');
  const value = /^\d+$/.test(found.value) ? known(Number(found.value)) : unknown('it is no number');
  return found.written
    ? givenAtSpan(found.written.text, found.written.at, value)
    : (flagSetting(served, [`--${MERCY}`]) ?? byDefault(value, 'uWSGI'));
}
