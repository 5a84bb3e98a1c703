// Which programs that hooks use come with which packages, and which packages surely bring none of them. From the package
// indexes of Debian 12 (dependencies and recommended packages followed); Alpine's packages of the same names are smaller.

/** By program, the packages that bring it, whatever the distribution calls them. */
const BROUGHT_BY: Readonly<Record<string, readonly string[]>> = {
  bash: ['bash'],
  curl: ['curl', 'curl-minimal'],
  wget: ['wget', 'wget2'],
  kill: ['procps', 'procps-ng', 'util-linux', 'util-linux-misc'],
  pgrep: ['procps', 'procps-ng'],
  pkill: ['procps', 'procps-ng'],
  ps: ['procps', 'procps-ng'],
  killall: ['psmisc', 'procps'],
  nc: ['netcat', 'netcat-openbsd', 'netcat-traditional', 'nmap-ncat', 'busybox'],
  sleep: ['coreutils', 'busybox'],
};

/** Packages that people install in images and that bring none of the programs above along. */
const PLAIN = new Set(
  `ca-certificates dumb-init libc6-compat libpq5 make nginx openssl su-exec gosu tini tzdata unzip zip jq
  libpq-dev zlib1g-dev libssl-dev libffi-dev libyaml-dev pkg-config gcc g++ musl-dev build-base sqlite3 libjemalloc2
  xz-utils`.split(/\s+/),
);

/** Whether installing a package brings a program: `undefined` where its own dependencies may. */
export function bringsProgram(name: string, program: string): boolean | undefined {
  const package_ = name.replace(/[=<>~@:].*$/, '');
  if (BROUGHT_BY[program]?.includes(package_)) return true;
  const others = Object.values(BROUGHT_BY).some((names) => names.includes(package_));
  return others || PLAIN.has(package_) ? false : undefined;
}
