// Launches under a supervisor, one for each thing that it may be told. Data only.
import type { RealLaunch } from './launch.ts';

/** supervisord looks around once a second: it acts on a signal then, and sees then that a program has ended. */
const LATE = 2.3;
/** Once more for a second program, or for one that has had its time. */
const LATER = 3.3;

/** It starts nothing in its first second. */
const QUIET = 1600;

const SUPERVISORD = ['supervisord', '-n', '-c', '/srv/supervisord.conf'];

/** A configuration that leaves nothing behind; each program as the lines of its section. */
function configuration(programs: Readonly<Record<string, string>>, more = ''): string {
  const quiet = 'stdout_logfile=NONE\nstderr_logfile=NONE\n';
  const sections = Object.entries(programs).map(([name, lines]) => `[program:${name}]\n${quiet}${lines}`);
  return `[supervisord]\nlogfile=/dev/null\npidfile=/srv/pid\n${more}${sections.join('\n')}\n`;
}

/** A launch of supervisord over these programs, each by the lines of its section. */
export function supervised(
  programs: Readonly<Record<string, string>>,
  more: Partial<RealLaunch> & { readonly conf?: string } = {},
): RealLaunch {
  const { conf, ...launch } = more;
  const files = {
    'supervisord.conf': configuration(programs, conf),
    'noexec.sh': '#!/bin/bash\necho starting\npuma a 2800\n',
    'exec.sh': '#!/bin/bash\necho starting\nexec puma a 400\n',
    'waits.sh': "#!/bin/bash\ntrap 'kill $p; wait $p' TERM\npuma a 400 & p=$!\nwait $p\n",
    'trapped.sh': "#!/bin/bash\ntrap 'exit 0' TERM\npuma a 2800\n",
    'lib.ini': `[program:b]\nstdout_logfile=NONE\nstderr_logfile=NONE\ncommand=puma b 400\nstopsignal=USR2\n`,
  };
  return { words: SUPERVISORD, files, grace: 8, quiet: QUIET, late: LATE, ...launch };
}

/** A launch of runsvdir over the one service that the file `run` starts. */
export const UNDER_RUNIT: RealLaunch = {
  words: ['sh', '-c', 'mkdir -p sv/a; cp run sv/a/run; exec runsvdir -P /srv/sv'],
  quiet: QUIET,
};

const APP = 'command=puma a 400';

export const SUPERVISED: readonly (readonly [string, RealLaunch])[] = [
  ['supervisord: app', supervised({ a: APP })],
  ...['TERM', 'INT', 'QUIT', 'USR1', 'USR2', 'WINCH'].map(
    (short) =>
      [`supervisord, stopped with ${short}`, supervised({ a: APP }, { signal: `SIG${short}`, grace: 3 })] as const,
  ),
  ...['QUIT', 'SIGINT', 'usr1', '15'].map(
    (signal) =>
      [`supervisord: stopsignal ${signal}`, supervised({ a: `command=unicorn a 400\nstopsignal=${signal}` })] as const,
  ),
  ['supervisord: stopwaitsecs is too short', supervised({ a: 'command=puma a 4000\nstopwaitsecs=1' }, { late: LATER })],
  ['supervisord: stopwaitsecs is long enough', supervised({ a: 'command=puma a 2000\nstopwaitsecs=5' })],
  ['supervisord: the grace period is too short', supervised({ a: 'command=puma a 8000' }, { grace: 3 })],
  [
    'supervisord: two apps, one after the other',
    supervised({ a: 'command=puma a 1600', b: 'command=puma b 1600' }, { late: LATER }),
  ],
  [
    'supervisord: two apps in a group',
    supervised({ a: 'command=puma a 1600', b: 'command=puma b 1600' }, { conf: '[group:g]\nprograms=a,b\n' }),
  ],
  [
    'supervisord: the first has no patience for the second',
    supervised(
      { a: 'command=puma a 400\npriority=2', b: 'command=puma b 4000\npriority=1\nstopwaitsecs=1' },
      { late: LATER },
    ),
  ],
  ['supervisord: app that is not started', supervised({ a: APP, b: 'command=puma b 400\nautostart=false' })],
  [
    'supervisord: two of an app',
    supervised({ a: 'command=puma a 400\nnumprocs=2\nprocess_name=%(program_name)s_%(process_num)d' }),
  ],
  ['supervisord: app without handler', supervised({ a: 'command=sleep infinity' })],
  ['supervisord: sh -c app', supervised({ a: 'command=sh -c "cd /srv && puma a 2800"' })],
  ['supervisord: bash -c app', supervised({ a: "command=bash -c 'cd /srv && puma a 400'" })],
  ['supervisord: sh -c exec app', supervised({ a: 'command=sh -c "cd /srv && exec puma a 400"' })],
  ['supervisord: sh -c app, as a group', supervised({ a: 'command=sh -c "cd /srv && puma a 2800"\nstopasgroup=true' })],
  ['supervisord: script without exec', supervised({ a: 'command=/srv/noexec.sh' })],
  [
    'supervisord: script without exec, killed as a group',
    supervised({ a: 'command=/srv/noexec.sh\nkillasgroup=true' }),
  ],
  ['supervisord: script with exec', supervised({ a: 'command=/srv/exec.sh' })],
  ['supervisord: script with a trap that waits', supervised({ a: 'command=/srv/waits.sh' })],
  [
    'supervisord: script with a trap in the foreground',
    supervised({ a: 'command=/srv/trapped.sh\nstopwaitsecs=1' }, { late: LATER }),
  ],
  [
    'supervisord: script with a trap in the foreground, killed as a group',
    supervised({ a: 'command=/srv/trapped.sh\nstopwaitsecs=1\nkillasgroup=true' }, { late: LATER }),
  ],
  ['supervisord: tini -- app', supervised({ a: 'command=tini -s -- puma a 400' })],
  ['supervisord: its environment', supervised({ a: 'command=puma %(ENV_NAME)s 400\nenvironment=NAME="a"' })],
  ['supervisord: an included file', supervised({ a: APP }, { conf: '[include]\nfiles=*.ini\n' })],
  ['tini -- supervisord', supervised({ a: APP }, { words: ['tini', '--', ...SUPERVISORD] })],
  ['dumb-init -- supervisord', supervised({ a: APP }, { words: ['dumb-init', '--', ...SUPERVISORD] })],
  ['sh -c supervisord', supervised({ a: APP }, { words: ['sh', '-c', SUPERVISORD.join(' ')], grace: 3 })],
  ['sh -c exec supervisord', supervised({ a: APP }, { words: ['sh', '-c', `exec ${SUPERVISORD.join(' ')}`] })],
  ...['TERM', 'HUP', 'INT'].flatMap((short) =>
    [[], ['tini', '--']].map(
      (init) =>
        [
          `${[...init, 'runsvdir'].join(' ')}, stopped with ${short}`,
          {
            ...UNDER_RUNIT,
            words: [...init, ...UNDER_RUNIT.words],
            files: { run: '#!/bin/sh\nexec puma a 400\n' },
            signal: `SIG${short}`,
          },
        ] as const,
    ),
  ),
];
