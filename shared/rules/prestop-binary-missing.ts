// A preStop hook starts a program that the image does not hold.
import type { Fix } from '../model/finding.ts';
import { nativeSleep } from '../model/fixes/nativeSleep.ts';
import type { Image } from '../model/image/image.ts';
import type { ExecHandler } from '../model/pod/lifecycle.ts';
import { knownValue } from '../model/value.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'prestop-binary-missing',
  subject: 'container',
  severity: 'error',
  default: 'on',
  since: '0.1.0',
  summary: 'The preStop hook starts a program that the image does not hold, so it fails at once and delays nothing.',
  why: `An \`exec\` hook runs a program of the container's own image. Images built from scratch and distroless ones have neither
a shell nor \`sleep\`, Alpine has no bash, and slim Debian images have no \`curl\` and, outside a shell, no \`kill\`. The hook
then fails within milliseconds; all that is seen of it is an event, FailedPreStopHook, and the stop signal follows at
once.

To wait, Kubernetes itself has \`sleep\` (since 1.30), which needs nothing in the image.`,
  fix: 'sometimes',
  fixSafety: 'The text may use what only bash knows.',
  references: [
    'https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#hook-handler-execution',
    'https://github.com/kubernetes/enhancements/tree/master/keps/sig-node/3960-pod-lifecycle-sleep-action',
  ],
  *check(container, project) {
    // Compose stops nothing when a hook fails, which is another story.
    const { lifecycle, source } = container;
    const hook = lifecycle && source === 'kubernetes' ? knownValue(lifecycle.preStop) : undefined;
    const [handler, ...others] = hook?.handlers ?? [];
    const image = knownValue(container.image);
    if (!hook || handler?.kind !== 'exec' || !handler.command || others.length > 0 || image?.os !== 'linux') return;
    const words = knownValue(handler.command) ?? [];
    const [program] = words;
    // A whole command line in one word is another story.
    if (!program || /[\s$]/.test(program.text) || image.holds(program.text) !== false) return;
    const texts = words.map(({ text }) => text);
    const signal = knownValue(container.stopSignal.value) ?? 'the stop signal';
    yield {
      at: program.source?.at ?? handler.at,
      severity: image.dockerfile === undefined || knownValue(image.sh) === 'none' ? 'error' : 'warning',
      message: `the preStop hook of \`${container.name}\` fails at once, since its image has no \`${program.text}\`; ${signal} follows without any delay`,
      related: container.imageAt
        ? [
            {
              at: container.imageAt,
              message:
                image.dockerfile === undefined ? 'the image' : `the image, which is built on \`${image.origin}\``,
            },
          ]
        : [],
      fixes: [...nativeSleep(container, hook, texts, project), ...plainShell(image, handler, texts)],
    };
  },
});

/** The shell that is there, in place of bash. */
function plainShell(image: Image, handler: ExecHandler, [program = '', ...rest]: readonly string[]): readonly Fix[] {
  if (!/^(?:.*\/)?bash$/.test(program) || image.holds('/bin/sh') !== true) return [];
  const change = handler.setCommand(['/bin/sh', ...rest]);
  return change.ok ? [{ title: 'Use /bin/sh', safety: 'unsafe', edits: change.edits }] : [];
}
