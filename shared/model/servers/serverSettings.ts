// What a server's own files, command line and environment say about its stop: how long it takes for its last requests.
// One file per server reads them; nothing here knows a notation.
import type { Place } from '../../text/span.ts';
import type { Image } from '../image/image.ts';
import type { Setting } from '../setting.ts';
import { gunicornSettings } from './gunicorn.ts';
import { haproxySettings } from './haproxy.ts';
import { httpdSettings } from './httpd.ts';
import { type NginxSettings, nginxSettings } from './nginx.ts';
import { type FpmSettings, fpmSettings } from './phpFpm.ts';
import { type PumaSettings, pumaSettings } from './puma.ts';
import type { Served } from './served.ts';
import { springSettings } from './spring.ts';
import { uvicornSettings } from './uvicorn.ts';
import { type UwsgiSettings, uwsgiSettings } from './uwsgi.ts';
import { workhorseSettings } from './workhorse.ts';

/** What is the same for all servers. */
export interface CommonSettings {
  /** Seconds for the last requests: `Infinity` where it waits for all of them, 0 where it cuts them. */
  readonly drain: Setting<number>;
  /** What the server calls it: `worker_shutdown_timeout`. */
  readonly name: string;
  /** Seconds that it takes to end once the time is over. */
  readonly after: number;
  /** Seconds that it takes to end where it drops its requests; absent: none. */
  readonly dropsIn?: number;
  /** The variable that gives it, where one does. */
  readonly variable?: string;
  /** What it does on a signal, where these settings decide it. */
  readonly onSignal?: ReadonlyMap<string, SignalEffect>;
  /** Other places that say something about the stop. */
  readonly also: readonly Place[];
}

/** What is read from whichever files of the project. */
export type ServerSettings = Told & {
  /** The files of the project that it reads. */
  readonly files: readonly string[];
};

/** `drains`: it finishes its requests. `drops`: it ends at once. `stays`: it goes on. */
export type SignalEffect = 'drains' | 'drops' | 'stays';

/** The settings of a server that has nothing of its own. */
export interface PlainSettings<S extends string> extends CommonSettings {
  readonly server: S;
}

type Told =
  | NginxSettings
  | FpmSettings
  | PumaSettings
  | UwsgiSettings
  | PlainSettings<'gunicorn'>
  | PlainSettings<'uvicorn'>
  | PlainSettings<'haproxy'>
  | PlainSettings<'httpd'>
  | PlainSettings<'spring'>
  | PlainSettings<'gitlab-workhorse'>;

const READERS: Readonly<Record<string, (served: Served) => Told | undefined>> = {
  nginx: nginxSettings,
  'php-fpm': fpmSettings,
  puma: pumaSettings,
  rails: pumaSettings,
  rackup: pumaSettings,
  gunicorn: gunicornSettings,
  'gunicorn-threads': gunicornSettings,
  uvicorn: uvicornSettings,
  uwsgi: uwsgiSettings,
  haproxy: haproxySettings,
  'haproxy-master': haproxySettings,
  httpd: httpdSettings,
  java: springSettings,
  'spring-boot': springSettings,
  'gitlab-workhorse': workhorseSettings,
};

/** The settings of a server that is known to have some. */
export function serverSettings(served: Served): ServerSettings | undefined {
  const { image, process } = served;
  const read = process.facts && READERS[process.facts.id];
  const files = new Set<string>();
  const noted =
    (look: Image['file']): Image['file'] =>
    (path) => {
      const file = look(path);
      if (file.kind === 'text') files.add(file.text.at.path);
      return file;
    };
  const told = read?.({ ...served, image: { ...image, file: noted(image.file), context: noted(image.context) } });
  return told && { ...told, files: [...files] };
}

/** The places that say something about the stop. */
export function placesOf(settings: ServerSettings): readonly Place[] {
  const { drain, also } = settings;
  const { silent } = settings.server === 'php-fpm' ? settings : {};
  return [
    ...(drain.given.kind === 'here' ? [drain.given.at] : []),
    ...(silent ? [silent.text.place(silent.start, silent.end)] : []),
    ...also,
    ...(settings.server === 'nginx' ? settings.lasting.map(({ at }) => at) : []),
  ];
}
