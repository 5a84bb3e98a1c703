// Finds in a file what the service mesh itself is told about the proxies that it puts into pods: for all of them, or how
// they are run. Knows that something is said there, not what.
import type { Place } from '../text/span.ts';

const SAYS = /(?:ENABLE_NATIVE_SIDECARS|EXIT_ON_ZERO_ACTIVE_CONNECTIONS|terminationDrainDuration)\b/;

/** Where a file sets up a mesh: an IstioOperator, the values of its charts, its ConfigMap. */
export function meshSettingsIn(path: string, text: string): readonly Place[] {
  const found = SAYS.exec(text);
  if (!found || !/\.ya?ml$/i.test(path)) return [];
  const isMesh = /\bIstioOperator\b|\bmeshConfig\b|\bdefaultConfig\b|\bpilot\b|\bkind:\s*ProxyConfig\b/.test(text);
  return isMesh ? [{ path, start: found.index, end: found.index + found[0].length }] : [];
}
