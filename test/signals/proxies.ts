// Web servers and proxies: each hands its requests on to the upstream.
import { type Setup, UPSTREAM } from './setup.ts';

const nginx = (port: number) => `daemon off; user root; worker_processes 2; pid /srv/pid; error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path /srv/t1; proxy_temp_path /srv/t2; fastcgi_temp_path /srv/t3; uwsgi_temp_path /srv/t4; scgi_temp_path /srv/t5;
  server { listen 127.0.0.1:${port}; location / { proxy_pass http://127.0.0.1:${UPSTREAM}; } }
}
`;

const apache = (port: number) => `ServerRoot /etc/apache2
ServerName localhost
PidFile /srv/pid
Listen 127.0.0.1:${port}
ErrorLog /dev/stderr
Mutex file:/srv default
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so
LoadModule proxy_http_module /usr/lib/apache2/modules/mod_proxy_http.so
User nobody
Group nogroup
ProxyPass / http://127.0.0.1:${UPSTREAM}/
`;

const haproxy = (port: number) => `defaults
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server 30s
frontend in
  bind 127.0.0.1:${port}
  default_backend out
backend out
  server one 127.0.0.1:${UPSTREAM}
`;

const lighttpd = (port: number) => `server.modules = ("mod_proxy")
server.document-root = "/srv"
server.bind = "127.0.0.1"
server.port = ${port}
proxy.server = ("" => (("host" => "127.0.0.1", "port" => ${UPSTREAM})))
`;

const caddy = (port: number) => `{
  admin off
  auto_https off
}
http://127.0.0.1:${port} {
  reverse_proxy 127.0.0.1:${UPSTREAM}
}
`;

const squid = (port: number) => `http_port 127.0.0.1:${port} accel defaultsite=localhost
cache_peer 127.0.0.1 parent ${UPSTREAM} 0 no-query originserver
http_access allow all
cache deny all
pid_filename none
access_log none
cache_log /srv/log/cache
cache_store_log none
coredump_dir /srv/log
cache_effective_user proxy
`;

const fpm = (port: number, waits: string) => `[global]
error_log = /dev/stderr
daemonize = no
${waits}
[www]
user = root
group = root
listen = 127.0.0.1:${port}
pm = static
pm.max_children = 3
`;

/** PHP's `sleep` is cut short by a signal, so it counts the time itself. */
const PHP = `<?php
$until = microtime(true) + (int) ($_GET['ms'] ?? 0) / 1000;
while (microtime(true) < $until) usleep(2000);
echo "ok\\n";
`;

const FPM = {
  id: 'php-fpm',
  packages: ['php8.2-fpm', 'libfcgi-bin'],
  words: () => ['php-fpm8.2', '-R', '-y', '/srv/fpm.conf'],
  client: (port: number, milliseconds: number) => [
    ...['env', 'SCRIPT_FILENAME=/srv/app.php', 'REQUEST_METHOD=GET', `QUERY_STRING=ms=${milliseconds}`],
    ...['cgi-fcgi', '-bind', '-connect', `127.0.0.1:${port}`],
  ],
};

export const PROXIES: readonly Setup[] = [
  {
    id: 'nginx',
    packages: ['nginx'],
    words: () => ['nginx', '-c', '/srv/nginx.conf'],
    files: (port) => ({ 'nginx.conf': nginx(port) }),
  },
  { ...FPM, variant: 'as it comes', files: (port) => ({ 'fpm.conf': fpm(port, ''), 'app.php': PHP }) },
  {
    ...FPM,
    variant: 'process_control_timeout',
    configured: true,
    files: (port) => ({ 'fpm.conf': fpm(port, 'process_control_timeout = 10s'), 'app.php': PHP }),
  },
  {
    id: 'php-builtin-server',
    packages: ['php8.2-cli'],
    words: (port) => ['php8.2', '-S', `127.0.0.1:${port}`, 'app.php'],
    files: () => ({ 'app.php': PHP }),
  },
  {
    id: 'httpd',
    packages: ['apache2'],
    words: () => ['apache2', '-DFOREGROUND', '-f', '/srv/apache.conf'],
    files: (port) => ({ 'apache.conf': apache(port) }),
  },
  {
    id: 'haproxy-master',
    packages: ['haproxy'],
    words: () => ['haproxy', '-W', '-db', '-f', '/srv/haproxy.cfg'],
    files: (port) => ({ 'haproxy.cfg': haproxy(port) }),
  },
  {
    id: 'haproxy',
    packages: ['haproxy'],
    words: () => ['haproxy', '-db', '-f', '/srv/haproxy.cfg'],
    files: (port) => ({ 'haproxy.cfg': haproxy(port) }),
  },
  {
    id: 'lighttpd',
    packages: ['lighttpd'],
    words: () => ['lighttpd', '-D', '-f', '/srv/lighttpd.conf'],
    files: (port) => ({ 'lighttpd.conf': lighttpd(port) }),
  },
  {
    id: 'caddy',
    packages: ['caddy'],
    words: () => ['caddy', 'run', '--config', '/srv/Caddyfile', '--adapter', 'caddyfile'],
    files: (port) => ({ Caddyfile: caddy(port) }),
  },
  {
    id: 'varnishd',
    packages: ['varnish'],
    words: (port) => [
      ...['varnishd', '-F', '-j', 'none', '-n', '/srv/varnish', '-s', 'default,8M'],
      ...['-a', `127.0.0.1:${port}`, '-b', `127.0.0.1:${UPSTREAM}`],
    ],
  },
  {
    id: 'squid',
    packages: ['squid'],
    words: () => ['squid', '-N', '-f', '/srv/squid.conf'],
    files: (port) => ({ 'squid.conf': squid(port) }),
    patience: 40,
  },
];
