// Databases: a request is a statement that takes its time.
import { besideOf, type Setup, slowly } from './setup.ts';

/** Redis runs one script at a time, and nothing beside it. */
const SLOW_LUA = `local now = redis.call('TIME')
local limit = now[1] * 1000 + now[2] / 1000 + ARGV[1]
repeat now = redis.call('TIME') until now[1] * 1000 + now[2] / 1000 >= limit
return 'ok'
`;

const POSTGRES = '/usr/lib/postgresql/15/bin';

const psql = (port: number, milliseconds: number) => [
  ...['psql', '-h', '127.0.0.1', '-p', `${port}`, '-U', 'postgres', '-At'],
  ...['-c', `select 'ok' from pg_sleep(${milliseconds / 1000})`],
];

const POSTGRES_SERVER = {
  packages: ['postgresql-15', 'postgresql-client-15'],
  user: 'postgres',
  prepare: [`${POSTGRES}/initdb`, '--no-sync', '--auth', 'trust', '-D', 'data'],
  client: psql,
};
const postgres = (port: number) => [
  `${POSTGRES}/postgres`,
  ...['-D', 'data', '-p', `${port}`, '-c', 'unix_socket_directories='],
];

const pgbouncer = (port: number) => `[databases]
* = host=127.0.0.1 port=${besideOf(port)} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
`;

const clickhouse = (port: number) => `<yandex>
<logger><level>warning</level><console>1</console></logger>
<listen_host>127.0.0.1</listen_host><http_port>${port}</http_port><tcp_port>${port + 10_000}</tcp_port>
<path>/srv/data/</path><tmp_path>/srv/tmp/</tmp_path><mark_cache_size>1000000</mark_cache_size>
<users_config>/srv/users.xml</users_config><default_profile>default</default_profile><default_database>default</default_database>
</yandex>
`;

const CLICKHOUSE_USERS = `<yandex>
<profiles><default/></profiles><quotas><default/></quotas>
<users><default>
<password></password><networks><ip>::/0</ip></networks><profile>default</profile><quota>default</quota>
</default></users>
</yandex>
`;

const rabbit = (port: number) => `NODENAME=r@localhost
NODE_PORT=${port}
NODE_IP_ADDRESS=127.0.0.1
DIST_PORT=${port + 10_000}
MNESIA_BASE=/srv/mnesia
LOG_BASE=/srv/log
PID_FILE=/srv/pid
ENABLED_PLUGINS_FILE=/srv/plugins
export ERL_EPMD_PORT=${port + 20_000}
`;

/** A message that its reader waits for. */
const DELIVERY = `url=amqp://guest:guest@127.0.0.1:$1 queue=$2
amqp-declare-queue -u $url -q $queue || exit 1
{ sleep $3; amqp-publish -u $url -r $queue -b ok; } &
amqp-consume -u $url -q $queue -c 1 cat && echo`;

export const DATABASES: readonly Setup[] = [
  {
    id: 'redis-server',
    packages: ['redis-server', 'redis-tools'],
    words: (port) => ['redis-server', '--port', `${port}`, '--save', ''],
    client: (port, milliseconds) => ['redis-cli', '-p', `${port}`, 'EVAL', SLOW_LUA, '0', `${milliseconds}`],
  },
  {
    id: 'postgres',
    ...POSTGRES_SERVER,
    words: postgres,
  },
  {
    ...POSTGRES_SERVER,
    id: 'pgbouncer',
    variant: 'transaction pooling',
    configured: true,
    packages: ['pgbouncer', ...POSTGRES_SERVER.packages],
    beside: (port) => postgres(besideOf(port)),
    files: (port) => ({ 'pgbouncer.ini': pgbouncer(port) }),
    words: () => ['pgbouncer', '/srv/pgbouncer.ini'],
    patience: 10,
  },
  {
    id: 'clickhouse-server',
    packages: ['clickhouse-server'],
    files: (port) => ({ 'config.xml': clickhouse(port), 'users.xml': CLICKHOUSE_USERS }),
    words: () => ['clickhouse-server', '--config-file=/srv/config.xml'],
    client: (port, milliseconds) => {
      const head = 'HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n';
      return slowly(port, 0, `GET /?query=SELECT+sleep(${milliseconds / 1000}) ${head}`, '', '\n0\n');
    },
    patience: 15,
  },
  {
    id: 'rabbitmq-server',
    packages: ['rabbitmq-server', 'amqp-tools'],
    env: { RABBITMQ_CONF_ENV_FILE: '/srv/rabbitmq-env.conf' },
    files: (port) => ({ 'rabbitmq-env.conf': rabbit(port) }),
    words: () => ['/usr/lib/rabbitmq/bin/rabbitmq-server'],
    client: (port, milliseconds) => [
      ...['sh', '-c', DELIVERY, 'sh', `${port}`, milliseconds > 0 ? 'a' : 'b', `${milliseconds / 1000}`],
    ],
    patience: 20,
  },
  {
    id: 'mysqld',
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
