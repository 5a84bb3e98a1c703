// The versions of the Debian packages that are here.
import { execFileSync } from 'node:child_process';
import type { Setup } from './setup.ts';

/** What every trial needs. */
const ALWAYS = ['iproute2', 'perl-base', 'util-linux'];

/** The upstream versions of those that are installed, by package. */
export function installed(setups: readonly Setup[]): ReadonlyMap<string, string> {
  const names = [...new Set([...ALWAYS, ...setups.flatMap(({ packages }) => packages)])];
  const format = `\${Package} \${db:Status-Status} \${Version}\n`;
  return new Map(
    ask(['-W', '-f', format, ...names])
      .split('\n')
      .map((line) => line.split(' '))
      .filter(([, status]) => status === 'installed')
      // An epoch before, and what Debian counts behind, are not the program's own.
      .map(([name = '', , version = '']) => [
        name,
        version.replace(/^\d+:/, '').replace(/[-+~](?:ds|dfsg|deb|really|\d+(?:\.|$|\+|~)).*$/, ''),
      ]),
  );
}

export function lackingPackages(setups: readonly Setup[]): readonly string[] {
  const here = installed(setups);
  return [...new Set([...ALWAYS, ...setups.flatMap(({ packages }) => packages)])].filter((name) => !here.has(name));
}

/** It fails for a name that it does not know, and tells of the others all the same. */
function ask(args: readonly string[]): string {
  try {
    return execFileSync('dpkg-query', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch (error) {
    return String((error as { stdout?: unknown }).stdout ?? '');
  }
}
