// A preStop hook sends a signal to PID 1, and that is not the program, or nothing that the signal does anything to.
import { type Container, stopsOn } from '../model/container.ts';
import type { Fix, Related } from '../model/finding.ts';
import { type SignalToPid1, signalsToPid1 } from '../model/hooks/hookEnd.ts';
import { wordsOfHook } from '../model/hooks/hookScript.ts';
import type { ExecHandler } from '../model/pod/lifecycle.ts';
import { spine } from '../model/stop/processTree.ts';
import type { Stop } from '../model/stop/stopPath.ts';
import { alternatives, knownValue } from '../model/value.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'prestop-kill-wrong-pid',
  subject: 'container',
  severity: 'error',
  default: 'on',
  since: '0.1.0',
  summary: 'The preStop hook sends a signal to PID 1, and the program does not get it.',
  why: `\`kill -QUIT 1\` tells the program to stop only where the program is PID 1. With \`shareProcessNamespace\` PID 1 is the
pause process of the pod, with \`hostPID\` the init of the node. Where a shell runs in front of the program, PID 1 is that
shell: the kernel drops every signal that it has no handler for (measured). And no process of a container can kill its
own PID 1 with SIGKILL. In all these cases \`kill\` reports success, and nothing happens.`,
  fix: 'sometimes',
  fixSafety:
    'The program is looked for by its name, or the containers of the pod no longer see each other’s processes.',
  references: [
    'https://kubernetes.io/docs/tasks/configure-pod-container/share-process-namespace/',
    'https://man7.org/linux/man-pages/man7/pid_namespaces.7.html',
  ],
  *check(container) {
    const { lifecycle, source } = container;
    const hook = lifecycle && source === 'kubernetes' ? knownValue(lifecycle.preStop) : undefined;
    const [handler, ...others] = hook?.handlers ?? [];
    if (!hook?.complete || handler?.kind !== 'exec' || !handler.command || others.length > 0) return;
    const written = (knownValue(handler.command) ?? []).map(({ text }) => text);
    const words = wordsOfHook(container, handler) ?? written;
    const isScript = words.join(' ') !== written.join(' ');
    for (const told of signalsToPid1(words)) {
      const wrong = wrongPid(container, told);
      if (!wrong) continue;
      yield {
        at: hook.at,
        severity: wrong.sure ? 'error' : 'warning',
        message: `\`${told.command}\` ${wrong.what}`,
        related: wrong.related,
        // What a script does is changed there.
        fixes: [...(isScript ? [] : byName(container, handler, told, wrong.program)), ...ownProcesses(container)],
      };
      return;
    }
  },
});

interface Wrong {
  /** What the command does instead, as a clause. */
  readonly what: string;
  /** The program that should be told, where that is another process than PID 1. */
  readonly program: string | undefined;
  readonly sure: boolean;
  readonly related: readonly Related[];
}

function wrongPid(container: Container, { signal }: SignalToPid1): Wrong | undefined {
  const ways = alternatives(container.stop).map(({ value }) => value);
  const program = ways[0]?.server?.program;
  const name = program === undefined ? `the program of \`${container.name}\`` : `\`${program}\``;
  const shared = container.lifecycle?.sharedProcesses;
  if (shared) {
    const who = shared.name === 'hostPID' ? 'the init of the node' : 'the pause process of the pod';
    const what = `tells ${who}, which is PID 1 here, and not ${name}`;
    return { what, program, sure: true, related: [{ at: shared.at, message: `PID 1 is ${who}` }] };
  }
  if (signal === 'SIGKILL' || signal === 'SIGSTOP') {
    const what = `does nothing: the kernel lets no process of a container send ${signal} to its PID 1`;
    return { what, program: undefined, sure: true, related: [] };
  }
  const stops = alternatives(stopsOn(container, signal)).map(({ value }) => value);
  const lost = stops.filter(endsBefore);
  const [first] = lost;
  if (!first) return undefined;
  const pid1 = `\`${first.root.program}\``;
  const what = `tells ${pid1}, which is PID 1 and does not pass ${signal} on: ${name} is not told`;
  const related = first.root.at ? [{ at: first.root.at, message: `${pid1} is PID 1` }] : [];
  return { what, program: first.server?.program, sure: lost.length === stops.length, related };
}

/** Whether a signal that PID 1 gets ends at a process in front of the program, with no effect. */
function endsBefore({ pid1, root, server, hops, outcome }: Stop): boolean {
  const front = spine(root).length > 1 && server !== root && root.role !== 'program';
  return pid1 && front && outcome === 'killedAfterGrace' && /^(?:lacksHandler|ignores)$/.test(hops[0]?.effect ?? '');
}

function byName(
  { image }: Container,
  handler: ExecHandler,
  told: SignalToPid1,
  program: string | undefined,
): readonly Fix[] {
  // pkill compares the 15 characters that the kernel keeps of a name.
  if (program === undefined || program.length > 15 || knownValue(image)?.holds('pkill') !== true) return [];
  const change = handler.setCommand(told.byName(program));
  return change.ok ? [{ title: `Tell \`${program}\` by its name`, safety: 'unsafe', edits: change.edits }] : [];
}

function ownProcesses({ lifecycle }: Container): readonly Fix[] {
  const shared = lifecycle?.sharedProcesses;
  const change = shared?.remove();
  return shared && change?.ok ? [{ title: `Remove ${shared.name}`, safety: 'unsafe', edits: change.edits }] : [];
}
