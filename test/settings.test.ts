// Settings: where they come from, who wins, and what is said of wrong ones.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Settings as LibrarySettings } from '../server/api.ts';
import { analyze, type FileState, Project, type ProjectInput } from '../shared/index.ts';
import { DEFAULTS, isExcluded, type Settings, settingsFor, severityOf } from '../shared/settings/settings.ts';
import { settingsProblems } from '../shared/settings/settingsProblems.ts';

const RULES = ['grace-zero', 'grace-budget', 'shell-form-pid1', 'missing-prestop-delay'];

interface Given extends Partial<Pick<ProjectInput, 'roots' | 'defaults' | 'overrides'>> {
  readonly [path: `/${string}`]: string | FileState;
}

/** A project of one folder, `/w`, where nothing else is. */
function projectOf({ roots = ['/w'], defaults, overrides, ...files }: Given): Project {
  const states = new Map<string, FileState>();
  for (const [path, one] of Object.entries(files)) {
    states.set(path, typeof one === 'string' ? { kind: 'present', text: one } : one);
  }
  return new Project({ roots, files: states, defaults, overrides });
}

/** What differs from the defaults, as plain data. */
function changed(settings: Settings): Record<string, unknown> {
  const plain = (value: unknown) => (value instanceof Map ? Object.fromEntries(value) : value);
  const entries = Object.entries(settings).map(([key, value]) => [key, plain(value)] as const);
  const usual = Object.entries(DEFAULTS).map(([key, value]) => [key, JSON.stringify(plain(value))] as const);
  return Object.fromEntries(entries.filter(([key, value]) => JSON.stringify(value) !== new Map(usual).get(key)));
}

function problemsIn(project: Project): readonly string[] {
  return settingsProblems(project, RULES).map(({ kind, at, message }) => {
    assert.equal(kind, 'configuration');
    const text = at && (project.text(at.path) ?? '');
    return at ? `${at.path} [${text?.slice(at.start, at.end)}]: ${message}` : message;
  });
}

/** What the library's own type lets a program set. */
const LIBRARY: Required<{ readonly [key in keyof LibrarySettings]: true }> = {
  rules: true,
  kubernetesVersion: true,
  featureGates: true,
  endpointLagSeconds: true,
  drainSeconds: true,
  platform: true,
  images: true,
  exclude: true,
};

test('the library takes the settings that files take', () => {
  assert.deepEqual(Object.keys(LIBRARY), Object.keys(DEFAULTS));
});

describe('every setting, as it may be written', () => {
  const cases: readonly (readonly [string, Record<string, unknown>])[] = [
    ['', {}],
    ['# nothing yet\n', {}],
    ['---\n', {}],
    ['rules:\nexclude:\nplatform: ""\n', {}],
    [
      'rules: {grace-zero: off, grace-budget: on, shell-form-pid1: hint}',
      { rules: { 'grace-zero': 'off', 'grace-budget': 'on', 'shell-form-pid1': 'hint' } },
    ],
    ['rules:\n  grace-zero: false\n  grace-budget: true\n', { rules: { 'grace-zero': 'off', 'grace-budget': 'on' } }],
    ['kubernetesVersion: 1.30', { kubernetesVersion: '1.30' }],
    ['kubernetesVersion: "1.31"', { kubernetesVersion: '1.31' }],
    ['kubernetesVersion: v1.29.4-gke.1043002', { kubernetesVersion: '1.29' }],
    ['featureGates: [ContainerStopSignals]', { featureGates: ['ContainerStopSignals'] }],
    ['endpointLagSeconds: 0', { endpointLagSeconds: 0 }],
    ['endpointLagSeconds: 2.5', { endpointLagSeconds: 2.5 }],
    ['platform: heroku', { platform: 'heroku' }],
    ['drainSeconds:\n  puma: 30\n  shop/api: 7.5\n', { drainSeconds: { puma: 30, 'shop/api': 7.5 } }],
    [
      'images: {shop/api: api/Dockerfile, shop/web: ./web/../Dockerfile.web}',
      { images: { 'shop/api': '/w/api/Dockerfile', 'shop/web': '/w/Dockerfile.web' } },
    ],
    [
      'exclude: [old/, "*.gen.yaml"]',
      {
        exclude: [
          { glob: 'old/', folder: '/w' },
          { glob: '*.gen.yaml', folder: '/w' },
        ],
      },
    ],
    [
      '{"kubernetesVersion": "1.33", "rules": {"grace-zero": "off"}}',
      { kubernetesVersion: '1.33', rules: { 'grace-zero': 'off' } },
    ],
    ['\uFEFFendpointLagSeconds: 3\r\nplatform: none\r\n', { endpointLagSeconds: 3, platform: 'none' }],
  ];
  for (const [text, expected] of cases) {
    test(JSON.stringify(text), () => {
      const project = projectOf({
        '/w/.softstop.yaml': text,
        '/w/api/Dockerfile': 'FROM scratch\n',
        '/w/Dockerfile.web': 'FROM scratch\n',
      });
      assert.deepEqual(changed(settingsFor(project, '/w/a.yaml')), expected);
      assert.deepEqual(problemsIn(project), []);
    });
  }
});

