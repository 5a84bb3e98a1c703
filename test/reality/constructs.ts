// Every construct of a launch that decides who gets the stop signal, one launch each: shells and what they replace
// themselves by, scripts, traps, inits, process groups, wrappers, stop signals, package managers. Data only.
import { HOOKED, SHARED } from './hooked.ts';
import type { RealLaunch } from './launch.ts';
import { MAKES } from './makes.ts';
import { APP, BASH_SCRIPTS, DIALECTS, FILES, SCRIPTS, SHELLS, shebang, TEXTS } from './shells.ts';
import { SUPERVISED } from './supervised.ts';

const split = (line: string) => line.split(' ');

/** The scripts that inits and wrappers are put in front of. */
const UNDER: Readonly<Record<string, string>> = {
  'noexec.sh': `#!/bin/sh\necho starting\n${APP}\n`,
  'noexec.bash': `#!/bin/bash\necho starting\n${APP}\n`,
  'more.bash': `#!/bin/bash\nset -e\n${APP}\necho done\n`,
  'exec.sh': `#!/bin/sh\nexec ${APP}\n`,
  'trap.sh': `#!/bin/sh\n${APP} &\npid=$!\ntrap 'kill -TERM $pid' TERM\nwait $pid\n`,
  'waits.sh': `#!/bin/sh\n${APP} &\npid=$!\ntrap 'kill -TERM $pid; wait $pid; exit $?' TERM\nwait $pid\n`,
  'traps.sh': `#!/bin/sh\ntrap 'kill -TERM $(pgrep -x puma); exit 0' TERM\n${APP}\n`,
  'traps.bash': `#!/bin/bash\ntrap 'kill -TERM $(pgrep -x puma); exit 0' TERM\n${APP}\n`,
  'exit.bash': `#!/bin/bash\ntrap 'echo cleanup' EXIT\n${APP}\n`,
  'args.sh': '#!/bin/sh\nset -e\necho init\nexec "$@"\n',
  'noargs.sh': '#!/bin/sh\nset -e\necho init\n"$@"\n',
};

const INITS: readonly string[] = [
  'tini --',
  'tini -g --',
  'tini -s --',
  'dumb-init --',
  'dumb-init --single-child --',
  'dumb-init -c',
  'catatonit --',
];

const UNDER_INITS: readonly string[] = [
  ...[
    'noexec.sh',
    'noexec.bash',
    'more.bash',
    'exec.sh',
    'trap.sh',
    'waits.sh',
    'traps.sh',
    'traps.bash',
    'exit.bash',
  ].map((name) => `/srv/${name}`),
  APP,
  'app a 400',
  'sleep infinity',
];

const WRAPPERS: readonly string[] = [
  'env FOO=1',
  'nice -n 5',
  'nohup',
  'stdbuf -oL',
  'setsid -w',
  'ionice -c3',
  'taskset 1',
  'chroot /',
  'chpst -u nobody',
  'gosu nobody',
  'setpriv --reuid=65534 --regid=65534 --clear-groups',
  'runuser -u nobody --',
  'timeout 60',
  'timeout --foreground 60',
  'timeout -s INT 60',
  'flock /srv',
  'busybox timeout 60',
  'setuidgid nobody',
  's6-setuidgid nobody',
  'sudo env PATH=/srv/bin:/usr/bin:/bin',
  'sudo -u nobody env PATH=/srv/bin:/usr/bin:/bin',
  '/usr/bin/time',
  'strace -f -o /dev/null',
  'strace -o /dev/null',
  'chronic',
];

/** Lines of package.json, by what they are called. */
const PACKAGE_SCRIPTS: Readonly<Record<string, string>> = {
  start: APP,
  compound: `echo hi && ${APP}`,
  exec: `exec ${APP}`,
};
/** npm takes its time to leave, and asks for newer versions of itself unless it is told not to. */
export const NPM: Omit<RealLaunch, 'words'> = {
  files: { 'package.json': JSON.stringify({ name: 'a', version: '1.0.0', scripts: PACKAGE_SCRIPTS }) },
  env: { npm_config_update_notifier: 'false' },
  grace: 3.2,
  late: 1,
};

/** What a shell may be busy with when a signal comes that is not SIGTERM. */
const TOLD: Readonly<Record<string, string>> = {
  'app in the foreground': `${APP}\nexit 7\n`,
  wait: `${APP} &\nwait $!\nexit 7\n`,
  pipeline: `${APP} | cat\nexit 7\n`,
  'app in a subshell': `(${APP}; true)\nexit 7\n`,
};

/** One signal becomes another, or none. */
const REWRITES = ['15:3', '15:10', '15:0', '15:1'];

