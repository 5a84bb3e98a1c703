// How long pm2-runtime gives its programs to stop, and who says so. As read in pm2 6.0 (constants.js, lib/God/Methods.js) and
// measured: its command line takes no option for it. Knows no rule.
import type { Container } from '../container.ts';
import type { Image } from '../image/image.ts';
import { resolvePath } from '../paths.ts';
import type { Process } from '../stop/processTree.ts';
import { alternatives, knownValue } from '../value.ts';

interface Pm2 {
  readonly process: Process;
  /** Seconds from the signal that it sends to SIGKILL. */
  readonly seconds: number;
  /** Whether somebody has said so. */
  readonly given: boolean;
}

/** The pm2-runtime that a container starts; `undefined` where there is none, or not all is known that may tell it. */
export function pm2Of({ stop, image, lifecycle }: Container): Pm2 | undefined {
  const process = alternatives(stop)
    .flatMap(({ value }) => value.server ?? [])
    .find(({ facts }) => facts?.id === 'pm2-runtime');
  const own = process?.facts?.wrapper?.killAfterSeconds;
  const known = knownValue(image);
  if (!process || own === undefined || !known) return undefined;
  const variable = lifecycle?.environment.find(({ name }) => name === VARIABLE);
  const told = [
    ...(variable ? [variable.value] : known.env.has(VARIABLE) ? [known.env.get(VARIABLE)] : []),
    ...inFile(known, process.argv),
  ];
  const numbers = told.map((text) => (text !== undefined && /^\d+$/.test(text) ? Number(text) / 1000 : undefined));
  if (numbers.includes(undefined)) return undefined;
  const last = numbers.at(-1);
  return { process, seconds: last ?? own, given: last !== undefined };
}

const VARIABLE = 'PM2_KILL_TIMEOUT';

/** Files that describe programs, and are none. */
const ECOSYSTEM = /\.(?:json5?|ya?ml)$|\.config\.[cm]?js$/;

/** What an ecosystem file says, which counts more; open where it cannot be read. */
function inFile(image: Image, [, ...words]: readonly string[]): readonly (string | undefined)[] {
  const name = words.find((word) => ECOSYSTEM.test(word));
  if (name === undefined) return [];
  const file = image.file(resolvePath(knownValue(image.workdir) ?? '/', name));
  if (file.kind !== 'text') return [undefined];
  return /\bkill_timeout\b/.test(file.text.text) ? [KILL_TIMEOUT.exec(file.text.text)?.[1]] : [];
}

const KILL_TIMEOUT = /\bkill_timeout\b["']?\s*:\s*["']?(\d+)\b/;
