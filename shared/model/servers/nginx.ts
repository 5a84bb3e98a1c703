// What nginx is told about its stop, and how long its requests may take. https://nginx.org/en/docs/ngx_core_module.html
import { type Directive, nginxSeconds, parseNginx } from '../../sources/nginxConf.ts';
import type { Embedded } from '../../text/embedded.ts';
import type { Edit, Place } from '../../text/span.ts';
import { folderOf, resolvePath } from '../paths.ts';
import type { Setting } from '../setting.ts';
import { known, unknown } from '../value.ts';
import { byDefault, fileAt, filesLike, givenAtSpan, isHidden, lineBefore, mayBeGiven, type Served } from './served.ts';
import type { CommonSettings } from './serverSettings.ts';

/** Settings of nginx. */
export interface NginxSettings extends CommonSettings {
  readonly server: 'nginx';
  /** Whether it passes requests on to somebody else, as far as its files tell. */
  readonly proxies: boolean;
  /** What lets connections last: longest first. `Infinity` for those that have no end of their own. */
  readonly lasting: readonly Lasting[];
}

/** A directive that lets a connection last. */
export interface Lasting {
  /** `proxy_read_timeout`, `proxy_set_header Upgrade`. */
  readonly name: string;
  readonly seconds: number;
  readonly at: Place;
}

const NAME = 'worker_shutdown_timeout';
/** Its own end, after it has closed what was left. */
const AFTER = 0;
const PASSES = /^(?:proxy|fastcgi|uwsgi|scgi|grpc)_pass$/;
const READS = /^(?:proxy|fastcgi|uwsgi|scgi|grpc)_read_timeout$/;
/** Where images keep the first file. */
const MAIN = [
  '/etc/nginx/nginx.conf',
  '/usr/local/openresty/nginx/conf/nginx.conf',
  '/usr/local/nginx/conf/nginx.conf',
];
/** What the configuration of images includes, where the first file comes with the image. */
const INCLUDED = [
  '/etc/nginx/conf.d/*.conf',
  '/etc/nginx/http.d/*.conf',
  '/etc/nginx/sites-enabled/*',
  '/etc/nginx/templates/*.template',
];
const MAX_FILES = 64;

/** A directive, and the text that holds it. */
interface Found {
  readonly text: Embedded;
  readonly directive: Directive;
}

/** What nginx is told. */
export function nginxSettings(served: Served): NginxSettings {
  const reader = new Reader(served);
  const given = optionAfter(served.process.argv, '-c');
  const main = given ?? MAIN.find((path) => fileAt(served, path)) ?? MAIN[0] ?? '';
  const top = reader.read(main, folderOf(resolvePath('/', main)));
  if (!top) for (const pattern of INCLUDED) reader.include(pattern, folderOf(resolvePath('/', main)));
  // Templates become files of conf.d.
  else for (const path of filesLike(served, '/etc/nginx/templates/*.template').paths) reader.read(path, '/etc/nginx');
  const all = reader.all;
  const whole = reader.whole && !isHidden(served, main);
  const command = optionAfter(served.process.argv, '-g');
  return {
    server: 'nginx',
    name: NAME,
    after: AFTER,
    drain: drainOf(served, top, whole, command),
    proxies: all.some(({ directive }) => PASSES.test(directive.name)),
    lasting: all.flatMap(lastingOf).sort((a, b) => b.seconds - a.seconds),
    also: all.flatMap(({ text, directive: { name, span } }) =>
      name === 'keepalive_timeout' ? [text.place(span.start, span.end)] : [],
    ),
  };
}

function drainOf(
  served: Served,
  top: readonly Found[] | undefined,
  whole: boolean,
  command: string | undefined,
): Setting<number> {
  const found = top?.findLast(({ directive: { name } }) => name === NAME);
  const [argument] = found?.directive.args ?? [];
  if (found && argument) {
    const seconds = nginxSeconds(argument.text);
    const value =
      seconds === undefined
        ? unknown('it is no length of time')
        : known(seconds === 0 ? Number.POSITIVE_INFINITY : seconds);
    return givenAtSpan(found.text, argument.span, value, (wanted) => `${wanted}s`);
  }
  const open = !whole || command?.includes(NAME) || mayBeGiven(served, NAME) || (!top && !served.image.base);
  const value = open ? unknown('it may be given elsewhere') : known(Number.POSITIVE_INFINITY);
  return byDefault(value, 'nginx', top && ((seconds) => insertion(top, seconds)));
}

/** Among the first directives, in front of the first block. */
function insertion(top: readonly Found[], seconds: number): Edit | undefined {
  const block = top.find(({ directive }) => directive.block);
  return block && lineBefore(block.text, block.directive.span.start, `${NAME} ${seconds}s;`);
}

function lastingOf({ text, directive: { name, args, span } }: Found): readonly Lasting[] {
  const at = text.place(span.start, span.end);
  const [first, second] = args;
  if (READS.test(name)) {
    const seconds = nginxSeconds(first?.text ?? '');
    return seconds === undefined ? [] : [{ name, seconds, at }];
  }
  const upgrades = name === 'proxy_set_header' && /^upgrade$/i.test(first?.text ?? '') && second?.text !== '';
  return upgrades ? [{ name: 'proxy_set_header Upgrade', seconds: Number.POSITIVE_INFINITY, at }] : [];
}

/** Reads files with what they include, each once. */
class Reader {
  readonly all: Found[] = [];
  whole = true;
  readonly #served: Served;
  readonly #read = new Set<string>();

  constructor(served: Served) {
    this.#served = served;
  }

  /** The directives at the top of a file; `undefined` where it is not there, or cannot be read. */
  read(path: string, prefix: string): readonly Found[] | undefined {
    if (this.#read.has(path) || this.#read.size > MAX_FILES) return undefined;
    this.#read.add(path);
    const text = fileAt(this.#served, path);
    const directives = text && parsed(text);
    if (text && !directives) this.whole = false;
    return text && directives && this.#follow(text, directives, prefix);
  }

  include(pattern: string, prefix: string): readonly Found[] {
    const { paths, whole } = filesLike(this.#served, resolvePath(prefix, pattern));
    this.whole &&= whole;
    return paths.flatMap((path) => this.read(path, prefix) ?? []);
  }

  #follow(text: Embedded, directives: readonly Directive[], prefix: string): readonly Found[] {
    return directives.flatMap((directive) => {
      const found = { text, directive };
      this.all.push(found);
      if (directive.block) this.#follow(text, directive.block, prefix);
      const [pattern] = directive.args;
      if (directive.name !== 'include' || !pattern) return [found];
      return [found, ...this.include(pattern.text, prefix)];
    });
  }
}

const PARSED = new WeakMap<Embedded, readonly Directive[] | undefined>();

function parsed(text: Embedded): readonly Directive[] | undefined {
  if (!PARSED.has(text)) PARSED.set(text, parseNginx(text.text));
  return PARSED.get(text);
}

function optionAfter(argv: readonly string[], name: string): string | undefined {
  const index = argv.indexOf(name);
  return index < 0 ? undefined : argv[index + 1];
}
