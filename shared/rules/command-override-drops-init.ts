// A manifest's own command takes the place of the image's ENTRYPOINT, and of the init in it.
import { innerCommand, programFacts } from '../knowledge/programs.ts';
import type { Container } from '../model/container.ts';
import type { Fix, Related } from '../model/finding.ts';
import type { ImageCommand } from '../model/image/image.ts';
import { baseName } from '../model/paths.ts';
import { foundIn } from '../model/stop/brokenStops.ts';
import type { Process } from '../model/stop/processTree.ts';
import type { Stop } from '../model/stop/stopPath.ts';
import { knownValue } from '../model/value.ts';
import type { Place } from '../text/span.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'command-override-drops-init',
  subject: 'container',
  severity: 'hint',
  default: 'on',
  since: '0.1.0',
  summary: 'A manifest’s `command` or `entrypoint` replaces the ENTRYPOINT of the image, and with it the init.',
  why: `Kubernetes \`command\` and Compose \`entrypoint\` do not add to the image's ENTRYPOINT, they replace it, and its CMD too. Where
that ENTRYPOINT is \`tini --\` or another init, the program becomes PID 1: it has to reap orphans itself, and a signal that
it has no handler for is dropped by the kernel.

\`args\` in Kubernetes and \`command\` in Compose replace the CMD only. An init is no help for a program without a handler: it
dies at once then, with the requests that it works on.`,
  fix: 'sometimes',
  fixSafety: 'What else stands in the ENTRYPOINT runs again, too.',
  references: [
    'https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/',
    'https://github.com/compose-spec/compose-spec/blob/main/05-services.md#entrypoint',
  ],
  *check(container) {
    const { source, image, launch } = container;
    const entrypoint = knownValue(image) && knownValue(knownValue(image)?.entrypoint ?? { kind: 'unknown', why: '' });
    const init = entrypoint && initOf(entrypoint);
    const field = source === 'compose' ? 'entrypoint' : 'command';
    const at = knownValue(launch)?.at;
    if (!init || !at || knownValue(launch)?.words[0]?.origin !== field) return;
    for (const { fact, stop, when, severity } of foundIn(container, (one) => bareIn(one, at))) {
      const lost = stop.outcome === 'killedAfterGrace';
      yield {
        at,
        severity: severity(lost ? 'warning' : 'hint'),
        message: `\`${field}\` replaces the ENTRYPOINT of the image and with it \`${init}\`: \`${fact.server.program}\` is PID 1 now${when}`,
        related: factsOf(container, entrypoint),
        fixes: lost ? [] : keep(container, entrypoint),
      };
    }
  },
});

/** The init that an ENTRYPOINT starts with. */
function initOf({ words }: ImageCommand): string | undefined {
  const argv = words.map(({ text }) => text);
  return programFacts(argv)?.role === 'init' ? baseName(argv[0] ?? '') : undefined;
}

interface Bare {
  readonly at: Place;
  readonly server: Process;
}

/** A program that is PID 1 and not known to handle its stop signal; what stands in its way is told elsewhere. */
function bareIn({ signal, root, server, pid1, outcome, breaks }: Stop, at: Place): readonly Bare[] {
  const open = outcome === 'killedAfterGrace' || (outcome === 'reaches' && !server?.facts?.graceful.includes(signal));
  return server && server === root && pid1 && open && breaks.length === 0 ? [{ at, server }] : [];
}

function factsOf({ imageAt }: Container, { at }: ImageCommand): readonly Related[] {
  if (at) return [{ at, message: 'the ENTRYPOINT that is replaced' }];
  return imageAt ? [{ at: imageAt, message: 'the image that sets it' }] : [];
}

/** The words as arguments of the ENTRYPOINT, where it is an init that takes a command, or a script that ends as one. */
function keep(container: Container, { words }: ImageCommand): readonly Fix[] {
  const argv = words.map(({ text }) => text);
  const facts = programFacts(argv);
  const base = knownValue(container.image)?.base;
  const takesCommand = facts && innerCommand(facts, argv) === undefined;
  const endsAsOne = base?.entrypointExecs === true && argv.every((word, i) => base.entrypoint?.[i] === word);
  const change = takesCommand || endsAsOne ? container.keepEntrypoint?.() : undefined;
  const field = container.source === 'compose' ? 'command' : 'args';
  return change?.ok ? [{ title: `Use \`${field}\` to keep it`, safety: 'unsafe', edits: change.edits }] : [];
}
