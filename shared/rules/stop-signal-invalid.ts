// A stop signal that no runtime can read.
import { isKubernetesSignal, nearestSignal, signalName } from '../knowledge/signals.ts';
import type { Fix } from '../model/finding.ts';
import { givenAt } from '../model/setting.ts';
import { knownValue } from '../model/value.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'stop-signal-invalid',
  subject: 'container',
  severity: 'error',
  default: 'on',
  since: '0.1.0',
  summary: 'The stop signal is none that a runtime knows, so nothing is sent at all.',
  why: `Docker's builder refuses a signal that it does not know; others build the image all the same. A runtime that cannot read
the stop signal does not fall back to SIGTERM: containerd's StopContainer fails with "failed to
parse stop signal" and sends nothing, and the container is killed when the grace period is over. The API server rejects a
\`lifecycle.stopSignal\` that is not one of its own names, in capitals and with SIG.

Docker reads names without SIG too; older versions of containerd did not.`,
  fix: 'sometimes',
  fixSafety: 'Which signal was meant is a guess.',
  references: [
    'https://docs.docker.com/reference/dockerfile/#stopsignal',
    'https://github.com/docker-library/php/commit/49d861439a34551f6d24ad7512ca4a1d97abd4b6',
  ],
  *check(container) {
    const { stopSignal } = container;
    const at = givenAt(stopSignal);
    const written = knownValue(stopSignal.value);
    if (!at || !written) return;
    const name = signalName(written);
    const fix = (signal: string | undefined, safety: Fix['safety'], title: string): readonly Fix[] => {
      const change = signal === undefined ? undefined : stopSignal.set(signal);
      return change?.ok ? [{ title: `${title} ${signal}`, safety, edits: change.edits }] : [];
    };
    const kubernetes = container.source === 'kubernetes' && at.path === container.at.path;
    if (kubernetes && !isKubernetesSignal(written)) {
      const meant = name !== undefined && isKubernetesSignal(name) ? name : meantBy(written);
      const message = `\`${written}\` is no signal of the Kubernetes API, which wants names like SIGTERM: the API server rejects the pod`;
      yield { at, message, fixes: fix(meant, 'unsafe', 'Use') };
    } else if (name === undefined) {
      const meant = meantBy(written);
      const question = meant ? `; did you mean ${meant}?` : '';
      const message = `\`${written}\` is no signal that a runtime knows, so nothing is sent at all${question}`;
      yield { at, message, fixes: fix(meant, 'unsafe', 'Use') };
    } else if (/^[A-Za-z]/.test(written) && name !== written && name !== 'SIGKILL' && name !== 'SIGSTOP') {
      const message = `\`${written}\` is read as ${name} by Docker, and not at all by older versions of containerd`;
      yield { at, severity: 'hint', message, fixes: fix(name, 'safe', 'Write') };
    }
  },
});

/** The signal that is probably meant; what follows it on its line is part of the name. */
function meantBy(written: string): string | undefined {
  const [first = ''] = written.split(/\s/);
  return (first === written ? undefined : signalName(first)) ?? nearestSignal(first);
}
