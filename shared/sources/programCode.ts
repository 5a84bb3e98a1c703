// Searches the code of a program for what it does with signals, and for the local files that it imports. Goes by text, not by
// syntax: comments are left out, and whatever only looks like a handler counts as one.

/** Languages whose programs, as PID 1, get no signal that they have no handler for (measured: node, bun, python, php). */
export type Language = 'javascript' | 'python' | 'php';

/** What one file says. */
export interface CodeFacts {
  /** The signals that it names, as `SIGTERM`; a program that names one is taken to handle it. */
  readonly signals: ReadonlySet<string>;
  /** Whether something in it may handle any signal: a library that does, or a handler for a signal that is not named. */
  readonly handlesAny: boolean;
  /** Whether it surely stays: it listens, or loops for ever. */
  readonly stays: boolean;
  /** What it imports that may be a local file, as written: `./server`, `app.views`. */
  readonly imports: readonly Import[];
  /** Whether it loads something that is not written down. */
  readonly open: boolean;
}

/** An import by its name; where it is not `sure` it may as well be something inside of a file. */
export interface Import {
  readonly name: string;
  readonly sure: boolean;
}

interface Patterns {
  /** A comment, or a string that may hold what looks like one. */
  readonly tokens: RegExp;
  readonly handlesAny: RegExp;
  readonly stays: RegExp;
  /** The name, and names inside of it. */
  readonly imports: RegExp;
  readonly open: RegExp;
}

const PATTERNS: Readonly<Record<Language, Patterns>> = {
  javascript: {
    tokens: /\/\*[\s\S]*?\*\/|\/\/[^\r\n]*|"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*'|`(?:[^`\\]|\\[\s\S])*`/g,
    handlesAny:
      /\bprocess\s*\.\s*(?:on|once|addListener|prependListener)\s*\(\s*[^'"`\s)]|enableShutdownHooks|(?:from|import|require\s*\()\s*['"](?![./])[^'"]*(?:graceful|shutdown|terminus|lightship|exit-hook|signal-exit|close-with-grace|\bdeath\b|node-cleanup|@adonisjs|@hapi\/|@loopback\/|@strapi\/|@apollo\/server|apollo-server|functions-framework|actionhero|moleculer|parse-server|sails|egg|pm2)/,
    stays:
      /\.\s*listen\s*\(|\bcreateServer\s*\(|\bserve\s*\(|\bsetInterval\s*\(|\bconsume\s*\(|\bwhile\s*\(\s*true\s*\)/,
    imports: /(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\()\s*['"](\.{1,2}\/[^'"]*|\.{1,2})['"]/g,
    open: /\b(?:require|import)\s*\(\s*(?!['"])/,
  },
  python: {
    tokens: /#[^\r\n]*|"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*'/g,
    handlesAny:
      /\b(?:signal\.signal|add_signal_handler)\s*\(|^\s*(?:from|import)\s+(?:uvicorn|hypercorn|gunicorn|granian|sanic|aiohttp|twisted|scrapy|celery|dramatiq|rq|huey|faust|telegram|aiogram|discord|streamlit|locust|robyn|prefect|dagster|airflow|luigi|tornado\.process|supervisor|circus|gevent\.pywsgi|daphne|cherrypy|kopf|litestar|mcp|fastmcp|nicegui|quart|ray|graceful\w*)\b/m,
    stays:
      /\bserve_forever\b|\brun_forever\b|\bstart_consuming\b|\bwait_for_termination\b|\bHTTPServer\b|\b(?:app|application|server|socketio)\.run\s*\(|\bwhile\s+(?:True|1)\s*:/,
    imports: /^[ \t]*(?:from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]+\(?([^)\r\n]*)|import[ \t]+([\w.]+))/gm,
    open: /\b(?:import_module|__import__|exec|runpy)\b/,
  },
  php: {
    tokens: /\/\*[\s\S]*?\*\/|(?:\/\/|#(?!\[))[^\r\n]*|"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'/g,
    handlesAny:
      /\bpcntl_(?:async_)?signal|\baddSignal\s*\(|\b(?:Swoole|OpenSwoole|Workerman|Amp|Octane|RoadRunner|Artisan|Symfony\\Component\\Console)\b/,
    stays: /\bwhile\s*\(\s*(?:true|1)\s*\)|\bLoop::run|->run\s*\(\s*\)|\bsocket_accept\b|\bstream_socket_server\b/i,
    imports: /\b(?:require|include)(?:_once)?\s*\(?\s*(?:__DIR__\s*\.\s*)?['"]([^'"]+\.php)['"]/g,
    open: /\b(?:require|include)(?:_once)?\s*\(?\s*(?:\$|dirname)|spl_autoload_register/,
  },
};

/** What a file of a program says about signals. */
export function readCode(language: Language, text: string): CodeFacts {
  const { tokens, handlesAny, stays, imports, open } = PATTERNS[language];
  const code = text.replace(tokens, (token) => (/^["'`]/.test(token) ? token : ' '));
  return {
    signals: new Set(code.match(/\bSIG[A-Z][A-Z0-9]+\b/g) ?? []),
    handlesAny: handlesAny.test(code),
    stays: stays.test(code),
    imports: [...code.matchAll(imports)].flatMap(([, first, inner, only]) => importsOf(first ?? only ?? '', inner)),
    open: open.test(code),
  };
}

/** `from app import views, models` may mean `app`, `app.views` and `app.models`. */
function importsOf(name: string, inner: string | undefined): readonly Import[] {
  const names = (inner ?? '').split(',').flatMap((part) => /^\s*(\w+)/.exec(part)?.[1] ?? []);
  const base = /^\.*$/.test(name) ? name : `${name}.`;
  const whole = /^\.*$/.test(name) ? [] : [{ name, sure: true }];
  return [...whole, ...names.map((one) => ({ name: base + one, sure: false }))];
}
