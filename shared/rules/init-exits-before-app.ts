// An init whose child is a script that waits for the program: the script dies of the signal, and the init goes with it.

import type { Container } from '../model/container.ts';
import { insertExec } from '../model/fixes/execFixes.ts';
import { brokenBy, signalTo, storyOf } from '../model/stop/brokenStops.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'init-exits-before-app',
  subject: 'container',
  severity: 'error',
  default: 'on',
  since: '0.1.0',
  summary:
    'What looks after the program, an init over a script or runsvdir, ends on the stop signal before it; the kernel kills it.',
  why: `An init passes the stop signal to its child and ends when that child does. A script that waits for the program dies of the
signal; the init follows it, and the kernel kills the program within milliseconds, in the middle of whatever it does. This
holds for tini, \`tini -g\`, dumb-init and \`dumb-init --single-child\` alike: an init does not repair a script without
\`exec\`, it only makes it end sooner.

runit's \`runsvdir\` is no init: on SIGTERM, and on SIGHUP as well, it ends within milliseconds, and its services are killed
without having been told (measured). Let a script that traps the signal run it, stop them with
\`sv -w 30 force-stop /etc/service/*\` and wait; or use a supervisor that does so itself (s6, supervisord, my_init).`,
  fix: 'sometimes',
  references: ['https://github.com/krallin/tini#subreaping', 'https://github.com/Yelp/dumb-init#signal-forwarding'],
  *check(container) {
    for (const broken of brokenBy(container, 'supervisorLeaves')) {
      const { process, at } = broken.break;
      const place = inFileOf(container, at.path) ? at : container.at;
      yield {
        at: place,
        severity: broken.severity('error'),
        message: `on ${signalTo(broken.stop, process)} \`${process.program}\` ends without a word to its services, and the container with it: they are killed at once${broken.when}`,
        related: storyOf(container, broken, place),
      };
    }
    for (const broken of brokenBy(container, 'initOverScript')) {
      const { process, child, at } = broken.break;
      const { root, signal } = broken.stop;
      const edits = insertExec(process);
      const place = inFileOf(container, at.path) ? at : container.at;
      yield {
        at: place,
        severity: broken.severity('error'),
        message: `on ${signal} the script \`${process.program}\` dies, \`${root.program}\` ends with it, and \`${child.program}\` is killed at once${broken.when}`,
        related: storyOf(container, broken, place),
        fixes:
          edits.length > 0
            ? [{ title: `Replace the shell of \`${process.program}\` with \`exec\``, safety: 'safe', edits }]
            : [],
      };
    }
  },
});

/** The image's own container tells of what its Dockerfile starts; others tell of themselves. */
function inFileOf({ source, at }: Container, path: string): boolean {
  return source === 'dockerfile' || at.path === path;
}
