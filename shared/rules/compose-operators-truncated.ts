// A command string of a Compose file holds an operator of a shell, and Compose drops it with all that follows.
import { programFacts } from '../knowledge/programs.ts';
import type { Container, CutCommand } from '../model/container.ts';
import type { Fix } from '../model/finding.ts';
import { throughShell } from '../model/fixes/execFixes.ts';
import { MARGIN, makeRoom } from '../model/pod/gracePeriod.ts';
import { knownValue } from '../model/value.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'compose-operators-truncated',
  subject: 'container',
  severity: 'error',
  default: 'on',
  since: '0.1.0',
  summary: 'Compose reads a command string without a shell and drops everything from the first operator on.',
  why: `A \`command\`, \`entrypoint\` or hook that is a string is split into words by Compose itself. At the first \`;\`, \`&\`, \`|\`,
\`<\` or \`>\` outside of quotes it stops, without an error: in \`cd /app && exec puma\` all that is run is \`cd /app\`. What was
meant to start the server, to replace the shell or to pass the signal on is never run.

Hand the line to a shell, as a list: \`["/bin/sh", "-c", "cd /app && exec puma"]\`.`,
  fix: 'sometimes',
  fixSafety: 'What has never run so far is run.',
  references: [
    'https://github.com/compose-spec/compose-spec/blob/main/05-services.md#command',
    'https://github.com/compose-spec/compose-go/blob/main/types/command.go',
    'https://github.com/mattn/go-shellwords/blob/master/shellwords.go',
  ],
  *check(container) {
    for (const cut of container.cut ?? []) {
      const onlyOutput = /^(?:\d*>>?\s*(?:&\d|\S+)\s*)+$/.test(cut.dropped);
      const kept = cut.kept === '' ? 'nothing' : `only \`${short(cut.kept)}\``;
      yield {
        at: cut.at,
        // Where the output goes makes no difference to the stop, nor to most others.
        severity: onlyOutput ? 'warning' : 'error',
        message: `no shell reads this \`${cut.field}\`: Compose keeps ${kept} and drops \`${short(cut.dropped)}\``,
        fixes: fixesFor(container, cut),
      };
    }
  },
});

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

function fixesFor({ image, pod, lifecycle }: Container, cut: CutCommand): readonly Fix[] {
  const known = knownValue(image);
  const line = known && knownValue(known.sh) === 'none' ? undefined : throughShell(cut.written);
  // A hook is over when its command is, whoever runs that.
  const text = cut.field === 'pre_stop' ? line && cut.written.trim() : line?.text;
  const change = text === undefined ? undefined : cut.setWords(['/bin/sh', '-c', text]);
  if (!line || !change?.ok) return [];
  // The server that starts at last needs its time, too.
  const seconds = cut.field === 'pre_stop' ? undefined : programFacts(line.becomes)?.drainSeconds;
  const drain = seconds === undefined ? undefined : { seconds, why: '', at: undefined, assumed: true, spare: MARGIN };
  const room =
    pod && drain && lifecycle && lifecycle.ports.length > 0 ? makeRoom(pod, [{ delay: 0, drain }]) : undefined;
  const title = `Run it with \`/bin/sh -c\`${room?.phrase ? ` and ${room.phrase}` : ''}`;
  return [{ title, safety: 'unsafe', edits: [...change.edits, ...(room?.edits ?? [])] }];
}
