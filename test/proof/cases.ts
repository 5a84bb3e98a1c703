// The incidents that are replayed, with what is expected of each.
import { PHP, RACK } from './apps.ts';
import type { Case } from './case.ts';

/** Debian's Puma is older than the example asks for. */
const GEMFILE = "source 'https://rubygems.org'\n\ngem 'puma'\ngem 'rack'\n";
/** Debian ships no other engine; and a replay talks to nobody outside. */
const PASSENGERFILE =
  '{ "engine": "builtin", "disable_anonymous_telemetry": true, "disable_security_update_check": true }';
const PASSENGER_GEMFILE = "source 'https://rubygems.org'\n\ngem 'rack'\n";

const GITLAB: Case = {
  id: 'gitlab-workhorse',
  title: 'GitLab: a proxy that is never told to stop',
  about:
    'Puma stops after its blackout window of 10 s, while Workhorse in front of it serves on until SIGKILL and answers 502 to callers that stay on their connections.',
  folders: ['examples/gitlab-workhorse'],
  manifest: 'k8s/deployment.yaml',
  port: 8181,
  lag: 4,
  load: { rate: 50, slowEvery: 7, slowMs: 300, balances: 'connections' },
  drainSeconds: { puma: 0.45, 'gitlab-workhorse': 0.45 },
  provides: {
    webservice: { '/srv/gitlab/config.ru': { text: RACK }, '/srv/gitlab/Gemfile': { text: GEMFILE } },
    'gitlab-workhorse': { '/usr/local/bin/gitlab-workhorse': { go: 'test/proof/programs/gitlab-workhorse' } },
  },
  packages: ['puma', 'ruby-bundler', 'golang-go'],
  stages: [
    { title: 'before', expected: { lost: 500, seconds: 30 } },
    { title: '`exec` in the script only', fixes: ['script-missing-exec'], expected: { lost: 500, seconds: 30 } },
    { title: 'the exec form and `exec`', fixes: ['signal-never-reaches-app'], expected: { lost: 100, seconds: 10.5 } },
    {
      title: 'and a preStop delay on both',
      fixes: ['signal-never-reaches-app', 'missing-prestop-delay', 'drain-longer-than-grace', 'proxy-outlives-backend'],
      expected: { lost: 0, seconds: 15.5 },
    },
  ],
};

const SHOP: Case = {
  id: 'nginx-php-fpm',
  title: 'Flant: nginx and php-fpm in one pod',
  about:
    'The hook of nginx asks for a graceful stop and returns at once; that of php-fpm takes the whole grace period.',
  folders: ['examples/nginx-php-fpm'],
  manifest: 'k8s/deployment.yaml',
  port: 80,
  lag: 4,
  load: { rate: 30, slowEvery: 7, slowMs: 300, balances: 'requests' },
  drainSeconds: { nginx: 0.45, 'php-fpm8.2': 0.45 },
  provides: { 'php-fpm': { '/var/www/html/index.php': { text: PHP } } },
  packages: ['nginx-light', 'php8.2-fpm'],
  stages: [
    { title: 'before', expected: { lost: 60, seconds: 30 } },
    {
      title: 'every fix',
      fixes: ['stop-signal-mismatch', 'prestop-signal-race', 'missing-prestop-delay', 'prestop-uses-whole-grace'],
      expected: { lost: 0, seconds: 30.5 },
    },
  ],
};

const INGRESS: Case = {
  id: 'ravelin-ingress',
  title: 'Ravelin: an ingress that follows late',
  about:
    'The API closes its door at once and waits for the requests inside; the ingress sends it new ones for 4 s more.',
  folders: ['examples/ravelin-ingress'],
  manifest: 'k8s/api.yaml',
  port: 8080,
  lag: 4,
  load: { rate: 50, slowEvery: 7, slowMs: 300, balances: 'requests' },
  drainSeconds: { api: 0.45 },
  provides: { api: { '/api': { go: 'examples/ravelin-ingress/api' } } },
  packages: ['golang-go'],
  stages: [
    { title: 'before', expected: { lost: 100, seconds: 0.1 } },
    { title: 'a preStop delay', fixes: ['missing-prestop-delay'], expected: { lost: 0, seconds: 5.1 } },
  ],
};

/** What one server in one container has in common, with or without a script. */
const alone = {
  manifest: 'k8s.yaml',
  port: 8000,
  lag: 4,
  provides: { app: { '/app/config.ru': { text: RACK } } },
} as const;
/** So much is in flight that it shows whether a stop waits for it. */
const steady = { rate: 50, slowEvery: 3, slowMs: 900 } as const;

