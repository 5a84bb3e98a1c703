// The programs of the cases: which Debian package holds each, and whether it is here.
import { execFileSync } from 'node:child_process';
import type { Case } from './case.ts';
import { WHOLE_PATH } from './inside.ts';

/** The program by which a package is known to be here. */
const PROGRAM_OF: Readonly<Record<string, string>> = {
  'golang-go': 'go',
  'nginx-light': 'nginx',
  'php8.2-fpm': 'php-fpm8.2',
  'ruby-bundler': 'bundle',
  iproute2: 'ip',
  'perl-base': 'perl',
  'util-linux': 'unshare',
  nodejs: 'node',
  'uwsgi-core': 'uwsgi',
  'uwsgi-plugin-python3': 'uwsgi_python3',
};

/** What every replay needs. */
const ALWAYS = ['iproute2', 'perl-base', 'util-linux'];

export function lackingPackages(cases: readonly Case[]): readonly string[] {
  const wanted = new Set([...ALWAYS, ...cases.flatMap(({ packages }) => packages)]);
  return [...wanted].filter((name) => !isThere(PROGRAM_OF[name] ?? name)).sort();
}

function isThere(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'pipe', env: { PATH: WHOLE_PATH } });
    return true;
  } catch {
    return false;
  }
}