describe('who wins', () => {
  const of = (given: Given, path = '/w/a/b/c.yaml') => changed(settingsFor(projectOf(given), path));

  test('the defaults, if nobody says anything', () => {
    assert.deepEqual(of({}), {});
    assert.deepEqual(of({ defaults: null, overrides: {} }), {});
  });
  test('the editor over the defaults', () => {
    const defaults = {
      rules: { 'grace-zero': 'off' },
      kubernetesVersion: '1.30',
      platform: null,
      drainSeconds: {},
    };
    assert.deepEqual(of({ defaults }), { rules: { 'grace-zero': 'off' }, kubernetesVersion: '1.30' });
  });
  test('a file over the editor, setting by setting and rule by rule', () => {
    const settings = of({
      defaults: { rules: { 'grace-zero': 'off', 'grace-budget': 'hint' }, endpointLagSeconds: 3, platform: 'dokku' },
      '/w/.softstop.yaml': 'rules: {grace-zero: on}\nendpointLagSeconds: 9\n',
    });
    assert.deepEqual(settings, {
      rules: { 'grace-zero': 'on', 'grace-budget': 'hint' },
      endpointLagSeconds: 9,
      platform: 'dokku',
    });
  });
  test('the nearest file alone', () => {
    const files = {
      '/w/.softstop.yaml': 'endpointLagSeconds: 1\nplatform: heroku\n',
      '/w/a/.softstop.yaml': 'endpointLagSeconds: 2\n',
      '/w/a/b/c/.softstop.yaml': 'endpointLagSeconds: 3\n',
    } as const;
    assert.deepEqual(of(files), { endpointLagSeconds: 2 });
    assert.deepEqual(of(files, '/w/c.yaml'), { endpointLagSeconds: 1, platform: 'heroku' });
    assert.deepEqual(of(files, '/w/a/b/c/d.yaml'), { endpointLagSeconds: 3 });
  });
  test('an empty file is one, too', () => {
    assert.deepEqual(of({ '/w/.softstop.yaml': 'platform: heroku\n', '/w/a/.softstop.yaml': '' }), {});
  });
  test('none outside of the workspace', () => {
    assert.deepEqual(of({ '/.softstop.yaml': 'platform: heroku\n' }), {});
    assert.deepEqual(of({ '/x/.softstop.yaml': 'platform: heroku\n' }, '/x/a.yaml'), {});
  });
  test('of folders in one another, the outer one may hold the file', () => {
    const given = { roots: ['/w/a', '/w'], '/w/.softstop.yaml': 'platform: heroku\n' } as const;
    assert.deepEqual(of(given), { platform: 'heroku' });
  });
  test('a workspace that is a whole disk', () => {
    assert.deepEqual(of({ roots: ['/'], '/w/.softstop.yaml': 'platform: heroku\n' }), { platform: 'heroku' });
    assert.deepEqual(of({ roots: ['/'], '/.softstop.yaml': 'exclude: [w/]\n' }), {
      exclude: [{ glob: 'w/', folder: '' }],
    });
  });
  test('the command line over everything', () => {
    const settings = of({
      defaults: { endpointLagSeconds: 3 },
      overrides: { endpointLagSeconds: 0, kubernetesVersion: '1.28' },
      '/w/.softstop.yaml': 'endpointLagSeconds: 9\nkubernetesVersion: "1.31"\nplatform: none\n',
    });
    assert.deepEqual(settings, { endpointLagSeconds: 0, kubernetesVersion: '1.28', platform: 'none' });
  });
  test('what is wrong leaves it to who comes next', () => {
    const settings = of({
      defaults: { endpointLagSeconds: 3, rules: { 'grace-zero': 'off' } },
      '/w/.softstop.yaml':
        'endpointLagSeconds: soon\nrules: {grace-zero: never, grace-budget: off}\nplatform: heroku\n',
    });
    assert.deepEqual(settings, {
      endpointLagSeconds: 3,
      rules: { 'grace-zero': 'off', 'grace-budget': 'off' },
      platform: 'heroku',
    });
  });
  test('paths of the editor are seen from the folder of the workspace', () => {
    const defaults = { images: { 'shop/api': 'api/Dockerfile' }, exclude: ['old/'] };
    const images = (folder: string) => ({
      images: { 'shop/api': `${folder}/api/Dockerfile` },
      exclude: [{ glob: 'old/', folder }],
    });
    assert.deepEqual(of({ roots: ['/v', '/w'], defaults }), images('/w'));
    assert.deepEqual(of({ roots: ['/v', '/w'], defaults }, '/v/c.yaml'), images('/v'));
    assert.deepEqual(of({ roots: [], defaults }, '/x/c.yaml'), images('/x'));
  });
});