const TINI: Case = {
  ...alone,
  id: 'tini-script',
  title: 'An init before a script without `exec`',
  about: 'tini ends with the shell that it looks after, and the server is killed in the middle of its work.',
  folders: ['test/proof/cases/tini-script'],
  load: { ...steady, balances: 'requests' },
  drainSeconds: { puma: 0.95 },
  packages: ['tini', 'puma'],
  stages: [
    { title: 'before', expected: { lost: 107, seconds: 0.1 } },
    {
      title: '`exec` in the script',
      fixes: ['init-exits-before-app', 'script-missing-exec'],
      expected: { lost: 100, seconds: 0.9 },
    },
    {
      title: 'and a preStop delay',
      fixes: ['init-exits-before-app', 'script-missing-exec', 'missing-prestop-delay'],
      expected: { lost: 0, seconds: 5.1 },
    },
  ],
};

const TRAP: Case = {
  ...alone,
  id: 'trap-does-not-wait',
  title: 'A trap that does not wait',
  about:
    'The script passes the signal on, its `wait` is over with that, and the server is killed in the middle of its work.',
  folders: ['test/proof/cases/trap-does-not-wait'],
  load: { ...steady, balances: 'requests' },
  drainSeconds: { puma: 0.95 },
  packages: ['puma'],
  stages: [
    { title: 'before', expected: { lost: 107, seconds: 0.1 } },
    { title: 'a trap that waits', fixes: ['trap-does-not-wait'], expected: { lost: 100, seconds: 0.9 } },
    {
      title: 'and a preStop delay',
      fixes: ['trap-does-not-wait', 'missing-prestop-delay'],
      expected: { lost: 0, seconds: 5.1 },
    },
  ],
};

const NPM: Case = {
  id: 'npm-start',
  title: '`npm start` on dash',
  about: 'npm passes SIGTERM to a shell, which dies of it; the server behind that is never told.',
  folders: ['test/proof/cases/npm-start'],
  manifest: 'k8s.yaml',
  port: 8000,
  lag: 4,
  load: { ...steady, balances: 'requests' },
  drainSeconds: { node: 0.95 },
  provides: {},
  packages: ['npm', 'nodejs'],
  stages: [
    {
      title: 'before',
      late: {
        seconds: 0.5,
        why: 'As PID 1, npm outlives its shell by half a second, and the server serves until then: it sends itself the signal that the shell died of, and waits 500 ms for that (`signalTimeout` in `@npmcli/run-script`).',
      },
      expected: { lost: 95, seconds: 0.5 },
    },
    { title: 'the server started directly', fixes: ['package-manager-as-pid1'], expected: { lost: 100, seconds: 0.9 } },
    {
      title: 'and a preStop delay',
      fixes: ['package-manager-as-pid1', 'missing-prestop-delay'],
      expected: { lost: 0, seconds: 5.1 },
    },
  ],
};

const WHOLE_GRACE: Case = {
  ...alone,
  id: 'prestop-whole-grace',
  title: 'A hook that takes the whole grace period',
  about: 'preStop sleeps for all of the 10 s, SIGTERM follows, and 2 s later SIGKILL: requests of 3 s are cut.',
  folders: ['test/proof/cases/prestop-whole-grace'],
  provides: {},
  load: { rate: 30, slowEvery: 3, slowMs: 3000, balances: 'connections' },
  drainSeconds: { node: 3.3 },
  packages: ['nodejs'],
  stages: [
    { title: 'before', expected: { lost: 5, seconds: 12 } },
    { title: 'a longer grace period', fixes: ['prestop-uses-whole-grace'], expected: { lost: 0, seconds: 13 } },
  ],
};

const DEAF: Case = {
  ...alone,
  id: 'deaf-pid1',
  title: 'A shell as PID 1 that passes nothing on',
  about: 'Nothing is lost for 10 s: the server is never told and serves on. Then SIGKILL cuts what it works on.',
  folders: ['test/proof/cases/deaf-pid1'],
  provides: {},
  load: { rate: 50, slowEvery: 7, slowMs: 1000, balances: 'connections' },
  drainSeconds: { node: 1.3 },
  packages: ['nodejs'],
  stages: [
    { title: 'before', expected: { lost: 4, seconds: 10 } },
    {
      title: 'the exec form and a preStop delay',
      fixes: ['shell-form-pid1', 'missing-prestop-delay', 'drain-longer-than-grace'],
      expected: { lost: 0, seconds: 6 },
    },
  ],
};

