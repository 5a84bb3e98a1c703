// su, runuser and doas stay in front of the program, and give it two seconds to stop.
import { foundIn } from '../model/stop/brokenStops.ts';
import type { Process } from '../model/stop/processTree.ts';
import type { Stop } from '../model/stop/stopPath.ts';
import type { Place } from '../text/span.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'su-wrapper',
  subject: 'container',
  severity: 'warning',
  default: 'off',
  since: '0.1.0',
  summary: '`su` or `runuser` starts the program and kills it two seconds after it has passed the stop signal on.',
  why: `su and runuser stay as the parent of what they start. On the stop signal they send SIGTERM to it, wait two seconds, send
SIGKILL and end; it does not matter how long the grace period is. On another signal than SIGTERM they do nothing at all.

\`gosu\`, \`su-exec\` and \`setpriv\` change the user and become the program, and so does \`USER\` in the Dockerfile. On Alpine \`su\`
itself becomes the program.`,
  fix: 'never',
  references: [
    'https://github.com/util-linux/util-linux/blob/master/login-utils/su-common.c',
    'https://github.com/tianon/gosu',
    'https://man7.org/linux/man-pages/man1/setpriv.1.html',
  ],
  *check(container) {
    for (const { fact, stop, when, severity } of foundIn(container, wrappersOf)) {
      const { at, process, seconds, told } = fact;
      const server = stop.server?.program ?? process.child?.program ?? 'the program';
      yield {
        at,
        severity: severity('warning'),
        message: `\`${process.program}\` stays in front of \`${server}\` and kills it ${seconds} s after ${stop.signal}, however long the grace period is${when}`,
        // As long as the signal does not get here, that is the story.
        masked: !told,
      };
    }
  },
});

interface Wrapper {
  readonly at: Place;
  readonly process: Process;
  readonly seconds: number;
  readonly told: boolean;
}

function wrappersOf({ hops }: Stop): readonly Wrapper[] {
  return hops.flatMap(({ process, effect }): readonly Wrapper[] => {
    const seconds = USER_CHANGERS.has(process.facts?.id ?? '') ? process.facts?.wrapper?.killAfterSeconds : undefined;
    return process.role === 'launcher' && process.at && seconds !== undefined
      ? [{ at: process.at, process, seconds, told: effect === 'passesOn' }]
      : [];
  });
}

const USER_CHANGERS = new Set(['su', 'runuser', 'doas']);
