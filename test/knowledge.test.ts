// What is known of images, programs, commands, signals and versions: facts as a container relies on them, and the shape
// of the data that holds them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import images from '../shared/knowledge/images.json';
import { type ImageFacts, imageFacts } from '../shared/knowledge/images.ts';
import { type Feature, hasFeature } from '../shared/knowledge/kubernetes.ts';
import programs from '../shared/knowledge/programs.json';
import { innerCommand, type ProgramFacts, programById, programFacts } from '../shared/knowledge/programs.ts';
import { isOneOff, isShort } from '../shared/knowledge/shortCommands.ts';
import { isKubernetesSignal, nearestSignal, signalName, signalNumber } from '../shared/knowledge/signals.ts';

/** Compares the named fields only. */
function assertFields<T extends object>(actual: T | undefined, expected: Partial<T>, of: string): void {
  assert.ok(actual, `${of}: nothing is known`);
  for (const [name, value] of Object.entries(expected))
    assert.deepEqual(actual[name as keyof T], value, `${of}: ${name}`);
}

/** `${V}`, as a Dockerfile writes it. */
const V = '$'.concat('{V}');
const NGINX = ['nginx', '-g', 'daemon off;'];

const IMAGES: readonly (readonly [reference: string, facts: Partial<ImageFacts>])[] = [
  // The same image by its many names.
  [
    'nginx',
    { entrypoint: ['/docker-entrypoint.sh'], cmd: NGINX, entrypointExecs: true, stopSignal: 'SIGQUIT', sh: 'dash' },
  ],
  ['library/nginx', { cmd: NGINX, sh: 'dash' }],
  ['docker.io/nginx', { cmd: NGINX }],
  ['docker.io/library/nginx:1.27', { cmd: NGINX, stopSignal: 'SIGQUIT' }],
  ['index.docker.io/library/nginx:1.27', { cmd: NGINX, stopSignal: 'SIGQUIT' }],
  ['public.ecr.aws/docker/library/nginx:1.27-alpine', { cmd: NGINX, sh: 'busybox-ash', hasBash: false }],
  ['nginx:1.27@sha256:0123', { cmd: NGINX, stopSignal: 'SIGQUIT', sh: 'dash' }],
  // The base follows from the tag.
  ['node:22', { sh: 'dash', hasBash: true, hasSleep: true, entrypoint: ['docker-entrypoint.sh'], cmd: ['node'] }],
  ['node:22-alpine', { sh: 'busybox-ash', hasBash: false, hasSleep: true }],
  ['node:22-bookworm-slim', { sh: 'dash' }],
  ['python:3.12-slim', { sh: 'dash', entrypoint: [], cmd: ['python3'] }],
  ['openjdk:8-jdk-alpine', { sh: 'busybox-ash' }],
  ['openjdk:11-jre-slim', { sh: 'dash' }],
  ['openjdk:21', { sh: 'bash' }],
  ['eclipse-temurin:21-jre', { sh: 'dash' }],
  ['eclipse-temurin:21-jre-alpine', { sh: 'busybox-ash' }],
  ['eclipse-temurin:21-jre-ubi9-minimal', { sh: 'bash' }],
  ['debian:12', { sh: 'dash', entrypoint: [], cmd: ['bash'] }],
  ['ubuntu:24.04', { sh: 'dash' }],
  ['alpine', { sh: 'busybox-ash', cmd: ['/bin/sh'] }],
  ['registry.access.redhat.com/ubi9/ubi-minimal', { sh: 'bash', hasSleep: true }],
  ['amazonlinux:2023', { sh: 'bash' }],
  ['busybox', { sh: 'busybox-ash', hasSleep: true }],
  ['mcr.microsoft.com/dotnet/aspnet:8.0', { sh: 'dash' }],
  ['mcr.microsoft.com/dotnet/aspnet:8.0-jammy-chiseled', { sh: 'none', hasSleep: false }],
  ['cgr.dev/chainguard/python', { sh: 'none', hasSleep: false, entrypoint: ['/usr/bin/python'] }],
  ['cgr.dev/chainguard/python:latest-dev', { sh: 'busybox-ash', hasBash: true }],
  ['cgr.dev/chainguard/wolfi-base', { sh: 'busybox-ash' }],
  ['gcr.io/distroless/nodejs22-debian12', { sh: 'none', hasSleep: false, entrypoint: ['/nodejs/bin/node'] }],
  ['gcr.io/distroless/static-debian12:debug', { sh: 'none', hasSleep: true, entrypoint: ['/busybox/sh'] }],
  ['gcr.io/distroless/static:nonroot', { sh: 'none', entrypoint: [], cmd: [] }],
  ['scratch', { os: 'linux', entrypoint: [], cmd: [], sh: 'none', hasSleep: false, hasBash: false }],
  [
    'bitnami/node:20',
    { shell: ['/bin/bash', '-o', 'errexit', '-o', 'nounset', '-o', 'pipefail', '-c'], cmd: ['node'] },
  ],
  // A tag that names another base than the one that was read.
  ['kong:2.8-alpine', { sh: 'busybox-ash', entrypoint: undefined, cmd: undefined, stopSignal: undefined }],
  ['mysql:8.4-oracle', { sh: 'bash', cmd: ['mysqld'] }],
  ['mysql:5.7', { sh: undefined, cmd: ['mysqld'] }],
  // Windows has other programs and no signals.
  ['golang:1.22-nanoserver', { os: 'windows', sh: undefined }],
  ['mcr.microsoft.com/dotnet/aspnet:8.0-windowsservercore-ltsc2022', { os: 'windows' }],
  ['mcr.microsoft.com/windows/servercore:ltsc2022', { os: 'windows' }],
  // The stop signal follows from the version.
  ['nginx:1.10', { stopSignal: 'SIGTERM' }],
  ['nginx:1.12', { stopSignal: 'SIGTERM' }],
  ['nginx:1.12.0', { stopSignal: undefined }],
  ['nginx:1.17.10-alpine', { stopSignal: 'SIGTERM' }],
  ['nginx:1.18', { stopSignal: undefined }],
  ['nginx:1.18.0-alpine', { stopSignal: undefined }],
  ['nginx:1.19.4', { stopSignal: 'SIGTERM' }],
  ['nginx:1.19', { stopSignal: 'SIGQUIT' }],
  ['nginx:1.19.5', { stopSignal: 'SIGQUIT' }],
  ['nginx:1', { stopSignal: 'SIGQUIT' }],
  ['nginx:stable-alpine', { stopSignal: 'SIGQUIT' }],
  ['nginxinc/nginx-unprivileged:1.19.3', { stopSignal: 'SIGTERM' }],
  ['php:8.3-fpm', { stopSignal: 'SIGQUIT', cmd: ['php-fpm'] }],
  ['php:fpm-alpine', { stopSignal: 'SIGQUIT', sh: 'busybox-ash' }],
  ['php:7.0-fpm', { stopSignal: 'SIGTERM' }],
  ['php:7.1-fpm', { stopSignal: 'SIGQUIT' }],
  ['php:7.2.16-fpm', { stopSignal: 'SIGTERM' }],
  ['php:8.3-apache', { stopSignal: 'SIGWINCH', cmd: ['apache2-foreground'] }],
  ['php:7.1-apache', { stopSignal: undefined }],
  ['php:8.3-cli', { stopSignal: 'SIGTERM' }],
  ['httpd:2.4', { stopSignal: 'SIGWINCH' }],
  ['httpd:2.4.38', { stopSignal: 'SIGTERM' }],
  ['postgres:16-alpine', { stopSignal: 'SIGINT' }],
  ['postgres:9.6.18', { stopSignal: 'SIGTERM' }],
  ['postgres:12.4', { stopSignal: undefined }],
  ['haproxy:3.0', { stopSignal: 'SIGUSR1' }],
  ['wordpress:php7.2-fpm', { stopSignal: undefined }],
  ['bitnami/nginx:1.27', { stopSignal: 'SIGTERM' }],
  ['unit:1.34-python3.12', { stopSignal: 'SIGTERM' }],
  // What is open leaves what all possible images share.
  ['node:$V', { sh: undefined, hasBash: undefined, hasSleep: true, cmd: ['node'], stopSignal: 'SIGTERM' }],
  [`node:${V}-alpine`, { sh: 'busybox-ash' }],
  [`node:${V.replace('}', ':-22}')}-slim`, { sh: 'dash' }],
  [`node:lts-${V}`, { sh: undefined }],
  ['node:{{ .Values.tag }}', { sh: undefined, cmd: ['node'] }],
  ['node@sha256:0123', { sh: undefined, cmd: ['node'] }],
  [`eclipse-temurin:${V}-jre`, { sh: 'dash' }],
  [`nginx:${V}-alpine`, { sh: 'busybox-ash', stopSignal: undefined }],
  [`debian:${V}`, { sh: 'dash', cmd: ['bash'] }],
];

