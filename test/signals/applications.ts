// Application servers: each runs an application that waits as long as its request says.
import type { Setup } from './setup.ts';

const RACK = `run ->(env) { sleep(env['QUERY_STRING'].to_s[/\\d+/].to_i / 1000.0); [200, { 'content-type' => 'text/plain' }, ["ok\\n"]] }
`;

const WSGI = `import time
def app(environ, start):
    time.sleep(int(environ['QUERY_STRING'][3:] or 0) / 1000)
    start('200 OK', [('content-type', 'text/plain')])
    return [b'ok\\n']
application = app
`;

const ASGI = `import asyncio
async def app(scope, receive, send):
    if scope['type'] == 'lifespan':
        while (await receive())['type'] != 'lifespan.shutdown':
            await send({'type': 'lifespan.startup.complete'})
        await send({'type': 'lifespan.shutdown.complete'})
        return
    await asyncio.sleep(int(scope['query_string'][3:] or 0) / 1000)
    await send({'type': 'http.response.start', 'status': 200, 'headers': [(b'content-type', b'text/plain')]})
    await send({'type': 'http.response.body', 'body': b'ok\\n'})
`;

const AIOHTTP = `import asyncio
from aiohttp import web
async def answer(request):
    await asyncio.sleep(int(request.query.get('ms', 0)) / 1000)
    return web.Response(text='ok\\n')
def app(argv):
    application = web.Application()
    application.add_routes([web.get('/', answer)])
    return application
`;

const FLASK = `import time
from flask import Flask, request
app = Flask(__name__)
@app.route('/')
def answer():
    time.sleep(int(request.args.get('ms', 0)) / 1000)
    return 'ok\\n'
`;

const DJANGO = `import sys, time
from django.conf import settings
from django.core.management import execute_from_command_line
from django.http import HttpResponse
from django.urls import path
settings.configure(DEBUG=True, ROOT_URLCONF='__main__', ALLOWED_HOSTS=['*'], SECRET_KEY='x')
def answer(request):
    time.sleep(int(request.GET.get('ms', 0)) / 1000)
    return HttpResponse('ok\\n')
urlpatterns = [path('', answer)]
execute_from_command_line(sys.argv)
`;

const at = (port: number) => `127.0.0.1:${port}`;
const rack = () => ({ 'config.ru': RACK });
const wsgi = () => ({ 'app.py': WSGI });
const asgi = () => ({ 'app.py': ASGI });

const PUMA = { id: 'puma', packages: ['puma'], files: rack };
const GUNICORN = { packages: ['gunicorn'], files: wsgi };
const UWSGI = { id: 'uwsgi', packages: ['uwsgi-core', 'uwsgi-plugin-python3'], files: wsgi };
const uwsgi = (port: number) => [
  ...['uwsgi', '--plugins', 'python3', '--http-socket', at(port)],
  ...['--wsgi-file', 'app.py', '--processes', '2'],
];
const UVICORN = { id: 'uvicorn', packages: ['uvicorn'], files: asgi };
const uvicorn = (port: number) => ['uvicorn', '--host', '127.0.0.1', '--port', `${port}`, 'app:app'];

