// A platform leaves the image's ENTRYPOINT out when it runs a line of a Procfile, and with it the image's init.
import { innerCommand, programFacts } from '../knowledge/programs.ts';
import type { Container } from '../model/container.ts';
import type { Fix } from '../model/finding.ts';
import { isOneCommand } from '../model/fixes/execFixes.ts';
import type { ImageCommand } from '../model/image/image.ts';
import { alternatives, knownValue } from '../model/value.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'procfile-drops-image-init',
  subject: 'container',
  severity: 'hint',
  default: 'off',
  since: '0.1.0',
  summary: 'The platform runs the line without the ENTRYPOINT of the image, and so without its init.',
  why: `Hephy and its relatives run a line of a Procfile with \`/bin/bash -c\` in place of the image's ENTRYPOINT. An init that the
Dockerfile puts there (tini, dumb-init) starts the CMD of the image, and none of the process types: whatever it was meant to
pass on, to rewrite or to reap, it does not. Repeat it in the line where it is needed.`,
  fix: 'sometimes',
  fixSafety: 'Whether the process needs an init is known to whoever wrote the image.',
  references: ['https://github.com/teamhephy/controller/blob/master/rootfs/api/models/app.py'],
  *check(container) {
    const platforms = container.pod?.platforms ?? [];
    const leaving = platforms.filter(
      ({ usesDockerfile, keepsEntrypoint, reads }) => usesDockerfile && !keepsEntrypoint && reads === 'bash',
    );
    const entrypoint = knownValue(container.image)?.entrypoint;
    const command = entrypoint && knownValue(entrypoint);
    const init = command && initOf(command);
    const launch = knownValue(container.launch)?.at;
    if (leaving.length === 0 || !command?.at || !init || !launch || !container.awaited || startsWithInit(container))
      return;
    const sure = platforms.length === leaving.length;
    const names = leaving.map(({ name }) => name).join(', ');
    yield {
      at: container.at,
      severity: sure ? 'warning' : 'hint',
      message: `${sure ? `${names} starts \`${container.name}\`` : `where ${names} runs it, \`${container.name}\` is started`} without the ENTRYPOINT of the image, and so without \`${init[0]}\``,
      related: [{ at: command.at, message: 'the ENTRYPOINT starts the CMD of the image, and no process type' }],
      fixes: inFront(container, init),
    };
  },
});

/** The words of an ENTRYPOINT that is an init and nothing else. */
function initOf({ words }: ImageCommand): readonly string[] | undefined {
  const argv = words.map(({ text }) => text);
  return programFacts(argv)?.role === 'init' && words[0]?.form === 'exec' ? argv : undefined;
}

/** Whether an init is among the wrappers that the line begins with. */
function startsWithInit({ lifecycle }: Container): boolean {
  let argv = (lifecycle?.arguments ?? []).map(({ text }) => text);
  if (argv[0] === 'exec') argv = argv.slice(1);
  for (;;) {
    const facts = programFacts(argv);
    if (facts?.role === 'init') return true;
    const inner = facts?.wrapper ? innerCommand(facts, argv) : undefined;
    if (inner === undefined || inner === 0) return false;
    argv = argv.slice(inner);
  }
}

/** An init in front of a program that has no handler would end it at once. */
function inFront({ launch, stop }: Container, init: readonly string[]): readonly Fix[] {
  const line = knownValue(launch)?.words.at(-1)?.source;
  const acts = alternatives(stop).every(({ value }) => value.outcome === 'drains');
  const edit = line && isOneCommand(line.text) && acts ? line.replace(0, 0, `${init.join(' ')} `) : undefined;
  return edit ? [{ title: `Put \`${init.join(' ')}\` in front`, safety: 'unsafe', edits: [edit] }] : [];
}
