// An init whose child is a shell: the shell dies of the signal, and the init goes with it.

import { shellFix } from '../model/fixes/execFixes.ts';
import { brokenBy, storyOf } from '../model/stop/brokenStops.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'init-then-shell-cmd',
  subject: 'container',
  severity: 'error',
  default: 'on',
  since: '0.1.0',
  summary: 'An init starts a shell that stays in front of the program; the stop signal ends both at once.',
  why: `An init (tini, dumb-init, \`docker run --init\`) passes the stop signal to its child and ends when that child does. If the
child is a shell that waits for the program, the shell dies of the signal, the init ends, and the kernel kills whatever is
left in the container: the program is cut within milliseconds, without any grace period. That is worse than no init at
all. Signalling the whole group (\`tini -g\`, dumb-init by default) does not help: the program is told, and killed all the
same before it can do anything.`,
  fix: 'sometimes',
  references: [
    'https://github.com/krallin/tini#process-group-killing',
    'https://github.com/Yelp/dumb-init#signal-forwarding',
  ],
  *check(container) {
    for (const broken of brokenBy(container, 'initOverShell')) {
      const { process, child, at } = broken.break;
      const { root, signal } = broken.stop;
      yield {
        at,
        severity: broken.severity('error'),
        message: `\`${root.program}\` looks after a shell, not after \`${child.program}\`: on ${signal} the shell dies, \`${root.program}\` ends with it, and \`${child.program}\` is killed at once${broken.when}`,
        related: storyOf(container, broken),
        fixes: shellFix(container, process),
      };
    }
  },
});
