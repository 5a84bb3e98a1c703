// An init whose child is a script that waits for the program: the script dies of the signal, and the init goes with it.

import type { Container } from '../model/container.ts';
import { insertExec } from '../model/fixes/execFixes.ts';
import { brokenBy, storyOf } from '../model/stop/brokenStops.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'init-exits-before-app',
  subject: 'container',
  severity: 'error',
  default: 'on',
  since: '0.1.0',
  summary: 'An init starts a script that does not become the program; the stop signal ends both at once.',
  why: `An init passes the stop signal to its child and ends when that child does. A script that waits for the program dies of the
signal; the init follows it, and the kernel kills the program within milliseconds, in the middle of whatever it does. This
holds for tini, \`tini -g\`, dumb-init and \`dumb-init --single-child\` alike: an init does not repair a script without
\`exec\`, it only makes it end sooner.`,
  fix: 'sometimes',
  references: ['https://github.com/krallin/tini#subreaping', 'https://github.com/Yelp/dumb-init#signal-forwarding'],
  *check(container) {
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
