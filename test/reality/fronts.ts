// What stands in front of a command in launches by chance: inits, wrappers, managers of programs. Data only.
import type { Dialect } from '../../shared/knowledge/images.ts';
import { NPM } from './constructs.ts';
import type { RealLaunch } from './launch.ts';
import { supervised, UNDER_RUNIT } from './supervised.ts';

export const INITS: readonly string[] = [
  'tini --',
  'tini -g --',
  'tini -s --',
  'dumb-init --',
  'dumb-init --single-child --',
  'dumb-init --rewrite 15:3 --',
  'dumb-init --rewrite 15:10 --',
  'dumb-init --rewrite 15:0 --',
  'dumb-init --rewrite 15:2 --rewrite 2:3 --',
  'catatonit --',
];

/** sudo and start-stop-daemon look for programs in places of their own. */
const ENV = '/usr/bin/env PATH=/srv/bin:/usr/sbin:/usr/bin:/bin';

/** By their paths: busybox has tools of the same names built in. */
const WRAPPERS: readonly string[] = [
  '/usr/bin/env X=1',
  '/usr/bin/nice -n 5',
  '/usr/bin/nohup',
  '/usr/bin/stdbuf -oL',
  '/usr/bin/setsid -w',
  '/usr/bin/ionice -c3',
  '/usr/bin/taskset 3',
  '/usr/sbin/chroot /',
  '/usr/bin/setpriv --reuid=0 --clear-groups',
  '/usr/bin/timeout 60',
  '/usr/bin/timeout --foreground 60',
  'busybox timeout 60',
  '/usr/bin/flock -s /srv',
  '/usr/bin/time -o /dev/null',
  '/usr/bin/strace -f -o /dev/null',
  '/usr/bin/chronic',
  'chpst -u root',
  'setuidgid root',
  's6-setuidgid root',
  'gosu root',
  '/usr/sbin/runuser -u root --',
  `/usr/bin/sudo ${ENV}`,
  `/usr/sbin/start-stop-daemon -S -x ${ENV.replace(' ', ' -- ')}`,
];

/** What hands a text to /bin/sh. */
const HANDERS: readonly string[] = [
  '/usr/bin/flock -s /srv -c',
  '/usr/sbin/runuser -s /bin/sh root -c',
  '/usr/bin/su -s /bin/sh root -c',
];

export function handersWhere(sh: Dialect): readonly string[] {
  return sh === 'busybox-ash' ? HANDERS.filter((words) => !words.includes('/su ')) : HANDERS;
}

/** Where /bin/sh is busybox, timeout and su are taken to be busybox's too; here they are not. */
export function wrappersWhere(sh: Dialect): readonly string[] {
  return sh === 'busybox-ash' ? WRAPPERS.filter((words) => !words.startsWith('/usr/bin/timeout')) : WRAPPERS;
}

/** Programs that look up elsewhere what they start: one server. */
export const MANAGED_WAYS = ['npm', 'supervisord', 'runsvdir'] as const;
export type ManagedWay = (typeof MANAGED_WAYS)[number];

/** A server that is started by a manager. */
export function managedBy(way: ManagedWay, server: string): RealLaunch {
  switch (way) {
    case 'npm':
      return {
        ...NPM,
        words: ['npm', '--prefix', '/srv', 'start'],
        files: { 'package.json': JSON.stringify({ scripts: { start: server } }) },
      };
    case 'supervisord':
      return supervised({ a: `command=${server}` });
    case 'runsvdir':
      return { ...UNDER_RUNIT, files: { run: `#!/bin/sh\nexec ${server}\n` } };
  }
}
