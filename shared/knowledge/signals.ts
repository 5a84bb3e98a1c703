// Linux signal names and numbers (x86-64 and arm64), and how runtimes read them.
// Sources: moby/sys@8824f91f52c3:signal/signal_linux.go, moby/sys@a834025af72f:signal/signal.go, signal(7),
// k8s.io/api core/v1 Signal.

/** By number, from 1; 32 and 33 belong to the C library and have no name that a runtime knows. */
const NAMES =
  `HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU
  URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS`.split(/\s+/);
const ALIASES = { CLD: 'CHLD', IOT: 'ABRT', POLL: 'IO' };
const REAL_TIME_MIN = 34;
const REAL_TIME_MAX = 64;

/** Numbers by name without `SIG`, the name that counts first. */
const NUMBERS = new Map<string, number>([
  ...NAMES.map((name, i): [string, number] => [name, i + 1]),
  ['RTMIN', REAL_TIME_MIN],
  ...Array.from({ length: 15 }, (_, i): [string, number] => [`RTMIN+${i + 1}`, REAL_TIME_MIN + i + 1]),
  ...Array.from({ length: 14 }, (_, i): [string, number] => [`RTMAX-${14 - i}`, REAL_TIME_MAX - 14 + i]),
  ['RTMAX', REAL_TIME_MAX],
  ...Object.entries(ALIASES).map(([alias, name]): [string, number] => [alias, NAMES.indexOf(name) + 1]),
]);
const BY_NUMBER = new Map([...NUMBERS].reverse().map(([name, number]) => [number, name]));

/** Stop signals that people mean, most frequent first: of equally near names the first is suggested. */
const FREQUENT = ['TERM', 'QUIT', 'INT', 'HUP', 'USR1', 'USR2', 'WINCH', 'KILL', 'STOP', 'CONT', 'ABRT', 'ALRM'];

/** Those that a container may sensibly be stopped with. */
export const STOP_SIGNALS: readonly string[] = ['TERM', 'QUIT', 'INT', 'USR1', 'USR2', 'WINCH', 'HUP'].map(
  (name) => `SIG${name}`,
);

/** No name is longer than this and still near. */
const LONGEST = 8;

/** The `SIGTERM` style name of what a Dockerfile or Compose file may say (`TERM`, `sigterm`, `15`); absent if no runtime can read it. */
export function signalName(text: string): string | undefined {
  const number = /^[+]?\d+$/.test(text) ? Number(text) : NUMBERS.get(text.toUpperCase().replace(/^SIG/, ''));
  const name = number === undefined ? undefined : BY_NUMBER.get(number);
  if (name !== undefined) return `SIG${name}`;
  return number === 32 || number === 33 ? `SIG${number}` : undefined;
}

/** Whether the API server takes it as `lifecycle.stopSignal`: only the exact names, no numbers. */
export function isKubernetesSignal(text: string): boolean {
  return text.startsWith('SIG') && NUMBERS.has(text.slice(3));
}

/** The number of a signal by any name that `signalName` reads or gives. */
export function signalNumber(name: string): number | undefined {
  const text = (signalName(name) ?? name).replace(/^SIG/, '');
  return NUMBERS.get(text) ?? (/^3[23]$/.test(text) ? Number(text) : undefined);
}

/** The signal that somebody probably meant; absent if no name is near. */
export function nearestSignal(text: string): string | undefined {
  const given = text
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .replace(/^SIG/, '');
  if (given.length > LONGEST) return undefined;
  const allowed = given.length > 3 ? 2 : 1;
  const names = [...new Set([...FREQUENT, ...NAMES])];
  const ranked = names.map((name) => ({ name, distance: editDistance(given, name) }));
  const nearest = Math.min(...ranked.map(({ distance }) => distance));
  const found = nearest <= allowed ? ranked.find(({ distance }) => distance === nearest) : undefined;
  return found && `SIG${found.name}`;
}

/** Letters added, left out, replaced, or swapped with their neighbour. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? (beforeLast[j - 2] ?? 0) + 1 : change;
      row.push(Math.min(change, swap, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