test('an image is known by its reference', () => {
  for (const [reference, facts] of IMAGES) assertFields(imageFacts(reference), facts, reference);
});

test('an image that nobody looked at is not known', () => {
  for (const reference of [
    'acme/shop:1',
    'registry.acme.io/node:22',
    V,
    '$REGISTRY/node:22',
    'nod',
    '',
    'acme/nginx',
  ]) {
    assert.equal(imageFacts(reference), undefined, reference);
  }
});

const T = 'SIGTERM';

const PROGRAMS: readonly (readonly [command: string, facts: Partial<ProgramFacts> | undefined])[] = [
  ['nginx -g daemon', { id: 'nginx', role: 'server', graceful: ['SIGQUIT'], fast: [T, 'SIGINT'], bare: false }],
  ['/usr/sbin/nginx', { id: 'nginx' }],
  ['/usr/local/openresty/bin/openresty', { id: 'nginx' }],
  ['apachectl -D FOREGROUND', { id: 'apachectl', role: 'wrapper' }],
  ['httpd-foreground', { graceful: ['SIGWINCH'], dependsOnConfig: false }],
  ['php-fpm8.2 -F', { id: 'php-fpm', graceful: ['SIGQUIT'], fast: [T, 'SIGINT'], dependsOnConfig: true }],
  ['haproxy -W -db -f x', { graceful: ['SIGUSR1'], fast: [T, 'SIGINT'] }],
  ['haproxy -db -f x', { graceful: ['SIGUSR1'], fast: [] }],
  ['caddy run', { graceful: [T, 'SIGINT'], fast: ['SIGQUIT'] }],
  ['caddy fmt', undefined],
  ['puma -C config/puma.rb', { graceful: [T, 'SIGINT'], fast: ['SIGQUIT'], drainSeconds: undefined }],
  ['ruby bin/puma', { id: 'puma' }],
  ['./bin/rails server', { id: 'rails', dependsOnConfig: true }],
  ['rails console', undefined],
  ['ruby app.rb', { id: 'ruby', role: 'interpreter', dependsOnConfig: true, bare: false }],
  ['unicorn', { graceful: ['SIGQUIT'], fast: [T, 'SIGINT'], drainSeconds: 60 }],
  ['passenger start', { dependsOnConfig: true, drainSeconds: undefined }],
  ['sidekiq', { role: 'worker', graceful: [T, 'SIGINT'], drainSeconds: 25 }],
  ['gunicorn app:app', { graceful: [T], fast: ['SIGQUIT', 'SIGINT'], drainSeconds: 30 }],
  ['gunicorn --threads 4 app:app', { graceful: [T], fast: [] }],
  ['python3 -u -m gunicorn app:app', { id: 'gunicorn' }],
  ['python -m uvicorn app:app', { id: 'uvicorn', graceful: [T, 'SIGINT'], bare: true }],
  ['uwsgi --ini x', { dependsOnConfig: true, graceful: [] }],
  ['flask --app x run', { id: 'flask-run', bare: true, graceful: [] }],
  ['flask --app x run --debug', { id: 'flask-debug', bare: true, fast: [T, 'SIGINT'], dependsOnConfig: true }],
  ['waitress-serve app:app', { bare: true, drainSeconds: undefined }],
  ['python manage.py runserver --noreload', { bare: true }],
  ['./manage.py runserver', { bare: true, fast: [T, 'SIGINT'], dependsOnConfig: true }],
  ['python manage.py migrate', { id: 'python', role: 'interpreter' }],
  ['python app.py', { id: 'python', dependsOnConfig: true, bare: false, graceful: [], fast: [] }],
  ['python -c print', { id: 'python' }],
  ['celery -A shop worker', { role: 'worker', graceful: [T, 'SIGINT'], fast: ['SIGQUIT'] }],
  ['celery -A shop beat', { id: 'celery-beat' }],
  ['php -S 0.0.0.0:80', { bare: true }],
  ['php artisan queue:work', { role: 'worker', graceful: [T, 'SIGQUIT', 'SIGINT'] }],
  ['php artisan migrate', { id: 'php' }],
  ['node server.js', { id: 'node', role: 'interpreter', dependsOnConfig: true, bare: false }],
  ['node .output/server/index.mjs', { graceful: [T, 'SIGINT'], drainSeconds: 30 }],
  ['node node_modules/.bin/next start', { id: 'next' }],
  ['next build', undefined],
  ['npm start', { id: 'npm', role: 'launcher' }],
  ['npm --prefix app run start', { role: 'launcher' }],
  ['npm ci', undefined],
  ['yarn start', { id: 'yarn', role: 'launcher' }],
  ['pnpm start', { role: 'launcher' }],
  ['npx next start', { role: 'launcher' }],
  ['bun run start', { role: 'launcher' }],
  ['bun server.ts', { role: 'interpreter' }],
  ['./gradlew bootRun', { role: 'launcher' }],
  ['./gradlew build', undefined],
  ['mvn spring-boot:run', { role: 'launcher' }],
  ['dotnet run', { role: 'launcher' }],
  ['dotnet Shop.dll', { role: 'server', graceful: [T, 'SIGINT', 'SIGQUIT'], drainSeconds: 30 }],
  ['go run .', { role: 'launcher' }],
  ['java -jar app.jar', { id: 'java', role: 'interpreter', dependsOnConfig: true, ignored: ['SIGQUIT'] }],
  ['java org.springframework.boot.loader.JarLauncher', { id: 'spring-boot', dependsOnConfig: true }],
  ['nats-server', { graceful: ['SIGUSR2'], fast: [T, 'SIGINT'], drainSeconds: 120 }],
  ['postgres', { orderly: ['SIGINT'], clients: [T], fast: ['SIGQUIT'] }],
  ['redis-server', { graceful: [T, 'SIGINT'] }],
  ['supervisord -n', { role: 'supervisor' }],
  ['/init', { role: 'supervisor' }],
  ['/app/init', undefined],
  ['pm2-runtime app.js', { role: 'supervisor' }],
  ['tini -- x', { id: 'tini', role: 'init' }],
  ['/usr/bin/dumb-init x', { id: 'dumb-init', role: 'init' }],
  ['catatonit -- x', { role: 'init' }],
  ['/bin/bash -c x', { role: 'shell' }],
  ['sleep infinity', { role: 'task', bare: true }],
  ['tail -f /dev/null', { role: 'task', bare: true }],
  ['tail -n 5 log', undefined],
  ['/app/server --port 80', undefined],
  ['/opt/shop/bin/shop start', undefined],
];

