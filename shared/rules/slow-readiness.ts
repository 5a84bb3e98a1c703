// A container that fails keeps getting requests until its readiness probe has failed often enough.
import type { Fix } from '../model/finding.ts';
import type { Probe } from '../model/pod/lifecycle.ts';
import { servesTraffic } from '../model/pod/serving.ts';
import { knownValue } from '../model/value.ts';
import { type Upstream, upstreamsIn } from '../model/workload/upstreams.ts';
import { defineRule } from './rule.ts';

/** What Kubernetes takes by default: ten seconds, three times. */
const USUAL = 30;
/** Above this it is more than a hint. */
const LONG = 60;
/** A period that finds a failure soon. */
const SOON = 5;

export default defineRule({
  id: 'slow-readiness',
  subject: 'container',
  severity: 'hint',
  default: 'on',
  since: '0.1.0',
  summary: 'A container that fails keeps getting requests for a long time before its readiness probe takes it out.',
  why: `A container that no longer answers stays among the endpoints of its Services until its readiness probe has failed
\`failureThreshold\` times in a row, once every \`periodSeconds\`. That decides when a container crashes or hangs, when the
kubelet restarts it, and when a node shuts down.

The deletion of a pod is another matter: it takes the pod out of the endpoints by itself, and no readiness probe makes
that faster.`,
  fix: 'sometimes',
  fixSafety: 'A probe that asks more often costs more, and takes a container out sooner that is slow for a moment.',
  references: [
    'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#types-of-probe',
    'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/',
  ],
  *check(container, project) {
    const { lifecycle, pod, role } = container;
    const probe = lifecycle?.probes.find(({ name }) => name === 'readinessProbe');
    if (!probe || !pod || role !== 'regular' || pod.workload.development) return;
    const serving = servesTraffic(container);
    const upstreams = upstreamsIn(project, pod);
    const behind = upstreams.find(({ backend }) => backend === container);
    if (serving.answer !== 'yes' && serving.answer !== 'likely' && !behind) return;
    const period = knownValue(probe.period.value);
    const failures = knownValue(probe.failures.value);
    if (period === undefined || failures === undefined) return;
    const seconds = period * failures;
    // A proxy may answer for a container behind it that is gone: there even the usual time is long.
    const isPair = behind || upstreams.some(({ proxy }) => proxy === container);
    if (seconds < USUAL || (seconds === USUAL && !isPair)) return;
    const balancers = (serving.service?.routers ?? []).filter(({ kind }) => /^(?:aws|google|azure)/.test(kind));
    const counts = failures === 1 ? 'the first failure counts' : `${failures} failures in a row count`;
    yield {
      at: probe.at,
      severity: seconds > LONG ? 'warning' : 'hint',
      message: `if \`${container.name}\` fails, ${whatGoesOn(behind)} for up to ${seconds} s: it is asked every ${period} s, and ${counts}; a deletion does not wait for that`,
      related: [
        ...(serving.service
          ? [{ at: serving.service.at, message: `the Service \`${serving.service.name}\` selects this pod` }]
          : []),
        ...balancers.map(({ at, name }) => ({
          at,
          message: `${name} has a health check of its own`,
        })),
        ...(behind?.at ? [{ at: behind.at, message: `\`${behind.proxy.name}\` passes requests on to it` }] : []),
      ],
      fixes: askMoreOften(probe),
    };
  },
});

/** The pod is ready as long as all its containers are: what is in front of one that fails is asked on. */
function whatGoesOn(behind: Upstream | undefined): string {
  return behind
    ? `\`${behind.proxy.name}\`, which passes requests on to it, goes on answering with errors`
    : 'it keeps getting requests';
}

function askMoreOften({ period, failures }: Probe): readonly Fix[] {
  const seconds = knownValue(period.value) ?? SOON;
  const often = seconds > SOON;
  const enough = Math.max(2, Math.ceil((2 * SOON) / Math.min(seconds, SOON)));
  const changes = [...(often ? [period.set(SOON)] : []), failures.set(enough)];
  if (changes.some((change) => !change.ok)) return [];
  const edits = changes.flatMap((change) => (change.ok ? change.edits : []));
  const title = often ? `Ask every ${SOON} s, and let ${enough} failures count` : `Let ${enough} failures count`;
  return [{ title, safety: 'unsafe', edits }];
}
