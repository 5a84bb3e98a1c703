// Caches, queues and stores: what is in flight is a request that arrives slowly, or a message that waits for its reader.
import { type Setup, slowly } from './setup.ts';

const http = (method: string, path: string, body: string) => {
  const head = `${method} ${path} HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\nContent-Length: ${body.length}\\r\\n`;
  return `${head}Content-Type: application/x-www-form-urlencoded\\r\\n\\r\\n`;
};

/** A client that sends all but the body of its request, and that later. */
const posts =
  (method: string, path: string, body: string, status = 200) =>
  (port: number, milliseconds: number) =>
    slowly(port, milliseconds, http(method, path, body), body, `^HTTP/1.1 ${status}`);

/** A newcomer gets no message of the first one. */
const topic = (milliseconds: number) => (milliseconds > 0 ? 'a' : 'b');

const influx = (port: number) => `reporting-disabled = true
bind-address = "127.0.0.1:${port + 10_000}"
[meta]
dir = "/srv/meta"
[data]
dir = "/srv/data"
wal-dir = "/srv/wal"
[http]
bind-address = "127.0.0.1:${port}"
`;

const registry = (port: number, waits: string) => `version: 0.1
storage:
  filesystem:
    rootdirectory: /srv/data
http:
  addr: 127.0.0.1:${port}
${waits}`;

const REGISTRY = {
  id: 'registry',
  packages: ['docker-registry'],
  prepare: ['ln', '-s', '/usr/bin/docker-registry', 'registry'],
  words: () => ['/srv/registry', 'serve', '/srv/config.yml'],
  // It reads all of the body before it says that this is no manifest.
  client: posts('PUT', '/v2/app/manifests/v1', 'none', 400),
};

export const BROKERS: readonly Setup[] = [
  {
    id: 'memcached',
    packages: ['memcached'],
    words: (port) => ['memcached', '-u', 'nobody', '-l', '127.0.0.1', '-p', `${port}`],
    client: (port, milliseconds) => slowly(port, milliseconds, 'set key 0 0 2\\r\\n', 'ok\\r\\n', '^STORED'),
  },
  {
    id: 'nats-server',
    packages: ['nats-server'],
    files: () => ({ 'nats.conf': 'lame_duck_duration: "30s"\nlame_duck_grace_period: "5s"\n' }),
    words: (port) => ['nats-server', '-a', '127.0.0.1', '-p', `${port}`, '-c', '/srv/nats.conf'],
    client: (port, milliseconds) => {
      const to = topic(milliseconds);
      const first = `CONNECT {"verbose":false}\\r\\nSUB ${to} 1\\r\\n`;
      return slowly(port, milliseconds, first, `PUB ${to} 2\\r\\nok\\r\\n`, `MSG ${to} 1 2`);
    },
    patience: 40,
  },
  {
    id: 'mosquitto',
    packages: ['mosquitto'],
    files: (port) => ({ 'mosquitto.conf': `listener ${port} 127.0.0.1\nallow_anonymous true\n` }),
    words: () => ['mosquitto', '-c', '/srv/mosquitto.conf'],
    client: (port, milliseconds) => {
      const to = topic(milliseconds);
      const connect = '\\x10\\x0c\\x00\\x04MQTT\\x04\\x02\\x00\\x3c\\x00\\x00';
      const subscribe = `\\x82\\x06\\x00\\x01\\x00\\x01${to}\\x00`;
      const publish = `\\x30\\x05\\x00\\x01${to}ok`;
      return slowly(port, milliseconds, connect + subscribe, publish, `${to}ok`);
    },
  },
  {
    id: 'etcd',
    packages: ['etcd-server'],
    words: (port) => {
      const [own, peers] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${port + 10_000}`];
      return [
        ...['etcd', '--data-dir', '/srv/data', '--listen-client-urls', own, '--advertise-client-urls', own],
        ...[
          '--listen-peer-urls',
          peers,
          '--initial-advertise-peer-urls',
          peers,
          '--initial-cluster',
          `default=${peers}`,
        ],
      ];
    },
    client: posts('POST', '/v3/kv/range', '{"key":"a2V5"}'),
  },
  {
    id: 'influxd',
    packages: ['influxdb'],
    files: (port) => ({ 'influxdb.conf': influx(port) }),
    words: () => ['influxd', '-config', '/srv/influxdb.conf'],
    client: posts('POST', '/query', 'q=SHOW+DATABASES'),
    patience: 15,
  },
  {
    id: 'zookeeper',
    packages: ['zookeeper'],
    files: (port) => ({
      'zoo.cfg': `tickTime=2000\ndataDir=/srv/data\nclientPort=${port}\nclientPortAddress=127.0.0.1\nadmin.enableServer=false\n4lw.commands.whitelist=*\n`,
    }),
    env: { ZOO_LOG_DIR: '/srv/log' },
    words: () => ['/usr/share/zookeeper/bin/zkServer.sh', 'start-foreground', '/srv/zoo.cfg'],
    client: (port, milliseconds) => slowly(port, milliseconds, 'ru', 'ok', '^imok'),
  },
  {
    id: 'prometheus',
    packages: ['prometheus'],
    files: () => ({ 'prometheus.yml': 'global: {}\n' }),
    words: (port) => [
      ...['prometheus', '--config.file=/srv/prometheus.yml', '--storage.tsdb.path=/srv/data'],
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    client: posts('POST', '/api/v1/query', 'query=1'),
    patience: 10,
  },
  { ...REGISTRY, variant: 'as it comes', files: (port) => ({ 'config.yml': registry(port, '') }) },
  {
    ...REGISTRY,
    variant: 'draintimeout',
    configured: true,
    files: (port) => ({ 'config.yml': registry(port, '  draintimeout: 10s\n') }),
  },
];