test('a program is known by its words', () => {
  for (const [command, facts] of PROGRAMS) {
    const found = programFacts(command.split(' '));
    if (facts) assertFields(found, facts, command);
    else assert.equal(found?.id, undefined, command);
  }
});

test('words that are not known decide nothing', () => {
  assert.equal(programFacts([undefined, 'start']), undefined);
  assert.equal(programFacts([])?.id, undefined);
  assert.equal(programFacts(['caddy', undefined])?.id, undefined);
  assert.equal(programFacts(['java', undefined, '-jar'])?.id, 'java');
  assert.equal(programFacts(['python', '-m', undefined])?.id, 'python');
});

const WRAPPERS: readonly (readonly [command: string, wrapper: Partial<NonNullable<ProgramFacts['wrapper']>>])[] = [
  ['gosu app x', { keeps: 'becomes' }],
  ['env x', { keeps: 'becomes' }],
  ['bundle exec x', { keeps: 'becomes' }],
  [
    'su app',
    { keeps: 'parent', forwards: 'child', signals: [T], waits: true, killAfterSeconds: 2, keepsOnBusybox: 'becomes' },
  ],
  ['runuser -u app -- x', { keeps: 'parent', killAfterSeconds: 2, keepsOnBusybox: undefined }],
  ['doas -u app x', { keeps: 'parent', killAfterSeconds: 2, keepsOnBusybox: 'becomes' }],
  ['sudo x', { keeps: 'parent', forwards: 'child', waits: true }],
  ['timeout 5 x', { keeps: 'parent', forwards: 'group', waits: true, keepsOnBusybox: 'becomes' }],
  ['setsid x', { keeps: 'parent', forwards: 'none' }],
  ['flock f x', { keeps: 'parent', forwards: 'none' }],
  ['strace x', { keeps: 'parent', forwards: 'none' }],
  ['tini -- x', { keeps: 'parent', forwards: 'child', waits: true }],
  ['dumb-init x', { keeps: 'parent', forwards: 'group', waits: true }],
  ['npm start', { keeps: 'parent', forwards: 'child', waits: true, throughShell: true }],
  ['yarn start', { keeps: 'parent', forwards: undefined, waits: undefined, throughShell: true }],
  ['go run .', { keeps: 'parent', forwards: 'none', waits: false, throughShell: false }],
  ['foreman start', { forwards: 'all', sends: T, killAfterSeconds: 5, throughShell: true }],
  ['pm2-runtime x', { forwards: 'all', sends: 'SIGINT', killAfterSeconds: 1.6 }],
  ['runsvdir /etc/service', { forwards: 'none', waits: false }],
];

