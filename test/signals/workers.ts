// Workers: what is in flight is a job, and the request is to do it and to wait for its result.
import { besideOf, type Setup } from './setup.ts';

const url = (port: number) => `redis://127.0.0.1:${besideOf(port)}/0`;
const redis = (port: number) => ['redis-server', '--port', `${besideOf(port)}`, '--save', ''];

const CELERY = (port: number) => `import time
from celery import Celery
app = Celery('app', broker='${url(port)}', backend='${url(port)}')
@app.task
def work(ms):
    if ms:
        open('/srv/begun', 'w').close()
    time.sleep(ms / 1000)
    return 'ok'
`;

const WORK = `import time
def work(ms):
    if ms:
        open('/srv/begun', 'w').close()
    time.sleep(ms / 1000)
    return 'ok'
`;

const SIDEKIQ = (port: number) => `require 'sidekiq'
Sidekiq.configure_server { |config| config.redis = { url: '${url(port)}' } }
class Work
  include Sidekiq::Worker
  sidekiq_options retry: false
  def perform(ms, done)
    File.write('/srv/begun', '') if ms > 0
    sleep(ms / 1000.0)
    Sidekiq.redis { |redis| redis.set(done, 'ok') }
  end
end
`;

const ENQUEUE = `import sys, time
from redis import Redis
from rq import Queue
job = Queue(connection=Redis.from_url(sys.argv[1])).enqueue('app.work', int(sys.argv[2]))
limit = time.time() + 20
while not job.is_finished and time.time() < limit:
    time.sleep(0.05)
print(job.result)
`;

const PUSH = `require 'sidekiq'
require 'securerandom'
Sidekiq.configure_client { |config| config.redis = { url: ARGV[0] } }
done = SecureRandom.hex
Sidekiq::Client.push('class' => 'Work', 'args' => [ARGV[1].to_i, done], 'retry' => false)
400.times { break puts('ok') if Sidekiq.redis { |redis| redis.get(done) } == 'ok'; sleep 0.05 }
`;

const REDIS = { beside: redis, begins: 'begun', patience: 12 };

export const WORKERS: readonly Setup[] = [
  {
    ...REDIS,
    id: 'celery',
    packages: ['celery', 'python3-redis', 'redis-server'],
    files: (port) => ({ 'app.py': CELERY(port) }),
    words: () => ['celery', '-A', 'app', 'worker', '--concurrency=2'],
    client: (port, milliseconds) => [
      ...['/usr/bin/python3', '-c'],
      `from celery import Celery; app = Celery(broker='${url(port)}', backend='${url(port)}'); print(app.send_task('app.work', [${milliseconds}]).get(timeout=20))`,
    ],
  },
  {
    ...REDIS,
    id: 'rq',
    packages: ['python3-rq', 'redis-server'],
    files: () => ({ 'app.py': WORK }),
    words: (port) => ['rq', 'worker', '--url', url(port)],
    client: (port, milliseconds) => ['/usr/bin/python3', '-c', ENQUEUE, url(port), `${milliseconds}`],
  },
  {
    ...REDIS,
    id: 'sidekiq',
    packages: ['ruby-sidekiq', 'redis-server'],
    files: (port) => ({ 'app.rb': SIDEKIQ(port) }),
    words: () => ['sidekiq', '-r', './app.rb', '-c', '2'],
    client: (port, milliseconds) => ['/usr/bin/ruby', '-e', PUSH, url(port), `${milliseconds}`],
  },
];
