// Launches whose stop begins with a preStop hook: what it tells, to whom, how long it takes; and launches that share
// their processes with others, hooks too. Data only.
import type { RealLaunch } from './launch.ts';

/** Starting a hook takes its time, too. */
const LATE = 0.2;

/** Texts of a hook's shell, and words that need none. */
const HOOKS: Readonly<Record<string, readonly string[]>> = {
  sleep: ['sleep', '0.6'],
  'sh -c sleep': ['sh', '-c', 'sleep 0.6'],
  'sleep longer than the grace period': ['sleep', '10'],
  'kill -TERM 1': ['kill', '-TERM', '1'],
  'kill -QUIT 1': ['/bin/kill', '-QUIT', '1'],
  'sh -c kill -QUIT 1': ['sh', '-c', 'kill -QUIT 1'],
  'sh -c kill -SIGQUIT 1': ['sh', '-c', 'kill -SIGQUIT 1'],
  'kill -KILL 1': ['kill', '-KILL', '1'],
  'sleep; kill -QUIT 1': ['sh', '-c', 'sleep 0.4; kill -QUIT 1'],
  'kill -QUIT 1; sleep': ['sh', '-c', 'kill -QUIT 1; sleep 0.2'],
  'kill -QUIT 1; sleep long enough': ['sh', '-c', 'kill -QUIT 1; sleep 2'],
  'pkill -TERM': ['pkill', '-TERM', 'puma'],
  'sh -c pkill -QUIT': ['sh', '-c', 'pkill -QUIT puma; sleep 1'],
  'kill -TERM -1': ['sh', '-c', 'trap "" TERM; kill -TERM -1; sleep 0.8'],
  'kill -QUIT 1, waits for PID 1': ['bash', '-c', 'kill -QUIT 1; while kill -0 1; do sleep 0.1; done'],
  'tail --pid=1': ['sh', '-c', 'kill -QUIT 1; tail --pid=1 -f /dev/null'],
  fails: ['false'],
  'is not there': ['/srv/nothing'],
};

const FILES = {
  'noexec.sh': '#!/bin/sh\necho starting\npuma a 400\n',
  'noexec.bash': '#!/bin/bash\necho starting\npuma a 400\n',
  'waits.sh': "#!/bin/sh\npuma a 400 & p=$!\ntrap 'kill $p; wait $p' TERM\ntrap 'kill -QUIT $p; wait $p' QUIT\nwait\n",
};

const LAUNCHES: readonly string[] = [
  'puma a 400',
  'app a 400',
  'unicorn a 400',
  'sleep infinity',
  'sh -c cd /tmp && puma a 400',
  '/srv/noexec.sh',
  '/srv/waits.sh',
  'tini -- unicorn a 400',
  'tini -- /srv/noexec.sh',
];

function words(line: string): readonly string[] {
  const [shell = '', text] = line.split(' -c ');
  return text === undefined ? line.split(' ') : [shell, '-c', text];
}

export const HOOKED: readonly (readonly [string, RealLaunch])[] = Object.entries(HOOKS).flatMap(([name, hook]) =>
  LAUNCHES.map(
    (line) => [`hook ${name}: ${line}`, { words: words(line), files: FILES, hook, grace: 3, late: LATE }] as const,
  ),
);

const SHARED_HOOKS = ['kill -TERM 1', 'sh -c kill -QUIT 1', 'pkill -TERM', 'kill -TERM -1'];

/** Launches that are no PID 1. */
export const SHARED: readonly (readonly [string, RealLaunch])[] = [
  ...LAUNCHES,
  'dash -c puma a 400 & wait',
  '/srv/noexec.bash',
  'dumb-init -- /srv/noexec.bash',
].flatMap((line): (readonly [string, RealLaunch])[] => {
  const launch = { words: words(line), files: FILES, shared: true };
  return [
    ...['TERM', 'INT', 'QUIT', 'HUP', 'KILL'].map(
      (short) => [`shared, ${short}: ${line}`, { ...launch, signal: `SIG${short}` }] as const,
    ),
    ...SHARED_HOOKS.flatMap((name) => {
      const hook = HOOKS[name];
      return hook ? [[`shared, hook ${name}: ${line}`, { ...launch, hook, grace: 3, late: LATE }] as const] : [];
    }),
  ];
});