test('a wrapper is known by what it does with a command', () => {
  for (const [command, wrapper] of WRAPPERS) assertFields(programFacts(command.split(' '))?.wrapper, wrapper, command);
  assertFields(
    programById('yarn-berry')?.wrapper,
    { forwards: 'child', waits: true, throughShell: false },
    'yarn-berry',
  );
  assertFields(
    programById('yarn-classic')?.wrapper,
    { forwards: 'child', waits: false, throughShell: true },
    'yarn-classic',
  );
});

/** The command begins at `^`; without one there is none, or it is not known. `?` is a word that is not known. */
const COMMANDS = [
  'gosu user ^cmd',
  'gosu ? ^cmd',
  'gosu user ^?',
  'gosu user',
  'su-exec user:group ^cmd',
  'env -i A=b -u X -- ^cmd',
  'env - ^cmd',
  'env A=b',
  'env ? cmd',
  'env -S text',
  'env -iS text',
  'nice -n 5 ^cmd',
  'nice -5 ^cmd',
  'ionice -c2 -n 0 ^cmd',
  'ionice -p 1',
  'chrt -r 10 ^cmd',
  'taskset -c 0 ^cmd',
  'taskset 0x1 ^cmd',
  'taskset -cp 0 1',
  'nohup ^cmd',
  'setsid -w ^cmd',
  'stdbuf -oL -e 0 ^cmd',
  'setpriv --reuid=1 --clear-groups ^cmd',
  'setpriv --reuid 1 --regid ? ^cmd',
  'chpst -u user -e dir ^cmd',
  'envdir dir ^cmd',
  's6-setuidgid user ^cmd',
  's6-envdir dir ^cmd',
  'with-contenv ^cmd',
  'softlimit -m 1000 ^cmd',
  'chroot --userspec=a:b / ^cmd',
  'numactl --interleave=all ^cmd',
  'prlimit --nofile=1024 ^cmd',
  'fixuid -q ^cmd',
  'wait-for-it.sh host:1 -t 0 -- ^cmd',
  'wait-for ? -- ^cmd',
  'wait-for-it.sh host:1 -t 0',
  'bundle exec ^puma',
  'bundle exec --keep-file-descriptors ^puma',
  'poetry run ^cmd',
  'pipenv run ^cmd',
  'uv run --frozen --with x ^cmd',
  'uv run -m module',
  'newrelic-admin run-program ^cmd',
  'ddtrace-run ^cmd',
  'opentelemetry-instrument --x y --z=1 ^cmd',
  'dotenv run -- ^cmd',
  'dotenv -e .env -- ^cmd',
  'doas -u user ^cmd',
  'sudo -E -u user ^cmd',
  'sudo -Eu user ^cmd',
  'sudo -uservice A=b ^cmd',
  'sudo -i',
  'timeout -s TERM -k 5 30 ^cmd',
  'timeout ? ^cmd',
  'su -c cmd user',
  'runuser -u user -- ^cmd',
  'runuser user -c cmd',
  'tini -g -s -v -p SIGTERM -e 1 -- ^cmd',
  'tini ^cmd',
  'tini -- ^?',
  'tini ? -- cmd',
  'dumb-init -c -v --rewrite 15:3 -- ^cmd',
  'dumb-init -r 15:3 ^cmd',
  'catatonit -g -- ^cmd',
  'docker-init -- ^cmd',
  'dockerize -wait tcp://x -timeout 5s ^cmd',
  'doppler run -- ^cmd',
  'doppler run --command text',
  'chamber exec service -- ^cmd',
  'aws-vault exec profile -- ^cmd',
  'envconsul -prefix x -once ^cmd',
  'op run --env-file=x -- ^cmd',
  'infisical run -- ^cmd',
  'xvfb-run -a ^cmd',
  'strace -f -o x ^cmd',
  'flock file ^cmd',
  'flock -n file -c text',
  'conda run -n env --no-capture-output ^cmd',
  'mise exec node@22 -- ^cmd',
  'cross-env A=b ^cmd',
  'thrust ^cmd',
  'mpirun -np 2 ^cmd',
  'catchsegv ^cmd',
  'my_init -- ^cmd',
  'npm start',
  'node server.js',
];