describe('what is wrong is said, with the way out', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['endpointLagSeconds: soon', ['[soon]: `endpointLagSeconds` is "soon"; it takes a number of seconds, such as 5']],
    ['endpointLagSeconds: -1', ['[-1]: `endpointLagSeconds` is -1; it takes a number of seconds, such as 5']],
    ['endpointLagSeconds: "5"', ['["5"]: `endpointLagSeconds` is "5"; it takes a number of seconds, such as 5']],
    ['endpointLagSeconds: .inf', ['[.inf]: `endpointLagSeconds` is .inf; it takes a number of seconds, such as 5']],
    [
      'endpointLagSeconds: {api: 5}',
      ['[{api: 5}]: `endpointLagSeconds` is a map; it takes a number of seconds, such as 5'],
    ],
    [
      'endpointLagSeconds: {{ .lag }}',
      ['[{{ .lag }}]: `endpointLagSeconds` is "{{ .lag }}"; it takes a number of seconds, such as 5'],
    ],
    [
      'kubernetesVersion: 1.3',
      ['[1.3]: `kubernetesVersion` is 1.3; it takes a version such as "1.34", in quotes if it ends in 0'],
    ],
    [
      'kubernetesVersion: latest',
      ['[latest]: `kubernetesVersion` is "latest"; it takes a version such as "1.34", in quotes if it ends in 0'],
    ],
    [
      'platform: kubernetes',
      ['[kubernetes]: `platform` is "kubernetes"; it takes one of heroku, hephy, dokku, foreman, none'],
    ],
    [
      'drainSeconds: 30',
      ['[30]: `drainSeconds` is 30; it takes programs and images with their seconds, such as `puma: 30`'],
    ],
    ['drainSeconds: {puma: 30s}', ['[30s]: `drainSeconds.puma` is "30s"; it takes a number of seconds, such as 30']],
    ['drainSeconds: {puma: }', ['[]: `drainSeconds.puma` is empty; it takes a number of seconds, such as 30']],
    [
      'rules: [grace-zero]',
      ['[[grace-zero]]: `rules` is a list; it takes rules with what is set for them, such as `grace-zero: off`'],
    ],
    [
      'rules: {grace-zero: warn}',
      ['[warn]: `rules.grace-zero` is "warn"; it takes on, off, error, warning, info or hint'],
    ],
    [
      'rules: {grace-zro: off}',
      ['[grace-zro]: `rules` names `grace-zro`, which is no rule; did you mean `grace-zero`?'],
    ],
    ['rules: {hadolint: off}', ['[hadolint]: `rules` names `hadolint`, which is no rule; `softstop rules` lists them']],
    ['endpoint-lag: 5', ['[endpoint-lag]: `endpoint-lag` is no setting; did you mean `endpointLagSeconds`?']],
    [
      'severity: error',
      [
        '[severity]: `severity` is no setting; there are rules, kubernetesVersion, featureGates, endpointLagSeconds, drainSeconds, platform, images, exclude',
      ],
    ],
    ['platform: none\nplatform: heroku', ['[platform]: `platform` is given twice; only the first counts']],
    [
      'rules: {grace-zero: off, grace-zero: on}',
      ['[grace-zero]: `rules.grace-zero` is given twice; only the first counts'],
    ],
    [
      'images: {shop/api: }',
      ['[]: `images.shop/api` is empty; it takes the path of a Dockerfile, such as api/Dockerfile'],
    ],
    [
      'images: {shop/api: nowhere/Dockerfile}',
      ['[nowhere/Dockerfile]: `images.shop/api` names `nowhere/Dockerfile`, and there is no such file'],
    ],
    [
      'images: {shop/api: ../Dockerfile}',
      ['[../Dockerfile]: `images.shop/api` names `/Dockerfile`, which cannot be read (outside the workspace)'],
    ],
    [
      'exclude: old/',
      [
        '[old/]: `exclude` is "old/"; it takes a list of patterns as in .gitignore, such as "legacy/", in quotes if they begin with * or !',
      ],
    ],
    ...['"./old/"', '"../old/"', '"**/*.{yml,yaml}"', '*.yaml', '!old/', '{a: b}', '""', '"!"', '5'].map((item) => {
      const written =
        item === '!old/' || item === '""'
          ? 'empty'
          : item === '{a: b}'
            ? 'a map'
            : item === '5'
              ? '5'
              : JSON.stringify(item.replaceAll('"', ''));
      const takes = 'it takes patterns as in .gitignore, such as "legacy/", in quotes if they begin with * or !';
      return [
        `exclude:\n  - ${item}\n`,
        [`[${item === '!old/' ? '' : item}]: \`exclude\` has ${written} in it; ${takes}`],
      ] as const;
    }),
    ['- rules\n- exclude\n', ['[- rules]: this is a list; settings have names, as in `endpointLagSeconds: 5`']],
    ['off', ['[off]: this is "off"; settings have names, as in `endpointLagSeconds: 5`']],
    [
      'rules: {grace-zero: off\n',
      ['[]: this is no YAML: Flow map in block collection must be sufficiently indented and end with a }'],
    ],
    ['platform: none\nrules:\n\tgrace-zero: nope\n', ['[\t]: this is no YAML: Tabs are not allowed as indentation']],
    [
      'platform: none\n---\nplatform: heroku\n',
      ['[platform: heroku]: a settings file is one YAML document; what stands from here on does not count'],
    ],
    [
      'platform: nowhere\nendpointLagSeconds: soon\n',
      [
        '[soon]: `endpointLagSeconds` is "soon"; it takes a number of seconds, such as 5',
        '[nowhere]: `platform` is "nowhere"; it takes one of heroku, hephy, dokku, foreman, none',
      ],
    ],
  ];
  for (const [text, expected] of cases) {
    test(JSON.stringify(text), () => {
      const project = projectOf({ '/w/.softstop.yaml': text, '/w/nowhere/Dockerfile': { kind: 'absent' } });
      assert.deepEqual(
        problemsIn(project),
        expected.map((one) => `/w/.softstop.yaml ${one}`),
      );
    });
  }

  test('a text that nobody can take for YAML', () => {
    assert.deepEqual(problemsIn(projectOf({ '/w/.softstop.yaml': '%' })), [
      '/w/.softstop.yaml []: this cannot be read as YAML',
    ]);
  });
  test('long texts are shown in part', () => {
    const [message = ''] = problemsIn(projectOf({ defaults: { platform: 'x'.repeat(100_000) } }));
    assert.ok(message.length < 200, message.slice(0, 300));
  });
  test('a Dockerfile that is not loaded yet is waited for', () => {
    assert.deepEqual(problemsIn(projectOf({ '/w/.softstop.yaml': 'images: {a: a/Dockerfile}' })), []);
  });
  test('in every file of the project, and in none that another one excludes', () => {
    const project = projectOf({
      '/w/.softstop.yaml': 'exclude: [old/]\nplatform: 1\n',
      '/w/a/.softstop.yaml': 'platform: 2\n',
      '/w/old/.softstop.yaml': 'platform: 3\n',
    });
    assert.deepEqual(
      problemsIn(project).map((one) => one.slice(0, 24)),
      ['/w/.softstop.yaml [1]: `', '/w/a/.softstop.yaml [2]:'],
    );
  });
  test('a file that cannot be read, and one by another name', () => {
    const project = projectOf({
      '/w/.softstop.yaml': { kind: 'unreadable', why: 'binary' },
      '/w/a/.softstop.yml': 'platform: none\n',
    });
    assert.deepEqual(problemsIn(project), [
      '/w/.softstop.yaml []: these settings do not count: the file cannot be read (binary)',
      '/w/a/.softstop.yml []: this file does not count; call it `.softstop.yaml`',
    ]);
  });
  test('in the editor and on the command line, without a place', () => {
    const project = projectOf({
      defaults: {
        endpointLagSeconds: 'soon',
        rulez: {},
        rules: { 'grace-zer': 'off' },
        images: { a: 'a/Dockerfile' },
        exclude: [1, ['a']],
      },
      overrides: { kubernetesVersion: '1.3' },
      '/w/a/Dockerfile': { kind: 'absent' },
    });
    assert.deepEqual(problemsIn(project), [
      '`softstop.rulez` is no setting; did you mean `rules`?',
      '`softstop.endpointLagSeconds` is "soon"; it takes a number of seconds, such as 5',
      '`softstop.exclude` has 1 in it; it takes patterns as in .gitignore, such as "legacy/", in quotes if they begin with * or !',
      '`softstop.exclude` has a list in it; it takes patterns as in .gitignore, such as "legacy/", in quotes if they begin with * or !',
      '`softstop.rules` names `grace-zer`, which is no rule; did you mean `grace-zero`?',
      '`softstop.images.a` names `a/Dockerfile`, and there is no such file',
      '`kubernetesVersion` is "1.3"; it takes a version such as "1.34", in quotes if it ends in 0',
    ]);
  });
  for (const defaults of [5, 'off', [], [[]], true]) {
    test(`an editor that sends ${JSON.stringify(defaults)}`, () => {
      assert.match(problemsIn(projectOf({ defaults })).join(), /^this is .*; settings have names/);
    });
  }
  test('settings that hold themselves', () => {
    const rules: Record<string, unknown> = {};
    rules['grace-zero'] = rules;
    assert.deepEqual(problemsIn(projectOf({ defaults: { rules } })), [
      '`softstop.rules.grace-zero` is a map; it takes on, off, error, warning, info or hint',
    ]);
  });
});

