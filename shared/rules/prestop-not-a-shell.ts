// An exec hook or probe is written for a shell, and no shell reads it.
import { requireVersion } from '../knowledge/kubernetes.ts';
import type { Container } from '../model/container.ts';
import type { Fix } from '../model/finding.ts';
import { makeRoom } from '../model/gracePeriod.ts';
import { shellMistake, shellText } from '../model/hookWords.ts';
import type { ExecHandler, Hook, Probe } from '../model/lifecycle.ts';
import type { Project } from '../model/project.ts';
import { knownValue } from '../model/value.ts';
import { settingsFor } from '../settings.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'prestop-not-a-shell',
  subject: 'container',
  severity: 'error',
  default: 'on',
  since: '0.1.0',
  summary: 'The command of a hook or a probe uses shell syntax, but no shell runs it.',
  why: `The words of an \`exec\` hook or probe are handed to the program as they stand. \`&&\`, \`$(…)\`, \`$VAR\` and pipes are
a shell's business, and a whole command line in one word is taken for the name of a program. Such a hook fails at
once, the kubelet logs FailedPreStopHook and sends the stop signal without any delay.`,
  fix: 'sometimes',
  fixSafety: 'What the shell makes of the words may differ from what was meant, and the image needs a shell.',
  references: [
    'https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#LifecycleHandler',
    'https://kubernetes.io/docs/tasks/configure-pod-container/attach-handler-lifecycle-event/',
  ],
  *check(container, project) {
    const { lifecycle } = container;
    if (!lifecycle || knownValue(container.pod?.os.value ?? { kind: 'unknown', why: '' }) === 'windows') return;
    const hooks = [lifecycle.preStop, lifecycle.postStart].flatMap((hook) => knownValue(hook) ?? []);
    for (const field of [...hooks, ...lifecycle.probes]) {
      for (const handler of field.handlers) {
        if (handler.kind !== 'exec' || !handler.command) continue;
        const words = knownValue(handler.command);
        const mistake = words && shellMistake(words);
        if (!words || !mistake) continue;
        const texts = words.map(({ text }) => text);
        yield {
          at: mistake.at ?? handler.at,
          message: `no shell runs the ${field.name} command of \`${container.name}\`: ${mistake.what}`,
          fixes: [...sleepFix(container, field, texts, project), ...wrapFix(container, handler, texts)],
        };
      }
    }
  },
});

/** The native action, where the command was meant to sleep and nothing else. */
function sleepFix(
  container: Container,
  field: Hook | Probe,
  words: readonly string[],
  project: Project,
): readonly Fix[] {
  const seconds = /^(?:\/(?:usr\/)?bin\/)?sleep (\d+)s?$/.exec(words.join(' '))?.[1];
  if (field.name !== 'preStop' || seconds === undefined || Number(seconds) < 1 || !container.pod) return [];
  if (!requireVersion(settingsFor(project, container.at.path).kubernetesVersion, 'preStopSleep')) return [];
  const change = field.becomeSleep(Number(seconds));
  const room = makeRoom(container.pod, [{ delay: Number(seconds), drain: undefined }]);
  if (!change.ok || !room) return [];
  const title = `Use the native sleep of ${seconds} s${room.phrase && ` and ${room.phrase}`}`;
  return [{ title, safety: 'safe', edits: [...change.edits, ...room.edits] }];
}

/** A shell around it, unless the image is known to have none. */
function wrapFix(container: Container, handler: ExecHandler, words: readonly string[]): readonly Fix[] {
  const image = knownValue(container.image);
  if (image && knownValue(image.sh) === 'none') return [];
  const change = handler.setCommand(['/bin/sh', '-c', shellText(words)]);
  return change.ok ? [{ title: 'Run it with /bin/sh -c', safety: 'unsafe', edits: change.edits }] : [];
}
