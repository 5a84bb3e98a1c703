// The recipe that stops Passenger by a trap, in its variants: which of them works, what becomes of the others, and that no
// repair of one breaks the one that works.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Analysis, applyEdits, editsByPath } from '../shared/index.ts';
import { alternatives } from '../shared/model/value.ts';
import { analyzed, textsIn } from './analyzed.ts';

const RECIPE = textsIn('examples/passenger-procfile');
const APP = 'script/appcontrol.sh';

/** The recipe with other texts, on the platform that it was made for. */
function look(changes: Readonly<Record<string, string>>): { readonly texts: Map<string, string>; analysis: Analysis } {
  const grace = 'KUBERNETES_POD_TERMINATION_GRACE_PERIOD_SECONDS=60\n';
  const texts = new Map([...RECIPE, ['.env', grace], ...Object.entries(changes)]);
  return { texts, analysis: analyzed(texts, { platform: 'hephy' }) };
}

/** What becomes of the requests: of the process type, or of the image by itself. */
function outcome({ containers }: Analysis, source: 'procfile' | 'dockerfile'): readonly string[] {
  const found = containers.find((one) => one.source === source);
  return found ? alternatives(found.stop).map(({ value }) => value.outcome) : [];
}

const text = (path: string): string => RECIPE.get(path) ?? '';
const ALONE = { Procfile: '' };

/** The variants, and what the kernel makes of them. */
const VARIANTS: readonly {
  readonly name: string;
  readonly changes: Readonly<Record<string, string>>;
  readonly source: 'procfile' | 'dockerfile';
  readonly outcome: string;
}[] = [
  {
    name: 'the line of the Procfile: the group is told, and the trap runs',
    changes: {},
    source: 'procfile',
    outcome: 'reaches',
  },
  {
    name: 'the exec form of the Dockerfile: the same',
    changes: { ...ALONE, Dockerfile: text('Dockerfile').replace(/^CMD .*$/m, 'CMD ["./script/entrypoint.sh"]') },
    source: 'dockerfile',
    outcome: 'reaches',
  },
  {
    name: 'tini tells the script alone, which waits for its foreground command for ever',
    changes: { Procfile: 'web: tini -- ./script/entrypoint.sh\n' },
    source: 'procfile',
    outcome: 'killedAfterGrace',
  },
  {
    name: 'so does dumb-init with a single child',
    changes: { Procfile: 'web: dumb-init --single-child -- ./script/entrypoint.sh\n' },
    source: 'procfile',
    outcome: 'killedAfterGrace',
  },
  {
    name: 'without an init in front it is no different',
    changes: { Procfile: 'web: exec ./script/entrypoint.sh\n' },
    source: 'procfile',
    outcome: 'killedAfterGrace',
  },
  {
    name: 'with exec the inner init stays, which drops the signal',
    changes: { [APP]: text(APP).replace('/usr/bin/dumb-init --rewrite', 'exec /usr/bin/dumb-init --rewrite') },
    source: 'procfile',
    outcome: 'killedAfterGrace',
  },
  {
    name: 'the shell form of the Dockerfile: the shell dies at once, and all with it',
    changes: ALONE,
    source: 'dockerfile',
    outcome: 'killedAtOnce',
  },
];

for (const { name, changes, source, outcome: expected } of VARIANTS) {
  test(name, () => assert.deepEqual(outcome(look(changes).analysis, source), [expected]));
}

test('no repair of any variant stops a variant that works any worse', () => {
  for (const { name, changes } of VARIANTS) {
    const { texts, analysis } = look(changes);
    const before = (['procfile', 'dockerfile'] as const).map((source) => outcome(analysis, source));
    for (const { fixes } of analysis.findings) {
      for (const fix of fixes) {
        const fixed = new Map(texts);
        for (const [path, edits] of editsByPath(fix.edits)) {
          const file = path.slice('/w/'.length);
          fixed.set(file, applyEdits(texts.get(file) ?? '', edits));
        }
        const after = analyzed(fixed, { platform: 'hephy' });
        for (const [i, source] of (['procfile', 'dockerfile'] as const).entries()) {
          if (before[i]?.every((one) => one === 'reaches'))
            assert.deepEqual(outcome(after, source), before[i], `${name}: ${fix.title}`);
        }
        if (before[0]?.includes('reaches')) assert.equal(fixed.get(APP), texts.get(APP), `${name}: ${fix.title}`);
      }
    }
  }
});

test('each variant that fails is told, and each that works is not', () => {
  for (const { name, changes, source, outcome: expected } of VARIANTS) {
    const own = source === 'procfile' ? /^(?:Procfile|script\/.*)$/ : /^(?:Dockerfile|script\/.*)$/;
    const found = look(changes).analysis.findings.filter(
      ({ at, severity }) => severity !== 'hint' && own.test(at.path.slice('/w/'.length)),
    );
    assert.equal(
      found.length > 0,
      expected !== 'reaches',
      `${name}: ${found.map(({ message }) => message).join('\n')}`,
    );
  }
});