/** A script waits for one that runs the server under an init that drops the signal; its trap passes another on. */
function passenger(control: string, wait: string, handler: string): Readonly<Record<string, string>> {
  return {
    'entry.bash': `#!/bin/bash\ntrap "sleep 0.4; kill -USR2 \\$(pgrep -x app)${handler}; exit 0" TERM\n/srv/control.bash${wait}\n`,
    'control.bash': `#!/bin/bash\n${control}dumb-init --rewrite 15:0 -- app a 400\n`,
  };
}
const AS_WRITTEN = passenger('', '', '');

/** All constructs, by name. */
export const CONSTRUCTS: ReadonlyMap<string, RealLaunch> = new Map([
  ...all(
    ['puma a 400', 'app a 400', 'unicorn a 400', 'uvicorn a 400', 'sleep infinity', 'tail -f /dev/null'].map((line) => [
      `PID 1: ${line}`,
      { words: split(line) },
    ]),
  ),
  ...all(
    DIALECTS.flatMap((dialect) =>
      Object.entries(TEXTS)
        .filter(([name]) => dialect !== 'zsh' || !name.startsWith('set -m'))
        .map(
          ([name, text]) =>
            [`${dialect} -c: ${name}`, { words: [...SHELLS[dialect], '-c', text], files: FILES }] as const,
        ),
    ),
  ),
  ...all(
    DIALECTS.flatMap((dialect) =>
      Object.entries(dialect === 'bash' ? { ...SCRIPTS, ...BASH_SCRIPTS } : SCRIPTS).map(
        ([name, text]) =>
          [
            `${dialect} script: ${name}`,
            { words: ['/srv/run'], files: { ...FILES, run: shebang(dialect) + text } },
          ] as const,
      ),
    ),
  ),
  ...all(
    INITS.flatMap((init) =>
      UNDER_INITS.map(
        (line) => [`${init} ${line}`, { words: [...split(init), ...split(line)], files: UNDER }] as const,
      ),
    ),
  ),
  ...all(INITS.map((init) => [`sh -c: ${init} app; true`, { words: ['sh', '-c', `${init} ${APP}; true`] }] as const)),
  ...all(
    ['dash', 'bash'].flatMap((shell) =>
      INITS.map(
        (init) => [`${init} ${shell} -c app`, { words: [...split(init), shell, '-c', `cd /tmp && ${APP}`] }] as const,
      ),
    ),
  ),
  ...all(
    REWRITES.flatMap((rewrite) =>
      [APP, 'app a 400', '/srv/noexec.sh', '/srv/noexec.bash'].map(
        (line) =>
          [
            `dumb-init --rewrite ${rewrite} -- ${line}`,
            { words: ['dumb-init', '--rewrite', rewrite, '--', ...split(line)], files: UNDER },
          ] as const,
      ),
    ),
  ),
  ...all(
    WRAPPERS.flatMap((wrapper) =>
      [APP, 'sleep infinity', '/srv/noexec.sh'].map(
        (line) =>
          [`${wrapper} ${line}`, { words: [...split(wrapper), ...split(line)], files: UNDER, grace: 3.2 }] as const,
      ),
    ),
  ),
  ...all(
    ['/bin/sh', '/bin/bash'].flatMap((shell) =>
      ['', 'exec '].map(
        (exec) =>
          [
            `su -s ${shell} -c ${exec}app`,
            { words: ['su', '-s', shell, 'nobody', '-c', `${exec}/srv/bin/${APP}`], grace: 3.2 },
          ] as const,
      ),
    ),
  ),
  ...all([
    ['sh -c: su -c app; true', { words: ['sh', '-c', `su -s /bin/sh nobody -c '/srv/bin/${APP}'; true`] }],
    [
      'su, app drains too long',
      { words: ['su', '-s', '/bin/sh', 'nobody', '-c', 'exec /srv/bin/puma a 2800'], grace: 3.6 },
    ],
    ['runuser, app drains too long', { words: ['runuser', '-u', 'nobody', '--', 'puma', 'a', '2800'], grace: 3.6 }],
  ]),
  ...all(
    ['QUIT', 'INT', 'HUP', 'USR1', 'USR2', 'KILL', 'STOP'].flatMap((short) =>
      [
        APP,
        'unicorn a 400',
        'uvicorn a 400',
        '/srv/noexec.sh',
        '/srv/noexec.bash',
        '/srv/waits.sh',
        `tini -- ${APP}`,
        'tini -- /srv/noexec.sh',
        'nohup app a 400',
        'nohup sleep infinity',
        'timeout 60 puma a 400',
      ].map(
        (line) =>
          [`stop signal ${short}: ${line}`, { words: split(line), files: UNDER, signal: `SIG${short}` }] as const,
      ),
    ),
  ),
  ...all(
    DIALECTS.flatMap((dialect) =>
      ['HUP', 'INT', 'QUIT', 'USR1'].flatMap((short) =>
        ['', 'tini -g -- ', 'tini -- '].flatMap((init) =>
          Object.entries(TOLD).map(
            ([name, text]) =>
              [
                `${short}: ${init}${dialect}, ${name}`,
                {
                  words: [...split(init).filter(Boolean), '/srv/run'],
                  files: { run: shebang(dialect) + text },
                  signal: `SIG${short}`,
                },
              ] as const,
          ),
        ),
      ),
    ),
  ),
  ...all([
    ...['', 'tini -- ', 'dumb-init -- '].flatMap((init) =>
      ['KILL', 'QUIT', 'TERM'].map(
        (short) =>
          [
            `${init}a script that tells PID 1 ${short}`,
            {
              words: split(`${init}/srv/run`),
              files: {
                run: `#!/bin/sh\ntrap 'kill -${short} 1; sleep 0.4; kill $p; wait $p' USR1\n${APP} & p=$!\nwait\n`,
              },
              signal: 'SIGUSR1',
            },
          ] as const,
      ),
    ),
    ['exec form: script without exec', { words: ['/srv/noexec.bash'], files: UNDER }],
    ['sh -c script without exec', { words: ['/bin/sh', '-c', '/srv/noexec.bash'], files: UNDER }],
    ['sh -c script with exec', { words: ['/bin/sh', '-c', '/srv/exec.sh'], files: UNDER }],
    ['entrypoint execs sh -c app', { words: ['/srv/args.sh', '/bin/sh', '-c', APP], files: UNDER }],
    ['entrypoint execs its arguments', { words: ['/srv/args.sh', ...split(APP)], files: UNDER }],
    ['entrypoint runs its arguments', { words: ['/srv/noargs.sh', ...split(APP)], files: UNDER }],
    ['sh -c app with arguments left over', { words: ['/bin/sh', '-c', APP, 'extra', 'args'] }],
    ['sh -xec app', { words: ['/bin/sh', '-xec', APP] }],
    ['bash -lc app', { words: ['/bin/bash', '-lc', `/srv/bin/${APP}`] }],
    ['bash -xec app', { words: ['/bin/bash', '-xec', APP] }],
    ['bash -o pipefail -c app', { words: ['/bin/bash', '-o', 'pipefail', '-c', APP] }],
    [
      'dumb-init with two rewrites',
      { words: ['dumb-init', '--rewrite', '15:2', '--rewrite', '2:3', '--', ...split(APP)] },
    ],
    ['xargs app', { words: ['/bin/sh', '-c', 'echo a 400 | xargs puma'] }],
    [
      'start-stop-daemon --exec app',
      { words: ['start-stop-daemon', '--start', '--exec', '/srv/bin/puma', '--', 'a', '400'] },
    ],
    [
      'start-stop-daemon -c nobody',
      { words: ['start-stop-daemon', '-S', '-c', 'nobody', '-x', '/srv/bin/puma', '--', 'a', '400'] },
    ],
    ['start-stop-daemon -b', { words: ['start-stop-daemon', '-S', '-b', '-x', '/srv/bin/puma', '--', 'a', '400'] }],
    ['sh -c: start-stop-daemon', { words: ['sh', '-c', 'start-stop-daemon -S -x /srv/bin/puma -- a 400'] }],
    ['find -exec app', { words: ['find', '/srv/bin/puma', '-exec', '{}', 'a', '400', ';'] }],
    ['find -exec app, by name', { words: ['find', '/srv', '-maxdepth', '0', '-exec', 'puma', 'a', '400', ';'] }],
    [
      'tini -- find -exec app',
      { words: ['tini', '--', 'find', '/srv', '-maxdepth', '0', '-exec', 'puma', 'a', '400', ';'] },
    ],
    ['script -qec app', { words: ['script', '-qec', APP, '/dev/null'], grace: 3.2 }],
    ['tini -- script -qec app', { words: ['tini', '--', 'script', '-qec', APP, '/dev/null'], grace: 3.2 }],
    ['flock -c app', { words: ['flock', '/srv', '-c', APP] }],
    [
      'python subprocess.run',
      { words: ['/usr/bin/python3', '-c', `import subprocess; subprocess.run(['puma', 'a', '400'])`] },
    ],
    ['python os.execvp', { words: ['/usr/bin/python3', '-c', `import os; os.execvp('puma', ['puma', 'a', '400'])`] }],
    [
      'node spawn',
      { words: ['node', '-e', `require('child_process').spawn('puma', ['a', '400'], { stdio: 'inherit' })`] },
    ],
    ['perl system', { words: ['perl', '-e', 'system(qw(puma a 400))'] }],
    ['ruby exec', { words: ['ruby', '-e', 'exec(*%w(puma a 400))'] }],
    ['ruby system', { words: ['ruby', '-e', 'system(*%w(puma a 400))'] }],
    ['npx -c app', { words: ['npx', '-c', APP], ...NPM }],
    ['setsid app', { words: ['setsid', ...split(APP)] }],
    ['dumb-init with a rewrite of names', { words: ['dumb-init', '--rewrite', 'TERM:QUIT', '--', ...split(APP)] }],
    [
      'command substitution of a program that nobody knows',
      { words: ['/srv/run'], files: { run: '#!/bin/sh\nx=$(app a 400)\n' } },
    ],
  ]),
  ...all(
    [
      'npm start',
      'npm run compound',
      'npm run exec',
      'tini -- npm start',
      'tini -g -- npm start',
      'dumb-init -- npm start',
      'dumb-init -- npm run exec',
    ].map((line) => [line, { words: split(line), ...NPM }] as const),
  ),
  ...all(
    DIALECTS.flatMap((sh) =>
      ['npm start', 'npm run exec', 'sh -c npm start'].map(
        (line) =>
          [
            `sh is ${sh}: ${line}`,
            {
              words: line.startsWith('sh') ? ['sh', '-c', 'npm start'] : split(line),
              ...NPM,
              sh,
            },
          ] as const,
      ),
    ),
  ),
  ...all([['npm start, stop signal INT', { words: ['npm', 'start'], ...NPM, signal: 'SIGINT' }]]),
  ...all(
    DIALECTS.flatMap((sh) =>
      ['app', 'cd && app', 'trap : EXIT; app', 'app > file', 'app | cat'].map(
        (name) => [`sh is ${sh}: ${name}`, { words: ['/bin/sh', '-c', TEXTS[name] ?? ''], sh }] as const,
      ),
    ),
  ),
  ...all([
    ['passenger as written', { words: ['dumb-init', '--', '/srv/entry.bash'], files: AS_WRITTEN }],
    ['passenger by a Procfile line', { words: ['/bin/sh', '-c', 'dumb-init -- /srv/entry.bash'], files: AS_WRITTEN }],
    [
      'passenger by a Procfile line of bash',
      { words: ['/bin/bash', '-c', 'dumb-init -- /srv/entry.bash'], files: AS_WRITTEN },
    ],
    ['passenger without an outer init', { words: ['/srv/entry.bash'], files: AS_WRITTEN }],
    [
      'passenger under a single child',
      { words: ['dumb-init', '--single-child', '--', '/srv/entry.bash'], files: AS_WRITTEN },
    ],
    ['passenger under tini', { words: ['tini', '--', '/srv/entry.bash'], files: AS_WRITTEN }],
    ...DIALECTS.map(
      (sh) =>
        [
          `passenger in shell form, sh is ${sh}`,
          { words: ['dumb-init', '--', '/bin/sh', '-c', '/srv/entry.bash'], files: AS_WRITTEN, sh },
        ] as const,
    ),
    [
      'passenger, control in the background',
      { words: ['dumb-init', '--', '/srv/entry.bash'], files: passenger('', ' &\nwait', '') },
    ],
    [
      'passenger, control in the background, awaited',
      { words: ['dumb-init', '--', '/srv/entry.bash'], files: passenger('', ' &\nwait', '; wait') },
    ],
    ['passenger, control execs', { words: ['dumb-init', '--', '/srv/entry.bash'], files: passenger('exec ', '', '') }],
    [
      'passenger, control execs, in the background, awaited',
      { words: ['dumb-init', '--', '/srv/entry.bash'], files: passenger('exec ', ' &\nwait', '; wait') },
    ],
    [
      'passenger, control execs, awaited, no outer init',
      { words: ['/srv/entry.bash'], files: passenger('exec ', ' &\nwait', '; wait') },
    ],
    ...SUPERVISED,
    ...HOOKED,
    ...MAKES,
    ...SHARED,
    [
      'passenger with 15:10',
      { words: ['dumb-init', '--rewrite', '15:10', '--', '/srv/entry.bash'], files: AS_WRITTEN },
    ],
  ]),
]);

function all(launches: readonly (readonly [string, RealLaunch])[]): readonly (readonly [string, RealLaunch])[] {
  return launches;
}
