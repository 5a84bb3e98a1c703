// All servers that are measured.
import { APPLICATIONS } from './applications.ts';
import { BROKERS } from './brokers.ts';
import { DATABASES } from './databases.ts';
import { INTERPRETERS } from './interpreters.ts';
import { JAVAS } from './javas.ts';
import { PROXIES } from './proxies.ts';
import type { Setup } from './setup.ts';
import { WORKERS } from './workers.ts';

export const SETUPS: readonly Setup[] = [
  ...PROXIES,
  ...APPLICATIONS,
  ...INTERPRETERS,
  ...DATABASES,
  ...BROKERS,
  ...JAVAS,
  ...WORKERS,
];
