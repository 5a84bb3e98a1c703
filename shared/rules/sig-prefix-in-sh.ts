// `trap … SIGTERM` and `kill -SIGTERM` in dash, which knows signals only by their short names.

import type { Related } from '../model/finding.ts';
import { waitInTrap } from '../model/fixes/waitFixes.ts';
import { refusedByHook } from '../model/hooks/hookSignals.ts';
import { foundIn } from '../model/stop/brokenStops.ts';
import { everyProcess, type Process, type Refused, type Written } from '../model/stop/processTree.ts';
import type { Stop } from '../model/stop/stopPath.ts';
import { type Edit, type Place, samePlace } from '../text/span.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'sig-prefix-in-sh',
  subject: 'container',
  severity: 'error',
  default: 'on',
  since: '0.1.0',
  summary:
    'In dash there is no `SIGTERM`, only `TERM`: a `trap` with that name is not set, a `kill` with it sends nothing.',
  why: `dash is \`/bin/sh\` on Debian and Ubuntu. It knows signals as \`TERM\`, \`INT\`, \`QUIT\`. For \`trap cleanup SIGTERM\` it says
"bad trap" and goes on without the trap; for \`kill -SIGTERM\` it says "Illegal option -S" and sends nothing. bash and busybox
accept both ways to write it, so that such a script works on one image and not on another; but bash that is called \`sh\`
refuses \`kill -SIGTERM\` too.

The short names are what POSIX asks for; every shell knows them. The program \`/bin/kill\` takes both.`,
  fix: 'sometimes',
  references: [
    'https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#trap',
    'https://manpages.debian.org/bookworm/dash/dash.1.en.html',
  ],
  *check(container) {
    for (const { fact, stop, when, severity } of foundIn(container, refusalsOf)) {
      const { at, names, process, refused } = fact;
      const stops = refused.signals.includes(stop.signal);
      const lost = stop.breaks.find((one) => one.kind === 'trapRefused' && samePlace(one.at, at))?.child.program;
      const said = refused.by === 'kill' ? 'this `kill` sends nothing' : 'this trap is not set';
      const end = lost === undefined ? '' : `, and \`${lost}\` is killed without having been told to stop`;
      const prefixes = refused.words.flatMap(withoutPrefix);
      // Set, a trap that does not wait would cut short what is now only killed at the end.
      const trap = stops ? refused.trap : refused.by === 'kill' ? process.shell?.traps.get(stop.signal) : undefined;
      const waits = process.shell?.busy === 'wait' ? waitInTrap(trap) : [];
      yield {
        at,
        severity: severity(stops || refused.by === 'kill' ? 'error' : 'warning'),
        message: `\`${process.program}\` is read by ${readerOf(process)}, which does not know ${names}: ${said}${end}${when}`,
        related: startOf(process, at),
        fixes:
          prefixes.length === refused.words.length
            ? [
                { title: 'Drop the `SIG` prefix', safety: 'safe', edits: prefixes },
                ...(waits.length > 0
                  ? [
                      {
                        title: 'Drop the `SIG` prefix, and wait inside the trap',
                        safety: 'safe' as const,
                        edits: [...prefixes, ...waits],
                      },
                    ]
                  : []),
              ]
            : [],
      };
    }
    for (const { word, isDash } of container.awaited ? refusedByHook(container) : []) {
      const name = `\`${word.raw.replace(/^-/, '')}\``;
      const edits = withoutPrefix(word);
      yield {
        at: word.text.place(word.span.start, word.span.end),
        severity: isDash ? 'error' : 'hint',
        message: isDash
          ? `\`/bin/sh\` is dash here, which does not know ${name}: this \`kill\` sends nothing`
          : `dash does not know ${name}: this \`kill\` sends nothing, if \`/bin/sh\` is dash`,
        fixes: edits.length > 0 ? [{ title: 'Drop the `SIG` prefix', safety: 'safe', edits }] : [],
      };
    }
  },
});

function readerOf({ shell }: Process): string {
  return shell?.dialect === 'bash' ? 'bash under the name `sh`' : 'dash';
}

interface Refusal {
  readonly at: Place;
  readonly names: string;
  readonly process: Process;
  readonly refused: Refused;
}

function refusalsOf({ root }: Stop): readonly Refusal[] {
  return everyProcess(root).flatMap((process) =>
    (process.shell?.refused ?? []).flatMap((refused): readonly Refusal[] => {
      const [first] = refused.words;
      if (!first) return [];
      const names = refused.words
        .map((word) => (isName(word) ? `\`${word.raw.replace(/^-/, '')}\`` : `the name in \`${word.raw}\``))
        .join(' and ');
      return [{ at: first.text.place(first.span.start, first.span.end), names, process, refused }];
    }),
  );
}

function isName({ raw }: Written): boolean {
  return /^-?["']?SIG[A-Z]+\d*["']?$/i.test(raw);
}

function withoutPrefix(word: Written): readonly Edit[] {
  const { text, span, raw } = word;
  const index = raw.search(/SIG/i);
  const edit = isName(word) ? text.replace(span.start + index, span.start + index + 3, '') : undefined;
  return edit ? [edit] : [];
}

function startOf({ program, at: start, shell }: Process, at: Place): readonly Related[] {
  const elsewhere = start && (start.path !== at.path || shell?.reads.kind === 'script');
  return elsewhere ? [{ at: start, message: `\`${program}\` is started here` }] : [];
}