const UWSGI: Case = {
  ...alone,
  id: 'uwsgi-reload',
  title: 'uWSGI reloads on SIGTERM',
  about: 'Its master starts its workers anew, which cuts their requests, and goes on until SIGKILL.',
  folders: ['test/proof/cases/uwsgi'],
  provides: {},
  load: { rate: 30, slowEvery: 3, slowMs: 1900, balances: 'requests' },
  drainSeconds: { uwsgi: 2.1 },
  packages: ['uwsgi-core', 'uwsgi-plugin-python3'],
  stages: [
    { title: 'before', expected: { lost: 9, seconds: 15 } },
    {
      title: 'a hook on SIGTERM',
      remark:
        'With the hook alone uWSGI finishes what it works on and takes nothing new, while the router still sends.',
      fixes: ['stop-signal-mismatch'],
      expected: { lost: 60, seconds: 2 },
    },
    {
      title: 'and a preStop delay',
      fixes: ['stop-signal-mismatch', 'missing-prestop-delay'],
      expected: { lost: 0, seconds: 6 },
    },
  ],
};

const DIE_ON_TERM = `[uwsgi]
plugins = python3
http-socket = 0.0.0.0:8000
wsgi-file = app.py
master = true
die-on-term = true
processes = 24
disable-logging = true
add-header = Connection: close
`;

const UWSGI_DIES: Case = {
  ...UWSGI,
  id: 'uwsgi-die-on-term',
  title: 'uWSGI with `die-on-term`',
  about: 'It ends at once on SIGTERM: what it works on is cut, and what still comes is refused.',
  stages: UWSGI.stages.map((stage, i) => ({
    ...stage,
    texts: { 'uwsgi.ini': DIE_ON_TERM },
    ...(i === 0 && { expected: { lost: 70, seconds: 1 } }),
  })),
};

/** Its Dockerfile lies in another folder of this repository, so a file on disk would be wrong there. */
const IMAGE = { '.softstop.yaml': 'images:\n  registry.example.com/app: Dockerfile\n' };

const PASSENGER: Case = {
  id: 'passenger-procfile',
  title: 'Passenger behind a trap, from the Dockerfile',
  about:
    'A trap waits 30 s for the routers before it stops Passenger. The shell form puts one more shell in between, and nothing of that happens.',
  folders: ['examples/passenger-procfile', 'test/proof/cases/passenger-procfile'],
  manifest: 'k8s.yaml',
  port: 5000,
  lag: 4,
  load: { rate: 20, slowEvery: 7, slowMs: 200, balances: 'requests' },
  drainSeconds: { passenger: 5 },
  provides: {
    app: {
      '/app/config.ru': { text: RACK },
      '/app/Gemfile': { text: PASSENGER_GEMFILE },
      '/app/Passengerfile.json': { text: PASSENGERFILE },
    },
  },
  packages: ['passenger', 'ruby-bundler', 'dumb-init'],
  stages: [
    { title: 'before', texts: IMAGE, expected: { lost: 40, seconds: 0.1 } },
    { title: 'the exec form', texts: IMAGE, fixes: ['init-then-shell-cmd'], expected: { lost: 0, seconds: 30.5 } },
  ],
};

/** The pod without its hooks, as it was before anybody looked at its stop. */
const WITHOUT_HOOKS = {
  'k8s/deployment.yaml': `apiVersion: v1
kind: Service
metadata:
  name: shop
spec:
  selector:
    app: shop
  ports:
    - name: http
      port: 80
      targetPort: http
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  replicas: 2
  selector:
    matchLabels:
      app: shop
  template:
    metadata:
      labels:
        app: shop
    spec:
      containers:
        - name: nginx
          image: registry.example.com/shop/nginx:v1
          ports:
            - name: http
              containerPort: 80
        - name: php-fpm
          image: registry.example.com/shop/php-fpm:v1
`,
};

const PHP_FPM: Case = {
  ...SHOP,
  id: 'php-fpm-timeout',
  title: 'php-fpm: SIGTERM, SIGQUIT, `process_control_timeout`, a delay',
  about:
    'SIGQUIT alone cuts what is in flight as SIGTERM does: php-fpm needs `process_control_timeout` as well. What the router still sends is refused all the same.',
  load: { rate: 30, slowEvery: 3, slowMs: 600, balances: 'requests' },
  drainSeconds: { nginx: 0.75, 'php-fpm8.2': 0.75 },
  stages: [
    { title: 'no hooks, SIGTERM', texts: WITHOUT_HOOKS, expected: { lost: 63, seconds: 0.1 } },
    { title: 'SIGQUIT', texts: WITHOUT_HOOKS, fixes: ['stop-signal-mismatch'], expected: { lost: 63, seconds: 0.1 } },
    {
      title: 'and `process_control_timeout`',
      texts: WITHOUT_HOOKS,
      fixes: ['stop-signal-mismatch', 'fpm-no-control-timeout'],
      expected: { lost: 60, seconds: 0.7 },
    },
    {
      title: 'and a preStop delay on both',
      texts: WITHOUT_HOOKS,
      fixes: ['stop-signal-mismatch', 'fpm-no-control-timeout', 'missing-prestop-delay', 'proxy-outlives-backend'],
      expected: { lost: 0, seconds: 5.2 },
    },
  ],
};

