// Commands by which programs are told to stop from inside their container, such as `nginx -s quit`. Facts only; nothing
// here knows of processes.
import { innerCommand, programFacts } from './programs.ts';

/** What a command does to a running program. */
export interface StopCommand {
  /** The program's id among the facts of programs. */
  readonly program: string;
  /** What comes to the same as the signal that it gets. */
  readonly signal: string;
  /** Whether the command ends only when the program has. */
  readonly waits: boolean;
}

interface Entry extends StopCommand {
  readonly argv0: RegExp;
  /** The arguments, joined by blanks. */
  readonly args: RegExp;
}

const COMMANDS: readonly Entry[] = [
  // nginx.org/en/docs/control.html
  { argv0: /^(?:nginx|openresty)$/, args: /(?:^| )-s quit$/, program: 'nginx', signal: 'SIGQUIT', waits: false },
  { argv0: /^(?:nginx|openresty)$/, args: /(?:^| )-s stop$/, program: 'nginx', signal: 'SIGTERM', waits: false },
  // httpd.apache.org/docs/2.4/stopping.html
  {
    argv0: /^(?:apache2|httpd|apachectl|apache2ctl)$/,
    args: /(?:^| )graceful-stop$/,
    program: 'httpd',
    signal: 'SIGWINCH',
    waits: false,
  },
  {
    argv0: /^(?:apache2|httpd|apachectl|apache2ctl)$/,
    args: /(?:^| )stop$/,
    program: 'httpd',
    signal: 'SIGTERM',
    waits: false,
  },
  // phusionpassenger.com: `passenger stop` waits for the engine, up to a minute
  { argv0: /^passenger$/, args: /^stop\b/, program: 'passenger', signal: 'SIGTERM', waits: true },
  // puma, lib/puma/control_cli.rb
  { argv0: /^pumactl$/, args: /(?:^| )stop$/, program: 'puma', signal: 'SIGTERM', waits: false },
  // postgresql.org/docs/current/app-pg-ctl.html: fast is the default, and so is waiting
  { argv0: /^pg_ctl$/, args: /(?:^| )stop\b.*-ms?(?:mart)?\b/, program: 'postgres', signal: 'SIGTERM', waits: true },
  { argv0: /^pg_ctl$/, args: /(?:^| )stop\b/, program: 'postgres', signal: 'SIGINT', waits: true },
  // dev.mysql.com/doc/refman/8.4/en/mysqladmin.html: it waits until the server's pid file is gone
  {
    argv0: /^(?:mysqladmin|mariadb-admin)$/,
    args: /(?:^| )shutdown(?: |$)/,
    program: 'mysqld',
    signal: 'SIGTERM',
    waits: true,
  },
  // redis.io/docs/latest/commands/shutdown
  {
    argv0: /^(?:redis-cli|valkey-cli)$/,
    args: /(?:^| )shutdown\b/i,
    program: 'redis-server',
    signal: 'SIGTERM',
    waits: true,
  },
];

/** Whom a command line tells to stop, behind wrappers such as `bundle exec`; `undefined` where it tells nobody that is known. */
export function stopCommand(argv: readonly (string | undefined)[]): StopCommand | undefined {
  const facts = programFacts(argv);
  const inner = facts?.wrapper?.keeps === 'becomes' ? innerCommand(facts, argv) : undefined;
  if (inner !== undefined) return stopCommand(argv.slice(inner));
  const [program = '', ...rest] = argv;
  const name = program.slice(program.lastIndexOf('/') + 1);
  const args = rest.map((word) => word ?? '\0').join(' ');
  return COMMANDS.find((one) => one.argv0.test(name) && one.args.test(args));
}
