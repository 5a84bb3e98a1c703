// Launches of make: recipes that it runs itself or by a shell, targets that need others, signals. Data only.
import type { RealLaunch } from './launch.ts';

const APP = 'puma a 400';

/** Makefiles; `run` is what is asked for. */
const MAKEFILES: Readonly<Record<string, string>> = {
  app: `run:\n\t${APP}\n`,
  '@app': `run:\n\t@${APP}\n`,
  '-app': `run:\n\t-${APP}\n`,
  'app without handler': 'run:\n\tsleep 1000\n',
  'cd && app': `run:\n\tcd /tmp && ${APP}\n`,
  'exec app': `run:\n\texec ${APP}\n`,
  'cd && exec app': `run:\n\tcd /tmp && exec ${APP}\n`,
  'X=1 app': `run:\n\tX=1 ${APP}\n`,
  'app with quotes': `run:\n\tpuma "a" 400\n`,
  'app with quotes that make reads': `run:\n\tpuma 'a' \\400\n`,
  'script without exec': 'run:\n\t/srv/noexec.sh\n',
  'script with exec': 'run:\n\t/srv/exec.sh\n',
  'script that waits': 'run:\n\t/srv/waits.sh\n',
  'echo, app': `run:\n\t@echo starting\n\t@# now\n\n\t${APP}\n`,
  'app, more': `run:\n\t${APP}\n\t@echo done\n`,
  'needs another': `.PHONY: run build\nNAME = x\n\nrun: build # first\n\t${APP}\n\nbuild:\n\t@echo $(NAME)\n`,
  'needs the one that stays': `run: server\n\t@echo done\n\nserver:\n\t${APP}\n`,
  'a dollar sign': 'run:\n\tD=400; exec puma a $$D\n',
  'a variable': `APP = ${APP}\nrun:\n\t$(APP)\n`,
  'two lines': `run:\n\tcd /tmp && \\\n\t${APP}\n`,
};

const FILES = {
  'noexec.sh': `#!/bin/sh\necho starting\n${APP}\n`,
  'exec.sh': `#!/bin/sh\nexec ${APP}\n`,
  'waits.sh': `#!/bin/sh\n${APP} & p=$!\ntrap 'kill $p; wait $p; exit 0' TERM\nwait\n`,
};

const SIGNALS = ['TERM', 'INT', 'QUIT', 'HUP', 'USR1', 'USR2'];

function made(makefile: string, front: readonly string[], more: Partial<RealLaunch> = {}): RealLaunch {
  return { words: [...front, 'make', 'run'], files: { ...FILES, Makefile: makefile }, ...more };
}

export const MAKES: readonly (readonly [string, RealLaunch])[] = [
  ...Object.entries(MAKEFILES).flatMap(([name, makefile]) =>
    [[], ['tini', '--'], ['dumb-init', '--']].map(
      (front) => [`${[...front, 'make'].join(' ')}: ${name}`, made(makefile, front)] as const,
    ),
  ),
  ...['app', 'cd && app', 'script that waits'].flatMap((name) =>
    SIGNALS.flatMap((short) =>
      [[], ['tini', '--']].map(
        (front) =>
          [
            `${[...front, 'make'].join(' ')}, stopped with ${short}: ${name}`,
            made(MAKEFILES[name] ?? '', front, { signal: `SIG${short}` }),
          ] as const,
      ),
    ),
  ),
  ['make without a target', { words: ['make'], files: { Makefile: `.PHONY: run\nrun:\n\t${APP}\nother:\n\ttrue\n` } }],
  ['make -s -f', { words: ['make', '-s', '-f', 'rules.mk', 'run'], files: { 'rules.mk': `run:\n\t${APP}\n` } }],
  [
    'make -f of a whole path',
    { words: ['make', '-f', '/srv/rules.mk', 'run'], files: { 'rules.mk': `run:\n\t${APP}\n` } },
  ],
  [
    'make with GNUmakefile',
    { words: ['make', 'run'], files: { GNUmakefile: `run:\n\t${APP}\n`, Makefile: 'run:\n\ttrue\n' } },
  ],
  ['sh -c: make run', { words: ['sh', '-c', 'make run'], files: { Makefile: `run:\n\t${APP}\n` } }],
  ['sh -c: exec make run', { words: ['sh', '-c', 'exec make run'], files: { Makefile: `run:\n\t${APP}\n` } }],
  [
    'bash script: make, exec app',
    { words: ['/srv/run'], files: { run: `#!/bin/bash\nmake prepare\nexec ${APP}\n`, Makefile: 'prepare:\n\ttrue\n' } },
  ],
];
