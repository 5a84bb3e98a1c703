// A rule that is to keep pods apart, and does not.
import type { Fix } from '../model/finding.ts';
import { type Change, givenAt } from '../model/setting.ts';
import { knownValue } from '../model/value.ts';
import { type Constraint, fewestPods } from '../model/workload/placement.ts';
import { distance } from '../text/nearest.ts';
import { defineRule, type Report } from './rule.ts';

export default defineRule({
  id: 'spread-has-no-effect',
  subject: 'pod',
  severity: 'warning',
  default: 'off',
  since: '0.1.0',
  summary: 'A spread constraint or an anti-affinity that cannot keep the pods apart.',
  why: `A constraint that selects other pods than those of its own template counts none of them, so every node is as good as
any other. One whose \`topologyKey\` no node has is passed over, or keeps all pods pending. And with a \`maxSkew\` as large
as the number of pods all of them may be on one node. In each case the workload looks protected and is not.`,
  fix: 'sometimes',
  fixSafety: 'The scheduler places new pods in another way than before; with `DoNotSchedule` some may stay pending.',
  references: [
    'https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/#implicit-conventions',
  ],
  *check({ workload, containers }) {
    const { placement } = workload;
    if (!placement || workload.development || containers.length === 0) return;
    const count = fewestPods(placement)?.count;
    for (const constraint of placement.constraints) {
      yield* wrongPods(constraint, workload.name);
      yield* wrongKey(constraint);
      if (count !== undefined) yield* looseSkew(constraint, count);
    }
  },
});

/** An anti-affinity may be about other pods by intention; a spread constraint hardly ever is. */
function* wrongPods({ kind, own, selector, at, aim }: Constraint, name: string): Iterable<Report> {
  if (own !== 'no' || (kind === 'antiAffinity' && selector)) return;
  const why = selector
    ? `it selects other pods than those of \`${name}\``
    : 'without a labelSelector it counts no pods';
  yield {
    at,
    message: `this has no effect: ${why}`,
    fixes: fixOf(`Select the pods of \`${name}\``, aim()),
  };
}

/** Labels that every node of a usual cluster has. */
const KEYS = [
  'kubernetes.io/hostname',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
];

function* wrongKey({ topologyKey }: Constraint): Iterable<Report> {
  const key = knownValue(topologyKey.value);
  const at = givenAt(topologyKey);
  if (!key || !at || KEYS.includes(key)) return;
  const meant = KEYS.find((one) => distance(key.toLowerCase(), one) <= 2);
  if (!meant) return;
  yield {
    at,
    message: `no node has the label \`${key}\`, so this tells no nodes apart: \`${meant}\` is meant`,
    fixes: fixOf(`Use \`${meant}\``, topologyKey.set(meant)),
  };
}

function* looseSkew({ kind, topologyKey, maxSkew, own }: Constraint, count: number): Iterable<Report> {
  const skew = knownValue(maxSkew.value);
  const at = givenAt(maxSkew);
  if (kind !== 'spread' || own !== 'yes' || skew === undefined || !at || count < 2 || skew < count) return;
  if (knownValue(topologyKey.value) !== 'kubernetes.io/hostname') return;
  yield {
    at,
    message: `with a skew of ${skew}, all ${count} pods may be on one node`,
    fixes: fixOf('Set maxSkew to 1', maxSkew.set(1)),
  };
}

function fixOf(title: string, change: Change): readonly Fix[] {
  return change.ok ? [{ title, safety: 'unsafe', edits: change.edits }] : [];
}