describe('files that are left out', () => {
  const cases: readonly (readonly [readonly string[], readonly string[], readonly string[]])[] = [
    [['old/'], ['old/a.yaml', 'a/old/b/c.yaml'], ['old', 'older/a.yaml', 'a.yaml']],
    [['/old/'], ['old/a.yaml'], ['a/old/b.yaml']],
    [['Dockerfile'], ['Dockerfile', 'a/b/Dockerfile', 'Dockerfile/x'], ['Dockerfile.web', 'dockerfile']],
    [['*.gen.yaml'], ['a.gen.yaml', 'a/b.gen.yaml'], ['gen.yaml']],
    [['a/*.yaml'], ['a/b.yaml'], ['a/b/c.yaml', 'x/a/b.yaml']],
    [['a/**/c.yaml'], ['a/c.yaml', 'a/b/b/c.yaml'], ['c.yaml']],
    [['**/test/**'], ['test/a.yaml', 'a/test/b/c.yaml'], ['tests/a.yaml']],
    [['?.yaml'], ['a.yaml', 'b/c.yaml'], ['ab.yaml']],
    [['k8s/*', '!k8s/prod.yaml'], ['k8s/dev.yaml'], ['k8s/prod.yaml']],
    [['!k8s/prod.yaml', 'k8s/*'], ['k8s/prod.yaml'], []],
    [['c:/x'], ['c:/x'], ['x']],
  ];
  for (const [globs, out, kept] of cases) {
    test(globs.join(' '), () => {
      const settings = settingsFor(
        projectOf({ '/w/.softstop.yaml': `exclude: ${JSON.stringify(globs)}` }),
        '/w/a.yaml',
      );
      for (const path of out) assert.ok(isExcluded(settings, `/w/${path}`), `${path} is left out`);
      for (const path of kept) assert.ok(!isExcluded(settings, `/w/${path}`), `${path} is not`);
      assert.ok(!isExcluded(settings, '/v/old/Dockerfile'), 'nothing is left out elsewhere');
    });
  }
  test('below the folder of the file that says so', () => {
    const project = projectOf({ '/w/a/.softstop.yaml': 'exclude: [/old/]\n' });
    assert.ok(isExcluded(settingsFor(project, '/w/a/old/b.yaml'), '/w/a/old/b.yaml'));
    assert.ok(!isExcluded(settingsFor(project, '/w/old/b.yaml'), '/w/old/b.yaml'));
    assert.ok(!isExcluded(settingsFor(project, '/w/a/old/b.yaml'), '/w/old/b.yaml'));
  });
  test('by the editor and by a file together', () => {
    const project = projectOf({
      defaults: { exclude: ['old/', 'gen/*'] },
      '/w/a/.softstop.yaml': 'exclude: [tmp/, "!gen/b.yaml"]\n',
    });
    const out = ['old/b.yaml', 'tmp/b.yaml', 'gen/b.yaml', 'gen/c.yaml'].map((path) => {
      return isExcluded(settingsFor(project, `/w/a/${path}`), `/w/a/${path}`);
    });
    assert.deepEqual(out, [true, true, false, false]);
  });
  test('settings in a folder that is left out say nothing', () => {
    const project = projectOf({ '/w/.softstop.yaml': 'exclude: [old/]\n', '/w/old/a/.softstop.yaml': 'rules: {}\n' });
    assert.ok(isExcluded(settingsFor(project, '/w/old/a/b.yaml'), '/w/old/a/b.yaml'));
  });
});