test('the command of a wrapper begins behind its own words', () => {
  for (const line of COMMANDS) {
    const written = line.split(' ');
    const begins = written.findIndex((word) => word.startsWith('^'));
    const argv = written.map((word) => (word.replace('^', '') === '?' ? undefined : word.replace('^', '')));
    const facts = programFacts(argv);
    assert.ok(facts, `${line}: the program is not known`);
    assert.equal(innerCommand(facts, argv), begins < 0 ? undefined : begins, line);
  }
});

const ENDS = `mkdir -p x|chown -R a b|cp a b|envsubst|nginx -t|nginx -s reload|npm run build|npm run migrate|npm ci|npm test
  npm run db:migrate|npm exec -- prisma migrate deploy|yarn|yarn build|pnpm install|npx prisma migrate deploy|npx -y tsc
  rake db:migrate|bundle exec rake db:migrate|bundle install|bin/rails assets:precompile|python manage.py migrate
  ./manage.py collectstatic --noinput|python -m pip install x|python --version|alembic upgrade head|flyway migrate
  php artisan migrate --force|php artisan config:cache|php bin/console cache:clear|composer install|apt-get update|apk add x
  curl -f x|wget x|sleep 5|sleep $DELAY|grep a b|sed -i s x|awk x|echo x|printf x|[ -f x ]|true|:|env|wait-for-it.sh db:5432
  dockerize -wait tcp://db:5432|nc -z db 5432|psql -c x|pg_isready|mysqld --initialize-insecure|redis-cli ping|sysctl -w x
  supervisorctl status|gosu app chown x|/usr/bin/find . -name x|busybox mkdir x|xargs -r rm|tail -n 5 x|git clone x|./gradlew build
  mvn -B package|go build .|cargo test|dotnet ef database update|vite build|jest|kc.sh build|openssl req -x|perl -pi -e x y
  airflow db upgrade|celery -A x inspect ping|/app/server --version|kubectl get pods|timeout 30 curl x`;
