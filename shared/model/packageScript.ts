// Finds the line of package.json that npm and its like start. Knows their command lines, not what they do with signals.
import { type Embedded, jsonString } from '../text/embedded.ts';

/** Commands that run the script of the same name. */
const OWN_NAME = new Set(['start', 'test', 'stop', 'restart']);

/** The script that such a command line runs, with its place in package.json; `undefined` where it is not known. */
export function packageScript(
  argv: readonly (string | undefined)[],
  read: (path: string) => Embedded | undefined,
): Embedded | undefined {
  const words = argv.slice(1);
  const operands: (string | undefined)[] = [];
  let folder = '.';
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (word === '--prefix' || word === '-C' || word === '--cwd' || word === '--dir') {
      const given = words[++i];
      if (given === undefined) return undefined;
      folder = given;
    } else if (word === '-w' || word === '--workspace' || word === '--filter' || word?.startsWith('--workspace=')) {
      // Another package.json than the one here.
      return undefined;
    } else if (word === '--') {
      break;
    } else if (!word?.startsWith('-')) {
      operands.push(word);
    }
  }
  const name = scriptName(operands);
  const file = name === undefined ? undefined : read(`${folder}/package.json`);
  return file && name !== undefined ? scriptIn(file, name) : undefined;
}

function scriptName([first, second]: readonly (string | undefined)[]): string | undefined {
  if (first === 'run' || first === 'run-script') return second;
  return first !== undefined &&
    /^[\w:.-]+$/.test(first) &&
    (OWN_NAME.has(first) || !/^(?:exec|x|dlx|create|install|i|ci)$/.test(first))
    ? first
    : undefined;
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
