// Why the other entries of programs.json are not measured.

const NOT_SHIPPED = 'Debian 12 does not ship it';

/** Reasons by entry; of all others that is why. */
export const REASONS: Readonly<Record<string, string>> = {
  rails: 'it takes an application of Rails; its server is Puma, which is measured',
  delayed_job: 'it takes an application of Rails',
  'delayed_job-rake': 'it takes an application of Rails',
  'artisan-queue': 'it takes an application of Laravel',
  octane: 'it takes an application of Laravel',
  'messenger-consume': 'it takes an application of Symfony',
  fastapi: 'the package of Debian has no such command; its server is uvicorn, which is measured',
  'mod_wsgi-express': 'the package of Debian has no such command',
  'celery-beat': 'it sends jobs and does none',
  locust: 'it makes requests and answers none',
  jupyter: 'its kernels answer, which are programs of their own',
  vite: 'the package of that name is another program',
  dockerd: 'it takes containers of its own',
  clickhouse: 'it is clickhouse-server by another name, which is measured',
  sshd: 'a session is no request',
  cron: 'its jobs start with the minute',
  crond: 'its jobs start with the minute',
};

/** Why nothing was measured of an entry that no setup is about. */
export function whyUnmeasured(id: string): string {
  return REASONS[id] ?? NOT_SHIPPED;
}