const DETACHES = `service nginx start|/etc/init.d/nginx start|systemctl start x|apachectl start|php-fpm -D|crond|cron|pm2 start app.js
  redis-server --daemonize yes|pg_ctl -D /data -w start|memcached -d|sshd|timeout 60 /app/server`;
const STAYS = `sleep infinity|sleep 1d|tail -f /dev/null|tail -n0 -F x|puma|bundle exec puma|gunicorn app|redis-server
  php-fpm -F|php -S 0.0.0.0:80|php artisan queue:work -v|python -m http.server|python manage.py runserver|npm start|npm run start:prod
  yarn dev|rails server|celery -A x worker|crond -f|supervisord -n|apachectl -D FOREGROUND|httpd -DFOREGROUND|java org.springframework.boot.x
  watch ls|vite|mvn clean spring-boot:run|./gradlew bootRun|gosu app redis-server|timeout 0 tail -f x|haproxy -W -db|/init`;
const OPEN = `/app/server|./configure-things|/app/host|nginx|node server.js|node migrate|python app.py|python -c x|ruby x.rb|java -jar x.jar
  dotnet x.dll|php-fpm|supervisord -c x|$CMD|sh -c x|env -S text|gosu app $CMD|npm run thing|npm run start:migrations|make migrate|su app -c x`;