const NGINX: Case = {
  id: 'nginx-quit',
  title: 'nginx: `-s quit`, then SIGTERM or SIGQUIT',
  about:
    'The hook asks for a graceful stop and returns; SIGTERM follows at once and cuts downloads of 2 s. SIGQUIT lets them end.',
  folders: ['test/proof/cases/nginx-quit'],
  manifest: 'k8s.yaml',
  port: 80,
  lag: 4,
  load: { rate: 30, slowEvery: 3, slowMs: 1900, balances: 'requests' },
  drainSeconds: { nginx: 2.1 },
  provides: { app: { '/srv/small': { text: 'ok\n' }, '/srv/large': { text: 'x'.repeat(800 * 1024) } } },
  packages: ['nginx-light'],
  stages: [
    { title: 'before', expected: { lost: 70, seconds: 0.1 } },
    { title: 'SIGQUIT', fixes: ['prestop-signal-race', 'stop-signal-mismatch'], expected: { lost: 60, seconds: 2 } },
    {
      title: 'and a preStop delay',
      fixes: ['prestop-signal-race', 'stop-signal-mismatch', 'missing-prestop-delay'],
      expected: { lost: 0, seconds: 6 },
    },
  ],
};

const COMPOSE: Case = {
  id: 'compose-ten-seconds',
  title: 'Compose gives 10 s',
  about: 'gunicorn is told to wait 30 s for its requests, Compose kills it after 10 s: requests of 12 s are cut.',
  folders: ['test/proof/cases/compose-ten-seconds'],
  manifest: 'compose.yaml',
  port: 8000,
  lag: 0,
  load: { rate: 20, slowEvery: 5, slowMs: 12_000, balances: 'requests' },
  drainSeconds: { gunicorn: 13.4 },
  provides: {},
  packages: ['gunicorn'],
  stages: [
    { title: 'before', expected: { lost: 4, seconds: 10 } },
    { title: 'a longer `stop_grace_period`', fixes: ['compose-grace-too-short'], expected: { lost: 0, seconds: 12.5 } },
  ],
};

const HEPHY = { '.softstop.yaml': 'platform: hephy\n', '.env': 'KUBERNETES_POD_TERMINATION_GRACE_PERIOD_SECONDS=60\n' };

const PROCFILE: Case = {
  ...PASSENGER,
  id: 'passenger-variants',
  title: 'Passenger behind a trap, from the Procfile',
  about:
    'The first attempt turns SIGTERM into SIGUSR1, of which Passenger dies. `exec` in `appcontrol.sh` keeps the trap from ever running. The recipe as it is works.',
  folders: ['examples/passenger-procfile'],
  manifest: 'Procfile',
  provides: { web: PASSENGER.provides.app ?? {} },
  stages: [
    {
      title: '`--rewrite 15:10`',
      texts: {
        ...HEPHY,
        Procfile:
          'web: /usr/bin/dumb-init --rewrite 15:10 -- bundle exec passenger start -p 5000 --max-pool-size 2 --min-instances 2\n',
      },
      expected: { lost: 40, seconds: 0.1 },
    },
    {
      title: '`exec` in appcontrol.sh',
      texts: {
        ...HEPHY,
        'script/appcontrol.sh':
          '#!/bin/bash\n\nexec /usr/bin/dumb-init --rewrite 15:0 -- bundle exec passenger start --port 5000 --max-pool-size 2 --min-instances 2\n',
      },
      expected: { lost: 0, seconds: 60 },
    },
    { title: 'as it is', texts: HEPHY, expected: { lost: 0, seconds: 30.5 } },
  ],
};

export const CASES: readonly Case[] = [
  GITLAB,
  SHOP,
  PHP_FPM,
  NGINX,
  INGRESS,
  PASSENGER,
  PROCFILE,
  TINI,
  TRAP,
  NPM,
  WHOLE_GRACE,
  DEAF,
  UWSGI,
  UWSGI_DIES,
  COMPOSE,
];
