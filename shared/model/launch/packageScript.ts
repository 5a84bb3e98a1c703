// Finds the line of package.json that npm and its like start. Knows their command lines, not what they do with signals.
import { type Embedded, jsonString } from '../../text/embedded.ts';

/** Commands that run the script of the same name. */
const OWN_NAME = new Set(['start', 'test', 'stop', 'restart']);

type Read = (path: string) => Embedded | undefined;

/** The script that such a command line runs, with its place in package.json; `undefined` where it is not known. */
export function packageScript(argv: readonly (string | undefined)[], read: Read): Embedded | undefined {
  const call = readCall(argv);
  const file = call && read(`${call.folder}/package.json`);
  return file && scriptIn(file, call.name);
}

/**
 * What such a command line hands on to the script that it runs; `undefined` where it asks for more than a script of the
 * folder that it is started in.
 */
export function scriptArguments(argv: readonly string[]): readonly string[] | undefined {
  const call = readCall(argv);
  return call?.folder === '.' && call.options.every((option) => QUIET.test(option)) ? call.rest : undefined;
}

/** Whether such a command line asks for a script that is for a developer's machine: `npm run dev`, `yarn start:dev`. */
export function isDevelopmentScript(argv: readonly string[]): boolean {
  return /(?:^|[:._-])(?:dev|develop|watch)(?:$|[:._-])/.test(readCall(argv)?.name ?? '');
}

/** Which yarn runs: node's images bring the first one, a project asks for a later one; absent without a package.json. */
export function yarnProgram(read: Read): 'yarn-classic' | 'yarn-berry' | undefined {
  if (read('./.yarnrc.yml')) return 'yarn-berry';
  const file = read('./package.json');
  const [, major = '1'] = /"packageManager"\s*:\s*"yarn@(\d+)/.exec(file?.text ?? '') ?? [];
  return file && (Number(major) > 1 ? 'yarn-berry' : 'yarn-classic');
}

interface Call {
  readonly folder: string;
  /** The script's name. */
  readonly name: string;
  readonly options: readonly string[];
  /** What stands behind the script's name. */
  readonly rest: readonly string[];
}

/** Options that change nothing but what is printed. */
const QUIET = /^(?:-s|-q|--silent|--quiet|--loglevel=\w+|--no-(?:update-notifier|audit|fund|color))$/;

function readCall(argv: readonly (string | undefined)[]): Call | undefined {
  const options: string[] = [];
  let folder = '.';
  let asked = false;
  for (let i = 1; i < argv.length; i++) {
    const word = argv[i];
    if (word === '--prefix' || word === '-C' || word === '--cwd' || word === '--dir') {
      const given = argv[++i];
      if (given === undefined) return undefined;
      folder = given;
    } else if (word === undefined || /^(?:-w|--workspace(?:=.*)?|--filter(?:=.*)?|--)$/.test(word)) {
      // Another package.json than the one here.
      return undefined;
    } else if (word.startsWith('-')) {
      options.push(word);
    } else if (!asked && (word === 'run' || word === 'run-script')) {
      asked = true;
    } else {
      if (!asked && !OWN_NAME.has(word) && !isScriptName(word)) return undefined;
      const behind = argv.slice(i + 1);
      const rest = behind[0] === '--' ? behind.slice(1) : behind;
      return rest.includes(undefined) ? undefined : { folder, name: word, options, rest: rest as readonly string[] };
    }
  }
  return undefined;
}

/** Whether a word may stand for a script without `run`, and is nothing that they do themselves. */
function isScriptName(word: string): boolean {
  return /^[\w:.-]+$/.test(word) && !/^(?:exec|x|dlx|create|install|i|ci)$/.test(word);
}

/** The text of `scripts.NAME`. */
function scriptIn(file: Embedded, name: string): Embedded | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(file.text);
  } catch {
    return undefined;
  }
  const scripts = (parsed as { scripts?: Readonly<Record<string, unknown>> } | null)?.scripts;
  if (typeof scripts?.[name] !== 'string') return undefined;
  const key = JSON.stringify(name).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const block = /"scripts"\s*:\s*\{/.exec(file.text);
  const from = block ? block.index + block[0].length : 0;
  const found = new RegExp(`${key}\\s*:\\s*("(?:[^"\\\\]|\\\\.)*")`).exec(file.text.slice(from));
  if (!found?.[1]) return undefined;
  const start = from + found.index + found[0].length - found[1].length;
  const place = file.place(start, start + found[1].length);
  return jsonString(place.path, found[1], place.start);
}