function commands(text: string): readonly string[] {
  return text.split(/\||\n\s*/);
}

test('commands that end are told from those that stay', () => {
  const rows = [
    ...commands(ENDS).map((command) => [command, true, true] as const),
    ...commands(DETACHES).map((command) => [command, true, false] as const),
    ...commands(STAYS).map((command) => [command, false, false] as const),
    ...commands(OPEN).map((command) => [command, undefined, false] as const),
  ];
  for (const [command, short, oneOff] of rows) {
    const words = command.split(' ');
    assert.equal(isShort(words), short, `isShort: ${command}`);
    assert.equal(isOneOff(words), oneOff, `isOneOff: ${command}`);
  }
  assert.equal(isShort(NGINX), false);
  assert.equal(isShort([]), undefined);
});

test('signals are read as Docker reads them', () => {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['SIGTERM', T],
    ['TERM', T],
    ['sigterm', T],
    ['Term', T],
    ['15', T],
    ['3', 'SIGQUIT'],
    ['SIGCLD', 'SIGCHLD'],
    ['IOT', 'SIGABRT'],
    ['RTMIN', 'SIGRTMIN'],
    ['SIGRTMIN+3', 'SIGRTMIN+3'],
    ['rtmax-14', 'SIGRTMAX-14'],
    ['34', 'SIGRTMIN'],
    ['64', 'SIGRTMAX'],
    ['0', undefined],
    ['65', undefined],
    ['-9', undefined],
    ['', undefined],
    ['SIG', undefined],
    ['SIGTEM', undefined],
    ['SIGSIGTERM', undefined],
    ['RTMIN+16', undefined],
    [' TERM', undefined],
    ['$SIGNAL', undefined],
  ];
  for (const [text, name] of rows) assert.equal(signalName(text), name, text);
  for (let number = 1; number <= 64; number++) assert.equal(signalNumber(signalName(String(number)) ?? ''), number);
  assert.equal(signalNumber('nothing'), undefined);
});