const RUBY: readonly Setup[] = [
  { ...PUMA, variant: 'single', words: (port) => ['puma', '-b', `tcp://${at(port)}`, '-t', '4:4'] },
  { ...PUMA, variant: 'cluster', words: (port) => ['puma', '-b', `tcp://${at(port)}`, '-t', '4:4', '-w', '2'] },
  {
    id: 'rackup',
    packages: ['ruby-rack', 'puma'],
    configured: true,
    files: rack,
    words: (port) => ['rackup', '-s', 'puma', '-o', '127.0.0.1', '-p', `${port}`],
  },
  {
    id: 'unicorn',
    packages: ['unicorn'],
    files: () => ({ ...rack(), 'unicorn.rb': 'worker_processes 2\n' }),
    words: (port) => ['unicorn', '-c', 'unicorn.rb', '-l', at(port)],
  },
  {
    id: 'passenger',
    packages: ['passenger'],
    variant: 'builtin engine',
    files: rack,
    env: { PASSENGER_DISABLE_ANONYMOUS_TELEMETRY: '1', PASSENGER_DISABLE_SECURITY_UPDATE_CHECK: '1' },
    words: (port) => [
      ...['passenger', 'start', '--engine', 'builtin', '-a', '127.0.0.1', '-p', `${port}`, '--max-pool-size', '2'],
      ...['--min-instances', '2', '--app-type', 'rack', '--startup-file', 'config.ru', '--log-file', '/dev/stderr'],
    ],
    patience: 25,
  },
  {
    id: 'thin',
    packages: ['thin'],
    files: rack,
    words: (port) => ['thin', 'start', '-R', 'config.ru', '-a', '127.0.0.1', '-p', `${port}`, '--threaded'],
  },
];

const PYTHONS: readonly Setup[] = [
  { ...GUNICORN, id: 'gunicorn', words: (port) => ['gunicorn', '-w', '2', '-b', at(port), 'app:app'] },
  {
    ...GUNICORN,
    id: 'gunicorn-threads',
    words: (port) => ['gunicorn', '-w', '2', '--threads', '4', '-b', at(port), 'app:app'],
  },
  { ...UWSGI, variant: 'no master', words: (port) => uwsgi(port) },
  { ...UWSGI, variant: 'master', words: (port) => [...uwsgi(port), '--master'] },
  { ...UWSGI, variant: 'master, die-on-term', words: (port) => [...uwsgi(port), '--master', '--die-on-term'] },
  {
    ...UWSGI,
    variant: 'master, TERM hooked to gracefully_kill_them_all',
    configured: true,
    words: (port) => [...uwsgi(port), '--master', '--hook-master-start', 'unix_signal:15 gracefully_kill_them_all'],
  },
  { ...UVICORN, variant: 'one process', words: (port) => uvicorn(port) },
  { ...UVICORN, variant: 'two workers', words: (port) => [...uvicorn(port), '--workers', '2'] },
  {
    id: 'hypercorn',
    packages: ['python3-hypercorn'],
    files: asgi,
    words: (port) => ['hypercorn', '-b', at(port), 'app:app'],
  },
  {
    id: 'daphne',
    packages: ['daphne'],
    files: asgi,
    words: (port) => ['daphne', '-b', '127.0.0.1', '-p', `${port}`, 'app:app'],
  },
  {
    id: 'waitress',
    packages: ['python3-waitress'],
    files: wsgi,
    words: (port) => ['waitress-serve', `--listen=${at(port)}`, 'app:app'],
  },
  {
    id: 'aiohttp',
    packages: ['python3-aiohttp'],
    files: () => ({ 'app.py': AIOHTTP }),
    words: (port) => ['/usr/bin/python3', '-m', 'aiohttp.web', '-H', '127.0.0.1', '-P', `${port}`, 'app:app'],
  },
  {
    id: 'flask-run',
    packages: ['python3-flask'],
    files: () => ({ 'app.py': FLASK }),
    words: (port) => ['flask', 'run', '-h', '127.0.0.1', '-p', `${port}`],
  },
  {
    id: 'flask-debug',
    packages: ['python3-flask'],
    files: () => ({ 'app.py': FLASK }),
    words: (port) => ['flask', '--debug', 'run', '-h', '127.0.0.1', '-p', `${port}`],
  },
  {
    id: 'runserver-noreload',
    packages: ['python3-django'],
    files: () => ({ 'manage.py': DJANGO }),
    words: (port) => ['/usr/bin/python3', 'manage.py', 'runserver', '--noreload', at(port)],
  },
  {
    id: 'runserver',
    packages: ['python3-django'],
    files: () => ({ 'manage.py': DJANGO }),
    words: (port) => ['/usr/bin/python3', 'manage.py', 'runserver', at(port)],
  },
];

export const APPLICATIONS: readonly Setup[] = [...RUBY, ...PYTHONS];
