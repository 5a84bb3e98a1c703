// Programs that pass requests on to others, and where their images keep what they are told. Facts only.

/** By the name of a program, an image or a container. */
const PROXY =
  /^(?:nginx|nginx-unprivileged|openresty|apache2?|httpd|caddy|haproxy|envoy|traefik|varnish|varnishd|kong|lighttpd|h2o|gitlab-workhorse|workhorse|oauth2-proxy|pomerium|ghostunnel)$/;

/** Files by the program that reads them, where images have them by default. */
const FILES: readonly { readonly program: RegExp; readonly paths: readonly string[] }[] = [
  {
    program: /nginx|openresty/,
    paths: [
      '/etc/nginx/nginx.conf',
      '/etc/nginx/conf.d/default.conf',
      '/etc/nginx/conf.d/app.conf',
      '/etc/nginx/http.d/default.conf',
      '/etc/nginx/sites-enabled/default',
      '/etc/nginx/sites-available/default',
      '/etc/nginx/templates/default.conf.template',
    ],
  },
  {
    program: /apache|httpd/,
    paths: ['/usr/local/apache2/conf/httpd.conf', '/etc/apache2/sites-available/000-default.conf'],
  },
  { program: /haproxy/, paths: ['/usr/local/etc/haproxy/haproxy.cfg', '/etc/haproxy/haproxy.cfg'] },
  { program: /caddy/, paths: ['/etc/caddy/Caddyfile'] },
];

/** Whether a program, an image or a container of this name passes requests on. */
export function isProxy(name: string): boolean {
  return PROXY.test(name);
}

/** Where a proxy reads whom it passes requests on to. */
export function proxyFiles(name: string): readonly string[] {
  return FILES.filter(({ program }) => program.test(name)).flatMap(({ paths }) => paths);
}