test('Kubernetes takes exact names only', () => {
  for (const name of [T, 'SIGCLD', 'SIGPOLL', 'SIGRTMIN+15', 'SIGRTMAX-1'])
    assert.equal(isKubernetesSignal(name), true, name);
  for (const name of ['TERM', 'sigterm', '15', 'SIGRTMIN+16', 'SIGTERMX', 'SIG', ''])
    assert.equal(isKubernetesSignal(name), false, name);
});

test('a mistyped signal is recognised, anything else is not', () => {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['SIGTEM', T],
    ['SIGTREM', T],
    ['SIG_TERM', T],
    ['sigterm;', T],
    ['SIGQIUT', 'SIGQUIT'],
    ['SIGWINC', 'SIGWINCH'],
    ['USR', 'SIGUSR1'],
    ['SIGKIL', 'SIGKILL'],
    ['graceful', undefined],
    ['99', undefined],
    ['', undefined],
  ];
  for (const [text, name] of rows) assert.equal(nearestSignal(text), name, text);
});

test('a Kubernetes version has a feature once it is on by default', () => {
  const rows: readonly (readonly [string, Feature, boolean])[] = [
    ['1.29', 'preStopSleep', false],
    ['1.30', 'preStopSleep', true],
    ['v1.34', 'preStopSleep', true],
    ['1.34.2', 'preStopSleepZero', true],
    ['1.32', 'preStopSleepZero', false],
    ['1.28', 'nativeSidecars', false],
    ['v1.29.4-gke.100', 'nativeSidecars', true],
    ['1.36', 'stopSignalField', false],
    ['1.37', 'stopSignalField', false],
    ['1.36', 'skipsReviews', false],
    ['2.0', 'skipsReviews', true],
    ['1', 'preStopSleep', false],
    ['latest', 'preStopSleep', false],
    ['', 'preStopSleep', false],
  ];
  for (const [version, feature, has] of rows)
    assert.equal(hasFeature({ kubernetesVersion: version, featureGates: [] }, feature), has, `${version} ${feature}`);
  const gated = (kubernetesVersion: string) =>
    hasFeature({ kubernetesVersion, featureGates: ['ContainerStopSignals'] }, 'stopSignalField');
  assert.deepEqual(['1.32', '1.33', '1.37', 'latest'].map(gated), [false, true, true, false]);
});

test('the data is small and every fact has a source', () => {
  const size = JSON.stringify(images).length + JSON.stringify(programs).length;
  assert.ok(size < 150_000, `images.json and programs.json take ${size} characters`);
  for (const entry of [...images.images, ...images.families, ...images.history, ...programs.programs]) {
    assert.ok(entry.source.length > 3, JSON.stringify(entry));
  }
});

test('the data refers to what is there, and no entry hides another', () => {
  const families = new Set(images.families.map(({ id }) => id));
  const history = new Set(images.history.map(({ id }) => id));
  const closed = new Set<string>();
  for (const entry of images.images as readonly {
    names: readonly string[];
    tag?: string;
    family?: string;
    history?: string;
  }[]) {
    if (entry.family) assert.ok(families.has(entry.family), entry.family);
    if (entry.history) assert.ok(history.has(entry.history), entry.history);
    for (const name of entry.names) assert.ok(!closed.has(name), `an entry of ${name} is hidden by an earlier one`);
    if (entry.tag === undefined) for (const name of entry.names) closed.add(name);
  }
  const ids = programs.programs.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  for (const { id } of programs.programs) {
    const { graceful, fast, ignored } = programById(id) as ProgramFacts;
    for (const signal of [...graceful, ...fast, ...ignored]) assert.equal(signalName(signal), signal, id);
    for (const signal of graceful)
      assert.ok(!fast.includes(signal) && !ignored.includes(signal), `${id}: ${signal} twice`);
  }
});
