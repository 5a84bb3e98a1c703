// Reads and writes lengths of time as configuration files do.

const UNITS: { readonly [unit: string]: number } = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
};

/** Seconds of `90`, `1.5s`, `1m30s`, `500ms`; a number alone is in `bare` units. `undefined` if it is none of these. */
export function parseDuration(text: string, bare: 's' | 'ms' = 's'): number | undefined {
  const trimmed = text.trim();
  if (/^\d+(?:\.\d+)?$/.test(trimmed)) return Number(trimmed) * (bare === 'ms' ? 1e-3 : 1);
  if (!/^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h|d))+$/.test(trimmed)) return undefined;
  return [...trimmed.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d)/g)].reduce(
    (total, [, number, unit]) => total + Number(number) * (UNITS[unit ?? 's'] ?? 1),
    0,
  );
}
