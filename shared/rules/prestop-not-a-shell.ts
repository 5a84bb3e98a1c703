// An exec hook or probe is written for a shell, and no shell reads it.
import type { Container } from '../model/container.ts';
import type { Fix } from '../model/finding.ts';
import { nativeSleep } from '../model/fixes/nativeSleep.ts';
import { shellMistake, shellText } from '../model/hooks/hookWords.ts';
import type { ExecHandler } from '../model/pod/lifecycle.ts';
import { knownValue } from '../model/value.ts';
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
          fixes: [
            ...(field.name === 'preStop' ? nativeSleep(container, field, texts, project) : []),
            ...wrapFix(container, handler, texts),
          ],
        };
      }
    }
  },
});

/** A shell around it, unless the image is known to have none. */
function wrapFix(container: Container, handler: ExecHandler, words: readonly string[]): readonly Fix[] {
  const image = knownValue(container.image);
  if (image && knownValue(image.sh) === 'none') return [];
  const change = handler.setCommand(['/bin/sh', '-c', shellText(words)]);
  return change.ok ? [{ title: 'Run it with /bin/sh -c', safety: 'unsafe', edits: change.edits }] : [];
}
