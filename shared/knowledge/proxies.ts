// Programs that pass requests on to others, and where their images keep what they are told. Facts only.

/** By the name of a program, an image or a container. */
const PROXY =
  /^(?:nginx|nginx-unprivileged|openresty|apache2?|httpd|caddy|haproxy|envoy|traefik|varnish|varnishd|kong|lighttpd|h2o|gitlab-workhorse|workhorse|oauth2-proxy|pomerium|ghostunnel)$/;

/** Files and folders of files by the program that reads them, where images have them by default. */
const FILES: readonly {
  readonly program: RegExp;
  readonly paths: readonly string[];
  readonly folders: readonly string[];
}[] = [
  {
    program: /nginx|openresty/,
    paths: [
      '/etc/nginx/nginx.conf',
      '/usr/local/openresty/nginx/conf/nginx.conf',
      '/etc/nginx/sites-available/default',
    ],
    folders: ['/etc/nginx/conf.d', '/etc/nginx/http.d', '/etc/nginx/sites-enabled', '/etc/nginx/templates'],
  },
  {
    program: /apache|httpd/,
    paths: ['/usr/local/apache2/conf/httpd.conf', '/etc/apache2/sites-available/000-default.conf'],
    folders: ['/etc/apache2/sites-enabled', '/usr/local/apache2/conf/extra'],
  },
  {
    program: /haproxy/,
    paths: ['/usr/local/etc/haproxy/haproxy.cfg', '/etc/haproxy/haproxy.cfg'],
    folders: [],
  },
  { program: /caddy/, paths: ['/etc/caddy/Caddyfile'], folders: [] },
];

/** Whether a program, an image or a container of this name passes requests on. */
export function isProxy(name: string): boolean {
  return PROXY.test(name);
}

/** Where a proxy reads whom it passes requests on to; `list` gives the names of the files in a folder. */
export function proxyFiles(name: string, list: (folder: string) => readonly string[] | undefined): readonly string[] {
  return FILES.filter(({ program }) => program.test(name)).flatMap(({ paths, folders }) => [
    ...paths,
    ...folders.flatMap((folder) => (list(folder) ?? []).map((file) => `${folder}/${file}`)),
  ]);
}
