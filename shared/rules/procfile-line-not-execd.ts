// The shell that a platform starts for a line of a Procfile stays in front of the program.

import type { Container } from '../model/container.ts';
import type { Severity } from '../model/finding.ts';
import { insertExec } from '../model/fixes/execFixes.ts';
import { folderOf } from '../model/paths.ts';
import type { Project } from '../model/project.ts';
import { type Broken, brokenBy, storyOf } from '../model/stop/brokenStops.ts';
import { knownValue } from '../model/value.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'procfile-line-not-execd',
  subject: 'container',
  severity: 'warning',
  default: 'on',
  since: '0.1.0',
  summary: 'The shell that reads a line of a Procfile stays in front of the program; the stop signal ends there.',
  why: `Platforms hand the lines of a Procfile to a shell. For a plain command bash makes room: it becomes the program. Behind a
pipe, \`||\`, a redirection, \`&\` or a bracket it stays, and whoever stops the process tells the shell: as PID 1 (Hephy and
other platforms over Kubernetes) it does nothing with the signal, anywhere else it dies of it and the program is killed
along with it. foreman starts \`/bin/sh\` for every line that has a character in it which only a shell understands, and
Debian's \`/bin/sh\` never makes room.

\`exec\` in front of the program makes the shell become it. Out of a pipe there is no way by \`exec\`; move the pipe away,
most platforms collect what a process writes anyway. Set \`platform\` to hear what holds on yours alone.`,
  fix: 'sometimes',
  references: [
    'https://devcenter.heroku.com/articles/dyno-shutdown-behavior',
    'https://github.com/teamhephy/controller/blob/master/rootfs/api/models/app.py',
    'https://github.com/ddollar/foreman/blob/main/lib/foreman/process.rb',
  ],
  *check(container, project) {
    for (const broken of brokenBy(container, 'lineStays')) {
      const edits = insertExec(broken.break.process);
      yield {
        at: broken.break.at,
        severity: broken.severity(severityOn(container, project)),
        message: messageFor(broken),
        related: storyOf(container, broken),
        fixes: edits.length > 0 ? [{ title: 'Replace the shell with `exec`', safety: 'safe', edits }] : [],
      };
    }
  },
});

/** Heroku tells the program too, and what it does when the shell has gone is known from its users alone. */
function severityOn(container: Container, project: Project): Severity {
  const platforms = container.pod?.platforms ?? [];
  if (platforms.every(({ tells }) => tells === 'all')) return 'hint';
  const appJson = project.file(`${folderOf(container.at.path)}/app.json`).kind === 'present';
  const built = knownValue(container.image)?.dockerfile !== undefined;
  return platforms.length > 1 && appJson && !built ? 'hint' : 'warning';
}

function messageFor({ break: { process, child }, stop: { signal }, outcome, varies, when }: Broken): string {
  const pipe = process.shell?.busy === 'pipeline' ? ' because of the pipe' : '';
  const program = `\`${child.program}\``;
  const fate = varies
    ? `on ${signal}, ${program} is killed along with it, or at the end of the grace period where it is PID 1`
    : outcome === 'killedAtOnce'
      ? `it dies of ${signal}, and ${program} is killed along with it`
      : `${signal} ends there, and ${program} is killed at the end of the grace period`;
  return `\`${process.program}\`, which reads this line, stays in front of ${program}${pipe}: ${fate}${when}`;
}
