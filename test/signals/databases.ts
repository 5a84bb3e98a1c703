// Databases: a request is a statement that takes its time.
import type { Setup } from './setup.ts';

/** Redis runs one script at a time, and nothing beside it. */
const SLOW_LUA = `local now = redis.call('TIME')
local limit = now[1] * 1000 + now[2] / 1000 + ARGV[1]
repeat now = redis.call('TIME') until now[1] * 1000 + now[2] / 1000 >= limit
return 'ok'
`;

const POSTGRES = '/usr/lib/postgresql/15/bin';

export const DATABASES: readonly Setup[] = [
  {
    id: 'redis-server',
    database: true,
    packages: ['redis-server', 'redis-tools'],
    words: (port) => ['redis-server', '--port', `${port}`, '--save', ''],
    client: (port, milliseconds) => ['redis-cli', '-p', `${port}`, 'EVAL', SLOW_LUA, '0', `${milliseconds}`],
  },
  {
    id: 'postgres',
    database: true,
    packages: ['postgresql-15', 'postgresql-client-15'],
    user: 'postgres',
    prepare: [`${POSTGRES}/initdb`, '--no-sync', '--auth', 'trust', '-D', 'data'],
    words: (port) => [`${POSTGRES}/postgres`, '-D', 'data', '-p', `${port}`, '-c', 'unix_socket_directories='],
    client: (port, milliseconds) => [
      ...['psql', '-h', '127.0.0.1', '-p', `${port}`, '-U', 'postgres', '-At'],
      ...['-c', `select 'ok' from pg_sleep(${milliseconds / 1000})`],
    ],
  },
  {
    id: 'mysqld',
    database: true,
    packages: ['mariadb-server-core', 'mariadb-client-core'],
    user: 'nobody',
    prepare: [
      ...['sh', '-c', 'exec mariadb-install-db "$@" --datadir="$PWD/data"', 'sh'],
      ...['--no-defaults', '--auth-root-authentication-method=normal'],
    ],
    words: (port) => [
      ...['mariadbd', '--no-defaults', '--datadir=/srv/data', '--socket=/srv/socket', '--bind-address=127.0.0.1'],
      ...[`--port=${port}`, '--lc-messages-dir=/usr/share/mysql'],
    ],
    client: (port, milliseconds) => [
      ...['mariadb', '--no-defaults', '-h', '127.0.0.1', '-P', `${port}`, '-u', 'root', '-N', '-B'],
      ...['-e', `select if(sleep(${milliseconds / 1000}) = 0, 'ok', 'cut')`],
    ],
  },
];