test('a rule is as severe as its setting says', () => {
  const settings = settingsFor(projectOf({ defaults: { rules: { a: 'on', b: 'off', c: 'hint' } } }), '/w/x');
  const cases = [
    ['a', true, 'error'],
    ['a', false, 'error'],
    ['b', true, 'off'],
    ['c', true, 'hint'],
    ['c', false, 'hint'],
    ['other', true, 'error'],
    ['other', false, 'off'],
  ] as const;
  for (const [rule, isDefaultOn, expected] of cases) {
    assert.equal(
      severityOf(settings, rule, 'error', isDefaultOn),
      expected,
      `${rule}, by default ${isDefaultOn ? 'on' : 'off'}`,
    );
  }
});

describe('in an analysis', () => {
  const pod =
    'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  terminationGracePeriodSeconds: 0\n  containers: [{name: a, image: a}]\n';
  const found = (input: Given, previous?: ReturnType<typeof analyze>) => analyze(projectOf(input), previous);
  const severities = ({ findings }: ReturnType<typeof analyze>) =>
    findings.filter(({ rule }) => rule === 'grace-zero').map(({ severity }) => severity);

  test('settings change what is found, also when nothing else has changed', () => {
    const files = { '/w/a/pod.yaml': pod, '/w/a/.softstop.yaml': '' } as const;
    const first = found(files);
    assert.deepEqual(severities(first), ['error']);
    const second = found({ ...files, defaults: { rules: { 'grace-zero': 'hint' } } }, first);
    assert.deepEqual(severities(second), ['hint']);
    const third = found({ ...files, '/w/a/.softstop.yaml': 'rules: {grace-zero: off}' }, second);
    assert.deepEqual(severities(third), []);
    const fourth = found({ ...files, defaults: { exclude: ['a/*.yaml'] } }, third);
    assert.deepEqual([severities(fourth), fourth.pods], [[], []]);
    assert.deepEqual(severities(found(files, fourth)), ['error']);
  });
  test('the files that may hold settings are asked for', () => {
    const { wants } = found({ '/w/a/pod.yaml': pod });
    assert.deepEqual(
      wants.filter((path) => path.endsWith('/.softstop.yaml')),
      ['/w/.softstop.yaml', '/w/a/.softstop.yaml'],
    );
  });
  test('wrong ones are among the problems', () => {
    assert.deepEqual(
      found({ '/w/.softstop.yaml': 'rules: {grace-zro: off}' }).problems.map(({ message }) => message),
      ['`rules` names `grace-zro`, which is no rule; did you mean `grace-zero`?'],
    );
  });
});
